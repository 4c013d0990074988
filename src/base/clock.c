// SPDX-License-Identifier: Apache-2.0
//
// The system's clocks, and RFC 3339 both ways without any locale or time zone table.
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define YEAR_0000_MS      (-62167219200000) // 0000-01-01T00:00:00.000Z
#define YEAR_9999_LAST_MS 253402300799999   // 9999-12-31T23:59:59.999Z

int64_t hf_clock_now_ms(void)
{
    struct timespec now;
    HF_ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t hf_clock_monotonic_ns(void)
{
    struct timespec now;
    HF_ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Days since 1970-01-01 of a date of the Gregorian calendar; years begin in March, so that the leap
// day is the last of its year (H. Hinnant, "chrono-compatible low-level date algorithms").
static int64_t days_of_date(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

int64_t hf_day_of(int64_t ms)
{
    int64_t rest = ms % HF_DAY_MS;
    return ms - rest - (rest < 0 ? HF_DAY_MS : 0);
}

void hf_time_format(int64_t ms, char text[32])
{
    uint32_t rest = (uint32_t)(ms - hf_day_of(ms));
    int64_t year = 0;
    int month = 0;
    int day = 0;
    date_of_days(hf_day_of(ms) / HF_DAY_MS, &year, &month, &day);
    // Remainders where nothing is cut: they tell the compiler that it fits.
    (void)snprintf(text, 32, "%04d-%02u-%02uT%02u:%02u:%02u.%03uZ", (int)year,
                   (unsigned)month % 100, (unsigned)day % 100, rest / 3600000 % 24,
                   rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
}

// Reads exactly `count` digits at *at and moves behind them.
static bool take_digits(hf_str text, size_t *at, size_t count, int *out)
{
    if (text.len - *at < count)
        return false;
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        char c = text.ptr[*at + i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *at += count;
    *out = value;
    return true;
}

static bool take_byte(hf_str text, size_t *at, const char *any_of)
{
    for (; *at < text.len && *any_of != 0; any_of++) {
        if (text.ptr[*at] == *any_of) {
            (*at)++;
            return true;
        }
    }
    return false;
}

static int days_in_month(int64_t year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return lengths[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

int64_t hf_time_add_months(int64_t ms, int64_t months)
{
    int64_t rest = ms - hf_day_of(ms);
    int64_t year = 0;
    int month = 0, day = 0;
    date_of_days((ms - rest) / HF_DAY_MS, &year, &month, &day);
    int64_t count = year * 12 + month - 1 + months; // months since the year 0
    int64_t shifted = count % 12 + (count % 12 < 0 ? 12 : 0);
    year = (count - shifted) / 12;
    month = (int)shifted + 1;
    int last = days_in_month(year, month);
    return days_of_date(year, month, day < last ? day : last) * HF_DAY_MS + rest;
}

static bool take_date(hf_str text, size_t *at, int64_t *days)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_digits(text, at, 4, &year) || !take_byte(text, at, "-") ||
        !take_digits(text, at, 2, &month) || !take_byte(text, at, "-") ||
        !take_digits(text, at, 2, &day) || month < 1 || month > 12 || day < 1)
        return false;
    if (day > days_in_month(year, month))
        return false;
    *days = days_of_date(year, month, day);
    return true;
}

// ".5", ".123456": digits beyond milliseconds are dropped.
static bool take_fraction(hf_str text, size_t *at, int *ms)
{
    *ms = 0;
    if (!take_byte(text, at, "."))
        return true;
    int scale = 100;
    size_t start = *at;
    for (int digit = 0; *at < text.len && take_digits(text, at, 1, &digit); scale /= 10)
        *ms += digit * scale;
    return *at > start;
}

static bool take_offset(hf_str text, size_t *at, int *minutes)
{
    *minutes = 0;
    if (take_byte(text, at, "Zz"))
        return true;
    bool is_west = *at < text.len && text.ptr[*at] == '-';
    int hours = 0;
    int rest = 0;
    if (!take_byte(text, at, "+-") || !take_digits(text, at, 2, &hours) ||
        !take_byte(text, at, ":") || !take_digits(text, at, 2, &rest) || hours > 23 || rest > 59)
        return false;
    *minutes = (hours * 60 + rest) * (is_west ? -1 : 1);
    return true;
}

bool hf_time_parse(hf_str text, int64_t *ms)
{
    size_t at = 0;
    int64_t days = 0;
    if (!take_date(text, &at, &days))
        return false;
    if (at == text.len) {
        *ms = days * HF_DAY_MS;
        return true;
    }
    int hour = 0;
    int minute = 0;
    int second = 0;
    int fraction = 0;
    int offset = 0;
    if (!take_byte(text, &at, "Tt ") || !take_digits(text, &at, 2, &hour) ||
        !take_byte(text, &at, ":") || !take_digits(text, &at, 2, &minute) ||
        !take_byte(text, &at, ":") || !take_digits(text, &at, 2, &second) ||
        !take_fraction(text, &at, &fraction) || !take_offset(text, &at, &offset) || at != text.len)
        return false;
    // A leap second (60) is accepted and counts as the next second, as POSIX time does.
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t whole =
        days * HF_DAY_MS + (((int64_t)hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
    // Zone and leap second may lead out of the years that can be written.
    if (whole < YEAR_0000_MS || whole > YEAR_9999_LAST_MS)
        return false;
    *ms = whole;
    return true;
}
