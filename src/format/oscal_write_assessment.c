// SPDX-License-Identifier: Apache-2.0
//
// An assessment as OSCAL: its plan, its results (each rated answer an observation and, where it applies, a finding), and
// what is to be done about it (a plan of action and milestones). Who answered stays in the register.
#include <math.h>

#include "base/limits.h"
#include "format/oscal_write.h"
#include "model/scores.h"

typedef struct {
    const hf_oscal_assessment *from;
    hf_json_writer w;
    hf_arena arena;
    hf_str space; // of all ids: the assessment's own
} writing;

static hf_oscal_head head_of(const hf_oscal_assessment *from)
{
    const hf_assessment *a = from->assessment;
    hf_oscal_head head = {.title = a->title.len > 0 ? a->title : a->head.key,
                          .modified_ms = a->head.updated_ms,
                          .marking = from->protection.marking,
                          .compartments = from->protection.compartments,
                          .made_for = from->book.made_for};
    size_t questions = from->book.first_question[from->book.provision_count];
    for (size_t q = 0; q < questions; q++)
        if (from->answers[q] != NULL && from->answers[q]->part.head.updated_ms > head.modified_ms)
            head.modified_ms = from->answers[q]->part.head.updated_ms;
    for (size_t i = 0; i < from->first_evidence[questions]; i++)
        if (from->evidence[i]->part.head.updated_ms > head.modified_ms)
            head.modified_ms = from->evidence[i]->part.head.updated_ms;
    for (size_t i = 0; i < from->advice_count; i++)
        if (from->advice[i]->part.head.updated_ms > head.modified_ms)
            head.modified_ms = from->advice[i]->part.head.updated_ms;
    return head;
}

static void put_word(writing *d, const hf_noun *noun, const void *record, const char *field)
{
    hf_oscal_put_field(&d->w, noun, record, field, field);
}

// A reference to a resource of the back matter.
static void put_source(writing *d, const char *name, const char *kind)
{
    HF_CLEANUP(hf_buf_done) hf_buf uuid = hf_buf_of(200);
    hf_json_writer w = {.out = &uuid};
    hf_json_begin_object(&w);
    hf_oscal_put_uuid(&w, "x", d->space, kind, d->from->assessment->head.key);
    hf_json_end_object(&w); // {"x":"…"}
    hf_json_name(&d->w, name);
    hf_json_begin_object(&d->w);
    hf_json_put_str(&d->w, "href",
                    hf_str_format(&d->arena, "#%.*s", 36, hf_buf_str(&uuid).ptr + 6));
    hf_json_end_object(&d->w);
}

static void begin_resource(writing *d, const char *kind, hf_str key)
{
    hf_json_begin_object(&d->w);
    hf_oscal_put_uuid(&d->w, "uuid", d->space, kind, key);
}

static void put_file(writing *d, const char *kind, const char *file, const char *media_type)
{
    begin_resource(d, kind, d->from->assessment->head.key);
    hf_json_name(&d->w, "rlinks");
    hf_json_begin_array(&d->w);
    hf_json_begin_object(&d->w);
    hf_json_put_str(&d->w, "href", hf_str_of(file));
    hf_json_put_str(&d->w, "media-type", hf_str_of(media_type));
    hf_json_end_object(&d->w);
    hf_json_end_array(&d->w);
    hf_json_end_object(&d->w);
}

// OSCAL assesses systems and wants their plan: here the subject is a State, a sector or an organisation.
static void put_subject(writing *d)
{
    const hf_assessment *a = d->from->assessment;
    begin_resource(d, "subject", a->head.key);
    hf_oscal_put_line(&d->w, "title", a->title.len > 0 ? a->title : a->head.key);
    hf_json_name(&d->w, "props");
    hf_json_begin_array(&d->w);
    put_word(d, &hf_noun_assessment, a, "subject");
    put_word(d, &hf_noun_assessment, a, "sector");
    put_word(d, &hf_noun_assessment, a, "organisation");
    hf_json_end_array(&d->w);
    hf_json_end_object(&d->w);
}

static void put_reviewed(writing *d)
{
    const hf_oscal_book *book = &d->from->book;
    hf_json_writer *w = &d->w;
    size_t questions = book->first_question[book->provision_count];
    hf_json_name(w, "reviewed-controls");
    hf_json_begin_object(w);
    hf_json_name(w, "control-selections");
    hf_json_begin_array(w);
    hf_json_begin_object(w);
    hf_json_name(w, book->provision_count > 0 ? "include-controls" : "include-all");
    if (book->provision_count == 0)
        hf_json_begin_object(w);
    else
        hf_json_begin_array(w);
    for (size_t p = 0; p < book->provision_count; p++) {
        hf_json_begin_object(w);
        hf_json_put_str(w, "control-id", hf_oscal_token(book->provisions[p]->head.key, &d->arena));
        hf_json_end_object(w);
    }
    if (book->provision_count == 0)
        hf_json_end_object(w);
    else
        hf_json_end_array(w);
    hf_json_end_object(w);
    hf_json_end_array(w);
    if (questions > 0) {
        hf_json_name(w, "control-objective-selections");
        hf_json_begin_array(w);
        hf_json_begin_object(w);
        hf_json_name(w, "include-objectives");
        hf_json_begin_array(w);
        for (size_t q = 0; q < questions; q++) {
            hf_json_begin_object(w);
            hf_json_put_str(w, "objective-id",
                            hf_oscal_token(book->questions[q]->head.key, &d->arena));
            hf_json_end_object(w);
        }
        hf_json_end_array(w);
        hf_json_end_object(w);
        hf_json_end_array(w);
    }
    hf_json_end_object(w);
}

// The members of a document stand in an object while they are written; its braces are left out.
static bool finish(writing *d, const char *model, hf_buf *body, hf_buf *out, hf_error *err)
{
    hf_json_end_object(&d->w);
    hf_oscal_head head = head_of(d->from);
    hf_buf inner = *body;
    bool overflow = body->overflow;
    inner.ptr = body->ptr + 1;
    inner.len = body->len - 2;
    inner.overflow = overflow;
    bool ok = hf_oscal_put_document(model, &head, &inner, out, err);
    hf_arena_done(&d->arena);
    return ok;
}

static writing begin(const hf_oscal_assessment *from, hf_buf *body)
{
    writing d = {.from = from, .w = {.out = body}, .space = hf_str_of(from->assessment->head.id)};
    hf_json_begin_object(&d.w);
    return d;
}

// --- plan --------------------------------------------------------------------------------------------------

bool hf_oscal_write_plan(const hf_oscal_assessment *from, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf body = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
    writing d = begin(from, &body);
    hf_json_writer *w = &d.w;
    const hf_assessment *a = from->assessment;
    put_source(&d, "import-ssp", "subject");
    put_reviewed(&d);
    hf_json_name(w, "assessment-subjects");
    hf_json_begin_array(w);
    hf_json_begin_object(w);
    hf_json_put_str(w, "type", HF_STR("party"));
    hf_json_name(w, "include-all");
    hf_json_begin_object(w);
    hf_json_end_object(w);
    hf_json_end_object(w);
    hf_json_end_array(w);
    hf_json_name(w, "tasks");
    hf_json_begin_array(w);
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d.space, "task", a->head.key);
    hf_json_put_str(w, "type", HF_STR("action"));
    hf_oscal_put_line(w, "title", a->title.len > 0 ? a->title : a->head.key);
    if (a->about.len > 0)
        hf_json_put_str(w, "description", a->about);
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    hf_oscal_put_prop(w, HF_OSCAL_NS, "key", a->head.key);
    put_word(&d, &hf_noun_assessment, a, "stage");
    hf_json_end_array(w);
    if (a->starts_at != HF_INTEGER_NONE && a->ends_at != HF_INTEGER_NONE) {
        hf_json_name(w, "timing");
        hf_json_begin_object(w);
        hf_json_name(w, "within-date-range");
        hf_json_begin_object(w);
        hf_oscal_put_time(w, "start", a->starts_at);
        hf_oscal_put_time(w, "end", a->ends_at);
        hf_json_end_object(w);
        hf_json_end_object(w);
    }
    hf_json_end_object(w);
    hf_json_end_array(w);
    hf_json_name(w, "back-matter");
    hf_json_begin_object(w);
    hf_json_name(w, "resources");
    hf_json_begin_array(w);
    put_subject(&d);
    put_file(&d, "catalog", "holdfast-catalog.json", "application/oscal.catalog+json");
    hf_json_end_array(w);
    hf_json_end_object(w);
    return finish(&d, "assessment-plan", &body, out, err);
}

// --- results -----------------------------------------------------------------------------------------------

static bool is_rated(const hf_answer *answer)
{
    return answer != NULL && answer->rating != HF_WORD_NONE;
}

static bool has_link(const hf_answer *answer)
{
    return answer->evidence_link.len > 0;
}

// A reference to the resource of the back matter that shows it.
static void put_shown(writing *d, const char *kind, hf_str key)
{
    HF_CLEANUP(hf_buf_done) hf_buf uuid = hf_buf_of(200);
    hf_json_writer one = {.out = &uuid};
    hf_json_begin_object(&one);
    hf_oscal_put_uuid(&one, "x", d->space, kind, key);
    hf_json_put_str(&d->w, "href", hf_str_format(&d->arena, "#%.*s", 36, uuid.ptr + 6));
}

static void put_flag(writing *d, const char *name, bool is_it)
{
    hf_oscal_put_prop(&d->w, HF_OSCAL_NS, name, is_it ? HF_STR("true") : HF_STR("false"));
}

static hf_str said_by(const hf_answer *answer)
{
    return answer->evidence.len > 0        ? answer->evidence
           : answer->evidence_link.len > 0 ? answer->evidence_link
                                           : answer->evidence_record;
}

// What the answer says in its own words.
static void put_own_evidence(writing *d, const hf_answer *answer)
{
    hf_json_writer *w = &d->w;
    hf_json_begin_object(w);
    if (has_link(answer))
        put_shown(d, "evidence", answer->question);
    hf_json_put_str(w, "description", said_by(answer));
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    put_flag(d, "accepted", answer->evidence_accepted);
    put_flag(d, "counts", hf_answer_has_evidence(answer, d->from->now_ms));
    put_word(d, &hf_noun_answer, answer, "evidence_expires_at");
    put_word(d, &hf_noun_answer, answer, "evidence_record");
    hf_json_end_array(w);
    hf_json_end_object(w);
}

static void put_item_evidence(writing *d, const hf_evidence *item)
{
    hf_json_writer *w = &d->w;
    hf_json_begin_object(w);
    if (item->link.len > 0)
        put_shown(d, "evidence-item", item->part.head.key);
    hf_json_put_str(w, "description", hf_evidence_name(item));
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    hf_oscal_put_prop(w, HF_OSCAL_NS, "key", item->part.head.key);
    put_word(d, &hf_noun_evidence, item, "state");
    put_flag(d, "accepted", item->state == HF_EVIDENCE_ACCEPTED);
    put_flag(d, "counts", hf_evidence_counts(item, d->from->now_ms));
    put_word(d, &hf_noun_evidence, item, "expires_at");
    put_word(d, &hf_noun_evidence, item, "attachment");
    put_word(d, &hf_noun_evidence, item, "record");
    hf_json_end_array(w);
    hf_json_end_object(w);
}

static void put_evidence(writing *d, size_t q)
{
    const hf_oscal_assessment *from = d->from;
    bool is_said = said_by(from->answers[q]).len > 0;
    if (!is_said && from->first_evidence[q] == from->first_evidence[q + 1])
        return;
    hf_json_name(&d->w, "relevant-evidence");
    hf_json_begin_array(&d->w);
    if (is_said)
        put_own_evidence(d, from->answers[q]);
    for (uint32_t i = from->first_evidence[q]; i < from->first_evidence[q + 1]; i++)
        put_item_evidence(d, from->evidence[i]);
    hf_json_end_array(&d->w);
}

static void put_observation(writing *d, size_t q)
{
    hf_json_writer *w = &d->w;
    const hf_provision_question *question = d->from->book.questions[q];
    const hf_answer *answer = d->from->answers[q];
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d->space, "observation", question->head.key);
    hf_oscal_put_line(w, "title", question->head.key);
    hf_json_put_str(w, "description", answer->comment.len > 0 ? answer->comment : question->text);
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    put_word(d, &hf_noun_answer, answer, "rating");
    put_word(d, &hf_noun_answer, answer, "reused_from");
    put_flag(d, "evidence-counts", d->from->has_evidence[q]);
    hf_json_end_array(w);
    hf_json_name(w, "methods");
    hf_json_begin_array(w);
    hf_json_add_z(w, "UNKNOWN");
    hf_json_end_array(w);
    put_evidence(d, q);
    hf_oscal_put_time(w, "collected",
                      answer->answered_at != HF_INTEGER_NONE ? answer->answered_at
                                                             : answer->part.head.updated_ms);
    hf_json_end_object(w);
}

static void put_reference(writing *d, const char *list, const char *member, const char *kind,
                          hf_str key)
{
    hf_json_name(&d->w, list);
    hf_json_begin_array(&d->w);
    hf_json_begin_object(&d->w);
    hf_oscal_put_uuid(&d->w, member, d->space, kind, key);
    hf_json_end_object(&d->w);
    hf_json_end_array(&d->w);
}

static void put_finding(writing *d, size_t q)
{
    hf_json_writer *w = &d->w;
    const hf_provision_question *question = d->from->book.questions[q];
    bool is_satisfied = hf_answer_score(d->from->answers[q]) >= HF_SCORE_SATISFYING;
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d->space, "finding", question->head.key);
    hf_oscal_put_line(w, "title", question->head.key);
    hf_json_put_str(w, "description", question->text);
    hf_json_name(w, "target");
    hf_json_begin_object(w);
    hf_json_put_str(w, "type", HF_STR("objective-id"));
    hf_json_put_str(w, "target-id", hf_oscal_token(question->head.key, &d->arena));
    hf_json_name(w, "status");
    hf_json_begin_object(w);
    hf_json_put_str(w, "state", is_satisfied ? HF_STR("satisfied") : HF_STR("not-satisfied"));
    hf_json_end_object(w);
    hf_json_end_object(w);
    put_reference(d, "related-observations", "observation-uuid", "observation", question->head.key);
    hf_json_end_object(w);
}

typedef bool is_listed(const hf_answer *answer);
typedef void put_item(writing *d, size_t question);

static bool is_finding(const hf_answer *answer)
{
    return is_rated(answer) && hf_answer_score(answer) >= 0;
}

// A list of something for each answer that has it; OSCAL has no empty lists.
static void put_list(writing *d, const char *name, is_listed *has, put_item *put)
{
    size_t questions = d->from->book.first_question[d->from->book.provision_count];
    bool is_open = false;
    for (size_t q = 0; q < questions; q++) {
        if (d->from->answers[q] == NULL || !has(d->from->answers[q]))
            continue;
        if (!is_open) {
            hf_json_name(&d->w, name);
            hf_json_begin_array(&d->w);
        }
        is_open = true;
        put(d, q);
    }
    if (is_open)
        hf_json_end_array(&d->w);
}

static void put_figure(writing *d, const char *name, double share)
{
    char text[32];
    if (!isnan(share))
        hf_oscal_put_prop(&d->w, HF_OSCAL_NS, name, (hf_str){text, hf_format_double(share, text)});
}

static void put_result(writing *d)
{
    hf_json_writer *w = &d->w;
    const hf_assessment *a = d->from->assessment;
    hf_str title = a->title.len > 0 ? a->title : a->head.key;
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d->space, "result", a->head.key);
    hf_oscal_put_line(w, "title", title);
    hf_json_put_str(w, "description", a->about.len > 0 ? a->about : title);
    hf_oscal_put_time(w, "start",
                      a->starts_at != HF_INTEGER_NONE ? a->starts_at : a->head.created_ms);
    if (a->ends_at != HF_INTEGER_NONE)
        hf_oscal_put_time(w, "end", a->ends_at);
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    hf_oscal_put_prop(w, HF_OSCAL_NS, "key", a->head.key);
    put_word(d, &hf_noun_assessment, a, "stage");
    put_figure(d, "implementation", d->from->implementation);
    put_figure(d, "evidence-cover", d->from->evidence_cover);
    hf_json_end_array(w);
    put_reviewed(d);
    put_list(d, "observations", is_rated, put_observation);
    put_list(d, "findings", is_finding, put_finding);
    hf_json_end_object(w);
}

static void put_proof(writing *d, const char *kind, hf_str key, hf_str title, hf_str link)
{
    begin_resource(d, kind, key);
    if (title.len > 0)
        hf_oscal_put_line(&d->w, "title", title);
    hf_json_name(&d->w, "rlinks");
    hf_json_begin_array(&d->w);
    hf_json_begin_object(&d->w);
    hf_json_put_str(&d->w, "href", link);
    hf_json_end_object(&d->w);
    hf_json_end_array(&d->w);
    hf_json_end_object(&d->w);
}

// The addresses that the observation of a rated answer refers to.
static void put_proofs(writing *d, size_t q)
{
    const hf_oscal_assessment *from = d->from;
    const hf_answer *answer = from->answers[q];
    if (answer == NULL || !is_rated(answer))
        return;
    if (has_link(answer))
        put_proof(d, "evidence", answer->question, answer->evidence, answer->evidence_link);
    for (uint32_t i = from->first_evidence[q]; i < from->first_evidence[q + 1]; i++)
        if (from->evidence[i]->link.len > 0)
            put_proof(d, "evidence-item", from->evidence[i]->part.head.key,
                      from->evidence[i]->title, from->evidence[i]->link);
}

bool hf_oscal_write_results(const hf_oscal_assessment *from, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf body = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
    writing d = begin(from, &body);
    hf_json_writer *w = &d.w;
    size_t questions = from->book.first_question[from->book.provision_count];
    put_source(&d, "import-ap", "plan");
    hf_json_name(w, "results");
    hf_json_begin_array(w);
    put_result(&d);
    hf_json_end_array(w);
    hf_json_name(w, "back-matter");
    hf_json_begin_object(w);
    hf_json_name(w, "resources");
    hf_json_begin_array(w);
    put_file(&d, "plan", "holdfast-plan.json", "application/oscal.assessment-plan+json");
    put_subject(&d);
    for (size_t q = 0; q < questions; q++)
        put_proofs(&d, q);
    hf_json_end_array(w);
    hf_json_end_object(w);
    return finish(&d, "assessment-results", &body, out, err);
}

// --- plan of action and milestones -------------------------------------------------------------------------

// OSCAL's words for the status of a risk. What is done is closed once somebody has verified it.
static const char *risk_status(int32_t status)
{
    static const char *const words[] = {"open",        "open",   "remediating",
                                        "remediating", "closed", "deviation-approved"};
    return status >= 0 && (size_t)status < HF_COUNT(words) ? words[status] : "open";
}

static void put_advice_props(writing *d, const hf_recommendation *advice)
{
    hf_json_name(&d->w, "props");
    hf_json_begin_array(&d->w);
    hf_oscal_put_prop(&d->w, HF_OSCAL_NS, "key", advice->part.head.key);
    put_word(d, &hf_noun_recommendation, advice, "status");
    put_word(d, &hf_noun_recommendation, advice, "priority");
    put_word(d, &hf_noun_recommendation, advice, "owner");
    put_word(d, &hf_noun_recommendation, advice, "provision");
    hf_json_end_array(&d->w);
}

static hf_str title_of(const hf_recommendation *advice)
{
    return hf_str_trim(advice->title).len > 0 ? advice->title : advice->part.head.key;
}

static hf_str about_of(const hf_recommendation *advice)
{
    return advice->about.len > 0 ? advice->about : title_of(advice);
}

static void put_risk(writing *d, const hf_recommendation *advice)
{
    hf_json_writer *w = &d->w;
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d->space, "risk", advice->part.head.key);
    hf_oscal_put_line(w, "title", title_of(advice));
    hf_json_put_str(w, "description", about_of(advice));
    hf_json_put_str(w, "statement", about_of(advice));
    hf_json_put_str(w, "status", hf_str_of(risk_status(advice->status)));
    if (advice->due != HF_INTEGER_NONE)
        hf_oscal_put_time(w, "deadline", advice->due);
    hf_json_name(w, "remediations");
    hf_json_begin_array(w);
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d->space, "remediation", advice->part.head.key);
    hf_json_put_str(w, "lifecycle", HF_STR("recommendation"));
    hf_oscal_put_line(w, "title", title_of(advice));
    hf_json_put_str(w, "description", about_of(advice));
    if (advice->due != HF_INTEGER_NONE) {
        hf_json_name(w, "tasks");
        hf_json_begin_array(w);
        hf_json_begin_object(w);
        hf_oscal_put_uuid(w, "uuid", d->space, "milestone", advice->part.head.key);
        hf_json_put_str(w, "type", HF_STR("milestone"));
        hf_oscal_put_line(w, "title", title_of(advice));
        hf_json_name(w, "timing");
        hf_json_begin_object(w);
        hf_json_name(w, "on-date");
        hf_json_begin_object(w);
        hf_oscal_put_time(w, "date", advice->due);
        hf_json_end_object(w);
        hf_json_end_object(w);
        hf_json_end_object(w);
        hf_json_end_array(w);
    }
    hf_json_end_object(w);
    hf_json_end_array(w);
    hf_json_end_object(w);
}

static void put_poam_item(writing *d, const hf_recommendation *advice)
{
    hf_json_writer *w = &d->w;
    hf_json_begin_object(w);
    hf_oscal_put_uuid(w, "uuid", d->space, "poam-item", advice->part.head.key);
    hf_oscal_put_line(w, "title", title_of(advice));
    hf_json_put_str(w, "description", about_of(advice));
    put_advice_props(d, advice);
    put_reference(d, "related-risks", "risk-uuid", "risk", advice->part.head.key);
    if (advice->state_answer.len > 0)
        hf_json_put_str(w, "remarks", advice->state_answer);
    hf_json_end_object(w);
}

bool hf_oscal_write_poam(const hf_oscal_assessment *from, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf body = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
    if (from->advice_count == 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "oscal.no_advice",
                       "the assessment has no recommendations, and OSCAL has no plan without an "
                       "item; recommend something first");
    writing d = begin(from, &body);
    hf_json_writer *w = &d.w;
    put_source(&d, "import-ssp", "subject");
    hf_json_name(w, "risks");
    hf_json_begin_array(w);
    for (size_t i = 0; i < from->advice_count; i++)
        put_risk(&d, from->advice[i]);
    hf_json_end_array(w);
    hf_json_name(w, "poam-items");
    hf_json_begin_array(w);
    for (size_t i = 0; i < from->advice_count; i++)
        put_poam_item(&d, from->advice[i]);
    hf_json_end_array(w);
    hf_json_name(w, "back-matter");
    hf_json_begin_object(w);
    hf_json_name(w, "resources");
    hf_json_begin_array(w);
    put_subject(&d);
    hf_json_end_array(w);
    hf_json_end_object(w);
    return finish(&d, "plan-of-action-and-milestones", &body, out, err);
}
