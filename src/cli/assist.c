// SPDX-License-Identifier: Apache-2.0
//
// holdfast assist: technical assistance. Which offers fit which needs and why, offers written down twice, needs that the
// gaps of an assessment propose, and what projects changed.
#include <math.h>
#include <string.h>

#include "cli/cli.h"

#define OFFERS_SHOWN 3u
#define GAPS_SHOWN   10u

static const hf_option options[] = {
    {"--assessment", "KEY", "needs of this assessment only, met ones too (match, projects)"},
    {"--top", "N", "offers shown of each need (3), or gaps (10)"},
    {"--accept", "PROVISION,…", "make the proposals for these gaps needs (propose)"},
    {"--kind", "WORD", "what kind of assistance they want: training, legislation … (propose)"},
};

static hf_str word_of(hf_cli *cli, hf_str family, const char *word)
{
    hf_str key = hf_str_format(&cli->arena, "%.*s.%s", HF_STR_ARG(family), word);
    return hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
}

static hf_str factors_with(hf_cli *cli, const hf_match *match, hf_verdict verdict)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2000);
    for (size_t i = 0; i < HF_FACTOR_COUNT; i++)
        if (match->factors[i] == verdict)
            hf_buf_add_format(
                &text, "%s%.*s", text.len > 0 ? ", " : "",
                HF_STR_ARG(word_of(cli, HF_STR("assist.factor"), hf_factor_words[i])));
    return text.len == 0 ? HF_STR("–") : hf_buf_copy(&cli->arena, &text);
}

static void say_keys(hf_cli *cli, const char *key, size_t count, hf_str keys)
{
    const hf_message_value values[] = {{"count", HF_STR_EMPTY, true, (double)count},
                                       {.name = "keys", .text = keys}};
    if (count > 0)
        hf_cli_say(cli, key, values, HF_COUNT(values));
}

// --- match -----------------------------------------------------------------------------------------------

static void write_need(hf_cli *cli, const hf_matched_need *need, size_t top)
{
    static const hf_column columns[] = {{"noun.offer", false, true},
                                        {"cli.assist.met", true, false},
                                        {"cli.assist.not_met", false, true},
                                        {"cli.assist.unknown", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_str urgency = word_of(cli, HF_STR("word.need.urgency"),
                             hf_urgency_word((hf_urgency)need->need->urgency).ptr);
    hf_str kind = word_of(cli, HF_STR("word.need.kind"), hf_assistance_words[need->need->kind]);
    hf_buf_add_format(&cli->out, "%.*s  %.*s (%.*s, %.*s)\n", HF_STR_ARG(need->need->part.head.key),
                      HF_STR_ARG(need->need->title), HF_STR_ARG(kind), HF_STR_ARG(urgency));
    for (size_t i = 0; i < need->offer_count && i < top; i++) {
        const hf_match *match = &need->offers[i].match;
        hf_table_add(cli, &table, need->offers[i].known->offer->head.key);
        hf_table_add(cli, &table,
                     hf_str_format(&cli->arena, "%u/%d", match->met, (int)HF_FACTOR_COUNT));
        hf_table_add(cli, &table, factors_with(cli, match, HF_VERDICT_NOT_MET));
        hf_table_add(cli, &table, factors_with(cli, match, HF_VERDICT_UNKNOWN));
    }
    if (need->offer_count > 0)
        hf_table_write(cli, &table);
    else
        hf_cli_say(cli, "cli.assist.none", NULL, 0);
    hf_buf_add_byte(&cli->out, '\n');
}

static void write_coverage(hf_cli *cli, const hf_assistance *a)
{
    HF_CLEANUP(hf_buf_done) hf_buf needs = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_buf_done) hf_buf offers = hf_buf_of(1u << 20);
    size_t need_count = 0, offer_count = 0;
    for (size_t i = 0; i < a->need_count; i++)
        if (hf_need_is_uncovered(&a->needs[i]))
            hf_buf_add_format(&needs, "%s%.*s", need_count++ > 0 ? ", " : "",
                              HF_STR_ARG(a->needs[i].need->part.head.key));
    for (size_t i = 0; i < a->offer_count; i++)
        if (hf_offer_is_unneeded(&a->offers[i]))
            hf_buf_add_format(&offers, "%s%.*s", offer_count++ > 0 ? ", " : "",
                              HF_STR_ARG(a->offers[i].offer->head.key));
    say_keys(cli, "cli.assist.without_offer", need_count, hf_buf_copy(&cli->arena, &needs));
    say_keys(cli, "cli.assist.unneeded", offer_count, hf_buf_copy(&cli->arena, &offers));
}

static bool read_assistance(hf_cli *cli, hf_assistance *out, hf_error *err)
{
    hf_assistance_request request = {.assessment = hf_str_of(hf_cli_option(cli, "--assessment"))};
    if (cli->word_count > 1)
        request.need = hf_str_of(cli->words[1]);
    return hf_assistance_read(&cli->session, &request, &cli->arena, out, err);
}

static bool match(hf_cli *cli, hf_error *err)
{
    hf_assistance assistance;
    uint64_t top = OFFERS_SHOWN;
    if (!hf_cli_count(cli, "--top", &top, err) || !read_assistance(cli, &assistance, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_assistance(&cli->session, &assistance, (size_t)top, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < assistance.need_count; i++)
        write_need(cli, &assistance.needs[i], (size_t)top);
    if (cli->word_count == 1)
        write_coverage(cli, &assistance);
    return true;
}

// --- projects --------------------------------------------------------------------------------------------

static void add_percent(hf_cli *cli, hf_table_text *table, double share)
{
    if (isnan(share))
        hf_table_add(cli, table, HF_STR("–"));
    else
        hf_table_add_number(cli, table, floor(share * 1000 + 0.5) / 10, 1);
}

static bool projects(hf_cli *cli, hf_error *err)
{
    static const hf_column columns[] = {
        {"noun.project", false, false},           {"field.project.status", false, false},
        {"field.project.indicator", false, true}, {"cli.assist.progress", true, true},
        {"cli.assist.score_before", true, true},  {"cli.assist.score_after", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_assistance a;
    if (!read_assistance(cli, &a, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_assistance(&cli->session, &a, OFFERS_SHOWN, &out);
        hf_cli_end_json(cli);
        return true;
    }
    const hf_field *status = hf_noun_field(&hf_noun_project, HF_STR("status"), NULL);
    for (size_t i = 0; i < a.project_count; i++) {
        const hf_project *project = a.projects[i].project;
        hf_table_add(cli, &table, project->part.head.key);
        hf_table_add(cli, &table,
                     word_of(cli, HF_STR("word.project.status"), status->words[project->status]));
        hf_table_add(cli, &table, project->indicator);
        add_percent(cli, &table, a.projects[i].progress);
        add_percent(cli, &table, a.projects[i].before);
        add_percent(cli, &table, a.projects[i].after);
    }
    if (a.project_count > 0)
        hf_table_write(cli, &table);
    return true;
}

// --- duplicates ------------------------------------------------------------------------------------------

static bool duplicates(hf_cli *cli, hf_error *err)
{
    static const hf_column columns[] = {
        {"noun.offer", false, false},      {"noun.offer", false, false},
        {"cli.assist.titles", true, true}, {"cli.assist.same_provider", false, true},
        {"cli.assist.kind", false, true},  {"cli.assist.same_url", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_offer_pair *pairs = NULL;
    size_t count = 0;
    if (!hf_offer_pairs(&cli->session, &cli->arena, &pairs, &count, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_offer_pairs(pairs, count, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const hf_likeness *likeness = &pairs[i].likeness;
        hf_table_add(cli, &table, pairs[i].a->head.key);
        hf_table_add(cli, &table, pairs[i].b->head.key);
        add_percent(cli, &table, likeness->title);
        hf_table_add(cli, &table, likeness->is_provider ? HF_STR("✓") : HF_STR("–"));
        hf_table_add(cli, &table, likeness->is_kind ? HF_STR("✓") : HF_STR("–"));
        hf_table_add(cli, &table, likeness->is_url ? HF_STR("✓") : HF_STR("–"));
    }
    if (count > 0)
        hf_table_write(cli, &table);
    else
        hf_cli_say(cli, "cli.assist.no_duplicates", NULL, 0);
    return true;
}

// --- propose ---------------------------------------------------------------------------------------------

static bool read_kind(const hf_cli *cli, int32_t *out, hf_error *err)
{
    hf_assistance_need need;
    const char *word = hf_cli_option(cli, "--kind");
    const hf_field *kind = hf_noun_field(&hf_noun_need, HF_STR("kind"), NULL);
    if (word == NULL)
        return hf_fail(err, HF_ERR_USAGE, "usage.option",
                       "--accept needs --kind: which kind of assistance is wanted");
    hf_noun_init(&hf_noun_need, &need);
    if (!hf_field_set_text(kind, &need, hf_str_of(word), false, NULL, err))
        return false;
    *out = need.kind;
    return true;
}

static bool find_gap(const hf_assessment_results *results, hf_str provision, size_t *out,
                     hf_error *err)
{
    for (size_t i = 0; i < results->gap_count; i++)
        if (hf_str_equal(results->book.provisions[results->gaps[i].provision]->head.key,
                         provision)) {
            *out = i;
            return true;
        }
    return hf_fail(err, HF_ERR_NOT_FOUND, "assistance.no_gap",
                   "'%.*s' is no gap of this assessment; see them with: holdfast assist propose",
                   HF_STR_ARG(provision));
}

static bool accept(hf_cli *cli, const hf_assessment_results *results, hf_error *err)
{
    hf_str *provisions = NULL;
    size_t count = 0, gap = 0;
    int32_t kind = HF_WORD_NONE;
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--accept")), &provisions, &count);
    const hf_assistance_need **needs = HF_NEW_N(&cli->arena, const hf_assistance_need *, count + 1);
    if (!read_kind(cli, &kind, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!find_gap(results, provisions[i], &gap, err))
            return false;
        for (size_t k = 0; k < i; k++)
            if (hf_str_equal(provisions[k], provisions[i]))
                return hf_fail(err, HF_ERR_USAGE, "usage.option",
                               "'%.*s' stands twice in --accept; name each gap once",
                               HF_STR_ARG(provisions[i]));
        needs[i] = hf_need_for_gap(results, gap, &cli->arena);
    }
    return hf_confirm_needs(&cli->session, needs, count, kind, &cli->arena, err);
}

static void write_proposals(hf_cli *cli, const hf_assessment_results *results, size_t top)
{
    static const hf_column columns[] = {{"noun.provision", false, false},
                                        {"field.provision.title", false, true},
                                        {"cli.assess.gap", true, false},
                                        {"field.need.urgency", false, false},
                                        {"noun.need.plural", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < results->gap_count && i < top; i++) {
        const hf_assistance_need *need = hf_need_for_gap(results, i, &cli->arena);
        hf_table_add(cli, &table, need->provisions);
        hf_table_add(cli, &table, need->title);
        hf_table_add_number(cli, &table, results->gaps[i].value, 2);
        hf_table_add(cli, &table,
                     word_of(cli, HF_STR("word.need.urgency"),
                             hf_urgency_word((hf_urgency)need->urgency).ptr));
        hf_table_add_count(cli, &table, results->gaps[i].needs);
    }
    if (results->gap_count > 0)
        hf_table_write(cli, &table);
}

static bool propose(hf_cli *cli, hf_error *err)
{
    hf_assessment_results results;
    uint64_t top = GAPS_SHOWN;
    if (cli->word_count < 2)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "say which assessment: propose KEY");
    hf_str key = hf_str_of(cli->words[1]);
    if (!hf_cli_count(cli, "--top", &top, err) ||
        !hf_assessment_results_read(&cli->session, NULL, key, &cli->arena, &results, err))
        return false;
    if (hf_cli_has(cli, "--accept") &&
        (!accept(cli, &results, err) ||
         !hf_assessment_results_read(&cli->session, NULL, key, &cli->arena, &results, err)))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_assessment_results(&cli->session, &results, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_proposals(cli, &results, (size_t)top);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *what = cli->words[0];
    if (strcmp(what, "match") == 0)
        return match(cli, err);
    if (strcmp(what, "propose") == 0)
        return propose(cli, err);
    if (strcmp(what, "projects") == 0)
        return projects(cli, err);
    if (cli->word_count > 1)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "assist %s takes no further word", what);
    if (strcmp(what, "duplicates") == 0)
        return duplicates(cli, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "'%s' is not match, duplicates, propose or projects", what);
}

const hf_command hf_command_assist = {
    .name = "assist",
    .usage = "match [NEED] [--assessment KEY] [--top N] | duplicates | "
             "propose ASSESSMENT [--top N] [--accept PROVISION,… --kind WORD] | "
             "projects [NEED] [--assessment KEY]",
    .summary = "Technical assistance: offers that fit needs and why, duplicates, projects.",
    .example = "holdfast assist match --assessment NATION-2026",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 2,
    .words = "match|duplicates|propose|projects",
    .store = HF_STORE_PRESENT,
    .run = run,
};
