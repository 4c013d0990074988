// SPDX-License-Identifier: Apache-2.0
//
// Counts occurrences by means and period, compares, and finds traces without an answer. See weapons.h.
#include "usecase/weapons.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"
#include "usecase/names.h"
#include "usecase/record.h"

const char *const hf_weapons_period_words[] = {"year", "quarter", "month", NULL};
static const struct {
    int64_t months;
    uint32_t count; // unless said
} periods[] = {{12, 5}, {3, 8}, {1, 12}};

typedef HF_VEC(double) day_list;

// --- what is asked ---------------------------------------------------------------------------------------

static bool take_wanted(const hf_weapons_wanted *wanted, hf_weapons *out, hf_error *err)
{
    out->period = wanted->period.len == 0 ? 0 : hf_word_at(hf_weapons_period_words, wanted->period);
    out->kind = hf_word_at(hf_occurrence_kind_words, wanted->kind);
    if (out->period == HF_WORD_NONE || (wanted->kind.len > 0 && out->kind == HF_WORD_NONE))
        return hf_fail(err, HF_ERR_USAGE, "weapons.asked",
                       "'%.*s' is not a word of this list; see help",
                       HF_STR_ARG(out->period == HF_WORD_NONE ? wanted->period : wanted->kind));
    out->period_count = wanted->periods == 0 ? periods[out->period].count : wanted->periods;
    if (out->period_count < 2 || out->period_count > HF_WEAPONS_PERIODS_MAX)
        return hf_fail(err, HF_ERR_USAGE, "weapons.asked", "ask for 2 to %u periods",
                       HF_WEAPONS_PERIODS_MAX);
    return true;
}

// Where the period begins in which `now_ms` lies, by the calendar in UTC.
static int64_t begin_of(int64_t now_ms, int64_t months)
{
    char text[32];
    int64_t year = 0;
    hf_time_format(now_ms, text);
    int64_t month = (text[5] - '0') * 10 + (text[6] - '0') - 1;
    memcpy(text + 5, "01-01", 6);
    bool is_read = hf_time_parse(hf_str_of(text), &year);
    HF_ASSERT(is_read);
    return hf_time_add_months(year, month / months * months);
}

static void set_periods(hf_weapons *out, int64_t now_ms)
{
    int64_t months = periods[out->period].months;
    out->starts[out->period_count] = begin_of(now_ms, months);
    for (uint32_t i = 0; i < out->period_count; i++)
        out->starts[i] = hf_time_add_months(out->starts[out->period_count],
                                            -months * (int64_t)(out->period_count - i));
}

// --- counting --------------------------------------------------------------------------------------------

static void count_trace(hf_means_trend *trend, day_list *days, const hf_occurrence *each,
                        hf_arena *arena)
{
    bool is_answered = each->trace == HF_TRACE_TRACED || each->trace == HF_TRACE_UNTRACED;
    trend->traceable += each->trace != HF_TRACE_NOT_POSSIBLE;
    trend->asked += is_answered || each->trace == HF_TRACE_REQUESTED;
    trend->answered += is_answered;
    trend->traced += each->trace == HF_TRACE_TRACED;
    if (is_answered && each->trace_requested_at != HF_INTEGER_NONE &&
        each->trace_answered_at != HF_INTEGER_NONE)
        HF_VEC_ADD(arena, days,
                   (double)(each->trace_answered_at - each->trace_requested_at) /
                       (double)HF_DAY_MS);
}

// Which of the periods; period_count of the running one, beyond it none.
static uint32_t period_of(const hf_weapons *out, int64_t at, int64_t now_ms)
{
    uint32_t i = out->period_count;
    if (at < out->starts[0] || at > now_ms)
        return UINT32_MAX;
    while (at < out->starts[i])
        i--;
    return i;
}

static int by_bytes(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

static double median_of(day_list *days)
{
    if (days->count == 0)
        return NAN;
    qsort(days->items, days->count, sizeof *days->items, by_size);
    return (days->items[(days->count - 1) / 2] + days->items[days->count / 2]) / 2;
}

static int longest_open_first(const void *a, const void *b)
{
    const hf_occurrence *one = *(const hf_occurrence *const *)a;
    const hf_occurrence *two = *(const hf_occurrence *const *)b;
    // A request without its day is as old as the occurrence.
    int64_t at_one =
        one->trace_requested_at != HF_INTEGER_NONE ? one->trace_requested_at : one->occurred_at;
    int64_t at_two =
        two->trace_requested_at != HF_INTEGER_NONE ? two->trace_requested_at : two->occurred_at;
    if (at_one != at_two)
        return at_one < at_two ? -1 : 1;
    return hf_str_compare_natural(one->head.key, two->head.key);
}

// Each once; what is asked for leaves it as it is, so that another can be chosen.
static void list_regions(hf_weapons *out, const hf_page *page, hf_arena *arena)
{
    hf_str *regions = HF_NEW_N(arena, hf_str, page->count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++)
        regions[i] = ((const hf_occurrence *)page->records[i])->region;
    if (page->count > 0)
        qsort(regions, page->count, sizeof *regions, by_bytes);
    for (size_t i = 0; i < page->count; i++)
        if (regions[i].len > 0 && (kept == 0 || !hf_str_equal(regions[kept - 1], regions[i])))
            regions[kept++] = regions[i];
    out->regions = regions;
    out->region_count = kept;
}

// Leaves in the page what is of the regions.
static void keep_inside(hf_page *page, const hf_str *regions, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++)
        if (hf_is_region_of(regions, count, ((const hf_occurrence *)page->records[i])->region))
            page->records[kept++] = page->records[i];
    page->count = kept;
}

static void count_all(hf_weapons *out, const hf_page *page, int64_t now_ms, hf_arena *arena)
{
    day_list days[HF_MEANS_COUNT] = {0};
    out->open_traces = HF_NEW_N(arena, const hf_occurrence *, page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        const hf_occurrence *each = page->records[i];
        if (each->status == HF_OCCURRENCE_DISMISSED ||
            (out->kind != HF_WORD_NONE && each->kind != out->kind))
            continue;
        hf_means_trend *trend = &out->means[each->means];
        uint32_t period = period_of(out, each->occurred_at, now_ms);
        if (each->head.marking > out->marking)
            out->marking = each->head.marking;
        if (each->trace == HF_TRACE_REQUESTED)
            out->open_traces[out->open_trace_count++] = each;
        if (period == UINT32_MAX)
            continue;
        *(period == out->period_count ? &trend->running : &trend->counts[period]) += 1;
        count_trace(trend, &days[each->means], each, arena);
    }
    for (size_t i = 0; i < HF_MEANS_COUNT; i++)
        out->means[i].median_days = median_of(&days[i]);
    if (out->open_trace_count > 0)
        qsort(out->open_traces, out->open_trace_count, sizeof(void *), longest_open_first);
}

// The newest period against all earlier ones together. How many means are compared is known, so that one of twelve does not
// seem to rise by chance alone.
static void compare(hf_weapons *out)
{
    double p[HF_MEANS_COUNT];
    bool shown[HF_MEANS_COUNT];
    size_t at[HF_MEANS_COUNT], count = 0;
    uint32_t newest = out->period_count - 1;
    double newer_days = (double)(out->starts[newest + 1] - out->starts[newest]) / (double)HF_DAY_MS;
    double older_days = (double)(out->starts[newest] - out->starts[0]) / (double)HF_DAY_MS;
    for (size_t i = 0; i < HF_MEANS_COUNT; i++) {
        hf_means_trend *trend = &out->means[i];
        for (uint32_t k = 0; k <= newest; k++)
            trend->intervals[k] = hf_count_interval(trend->counts[k]);
        for (uint32_t k = 0; k < newest; k++)
            trend->earlier += trend->counts[k];
        trend->change =
            hf_rate_compare(trend->counts[newest], newer_days, trend->earlier, older_days);
        trend->trend = isnan(trend->change.ratio) ? HF_TREND_NOTHING : HF_TREND_NOT_SHOWN;
        if (trend->trend == HF_TREND_NOT_SHOWN) {
            at[count] = i;
            p[count++] = trend->change.p;
        }
    }
    hf_rates_shown(p, count, shown);
    for (size_t i = 0; i < count; i++)
        if (shown[i])
            out->means[at[i]].trend =
                out->means[at[i]].change.ratio > 1 ? HF_TREND_UP : HF_TREND_DOWN;
}

bool hf_weapons_read(const hf_session *session, const hf_weapons_wanted *wanted, hf_arena *arena,
                     hf_weapons *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_query query = {.noun = &hf_noun_occurrence};
    hf_page page = {0};
    *out = (hf_weapons){.marking = -1};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_occurrence, NULL, err) ||
        !take_wanted(wanted, out, err) || !hf_read_begin(session->store, &read, err))
        return false;
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    const hf_str *regions = NULL;
    size_t region_count = 0;
    if (!hf_known_regions_inside(session, read, wanted->region, arena, &regions, &region_count,
                                 err) ||
        !hf_list_all(read, &query, arena, &page, err))
        return false;
    list_regions(out, &page, arena);
    if (wanted->region.len > 0)
        keep_inside(&page, regions, region_count);
    set_periods(out, session->now_ms);
    count_all(out, &page, session->now_ms, arena);
    compare(out);
    return hf_find_counters(session, read, wanted->with_counters, arena, out, err);
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_change(const hf_means_trend *trend, hf_json_writer *out)
{
    static const char *const words[] = {
        [HF_TREND_NOTHING] = "nothing", [HF_TREND_NOT_SHOWN] = "not_shown", "up", "down"};
    hf_json_name(out, "change");
    hf_json_begin_object(out);
    hf_json_put_str(out, "trend", hf_str_of(words[trend->trend]));
    hf_json_put_double(out, "ratio", trend->change.ratio);
    hf_json_put_double(out, "low", trend->change.interval.low);
    hf_json_put_double(out, "high", trend->change.interval.high);
    hf_json_put_double(out, "p", trend->change.p);
    hf_json_end_object(out);
}

static void write_means(const hf_weapons *weapons, size_t i, hf_json_writer *out)
{
    const hf_means_trend *trend = &weapons->means[i];
    hf_json_begin_object(out);
    hf_json_put_str(out, "means", hf_str_of(hf_means_words[i]));
    hf_json_name(out, "counts");
    hf_json_begin_array(out);
    for (uint32_t k = 0; k < weapons->period_count; k++) {
        hf_json_begin_object(out);
        hf_json_put_u64(out, "count", trend->counts[k]);
        hf_json_put_double(out, "low", trend->intervals[k].low);
        hf_json_put_double(out, "high", trend->intervals[k].high);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_put_u64(out, "running", trend->running);
    hf_json_put_u64(out, "earlier", trend->earlier);
    write_change(trend, out);
    hf_json_put_u64(out, "traceable", trend->traceable);
    hf_json_put_u64(out, "asked", trend->asked);
    hf_json_put_u64(out, "answered", trend->answered);
    hf_json_put_u64(out, "traced", trend->traced);
    hf_json_put_double(out, "median_days", trend->median_days);
    for (size_t k = 0; k < HF_COUNTER_STATE_COUNT; k++)
        hf_json_put_u64(out, hf_counter_state_words[k], trend->counters[k]);
    hf_json_end_object(out);
}

void hf_write_weapons(const hf_session *session, const hf_weapons *weapons, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "period", hf_str_of(hf_weapons_period_words[weapons->period]));
    hf_json_name(out, "kind");
    hf_json_add_z(out,
                  weapons->kind == HF_WORD_NONE ? NULL : hf_occurrence_kind_words[weapons->kind]);
    hf_json_name(out, "periods");
    hf_json_begin_array(out);
    for (uint32_t k = 0; k < weapons->period_count; k++) {
        hf_json_begin_object(out);
        hf_noun_write_time(out, "starts_at", weapons->starts[k]);
        hf_noun_write_time(out, "ends_at", weapons->starts[k + 1]);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "means");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_MEANS_COUNT; i++)
        write_means(weapons, i, out);
    hf_json_end_array(out);
    hf_json_put_u64(out, "open_trace_count", weapons->open_trace_count);
    hf_json_name(out, "open_traces");
    hf_json_begin_array(out);
    for (size_t i = 0; i < weapons->open_trace_count && i < HF_OPEN_TRACES_MAX; i++)
        hf_write_record(session, &hf_noun_occurrence, weapons->open_traces[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "regions");
    hf_json_begin_array(out);
    for (size_t i = 0; i < weapons->region_count; i++)
        hf_json_add_str(out, weapons->regions[i]);
    hf_json_end_array(out);
    hf_write_counters(weapons, out);
    hf_json_end_object(out);
}
