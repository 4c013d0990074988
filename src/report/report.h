// SPDX-License-Identifier: Apache-2.0
//
// The door of report/: results become a document, a document becomes bytes. A report builds an hf_doc from
// data that usecase/report.c gathered; a writer turns any hf_doc into a file. All wording comes from the
// catalogues (content/messages/report), in the language of the document.
#ifndef HF_REPORT_REPORT_H
#define HF_REPORT_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/message.h"
#include "base/vec.h"

// --- the document ----------------------------------------------------------------------------------------

typedef enum {
    HF_BLOCK_HEADING,
    HF_BLOCK_PARAGRAPH,
    HF_BLOCK_FACTS,
    HF_BLOCK_TABLE,
    HF_BLOCK_MAP
} hf_block_kind;

// One cell: text, or a number that the writer sets in the language's way. `bar` (0 to 1) draws its share.
typedef struct {
    hf_str text;
    bool is_number;
    bool is_code; // a key or digest: always left to right
    double number;
    int decimals;
    bool has_bar;
    double bar;
} hf_cell;

typedef struct {
    hf_str label;
    hf_cell value;
    uint32_t derivation; // number of the note that says where it comes from; 0 = none
} hf_fact;

typedef struct {
    float x, y;    // degrees east and north
    uint32_t rank; // 0 = a plain dot; else the number to print beside it
} hf_dot;

// The edge of an area, closed by the writer.
typedef struct {
    const hf_dot *points;
    size_t count;
} hf_outline;

typedef struct {
    hf_block_kind kind;
    int level;       // of a heading, 2 or 3
    hf_str text;     // heading, paragraph; caption of a table, facts or a map
    hf_str language; // of text when it is not the document's; empty = the document's
    uint32_t derivation;
    const hf_fact *facts;
    size_t fact_count;
    const hf_str *columns;
    const bool *is_number_column;
    size_t column_count;
    const hf_cell *cells; // row by row
    size_t row_count;
    const hf_dot *dots;
    size_t dot_count;
    const hf_outline *outlines;
    size_t outline_count;
} hf_block;

typedef struct {
    hf_str title, subtitle;
    hf_str marking;      // "TLP:AMBER"
    hf_str compartments; // of all that it tells of, words; empty = none
    hf_str banner;       // "DEMO …"; empty = none
    hf_str data_date;    // as printed on every page
    hf_str date;         // the same day, "2026-11-29"
    hf_str made_for;     // names the reader, on every page; empty = none
    hf_str snapshot;     // digest
    hf_lang lang;
    HF_VEC(hf_block) blocks;
    HF_VEC(hf_str) derivations; // numbered from 1
    hf_arena *arena;
} hf_doc;

// --- writers ---------------------------------------------------------------------------------------------

// A writer turns any document into a file of its kind. Equal documents give equal bytes, on one machine.
typedef struct {
    const char *name; // "pdf"; the extension of its files too
    const char *media_type;
    // Errors: HF_ERR_INTERNAL "report.font_missing": a font of this kind is not installed; the message names the package
    bool (*write)(const hf_doc *doc, hf_buf *out, hf_error *err);
} hf_writer;

extern const hf_writer *const hf_writers[];   // NULL-ended, from the list in meson.build
const hf_writer *hf_writer_find(hf_str name); // NULL: there is none
// The writer whose files end so; NULL: none.
const hf_writer *hf_writer_of_path(hf_str path);

// One self-contained page: no script, nothing from elsewhere, ready for A4.
void hf_write_doc_html(const hf_doc *doc, hf_buf *out);

// --- reports ---------------------------------------------------------------------------------------------

typedef struct {
    hf_str label;
    uint64_t count;
    int64_t people;
} hf_report_group;

typedef struct {
    hf_str key, name, kind, region;
    uint32_t failed_count;
    int64_t people;
    hf_str takes_down; // "12 transformer stations, 3 hospitals …"
} hf_report_site;

typedef struct {
    hf_str name;
    uint64_t site_count;
    int64_t people;       // who use it, summed over its sites
    int64_t worst_people; // who lose it at once when the worst single site is lost
    hf_str worst_site;
    double max_outage_h; // NaN = not given
} hf_report_service;

typedef struct {
    hf_str label; // in words
    uint64_t count;
    bool is_error;
} hf_report_fault;

// What every report bears at its head and on its pages.
typedef struct {
    hf_lang lang;
    hf_str marking, compartments, data_date, date; // as in hf_doc
    hf_str snapshot;                               // digest of what it tells of
    bool is_demo;
} hf_report_head;

// Everything that the reports show; gathered by usecase/report.c.
typedef struct {
    hf_report_head head;
    hf_str program_version;
    bool is_area; // of the sites in an area: no services, organisations, regions and faults
    uint64_t asset_count, dependency_count, service_count, organisation_count, region_count,
        soft_target_count;
    int64_t people;
    const hf_report_group *sectors, *regions;
    size_t sector_count, region_row_count;
    const hf_report_site *sites; // the worst first
    size_t site_count;
    const hf_report_site *single_points; // by number of other sites taken down
    size_t single_point_rows;
    uint64_t single_point_count;
    uint64_t
        ranked_count; // sites that were taken as lost alone: all but those that are down before anything happens
    double mean_failed, mean_people; // over them
    const hf_report_service *services;
    size_t service_rows;
    const hf_report_fault *faults;
    size_t fault_count;
    const hf_dot *dots;
    size_t dot_count;
    const hf_outline *outlines; // of the regions
    size_t outline_count;
} hf_national_data;
void hf_report_national(const hf_national_data *data, hf_arena *arena, hf_doc *out);

typedef struct {
    hf_str name, code;                                // of a theme or an instrument
    double implementation, evidence_cover, effective; // NaN: nothing to divide
    uint32_t asked, answered;
    uint32_t ageing, weighted; // answers to be looked at again; questions whose weight is not 1
} hf_report_score;

typedef struct {
    hf_str name; // of an audit area or a critical element
    uint32_t asked, applicable, satisfied;
    double effective; // NaN: nothing to divide
} hf_report_audit;

typedef struct {
    hf_report_score score; // name: of the phase
    uint32_t provisions, gaps, recommendations, needs;
} hf_report_phase;

typedef struct {
    hf_str key, title, instrument;
    double value, score, theme_weight, force;
    hf_str force_word;
} hf_report_gap;

typedef struct {
    hf_str question, text, rating, by, at, evidence; // in words
    hf_str ageing;  // since when it is to be looked at again; empty: it is not
    hf_str weight;  // of the question, in words; empty: it weighs 1
    hf_str comment; // of who answered, as it was written; empty: none
    int64_t version;
} hf_report_answer;

typedef struct {
    hf_str by, question, text, rating, why; // in words
} hf_report_review;

typedef struct {
    hf_str title, provision, owner, priority, due, status;
} hf_report_advice;

typedef struct {
    hf_str name; // of a theme; of a provision with its key; of a recommendation
    hf_str key;
    hf_str word;                             // what became of it
    double earlier, later;                   // implementation; NaN: not compared
    double evidence_earlier, evidence_later; // NaN: nothing to divide
    uint32_t compared;                       // questions
} hf_report_change;

typedef struct {
    hf_str question, text, earlier, later; // ratings in words
} hf_report_fall;

// Two rounds beside each other, a chapter of the report of an assessment.
typedef struct {
    hf_str earlier, later; // titles
    hf_report_change overall;
    const hf_report_change *themes;
    size_t theme_count;
    const hf_report_fall *falls; // the deepest first
    size_t fall_count;
    const hf_report_change *gaps; // that closed, opened or opened again
    size_t gap_count;
    const hf_report_change *advice;
    size_t advice_count;
    uint32_t only_earlier, only_later, scope_changed, not_asked; // questions left out
} hf_report_rounds;

typedef struct {
    hf_str name;             // of a theme
    double ordinal, nominal; // Krippendorff's alpha; NaN: not known
    uint32_t questions, disputed;
} hf_report_agreement;

typedef struct {
    hf_str title, kind, urgency, status, wanted_by;
    hf_str offer, not_met; // the offer that fits best, and what of it does not; empty: none
    uint32_t met;          // factors
} hf_report_need;

typedef struct {
    hf_str title, status, indicator;
    double before, target, after;     // of the indicator; NaN: not said
    double score_before, score_after; // of the provisions; NaN: none
} hf_report_project;

// Everything that the report of an assessment shows; gathered by usecase/assessment_report.c.
typedef struct {
    hf_report_head head;
    hf_str title, subject, stage, due, lead;
    bool is_translated; // words that no native speaker has read
    hf_report_score overall;
    const hf_report_score *themes, *instruments;
    size_t theme_count, instrument_count;
    const hf_report_phase *phases; // all of them, in their order
    size_t phase_count;
    uint32_t without_phase;
    const hf_report_audit *audit_areas, *critical_elements; // NULL: no question bears one
    size_t audit_area_count, critical_element_count;
    const hf_report_gap *gaps; // the largest first
    size_t gap_count;
    const hf_report_advice *advice;
    size_t advice_count;
    const hf_report_review *reviews; // due by now or soon, the first first
    size_t review_count;
    const hf_report_answer *answers; // in the order of the questions
    size_t answer_count;
    const hf_report_rounds *rounds;       // NULL: nothing is compared
    const hf_report_agreement *agreement; // by section, all of them last
    size_t agreement_count;               // 0: nothing was rated twice
    const hf_report_need *needs;
    size_t need_count;
    const hf_report_project *projects;
    size_t project_count;
} hf_assessment_data;

// What a user wants otherwise: order, chapters, headings and paragraphs of his own (docs/guide/reports.md).
typedef struct hf_template hf_template;
// text    the bytes of a file; borrowed
// source  its name, for messages
// Errors  HF_ERR_INPUT "template.…" and HF_ERR_TOO_LARGE "template.too_large", with file and line
bool hf_assessment_template(hf_str text, const char *source, hf_arena *arena,
                            const hf_template **out, hf_error *err) HF_CHECKED;

// template  NULL: every chapter, in the usual order
void hf_report_assessment(const hf_assessment_data *data, const hf_template *template,
                          hf_arena *arena, hf_doc *out);

typedef struct {
    hf_str rule, subject, provisions;
} hf_report_missing;

typedef struct {
    hf_str objective, title, owner, due, status, phases;
    double cost, funded; // NaN: not said
} hf_report_action;

typedef struct {
    hf_str title, owner, adopted, review_due;
    uint32_t met, rules;
    double cost, funded;
    const hf_report_missing *missing;
    size_t missing_count;
    const hf_report_action *actions;
    size_t action_count;
} hf_report_strategy;

typedef struct {
    hf_str name; // of the phase
    uint32_t actions, done, leads, supports, agreements, practices;
} hf_report_cover;

typedef struct {
    hf_str name;
    const hf_str *cells; // one for each phase
} hf_report_role;

typedef struct {
    hf_str name;
    uint32_t in_force, exercised, public_private;
} hf_report_reach;

typedef struct {
    hf_str title, organisation, status, lacks, review_due;
} hf_report_safeguard;

typedef struct {
    hf_str title, form, phases, result;
} hf_report_practice;

// A type of open place, or all of them.
typedef struct {
    hf_str name;
    uint32_t places, lacking, with_mean, with_peak, to_mend, mend_overdue;
    int64_t people_mean, people_peak;
    const uint32_t *current, *overdue, *never; // places, by kind of preparation
} hf_report_open_type;

typedef struct {
    hf_str key, name, type, lacks; // "exercise (never), training (overdue since 2026-05-01)"
    int64_t peak;                  // -1: not known
} hf_report_open_place;

// Everything that the report of open places shows; gathered by usecase/soft_targets_report.c.
typedef struct {
    hf_report_head head;
    const hf_str *kinds;    // of preparations, in words
    const hf_str *asked_by; // codes of provisions
    size_t kind_count;
    const hf_report_open_type *types; // those with places
    size_t type_count;
    hf_report_open_type all;
    const hf_report_open_place *places; // that lack something; the largest peak first
    size_t place_count, lacking_count;  // told, and all
} hf_open_places_data;
void hf_report_open_places(const hf_open_places_data *data, hf_arena *arena, hf_doc *out);

// Everything that the report of what a nation has decided shows; gathered by usecase/strategy_report.c.
typedef struct {
    hf_report_head head;
    const hf_report_strategy *strategies;
    size_t strategy_count;
    const hf_report_cover *phases;
    size_t phase_count;
    const hf_str *conducts, *forms; // of the legal map
    size_t conduct_count, form_count;
    const uint32_t *cells; // conduct by conduct
    const bool *is_asked;
    const hf_report_role *roles;
    size_t role_count;
    const hf_report_reach *reach;
    size_t reach_count;
    const hf_report_safeguard *safeguards;
    size_t safeguard_count;
    const hf_report_practice *practices;
    size_t practice_count;
} hf_strategy_data;
void hf_report_strategies(const hf_strategy_data *data, hf_arena *arena, hf_doc *out);

#endif
