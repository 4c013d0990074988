// SPDX-License-Identifier: Apache-2.0
//
// holdfast aviation: effective implementation by audit area, critical element and chapter, programmes and screening equipment with
// their clocks, findings merged, and the sheet of a trial.
#include <math.h>
#include <string.h>

#include "cli/assess.h"

static hf_str word_of(hf_cli *cli, const hf_noun *noun, const char *name, int32_t value)
{
    const hf_field *field = hf_noun_field(noun, hf_str_of(name), NULL);
    if (value == HF_WORD_NONE)
        return HF_STR("–");
    hf_str key = hf_str_format(&cli->arena, "word.%s.%s.%s", noun->name, name, field->words[value]);
    return hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
}

static hf_str day_of(hf_cli *cli, int64_t ms)
{
    char text[32];
    if (ms == HF_INTEGER_NONE)
        return HF_STR("–");
    hf_time_format(ms, text);
    return hf_str_format(&cli->arena, "%.10s", text);
}

static hf_str mark(bool is_so, hf_cli *cli, const char *key)
{
    return is_so ? hf_message_text(cli->session.lang, key, &cli->arena) : HF_STR("–");
}

static void write_scores(hf_cli *cli, const char *heading, const char *field,
                         const hf_audit_score *scores, const uint32_t *open, size_t count)
{
    const hf_column columns[] = {{heading, false, true},
                                 {"cli.assess.effective", true, false},
                                 {"cli.aviation.satisfied", true, false},
                                 {"cli.aviation.open_findings", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < count; i++) {
        hf_table_add(cli, &table, word_of(cli, &hf_noun_question, field, (int32_t)i));
        hf_cli_add_percent(cli, &table, hf_audit_effective(&scores[i]));
        hf_table_add(
            cli, &table,
            hf_str_format(&cli->arena, "%u/%u", scores[i].satisfied, scores[i].applicable));
        hf_table_add_count(cli, &table, open[i]);
    }
    hf_table_write(cli, &table);
}

static void effective(hf_cli *cli, const hf_aviation *a)
{
    const hf_message_value values[] = {
        {.name = "title", .text = a->assessment == NULL ? HF_STR("–") : a->assessment->title}};
    hf_cli_say(cli, "cli.aviation.of", values, HF_COUNT(values));
    write_scores(cli, "field.question.audit_area", "audit_area", a->areas, a->open_by_area,
                 HF_AUDIT_AREA_COUNT);
    hf_buf_add_byte(&cli->out, '\n');
    write_scores(cli, "field.question.critical_element", "critical_element", a->elements,
                 a->open_by_element, HF_CRITICAL_ELEMENT_COUNT);
}

// One late programme is not hidden by others in force: how many there are of each.
static void add_states(hf_cli *cli, const hf_carried_by *by, hf_buf *out)
{
    const uint32_t counts[] = {by->in_force, by->late, by->draft};
    const hf_str names[] = {word_of(cli, &hf_noun_programme, "status", HF_PROGRAMME_APPROVED),
                            mark(true, cli, "cli.aviation.late"),
                            mark(true, cli, "cli.aviation.draft")};
    bool is_first = true;
    for (size_t i = 0; i < HF_COUNT(counts); i++) {
        if (counts[i] == 0)
            continue;
        hf_buf_add_format(out, "%s%.*s: %u", is_first ? " (" : ", ", HF_STR_ARG(names[i]),
                          counts[i]);
        is_first = false;
    }
    hf_buf_add_byte(out, ')');
}

static hf_str carried_by(hf_cli *cli, const hf_aviation_section *section)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2000);
    for (int32_t i = 0; i < (int32_t)HF_PROGRAMME_LEVEL_COUNT; i++) {
        const hf_carried_by *by = &section->programmes[i];
        if (by->in_force + by->late + by->draft == 0)
            continue;
        hf_buf_add_format(&text, "%s%.*s", text.len > 0 ? ", " : "",
                          HF_STR_ARG(word_of(cli, &hf_noun_programme, "level", i)));
        add_states(cli, by, &text);
    }
    return text.len > 0 ? hf_buf_copy(&cli->arena, &text) : HF_STR("–");
}

static void chapters(hf_cli *cli, const hf_aviation *a)
{
    static const hf_column columns[] = {
        {"noun.provision", false, true},         {"cli.assess.effective", true, false},
        {"cli.aviation.satisfied", true, false}, {"cli.aviation.open_findings", true, true},
        {"field.finding.title", false, true},    {"cli.aviation.carried_by", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < a->chapter_count; i++)
        for (size_t k = 0; k < a->chapters[i].section_count; k++) {
            const hf_aviation_section *section = &a->chapters[i].sections[k];
            hf_table_add(cli, &table, section->key);
            hf_cli_add_percent(cli, &table, hf_audit_effective(&section->score));
            hf_table_add(cli, &table,
                         hf_str_format(&cli->arena, "%u/%u", section->score.satisfied,
                                       section->score.applicable));
            hf_table_add_count(cli, &table, section->open_findings);
            hf_table_add(cli, &table, section->title);
            hf_table_add(cli, &table, carried_by(cli, section));
        }
    if (a->chapter_count > 0)
        hf_table_write(cli, &table);
}

static void programmes(hf_cli *cli, const hf_aviation *a)
{
    static const hf_column columns[] = {{"noun.programme", false, true},
                                        {"field.programme.status", false, false},
                                        {"cli.aviation.due", false, false},
                                        {"cli.aviation.late", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < a->programme_count; i++) {
        hf_table_add(cli, &table, a->programmes[i].programme->title);
        hf_table_add(
            cli, &table,
            word_of(cli, &hf_noun_programme, "status", a->programmes[i].programme->status));
        hf_table_add(cli, &table, day_of(cli, a->programmes[i].review_due));
        hf_table_add(cli, &table, mark(a->programmes[i].is_overdue, cli, "cli.aviation.late"));
    }
    if (a->programme_count > 0)
        hf_table_write(cli, &table);
}

static void equipment(hf_cli *cli, const hf_aviation *a)
{
    static const hf_column columns[] = {{"noun.device", false, true},
                                        {"field.device.kind", false, true},
                                        {"field.device.test_result", false, true},
                                        {"cli.aviation.due", false, false},
                                        {"cli.aviation.late", false, false},
                                        {"cli.aviation.past_life", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < a->device_count; i++) {
        const hf_device *device = a->devices[i].device;
        hf_table_add(cli, &table, device->title);
        hf_table_add(cli, &table, word_of(cli, &hf_noun_device, "kind", device->kind));
        hf_table_add(cli, &table,
                     word_of(cli, &hf_noun_device, "test_result", device->test_result));
        hf_table_add(cli, &table, day_of(cli, a->devices[i].test_due));
        hf_table_add(cli, &table, mark(a->devices[i].is_test_overdue, cli, "cli.aviation.late"));
        hf_table_add(cli, &table, mark(a->devices[i].is_past_life, cli, "cli.aviation.past_life"));
    }
    if (a->device_count > 0)
        hf_table_write(cli, &table);
}

static hf_str origins_of(hf_cli *cli, unsigned origins)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    for (int32_t i = 0; i < HF_ORIGIN_COUNT; i++)
        if ((origins >> i & 1u) != 0)
            hf_buf_add_format(&text, "%s%.*s", text.len > 0 ? ", " : "",
                              HF_STR_ARG(word_of(cli, &hf_noun_finding, "origin", i)));
    return hf_buf_copy(&cli->arena, &text);
}

static void findings(hf_cli *cli, const hf_aviation *a)
{
    static const hf_column columns[] = {{"field.finding.key", false, false},
                                        {"field.finding.title", false, true},
                                        {"field.finding.origin", false, true},
                                        {"field.finding.status", false, false},
                                        {"field.finding.due", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < a->finding_count; i++) {
        const hf_finding *finding = a->findings[i].finding;
        hf_table_add(cli, &table, finding->head.key);
        hf_table_add(cli, &table, finding->title);
        hf_table_add(cli, &table, origins_of(cli, a->findings[i].origins));
        hf_table_add(cli, &table, word_of(cli, &hf_noun_finding, "status", finding->status));
        hf_table_add(cli, &table, day_of(cli, finding->due));
    }
    if (a->finding_count > 0)
        hf_table_write(cli, &table);
    for (size_t i = 0; i < a->pair_count; i++) {
        const hf_message_value values[] = {{.name = "a", .text = a->pairs[i].a->head.key},
                                           {.name = "b", .text = a->pairs[i].b->head.key}};
        hf_cli_say(cli, "cli.aviation.pair", values, HF_COUNT(values));
    }
    if (a->pairs_left_out)
        hf_cli_say(cli, "aviation.pairs_left_out", NULL, 0);
}

static bool sheet(hf_cli *cli, hf_error *err)
{
    const hf_trial *trial = NULL;
    if (cli->word_count != 2)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "say which trial: sheet KEY");
    if (!hf_trial_sheet(&cli->session, hf_str_of(cli->words[1]), &cli->arena, &trial, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_trial_sheet(trial, &out);
        hf_cli_end_json(cli);
        return true;
    }
    hf_buf_add_format(&cli->out, "%.*s\n", HF_STR_ARG(trial->sheet));
    return true;
}

static const struct {
    const char *word;
    void (*write)(hf_cli *cli, const hf_aviation *aviation);
} parts[] = {{"effective", effective},
             {"chapters", chapters},
             {"programmes", programmes},
             {"equipment", equipment},
             {"findings", findings}};

static bool run(hf_cli *cli, hf_error *err)
{
    hf_aviation aviation;
    size_t part = 0;
    if (strcmp(cli->words[0], "sheet") == 0)
        return sheet(cli, err);
    while (part < HF_COUNT(parts) && strcmp(cli->words[0], parts[part].word) != 0)
        part++;
    if (part == HF_COUNT(parts) || (part > 1 && cli->word_count > 1))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "give 'effective' or 'chapters' and perhaps an assessment, or one of "
                       "programmes, equipment, "
                       "findings, or 'sheet' and a trial");
    hf_str key = cli->word_count == 2 ? hf_str_of(cli->words[1]) : HF_STR_EMPTY;
    if (!hf_aviation_read(&cli->session, key, &cli->arena, &aviation, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_aviation(&cli->session, &aviation, &out);
        hf_cli_end_json(cli);
        return true;
    }
    parts[part].write(cli, &aviation);
    return true;
}

const hf_command hf_command_aviation = {
    .name = "aviation",
    .usage = "effective [ASSESSMENT] | chapters [ASSESSMENT] | programmes | equipment | findings | "
             "sheet TRIAL",
    .summary = "Aviation: audit areas and critical elements, programmes, equipment, findings.",
    .example = "holdfast aviation effective NATION-2026",
    .min_words = 1,
    .max_words = 2,
    .words = "effective|chapters|programmes|equipment|findings|sheet",
    .store = HF_STORE_PRESENT,
    .run = run,
};
