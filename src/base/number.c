// SPDX-License-Identifier: Apache-2.0
//
// Numbers from and to text, exact and without any locale. Writing gives the shortest digits that
// read back (R. Giulietti, "The Schubfach way to render doubles", 2021). Reading is correctly
// rounded: a fast way where it is exact, a 192-bit product where its error cannot matter,
// whole-number arithmetic for the rest.
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "number_powers.h"

enum {
    DIGITS_MAX = 800,    // no tie between two doubles has more significant digits (767)
    LIMB_COUNT = 192,    // 32 bits each: room for DIGITS_MAX digits times 5^324 and the shifts
    EXPONENT_MAX = 99999 // beyond it a number is 0 or too large whatever its digits
};

bool hf_parse_u64(hf_str text, uint64_t *out)
{
    if (text.len == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out = value;
    return true;
}

bool hf_parse_i64(hf_str text, int64_t *out)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    bool has_sign = is_negative || (text.len > 0 && text.ptr[0] == '+');
    uint64_t value = 0;
    if (!hf_parse_u64(hf_str_slice(text, has_sign ? 1 : 0, text.len), &value))
        return false;
    if (value > (uint64_t)INT64_MAX + (is_negative ? 1 : 0))
        return false;
    if (is_negative)
        *out = value == (uint64_t)INT64_MAX + 1 ? INT64_MIN : -(int64_t)value;
    else
        *out = (int64_t)value;
    return true;
}

bool hf_parse_count(hf_str text, uint64_t *out)
{
    uint64_t scale = 1;
    hf_str digits = text;
    if (hf_str_ends(text, "k") || hf_str_ends(text, "K"))
        scale = 1000;
    else if (hf_str_ends(text, "M") || hf_str_ends(text, "m"))
        scale = 1000000;
    else if (hf_str_ends(text, "G"))
        scale = 1000000000;
    if (scale > 1)
        digits.len--;
    uint64_t value = 0;
    if (hf_parse_u64(digits, &value)) {
        if (__builtin_mul_overflow(value, scale, &value))
            return false;
        *out = value;
        return true;
    }
    double number = 0;
    if (!hf_parse_double(digits, &number) || number < 0)
        return false;
    number *= (double)scale;
    if (number > 9007199254740992.0 ||
        number != floor(number)) // 2^53: beyond it doubles skip numbers
        return false;
    *out = (uint64_t)number;
    return true;
}

// ---- decimal text ----

typedef struct {
    bool is_negative;
    uint64_t leading;  // the first 19 significant digits
    int leading_count; // how many of them
    hf_str digits;    // all digits with the point somewhere between, from the first significant one
    int digit_count;  // significant digits, at most DIGITS_MAX kept
    bool has_more;    // digits other than zero lie beyond those kept
    int64_t exponent; // value = kept digits as a whole number × 10^exponent
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The digits themselves; false when there are none.
static bool scan_digits(hf_str text, size_t *at, decimal *out)
{
    bool has_digit = false;
    bool has_point = false;
    size_t start = *at;
    for (; *at < text.len; (*at)++) {
        char c = text.ptr[*at];
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(c))
            break;
        has_digit = true;
        if (has_point)
            out->exponent--;
        if (out->digit_count == 0) {
            if (c == '0')
                continue;
            start = *at;
        }
        if (out->digit_count >= DIGITS_MAX) {
            out->exponent++;
            out->has_more |= c != '0';
            continue;
        }
        out->digit_count++;
        if (out->leading_count < 19) {
            out->leading = out->leading * 10 + (uint64_t)(c - '0');
            out->leading_count++;
        }
    }
    out->digits = hf_str_slice(text, start, *at);
    return has_digit;
}

static bool scan_decimal(hf_str text, decimal *out)
{
    *out = (decimal){0};
    size_t at = 0;
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
        out->is_negative = text.ptr[0] == '-';
        at = 1;
    }
    if (!scan_digits(text, &at, out))
        return false;
    if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
        at++;
        bool is_small = at < text.len && text.ptr[at] == '-';
        if (at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+'))
            at++;
        if (at == text.len)
            return false;
        int64_t exponent = 0;
        for (; at < text.len && is_digit(text.ptr[at]); at++) {
            if (exponent < EXPONENT_MAX)
                exponent = exponent * 10 + (text.ptr[at] - '0');
        }
        out->exponent += is_small ? -exponent : exponent;
    }
    return at == text.len;
}

// ---- whole numbers of any size, for the cases that need them ----

typedef struct {
    uint32_t limbs[LIMB_COUNT]; // least first
    int count;
} big;

static void big_multiply_add(big *a, uint32_t factor, uint32_t term)
{
    uint64_t carry = term;
    for (int i = 0; i < a->count; i++) {
        carry += (uint64_t)a->limbs[i] * factor;
        a->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        HF_ASSERT(a->count < LIMB_COUNT);
        a->limbs[a->count++] = (uint32_t)carry;
    }
}

static void big_multiply_power_of_5(big *a, int64_t exponent)
{
    for (; exponent >= 13; exponent -= 13)
        big_multiply_add(a, 1220703125u, 0);
    for (; exponent > 0; exponent--)
        big_multiply_add(a, 5, 0);
}

static void big_shift_left(big *a, int64_t bits)
{
    if (a->count == 0)
        return;
    int whole = (int)(bits / 32);
    big_multiply_add(a, 1u << (bits % 32), 0);
    HF_ASSERT(a->count + whole <= LIMB_COUNT);
    memmove(a->limbs + whole, a->limbs, (size_t)a->count * sizeof a->limbs[0]);
    memset(a->limbs, 0, (size_t)whole * sizeof a->limbs[0]);
    a->count += whole;
}

static int big_compare(const big *a, const big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (int i = a->count - 1; i >= 0; i--) {
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    }
    return 0;
}

// Compares the decimal with m × 2^e. Negative when the decimal is smaller.
static int compare_with_binary(const decimal *d, uint64_t m, int64_t e)
{
    big a = {.count = 0};
    int kept = 0;
    for (size_t i = 0; i < d->digits.len && kept < d->digit_count; i++) {
        char c = d->digits.ptr[i];
        if (c == '.')
            continue;
        big_multiply_add(&a, 10, (uint32_t)(c - '0'));
        kept++;
    }
    big b = {.limbs = {(uint32_t)m, (uint32_t)(m >> 32)},
             .count = m >> 32 != 0 ? 2
                      : m != 0     ? 1
                                   : 0};
    // a × 5^x × 2^x against b × 2^e
    int64_t x = d->exponent;
    if (x >= 0)
        big_multiply_power_of_5(&a, x);
    else
        big_multiply_power_of_5(&b, -x);
    if (x >= e)
        big_shift_left(&a, x - e);
    else
        big_shift_left(&b, e - x);
    int order = big_compare(&a, &b);
    return order == 0 && d->has_more ? 1 : order;
}

static double of_bits(uint64_t bits)
{
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// Significand and exponent of the double with these bits: value = m × 2^e.
static void split_bits(uint64_t bits, uint64_t *m, int64_t *e)
{
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int64_t biased = (int64_t)(bits >> 52 & 0x7FF);
    *m = biased == 0 ? fraction : fraction | (uint64_t)1 << 52;
    *e = (biased == 0 ? 1 : biased) - 1075;
}

static int64_t floor_log2_power_of_10(int64_t k)
{
    return k * 1741647 >> 19;
}

// The double nearest below w × 10^k, and whether the next one may be nearer: is_sure tells that
// rounding is settled. w has its highest bit set after normalising; g is at most one too large in
// its last place.
static uint64_t estimate(uint64_t w, int64_t k, bool is_whole, bool *is_sure)
{
    int leading_zeros = __builtin_clzll(w);
    w <<= leading_zeros;
    const uint64_t *g = powers[k - POWER_FIRST];
    HF_U128 low = (HF_U128)w * g[1];
    HF_U128 high = (HF_U128)w * g[0] + (uint64_t)(low >> 64);
    // Rounding the power up makes the product at most one unit of `high` too large.
    // were cut.
    uint64_t top = (uint64_t)(high >> 64);
    uint64_t rest = (uint64_t)high;
    int64_t exponent = floor_log2_power_of_10(k) - 127 + 128 - leading_zeros; // of top's unit
    if (top >> 63 == 0) {
        top = top << 1 | rest >> 63;
        rest <<= 1;
        exponent--;
    }
    int64_t biased = exponent + 63 + 1023;
    int drop = 11;
    if (biased <= 0) {
        drop += (int)(1 - biased < 60 ? 1 - biased : 60);
        biased = 0;
    }
    if (drop > 63) {
        *is_sure = false;
        return 0;
    }
    uint64_t mask = ((uint64_t)1 << drop) - 1;
    uint64_t half = (uint64_t)1 << (drop - 1);
    uint64_t below = top & mask;
    // Unsure near a tie and near a step; digits that were cut are worth up to 32 units of `top`.
    uint64_t margin = is_whole ? 0 : 40;
    bool near_tie = below + margin + 1 >= half && below <= half + margin;
    bool near_step = below <= margin || below + margin + 1 > mask;
    bool rest_is_safe = is_whole && rest > 8 && rest < UINT64_MAX - 8;
    *is_sure = !(near_tie || near_step) || rest_is_safe;
    uint64_t m = top >> drop;
    if (below > half || (below == half && rest > 8))
        m++;
    else if (below == half)
        *is_sure = false;
    if (biased > 2046)
        return (uint64_t)0x7FF << 52;
    // Adding the significand lets a carry move into the exponent.
    return biased == 0 ? m : ((uint64_t)(biased - 1) << 52) + m;
}

// Moves an estimate that is one or two steps off to the right place, by exact comparison with the
// midpoints.
static uint64_t correct(const decimal *d, uint64_t bits)
{
    const uint64_t infinity = (uint64_t)0x7FF << 52;
    for (;;) {
        uint64_t m = 0;
        int64_t e = 0;
        if (bits < infinity) {
            split_bits(bits, &m, &e);
            int order = compare_with_binary(d, 2 * m + 1, e - 1);
            if (order > 0 || (order == 0 && (m & 1) != 0)) {
                bits++;
                continue;
            }
        }
        if (bits == 0)
            return bits;
        split_bits(bits - 1, &m, &e);
        int order = compare_with_binary(d, 2 * m + 1, e - 1);
        if (order > 0 || (order == 0 && (m & 1) != 0))
            return bits;
        bits--;
    }
}

static double decimal_value(const decimal *d)
{
    static const double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (d->digit_count == 0)
        return 0;
    bool is_whole = d->digit_count == d->leading_count;
    int64_t k = d->exponent + (d->digit_count - d->leading_count);
    if (is_whole && d->leading <= (uint64_t)1 << 53 && k >= -22 && k <= 22)
        return k < 0 ? (double)d->leading / exact[-k] : (double)d->leading * exact[k];
    int64_t magnitude = d->exponent + d->digit_count; // value < 10^magnitude, ≥ 10^(magnitude-1)
    if (magnitude > 309)
        return INFINITY;
    if (magnitude < -323)
        return 0;
    bool is_sure = false;
    uint64_t bits = estimate(d->leading, k, is_whole, &is_sure);
    return of_bits(is_sure ? bits : correct(d, bits));
}

bool hf_parse_double(hf_str text, double *out)
{
    decimal d;
    if (!scan_decimal(text, &d))
        return false;
    double value = decimal_value(&d);
    if (!isfinite(value))
        return false;
    *out = d.is_negative ? -value : value;
    return true;
}

// ---- shortest text ----

static uint64_t round_to_odd(const uint64_t g[2], uint64_t x)
{
    HF_U128 low = (HF_U128)g[1] * x;
    HF_U128 high = (HF_U128)g[0] * x + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1 ? 1u : 0u);
}

// The shortest digits × 10^exponent inside the rounding interval of a positive double, nearest to
// it. Names follow section 9 of the paper.
static uint64_t shortest_digits(uint64_t bits, int64_t *exponent)
{
    uint64_t c = 0;
    int64_t q = 0;
    split_bits(bits, &c, &q);
    bool is_even = c % 2 == 0;
    bool lower_is_closer = (bits & (((uint64_t)1 << 52) - 1)) == 0 && bits >> 52 > 1;
    uint64_t cb_left = 4 * c - 2 + (lower_is_closer ? 1 : 0);
    int64_t k = (q * 1262611 - (lower_is_closer ? 524031 : 0)) >> 22;
    int64_t h = q + floor_log2_power_of_10(-k) + 1;
    const uint64_t *g = powers[-k - POWER_FIRST];
    uint64_t left = round_to_odd(g, cb_left << h);
    uint64_t middle = round_to_odd(g, (4 * c) << h);
    uint64_t right = round_to_odd(g, (4 * c + 2) << h);
    uint64_t lower = left + (is_even ? 0 : 1);
    uint64_t upper = right - (is_even ? 0 : 1);

    uint64_t s = middle / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool below_fits = lower <= 40 * tens;
        bool above_fits = 40 * tens + 40 <= upper;
        if (below_fits != above_fits) {
            *exponent = k + 1;
            return tens + (above_fits ? 1 : 0);
        }
    }
    *exponent = k;
    bool below_fits = lower <= 4 * s;
    bool above_fits = 4 * s + 4 <= upper;
    if (below_fits != above_fits)
        return s + (above_fits ? 1 : 0);
    uint64_t half = 4 * s + 2;
    bool goes_up = middle > half || (middle == half && (s & 1) != 0);
    return s + (goes_up ? 1 : 0);
}

static size_t write_digits(uint64_t value, char *text)
{
    char reversed[20];
    size_t count = 0;
    do {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < count; i++)
        text[i] = reversed[count - 1 - i];
    return count;
}

// Number::toString of ECMA-262: `count` digits, the point behind digit number `point`.
static size_t write_decimal(const char *digits, int count, int point, char *text)
{
    char *at = text;
    if (count <= point && point <= 21) {
        memcpy(at, digits, (size_t)count);
        memset(at + count, '0', (size_t)(point - count));
        return (size_t)point;
    }
    if (0 < point && point <= 21) {
        memcpy(at, digits, (size_t)point);
        at[point] = '.';
        memcpy(at + point + 1, digits + point, (size_t)(count - point));
        return (size_t)count + 1;
    }
    if (-6 < point && point <= 0) {
        memcpy(at, "0.", 2);
        memset(at + 2, '0', (size_t)-point);
        memcpy(at + 2 - point, digits, (size_t)count);
        return (size_t)(2 - point + count);
    }
    *at++ = digits[0];
    if (count > 1) {
        *at++ = '.';
        memcpy(at, digits + 1, (size_t)(count - 1));
        at += count - 1;
    }
    *at++ = 'e';
    *at++ = point > 0 ? '+' : '-';
    at += write_digits((uint64_t)(point > 0 ? point - 1 : 1 - point), at);
    return (size_t)(at - text);
}

size_t hf_format_double(double value, char text[32])
{
    if (!isfinite(value)) {
        const char *name = isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
        memcpy(text, name, strlen(name) + 1);
        return strlen(name);
    }
    size_t len = 0;
    if (value < 0) {
        text[len++] = '-';
        value = -value;
    }
    if (value < 9007199254740992.0 && value == (double)(uint64_t)value) {
        len += write_digits((uint64_t)value, text + len);
        text[len] = 0;
        return len;
    }
    int64_t exponent = 0;
    uint64_t digits = shortest_digits(bits_of(value), &exponent);
    while (digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    char spelled[20];
    size_t count = write_digits(digits, spelled);
    len += write_decimal(spelled, (int)count, (int)count + (int)exponent, text + len);
    text[len] = 0;
    return len;
}
