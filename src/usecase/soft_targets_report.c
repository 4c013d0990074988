// SPDX-License-Identifier: Apache-2.0
//
// Gathers the report of open places out of the pack, for whoever is cleared for what they lack. report/soft_targets.c lays it out.
#include "base/clock.h"
#include "usecase/demo.h"
#include "usecase/report.h"
#include "usecase/soft_targets.h"

typedef struct {
    const hf_session *session;
    hf_arena *arena;
    hf_soft_targets targets;
    hf_open_places_data data;
} gathering;

static hf_str word(const gathering *g, const char *format, const char *value)
{
    hf_str key = hf_str_format(g->arena, "%s%s", format, value);
    return hf_message_text(g->session->lang, hf_str_z(g->arena, key), g->arena);
}

static hf_str kind_of(const gathering *g, size_t kind)
{
    return word(g, "word.preparation.kind.", hf_preparation_kind_words[kind]);
}

// Between isolates (UAX #9): behind an Arabic word the parts of a date would change places.
static hf_str day_of(const gathering *g, int64_t ms)
{
    char text[32];
    hf_time_format(ms, text);
    return hf_str_format(g->arena, "\xe2\x81\xa6%.10s\xe2\x81\xa9", text);
}

static hf_str said(const gathering *g, const char *key, hf_str name, hf_str text)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    const hf_message_value value = {.name = hf_str_z(g->arena, name), .text = text};
    hf_message(g->session->lang, key, &value, 1, &out);
    return hf_buf_copy(g->arena, &out);
}

static hf_report_open_type type_of(const gathering *g, const hf_soft_type *type)
{
    uint32_t *counts = HF_NEW_N(g->arena, uint32_t, 3 * HF_PREPARATION_KIND_COUNT);
    for (size_t i = 0; i < HF_PREPARATION_KIND_COUNT; i++)
        for (size_t state = 0; state <= HF_PREPARED_CURRENT; state++)
            counts[state * HF_PREPARATION_KIND_COUNT + i] = type->prepared[i][state];
    return (hf_report_open_type){
        .name = type->name,
        .places = type->places,
        .lacking = type->lacking,
        .with_mean = type->with_mean,
        .with_peak = type->with_peak,
        .to_mend = type->to_mend,
        .mend_overdue = type->mend_overdue,
        .people_mean = type->people_mean,
        .people_peak = type->people_peak,
        .never = counts + HF_PREPARED_NEVER * HF_PREPARATION_KIND_COUNT,
        .overdue = counts + HF_PREPARED_OVERDUE * HF_PREPARATION_KIND_COUNT,
        .current = counts + HF_PREPARED_CURRENT * HF_PREPARATION_KIND_COUNT};
}

static void gather_types(gathering *g)
{
    hf_report_open_type *types = HF_NEW_N(g->arena, hf_report_open_type, g->targets.type_count + 1);
    for (size_t i = 0; i < g->targets.type_count; i++)
        if (g->targets.types[i].places > 0)
            types[g->data.type_count++] = type_of(g, &g->targets.types[i]);
    g->data.types = types;
    g->data.all = type_of(g, &g->targets.all);
}

static void gather_kinds(gathering *g)
{
    hf_str *kinds = HF_NEW_N(g->arena, hf_str, HF_PREPARATION_KIND_COUNT);
    hf_str *asked_by = HF_NEW_N(g->arena, hf_str, HF_PREPARATION_KIND_COUNT);
    for (size_t i = 0; i < HF_PREPARATION_KIND_COUNT; i++) {
        kinds[i] = kind_of(g, i);
        asked_by[i] = hf_str_of(hf_preparation_asked_by[i]);
    }
    g->data.kinds = kinds;
    g->data.asked_by = asked_by;
    g->data.kind_count = HF_PREPARATION_KIND_COUNT;
}

static hf_str lacks_of(const gathering *g, const hf_open_place *place)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(8000);
    for (size_t i = 0; i < HF_PREPARATION_KIND_COUNT; i++) {
        hf_prepared state = hf_prepared_of(&g->targets, place, i);
        if (state == HF_PREPARED_CURRENT)
            continue;
        hf_str how = state == HF_PREPARED_NEVER
                         ? word(g, "soft.never", "")
                         : said(g, "soft.since", HF_STR("date"), day_of(g, place->last[i].due));
        if (text.len > 0)
            hf_buf_add_str(&text, word(g, "result.list.comma", ""));
        hf_buf_add_format(&text, "%.*s (%.*s)", HF_STR_ARG(kind_of(g, i)), HF_STR_ARG(how));
    }
    return hf_buf_copy(g->arena, &text);
}

static void gather_places(gathering *g)
{
    size_t all = g->targets.lacking_count;
    size_t count = all < HF_UNPREPARED_MAX ? all : HF_UNPREPARED_MAX;
    hf_report_open_place *places = HF_NEW_N(g->arena, hf_report_open_place, count + 1);
    for (size_t i = 0; i < count; i++) {
        const hf_open_place *place = &g->targets.lacking[i];
        places[i] =
            (hf_report_open_place){.key = place->key,
                                   .name = place->name,
                                   .type = g->targets.types[place->type].name,
                                   .lacks = lacks_of(g, place),
                                   .peak = place->peak == HF_INTEGER_NONE ? -1 : place->peak};
    }
    g->data.places = places;
    g->data.place_count = count;
    g->data.lacking_count = all;
}

// Over the figures as the pack tells them.
static hf_str digest_of(const gathering *g)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_REPORT_BYTES_MAX);
    char hex[65];
    hf_json_writer out = {.out = &text};
    hf_write_soft_targets(&g->targets, &out);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    return hf_str_copy(g->arena, hf_str_of(hex));
}

static void gather(gathering *g)
{
    char now[32];
    hf_time_format(g->session->now_ms, now);
    g->data.head.lang = g->session->lang;
    g->data.head.marking = hf_str_of(hf_marking_words[g->targets.protection.marking]);
    g->data.head.compartments = g->targets.protection.compartments;
    g->data.head.date = hf_str_copy(g->arena, hf_str_slice(hf_str_of(now), 0, 10));
    g->data.head.data_date =
        said(g, "report.data_date", HF_STR("date"), day_of(g, g->session->now_ms));
    g->data.head.snapshot = digest_of(g);
    gather_types(g);
    gather_kinds(g);
    gather_places(g);
}

static bool find_demo(gathering *g, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(g->session->store, &read, err) &&
           hf_has_demo(read, &g->data.head.is_demo, err);
}

bool hf_make_soft_targets_report(const hf_session *session, const hf_report_request *request,
                                 hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    gathering g = {.session = session, .arena = &arena};
    hf_doc doc;
    hf_mark mark;
    if (!hf_can(&session->actor, HF_CAN_EXPORT, NULL, NULL, err) ||
        !hf_soft_targets_read(session, &(hf_soft_wanted){.region = request->region}, &arena,
                              &g.targets, err) ||
        !find_demo(&g, err) || !hf_mark_make(session, &arena, &mark, err))
        return false;
    gather(&g);
    hf_report_open_places(&g.data, &arena, &doc);
    doc.made_for = mark.words;
    return hf_write_report(&doc, request, out, err) &&
           hf_note_report(session, request, NULL, HF_STR_EMPTY, &mark, err);
}
