// SPDX-License-Identifier: Apache-2.0
//
// Counting, keeping and judging what accounts read. See reading.h.
#include "usecase/reading.h"

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "usecase/settings.h"

#define HOUR_MS      INT64_C(3600000)
#define MINUTE_MS    INT64_C(60000)
#define ACCOUNTS_MAX 10000u // more share the last place

const char *const hf_reading_words[] = {"records", "searches", "exports",
                                        "refused", "places",   NULL};

// Below these a day is no alarm, however quiet the account was before. 0 = never one.
static const uint64_t day_floors[HF_READING_KINDS] = {[HF_READING_RECORDS] = 2000,
                                                      [HF_READING_SEARCHES] = 500,
                                                      [HF_READING_EXPORTS] = 10,
                                                      [HF_READING_PLACES] = 20000};

// Places have rules of their own, under the same words: a look at the map must not use up the alarm of records. Kept by
// number: new ones stand last.
typedef enum {
    RULE_CEILING,
    RULE_HISTORY,
    RULE_REFUSED,
    RULE_HOURS,
    RULE_PLACES_CEILING,
    RULE_PLACES_HISTORY,
    RULE_COUNT
} rule;
static const char *const rule_words[RULE_COUNT] = {"ceiling", "history", "refused",
                                                   "hours",   "ceiling", "history"};

// What is set, as it was at the last settling.
typedef struct {
    uint64_t records_per_hour, refused_per_hour; // 0 = no such alarm
    int32_t from_hour, until_hour;               // equal = any hour is usual
    bool pauses;
    uint64_t requests_per_minute, bytes_per_day; // 0 = no limit
    uint64_t records_per_day;                    // told by lists; 0 = no limit
} rules;

typedef struct {
    hf_str account;
    uint64_t pending[HF_READING_KINDS]; // since the last settling
    int64_t minute, day;
    uint64_t requests, bytes; // of that minute, of that day
    int64_t settled_day;
    uint64_t settled; // records of that day
} slot;

struct hf_readings {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    hf_map places;
    HF_VEC(slot) slots;
    rules rules;
};

hf_readings *hf_readings_open(void)
{
    hf_arena own = {0};
    hf_readings *readings = HF_NEW(&own, hf_readings);
    readings->own = own;
    readings->places = hf_map_of(&readings->own, 64);
    (void)pthread_mutex_init(&readings->lock, NULL);
    return readings;
}

void hf_readings_close(hf_readings **readings)
{
    if (*readings == NULL)
        return;
    (void)pthread_mutex_destroy(&(*readings)->lock);
    hf_arena own = (*readings)->own;
    hf_arena_done(&own);
    *readings = NULL;
}

// --- counting ----------------------------------------------------------------------------------------------

// Under the lock.
static slot *slot_of(hf_readings *readings, hf_str account)
{
    uint32_t place = 0;
    if (hf_map_get(&readings->places, account, &place))
        return &readings->slots.items[place];
    if (readings->slots.count < ACCOUNTS_MAX) {
        slot fresh = {.account = hf_str_copy(&readings->own, account)};
        HF_VEC_ADD(&readings->own, &readings->slots, fresh);
        hf_map_set(&readings->places, fresh.account, (uint32_t)(readings->slots.count - 1));
    }
    return &readings->slots.items[readings->slots.count - 1];
}

void hf_reading_add(hf_readings *readings, hf_str account, hf_reading_kind kind, uint64_t count,
                    int64_t now_ms)
{
    (void)now_ms;
    (void)pthread_mutex_lock(&readings->lock);
    slot_of(readings, account)->pending[kind] += count;
    (void)pthread_mutex_unlock(&readings->lock);
}

static bool fail_limit(const char *code, int64_t until_ms, int64_t now_ms, uint32_t *retry_s,
                       hf_error *err)
{
    *retry_s = (uint32_t)((until_ms - now_ms) / 1000 + 1);
    return hf_fail(err, HF_ERR_BUSY, code,
                   "this account asks for more than its share; try again in %u seconds", *retry_s);
}

bool hf_reading_may_ask(hf_readings *readings, hf_str account, uint64_t bytes, int64_t now_ms,
                        uint32_t *retry_s, hf_error *err)
{
    bool may_ask = true;
    (void)pthread_mutex_lock(&readings->lock);
    const rules *set = &readings->rules;
    slot *who = slot_of(readings, account);
    if (who->minute != now_ms / MINUTE_MS) {
        who->minute = now_ms / MINUTE_MS;
        who->requests = 0;
    }
    if (who->day != now_ms / HF_DAY_MS) {
        who->day = now_ms / HF_DAY_MS;
        who->bytes = 0;
    }
    if (set->requests_per_minute > 0 && who->requests >= set->requests_per_minute)
        may_ask = fail_limit("limit.requests", (who->minute + 1) * MINUTE_MS, now_ms, retry_s, err);
    else if (set->bytes_per_day > 0 && bytes > 0 && who->bytes + bytes > set->bytes_per_day)
        may_ask = fail_limit("limit.bytes", (who->day + 1) * HF_DAY_MS, now_ms, retry_s, err);
    if (may_ask) {
        who->requests++;
        who->bytes += bytes;
    }
    (void)pthread_mutex_unlock(&readings->lock);
    return may_ask;
}

bool hf_reading_may_go_on(hf_readings *readings, hf_str account, int64_t now_ms, hf_error *err)
{
    (void)pthread_mutex_lock(&readings->lock);
    const slot *who = slot_of(readings, account);
    uint64_t most = readings->rules.records_per_day;
    uint64_t told = who->pending[HF_READING_RECORDS] +
                    (who->settled_day == now_ms / HF_DAY_MS ? who->settled : 0);
    (void)pthread_mutex_unlock(&readings->lock);
    return most == 0 || told <= most ||
           hf_fail(err, HF_ERR_PERMISSION, "release.needed",
                   "this account was told of more than %llu records today; first pages are still "
                   "there, and for more ask for the release of an export",
                   (unsigned long long)most);
}

// --- what is kept of an account ----------------------------------------------------------------------------

typedef struct {
    int64_t day; // since 1970
    uint64_t counts[HF_READING_KINDS];
} day_counts;

typedef struct {
    int64_t hour; // since 1970
    uint64_t in_hour[HF_READING_KINDS];
    day_counts days[HF_READING_DAYS + 1]; // oldest first; the last may be today
    size_t day_count;
    int64_t told[RULE_COUNT]; // day of the last alarm
} history;

static hf_str name_of(hf_str account, hf_arena *arena)
{
    return hf_str_format(arena, "reading/%.*s", HF_STR_ARG(account));
}

static int64_t integer(const hf_json *item)
{
    return item != NULL && item->type == HF_JSON_INT ? item->integer : 0;
}

static void read_counts(const hf_json *item, uint64_t counts[HF_READING_KINDS])
{
    for (size_t i = 0; i < HF_READING_KINDS && item != NULL; i++, item = item->next)
        counts[i] = integer(item) > 0 ? (uint64_t)integer(item) : 0;
}

static bool read_history(hf_read *read, hf_str account, history *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_error unused = {0};
    hf_json *json = NULL;
    hf_str text;
    *out = (history){0};
    if (!hf_setting_get(read, hf_str_z(&scratch, name_of(account, &scratch)), &scratch, &text, err))
        return false;
    if (text.len == 0 || !hf_json_parse(text, &scratch, &json, &unused))
        return true; // nothing is known yet
    const hf_json *in_hour = hf_json_get(json, "in_hour");
    const hf_json *days = hf_json_get(json, "days");
    const hf_json *told = hf_json_get(json, "told");
    out->hour = integer(hf_json_get(json, "hour"));
    read_counts(in_hour != NULL ? in_hour->child : NULL, out->in_hour);
    for (const hf_json *day = days != NULL ? days->child : NULL;
         day != NULL && out->day_count < HF_COUNT(out->days); day = day->next) {
        day_counts *into = &out->days[out->day_count++];
        into->day = integer(day->child);
        read_counts(day->child != NULL ? day->child->next : NULL, into->counts);
    }
    const hf_json *item = told != NULL ? told->child : NULL;
    for (size_t i = 0; i < RULE_COUNT && item != NULL; i++, item = item->next)
        out->told[i] = integer(item);
    return true;
}

static void write_counts(const uint64_t counts[HF_READING_KINDS], hf_json_writer *w)
{
    for (size_t i = 0; i < HF_READING_KINDS; i++)
        hf_json_add_u64(w, counts[i]);
}

static bool keep_history(hf_tx *tx, hf_str account, const history *h, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_json_writer w = {.out = &text};
    hf_json_begin_object(&w);
    hf_json_name(&w, "hour");
    hf_json_add_i64(&w, h->hour);
    hf_json_name(&w, "in_hour");
    hf_json_begin_array(&w);
    write_counts(h->in_hour, &w);
    hf_json_end_array(&w);
    hf_json_name(&w, "days");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < h->day_count; i++) {
        hf_json_begin_array(&w);
        hf_json_add_i64(&w, h->days[i].day);
        write_counts(h->days[i].counts, &w);
        hf_json_end_array(&w);
    }
    hf_json_end_array(&w);
    hf_json_name(&w, "told");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < RULE_COUNT; i++)
        hf_json_add_i64(&w, h->told[i]);
    hf_json_end_array(&w);
    hf_json_end_object(&w);
    HF_ASSERT(!text.overflow);
    return hf_setting_set(tx, hf_str_z(&scratch, name_of(account, &scratch)), hf_buf_str(&text),
                          err);
}

bool hf_forget_reading(hf_tx *tx, hf_str account, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    return hf_setting_set(tx, hf_str_z(&scratch, name_of(account, &scratch)), (hf_str){NULL, 0},
                          err);
}

// Moves on to this hour and day. A clock that was set back counts into the newest day that is known.
static day_counts *turn_to(history *h, int64_t now_ms)
{
    int64_t hour = now_ms / HOUR_MS, today = now_ms / HF_DAY_MS;
    if (hour > h->hour) {
        h->hour = hour;
        memset(h->in_hour, 0, sizeof(h->in_hour));
    }
    if (h->day_count > 0 && h->days[h->day_count - 1].day >= today)
        return &h->days[h->day_count - 1];
    size_t gone = 0;
    while (gone < h->day_count && h->days[gone].day < today - (int64_t)HF_READING_DAYS)
        gone++;
    if (gone == 0 && h->day_count == HF_COUNT(h->days))
        gone = 1;
    memmove(h->days, h->days + gone, (h->day_count - gone) * sizeof(*h->days));
    h->day_count -= gone;
    h->days[h->day_count] = (day_counts){.day = today};
    return &h->days[h->day_count++];
}

// The mean of the earlier days on which the account did any of it. days: how many they were
static uint64_t usual(const history *h, int64_t today, hf_reading_kind kind, size_t *days)
{
    uint64_t sum = 0;
    *days = 0;
    for (size_t i = 0; i < h->day_count; i++) {
        if (h->days[i].day >= today || h->days[i].counts[kind] == 0)
            continue;
        sum += h->days[i].counts[kind];
        (*days)++;
    }
    return *days > 0 ? sum / *days : 0;
}

// --- judging -----------------------------------------------------------------------------------------------

typedef struct {
    const hf_session *session;
    hf_tx *tx;
    const rules *rules;
    hf_str account;
    history *kept;
    bool is_alarmed;
} judging;

static bool alarm(judging *j, rule broken, hf_reading_kind kind, const char *within, uint64_t count,
                  uint64_t limit, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer w = {.out = &detail};
    int64_t today = j->session->now_ms / HF_DAY_MS;
    if (j->kept->told[broken] == today)
        return true;
    j->kept->told[broken] = today;
    j->is_alarmed |= broken != RULE_REFUSED;
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "rule", hf_str_of(rule_words[broken]));
    hf_json_put_str(&w, "what", hf_str_of(hf_reading_words[kind]));
    hf_json_put_str(&w, "within", hf_str_of(within));
    hf_json_put_u64(&w, "count", count);
    hf_json_put_u64(&w, "limit", limit);
    hf_json_end_object(&w);
    return hf_note(j->tx, j->session, "alarm.reading", &hf_noun_user, j->account, HF_STR_EMPTY,
                   hf_buf_str(&detail), err);
}

static bool is_within_hours(const rules *set, int64_t now_ms)
{
    int32_t hour = (int32_t)(now_ms / HOUR_MS % 24);
    if (set->from_hour == set->until_hour)
        return true;
    return set->from_hour < set->until_hour ? hour >= set->from_hour && hour < set->until_hour
                                            : hour >= set->from_hour || hour < set->until_hour;
}

static bool judge(judging *j, const day_counts *today, hf_error *err)
{
    const rules *set = j->rules;
    const uint64_t *in_hour = j->kept->in_hour;
    uint64_t records = in_hour[HF_READING_RECORDS], refused = in_hour[HF_READING_REFUSED];
    uint64_t places = in_hour[HF_READING_PLACES];
    uint64_t places_max = set->records_per_hour * HF_READING_PLACES_PER_RECORD;
    if (set->records_per_hour > 0 && records > set->records_per_hour &&
        !alarm(j, RULE_CEILING, HF_READING_RECORDS, "hour", records, set->records_per_hour, err))
        return false;
    if (places_max > 0 && places > places_max &&
        !alarm(j, RULE_PLACES_CEILING, HF_READING_PLACES, "hour", places, places_max, err))
        return false;
    if (set->refused_per_hour > 0 && refused > set->refused_per_hour &&
        !alarm(j, RULE_REFUSED, HF_READING_REFUSED, "hour", refused, set->refused_per_hour, err))
        return false;
    if (records > HF_READING_FLOOR_HOUR && !is_within_hours(set, j->session->now_ms) &&
        !alarm(j, RULE_HOURS, HF_READING_RECORDS, "hour", records, HF_READING_FLOOR_HOUR, err))
        return false;
    for (hf_reading_kind kind = HF_READING_RECORDS; kind < HF_READING_KINDS; kind++) {
        size_t days = 0;
        uint64_t limit = usual(j->kept, today->day, kind, &days) * HF_READING_TIMES;
        if (limit < day_floors[kind])
            limit = day_floors[kind];
        if (day_floors[kind] > 0 && days >= HF_READING_DAYS_MIN && today->counts[kind] > limit &&
            !alarm(j, kind == HF_READING_PLACES ? RULE_PLACES_HISTORY : RULE_HISTORY, kind, "day",
                   today->counts[kind], limit, err))
            return false;
    }
    return true;
}

// Until somebody who may lifts it.
static bool pause_account(judging *j, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *record = NULL;
    hf_put_outcome outcome = HF_PUT_CHANGED;
    if (!j->rules->pauses || !j->is_alarmed)
        return true;
    if (!hf_store_get(hf_tx_read(j->tx), &hf_noun_user, j->account, &scratch, &record, err))
        return false;
    hf_user *user = record;
    if (user == NULL || user->is_paused)
        return true;
    user->is_paused = true;
    return hf_store_put(j->tx, &hf_noun_user, user, HF_VERSION_ANY, &outcome, err) &&
           hf_note(j->tx, j->session, "user.paused", &hf_noun_user, j->account, HF_STR_EMPTY,
                   HF_STR_EMPTY, err);
}

// who->settled  out: of today
static bool settle_one(const hf_session *session, hf_tx *tx, const rules *set, slot *who,
                       hf_error *err)
{
    history kept;
    judging j = {.session = session, .tx = tx, .rules = set, .account = who->account};
    if (!read_history(hf_tx_read(tx), who->account, &kept, err))
        return false;
    j.kept = &kept;
    day_counts *today = turn_to(&kept, session->now_ms);
    for (size_t i = 0; i < HF_READING_KINDS; i++) {
        kept.in_hour[i] += who->pending[i];
        today->counts[i] += who->pending[i];
    }
    who->settled_day = today->day;
    who->settled = today->counts[HF_READING_RECORDS];
    return judge(&j, today, err) && pause_account(&j, err) &&
           keep_history(tx, who->account, &kept, err);
}

// --- settling ----------------------------------------------------------------------------------------------

static bool read_hours(hf_read *read, rules *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str text;
    uint64_t from = 0, until = 0;
    if (!hf_setting_now(read, HF_INSTANCE_ALARM_HOURS, &scratch, &text, err))
        return false;
    size_t dash = hf_str_find_byte(text, '-', 0);
    bool is_set = hf_parse_u64(hf_str_slice(text, 0, dash), &from) &&
                  hf_parse_u64(hf_str_slice(text, dash + 1, text.len), &until) && from < 24 &&
                  until <= 24;
    out->from_hour = is_set ? (int32_t)from : 0;
    out->until_hour = is_set ? (int32_t)until : 0;
    return true;
}

static bool read_rules(hf_read *read, rules *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint64_t megabytes = 0;
    hf_str pauses;
    if (!hf_setting_count(read, HF_INSTANCE_ALARM_RECORDS, &out->records_per_hour, err) ||
        !hf_setting_count(read, HF_INSTANCE_ALARM_REFUSED, &out->refused_per_hour, err) ||
        !hf_setting_count(read, HF_INSTANCE_LIMIT_REQUESTS, &out->requests_per_minute, err) ||
        !hf_setting_count(read, HF_INSTANCE_LIMIT_MEGABYTES, &megabytes, err) ||
        !hf_setting_count(read, HF_INSTANCE_BULK_READS, &out->records_per_day, err) ||
        !hf_setting_now(read, HF_INSTANCE_ALARM_PAUSE, &scratch, &pauses, err))
        return false;
    out->bytes_per_day = megabytes << 20;
    out->pauses = hf_str_equal_z(pauses, "on");
    return read_hours(read, out, err);
}

// A copy of what is pending, which is then gone from the book.
static size_t take_pending(hf_readings *readings, const rules *set, hf_arena *arena, slot **out)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&readings->lock);
    readings->rules = *set;
    *out = HF_NEW_N(arena, slot, readings->slots.count + 1);
    for (size_t i = 0; i < readings->slots.count; i++) {
        slot *who = &readings->slots.items[i];
        uint64_t any = 0;
        for (size_t k = 0; k < HF_READING_KINDS; k++)
            any |= who->pending[k];
        if (any == 0)
            continue;
        (*out)[count++] = *who;
        memset(who->pending, 0, sizeof(who->pending));
    }
    (void)pthread_mutex_unlock(&readings->lock);
    return count;
}

static void give_back(hf_readings *readings, const slot *list, size_t count)
{
    (void)pthread_mutex_lock(&readings->lock);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < HF_READING_KINDS; k++)
            slot_of(readings, list[i].account)->pending[k] += list[i].pending[k];
    (void)pthread_mutex_unlock(&readings->lock);
}

static void keep_settled(hf_readings *readings, const slot *list, size_t count)
{
    (void)pthread_mutex_lock(&readings->lock);
    for (size_t i = 0; i < count; i++) {
        slot *who = slot_of(readings, list[i].account);
        who->settled_day = list[i].settled_day;
        who->settled = list[i].settled;
    }
    (void)pthread_mutex_unlock(&readings->lock);
}

static bool settle_all(const hf_session *session, const rules *set, slot *list, size_t count,
                       hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    if (!hf_tx_begin_now(session->store, session->now_ms, &tx, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!settle_one(session, tx, set, &list[i], err))
            return false;
    return hf_tx_commit(&tx, err);
}

bool hf_readings_settle(const hf_session *session, hf_readings *readings, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    rules set = {0};
    slot *list = NULL;
    if (!hf_read_begin(session->store, &read, err) || !read_rules(read, &set, err))
        return false;
    hf_read_end(&read);
    size_t count = take_pending(readings, &set, &scratch, &list);
    if (count == 0)
        return true;
    if (!settle_all(session, &set, list, count, err)) {
        give_back(readings, list, count);
        return false;
    }
    keep_settled(readings, list, count);
    return true;
}

// --- showing -----------------------------------------------------------------------------------------------

static void write_named(const char *name, const uint64_t counts[HF_READING_KINDS],
                        hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_object(out);
    for (size_t i = 0; i < HF_READING_KINDS; i++)
        hf_json_put_u64(out, hf_reading_words[i], counts[i]);
    hf_json_end_object(out);
}

static bool write_account(const hf_session *session, hf_read *read, const hf_user *user,
                          hf_json_writer *out, hf_error *err)
{
    history kept;
    uint64_t mean[HF_READING_KINDS];
    size_t days = 0;
    if (!read_history(read, user->head.key, &kept, err))
        return false;
    const day_counts *today = turn_to(&kept, session->now_ms);
    for (hf_reading_kind kind = HF_READING_RECORDS; kind < HF_READING_KINDS; kind++)
        mean[kind] = usual(&kept, today->day, kind, &days);
    (void)usual(&kept, today->day, HF_READING_RECORDS, &days);
    hf_json_begin_object(out);
    hf_json_put_str(out, "user", user->head.key);
    hf_json_name(out, "display_name");
    if (user->display_name.len > 0)
        hf_json_add_str(out, user->display_name);
    else
        hf_json_add_null(out);
    hf_json_put_bool(out, "paused", user->is_paused);
    write_named("hour", kept.in_hour, out);
    write_named("today", today->counts, out);
    write_named("usual", mean, out);
    hf_json_put_u64(out, "days", days);
    hf_json_end_object(out);
    return true;
}

// What is set, for those who may not see all settings.
static bool write_rules(hf_read *read, hf_json_writer *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json_name(out, "rules");
    hf_json_begin_object(out);
    for (hf_instance_key key = HF_INSTANCE_SECOND_FACTOR; key < HF_INSTANCE_SETTING_COUNT; key++) {
        hf_str value;
        if (!hf_setting_now(read, key, &scratch, &value, err))
            return false;
        hf_json_put_str(out, hf_instance_settings[key].name, value);
    }
    hf_json_end_object(out);
    return true;
}

bool hf_write_readings(const hf_session *session, hf_json_writer *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_query query = {.noun = &hf_noun_user};
    hf_page page = {0};
    if (!hf_can(&session->actor, HF_CAN_AUDIT, NULL, NULL, err) ||
        !hf_read_begin(session->store, &read, err) ||
        !hf_list_all(read, &query, &scratch, &page, err))
        return false;
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < page.count; i++)
        if (!write_account(session, read, page.records[i], out, err))
            return false;
    hf_json_end_array(out);
    if (!write_rules(read, out, err))
        return false;
    hf_json_end_object(out);
    return true;
}
