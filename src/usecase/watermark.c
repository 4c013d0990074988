// SPDX-License-Identifier: Apache-2.0
//
// Marks of readers: made when a file is made, found again in a file that somebody found. See watermark.h.
#include "usecase/watermark.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/vec.h"

#define KEY_SETTING "watermark.key"
#define ROWS_MAX    4000u // of a file that are looked at
#define CODE_BYTES  10u
#define READERS_MAX 10000u

// --- the key -----------------------------------------------------------------------------------------------

static bool read_key(hf_read *read, hf_mark_key *out, bool *has_key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str hex;
    if (!hf_setting_get(read, KEY_SETTING, &scratch, &hex, err))
        return false;
    *has_key = hf_hex_parse(hex, out->bytes, sizeof(out->bytes));
    return true;
}

static bool make_key(const hf_session *session, hf_mark_key *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    char hex[2 * sizeof(out->bytes) + 1];
    bool has_key = false;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !read_key(hf_tx_read(tx), out, &has_key, err))
        return false;
    if (has_key) // somebody was faster
        return true;
    hf_random_bytes(out->bytes, sizeof(out->bytes));
    hf_hex(out->bytes, sizeof(out->bytes), hex);
    return hf_setting_set(tx, KEY_SETTING, hf_str_of(hex), err) &&
           hf_note(tx, session, "watermark.key_made", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   HF_STR_EMPTY, err) &&
           hf_tx_commit(&tx, err);
}

static bool find_key(const hf_session *session, bool *has_key, hf_mark_key *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(session->store, &read, err) && read_key(read, out, has_key, err);
}

// --- making ------------------------------------------------------------------------------------------------

bool hf_mark_make(const hf_session *session, hf_arena *arena, hf_mark *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf words = hf_buf_of(4096);
    uint8_t random[CODE_BYTES];
    char hex[2 * CODE_BYTES + 1], time[32];
    bool has_key = false;
    if (!find_key(session, &has_key, &out->key, err) ||
        (!has_key && !make_key(session, &out->key, err)))
        return false;
    hf_random_bytes(random, sizeof(random));
    hf_hex(random, sizeof(random), hex);
    memcpy(out->code, HF_MARK_PREFIX, sizeof(HF_MARK_PREFIX));
    for (size_t i = 0; i < 2 * CODE_BYTES; i++)
        out->code[sizeof(HF_MARK_PREFIX) - 1 + i] =
            hex[i] >= 'a' ? (char)(hex[i] - 'a' + 'A') : hex[i];
    out->code[HF_MARK_CODE_BYTES] = '\0';
    hf_time_format(session->now_ms, time);
    out->text = hf_str_format(arena, "Made for %.*s at %s, mark %s",
                              HF_STR_ARG(session->actor.name), time, out->code);
    out->brief = hf_str_format(arena, "%.*s %s", HF_STR_ARG(session->actor.name), out->code);
    // Between isolates (UAX #9): behind an Arabic word the parts of a date or a code would change places.
    const hf_message_value values[] = {
        {.name = "name",
         .text =
             hf_str_format(arena, "\xe2\x81\xa8%.*s\xe2\x81\xa9", HF_STR_ARG(session->actor.name))},
        {.name = "time", .text = hf_str_format(arena, "\xe2\x81\xa6%.16sZ\xe2\x81\xa9", time)},
        {.name = "code", .text = hf_str_format(arena, "\xe2\x81\xa6%s\xe2\x81\xa9", out->code)}};
    hf_message(session->lang, "report.made_for", values, HF_COUNT(values), &words);
    out->words = hf_buf_copy(arena, &words);
    return true;
}

// Where a record stands among those of its block, for this reader.
static uint64_t place_of(const hf_mark_key *key, hf_str reader, const hf_noun *noun, hf_str record)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4096);
    uint64_t place = 0;
    hf_buf_add_str(&text, (hf_str){(const char *)key->bytes, sizeof(key->bytes)});
    hf_buf_add_format(&text, "%s\n%.*s\n", noun->name, HF_STR_ARG(reader));
    hf_buf_add_str(&text, record);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    memcpy(&place, hash.bytes, sizeof(place));
    return place;
}

static bool read_next(hf_keyed_order *o, hf_error *err)
{
    const void *record = NULL;
    hf_arena_reset(&o->next);
    if (!o->inner.next(o->inner.context, &o->next_noun, &record, err))
        return false;
    o->is_over = record == NULL;
    o->next_record = record != NULL ? hf_noun_copy(o->next_noun, record, &o->next) : NULL;
    return true;
}

static void insert(hf_keyed_order *o, const void *record, uint64_t place)
{
    size_t at = o->count++;
    for (; at > 0 && o->items[at - 1].place > place; at--)
        o->items[at] = o->items[at - 1];
    o->items[at].record = record;
    o->items[at].place = place;
}

// The next few records of one noun.
static bool fill(hf_keyed_order *o, hf_error *err)
{
    o->count = o->at = 0;
    hf_arena_reset(&o->block);
    if (o->next_record == NULL && !o->is_over && !read_next(o, err))
        return false;
    o->noun = o->next_noun;
    while (o->next_record != NULL && o->next_noun == o->noun && o->count < HF_KEYED_BLOCK) {
        const hf_head *head = o->next_record;
        uint64_t place = place_of(o->key, o->reader, o->noun, head->key);
        insert(o, hf_noun_copy(o->noun, o->next_record, &o->block), place);
        if (!read_next(o, err))
            return false;
    }
    return true;
}

static bool next_in_order(void *context, const hf_noun **noun, const void **record, hf_error *err)
{
    hf_keyed_order *o = context;
    if (o->at == o->count && !fill(o, err))
        return false;
    *record = o->at < o->count ? o->items[o->at++].record : NULL;
    *noun = o->noun;
    return true;
}

static bool rewind_order(void *context, hf_error *err)
{
    hf_keyed_order *o = context;
    o->count = o->at = 0;
    o->next_record = NULL;
    o->is_over = false;
    return o->inner.rewind(o->inner.context, err);
}

hf_record_source hf_keyed_order_of(hf_keyed_order *order, const hf_mark *mark, hf_str reader,
                                   hf_record_source inner)
{
    *order = (hf_keyed_order){.inner = inner, .key = &mark->key, .reader = reader};
    return (hf_record_source){order, next_in_order, rewind_order};
}

void hf_keyed_order_done(hf_keyed_order *order)
{
    hf_arena_done(&order->block);
    hf_arena_done(&order->next);
}

// --- finding: words ----------------------------------------------------------------------------------------

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_mark_report *out;
    HF_VEC(hf_str) readers; // accounts that have taken something out
    HF_VEC(hf_str) keys;    // of the rows, in their order
    HF_VEC(const hf_noun *) nouns;
} finding;

static void add_reader(finding *f, hf_str name)
{
    for (size_t i = 0; i < f->readers.count; i++)
        if (hf_str_equal(f->readers.items[i], name))
            return;
    if (f->readers.count < READERS_MAX)
        HF_VEC_ADD(f->arena, &f->readers, name);
}

// Each export and report that the log knows: whose it was, and by which code.
static bool look_at_event(finding *f, const hf_event *event, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *detail = NULL;
    if (hf_str_equal_z(event->action, "export.done"))
        add_reader(f, hf_str_copy(f->arena, event->actor));
    if (event->detail.len == 0)
        return true;
    if (!hf_json_parse(event->detail, &scratch, &detail, err))
        return false;
    hf_str code = hf_json_text(detail, "mark");
    for (size_t i = 0; i < f->out->mark_count; i++) {
        if (f->out->marks[i].is_known || !hf_str_equal(f->out->marks[i].code, code))
            continue;
        f->out->marks[i].is_known = true;
        f->out->marks[i].actor = hf_str_copy(f->arena, event->actor);
        f->out->marks[i].action = hf_str_copy(f->arena, event->action);
        f->out->marks[i].at_ms = event->at;
        f->out->marks[i].event = event->sequence;
    }
    return true;
}

static bool look_at_log(finding *f, hf_error *err)
{
    const hf_field *action = hf_noun_field(&hf_noun_event, HF_STR("action"), NULL);
    const hf_filter filters[] = {{action, HF_IS, HF_STR("export.done")},
                                 {action, HF_IS, HF_STR("report.done")}};
    hf_query query = {.noun = &hf_noun_event,
                      .filters = filters,
                      .filter_count = HF_COUNT(filters),
                      .limit = HF_LIST_LIMIT_MAX};
    HF_CLEANUP(hf_arena_done) hf_arena cursors = {0};
    do {
        HF_CLEANUP(hf_arena_done) hf_arena rows = {0};
        hf_page page = {0};
        if (!hf_store_list(f->read, &query, &rows, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            if (!look_at_event(f, page.records[i], err))
                return false;
        query.cursor = hf_str_copy(&cursors, page.next);
    } while (query.cursor.len > 0);
    return true;
}

static void take_codes(finding *f, hf_str bytes)
{
    hf_str codes[HF_MARKS_TOLD_MAX];
    f->out->mark_count = hf_marks_in(bytes, f->arena, codes, HF_MARKS_TOLD_MAX);
    for (size_t i = 0; i < f->out->mark_count; i++)
        f->out->marks[i].code = codes[i];
}

// --- finding: order ----------------------------------------------------------------------------------------

static bool take_row(void *context, const hf_patch *patch, uint64_t line, hf_error *err)
{
    finding *f = context;
    const hf_head *head = patch->record;
    (void)line;
    if (f->keys.count >= ROWS_MAX)
        return hf_fail(err, HF_ERR_STOPPED, "watermark.enough", "enough rows are read");
    HF_VEC_ADD(f->arena, &f->keys, hf_str_copy(f->arena, head->key));
    HF_VEC_ADD(f->arena, &f->nouns, patch->noun);
    return true;
}

// A file that holds no rows of ours has no order to tell of; that is no fault.
static void take_rows(finding *f, const char *path, const hf_noun *noun)
{
    HF_CLEANUP(hf_input_close) hf_input *input = NULL;
    const hf_input_options options = {.path = path};
    hf_problems problems = hf_problems_of(f->arena);
    hf_error unused = {0};
    hf_read_result result = {0};
    if (!hf_input_open(&options, &input, &unused))
        return;
    const hf_read_request request = {
        .input = input, .noun = noun, .problems = &problems, .context = f, .take = take_row};
    if (!hf_read_records(&request, &result, &unused))
        return; // what was read until then may do
}

// Neighbours that stand against the order of keys: blocks follow each other in that order, so both are of one block.
static uint64_t agreeing(const finding *f, const hf_mark_key *key, hf_str reader, uint64_t *pairs)
{
    uint64_t count = 0;
    *pairs = 0;
    for (size_t i = 1; i < f->keys.count; i++) {
        hf_str before = f->keys.items[i - 1], after = f->keys.items[i];
        const hf_noun *noun = f->nouns.items[i];
        if (noun != f->nouns.items[i - 1] || hf_str_compare(before, after) <= 0)
            continue;
        (*pairs)++;
        count += place_of(key, reader, noun, before) < place_of(key, reader, noun, after);
    }
    return count;
}

// They lie in the order of whoever got the file, all of them, and in that of any other reader by chance. Rows may be
// missing, and few are enough.
static void judge_order(finding *f, const hf_mark_key *key)
{
    hf_mark_report *out = f->out;
    for (size_t i = 0; i < f->readers.count; i++) {
        uint64_t pairs = 0;
        uint64_t count = agreeing(f, key, f->readers.items[i], &pairs);
        if (pairs < HF_ORDER_PAIRS_MIN)
            continue;
        double sigma = ((double)count - (double)pairs / 2) / sqrt((double)pairs / 4);
        if (sigma < HF_ORDER_SIGMA_MIN || sigma <= out->sigma)
            continue;
        out->order_of = f->readers.items[i];
        out->pairs = pairs;
        out->agreeing = count;
        out->sigma = sigma;
    }
}

bool hf_find_marks(const hf_session *session, const char *path, const hf_noun *noun,
                   hf_arena *arena, hf_mark_report *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    finding f = {.session = session, .arena = arena, .out = out};
    hf_mark_key key;
    bool has_key = false;
    *out = (hf_mark_report){0};
    if (!hf_can(&session->actor, HF_CAN_AUDIT, NULL, NULL, err))
        return false;
    if (hf_is_mark(hf_str_of(path)) && !hf_file_exists(path)) {
        take_codes(&f, hf_str_of(path));
    } else {
        if (!hf_file_map_open(path, HF_IMPORT_BYTES_MAX, &map, err))
            return false;
        take_codes(&f, map.bytes);
        take_rows(&f, path, noun);
    }
    if (!hf_read_begin(session->store, &read, err))
        return false;
    f.read = read;
    if (!read_key(read, &key, &has_key, err) || !look_at_log(&f, err))
        return false;
    if (has_key)
        judge_order(&f, &key);
    hf_wipe(&key, sizeof(key));
    return true;
}

void hf_write_marks(const hf_mark_report *report, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "marks");
    hf_json_begin_array(out);
    for (size_t i = 0; i < report->mark_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", report->marks[i].code);
        hf_json_put_bool(out, "known", report->marks[i].is_known);
        if (report->marks[i].is_known) {
            hf_json_put_str(out, "made_for", report->marks[i].actor);
            hf_json_put_str(out, "action", report->marks[i].action);
            hf_noun_write_time(out, "at", report->marks[i].at_ms);
            hf_json_put_u64(out, "event", (uint64_t)report->marks[i].event);
        }
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "order");
    if (report->order_of.len > 0) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "made_for", report->order_of);
        hf_json_put_u64(out, "pairs", report->pairs);
        hf_json_put_u64(out, "agreeing", report->agreeing);
        hf_json_put_double(out, "sigma", floor(report->sigma * 10 + 0.5) / 10);
        hf_json_end_object(out);
    } else {
        hf_json_add_null(out);
    }
    hf_json_end_object(out);
}
