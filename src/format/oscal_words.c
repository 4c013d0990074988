// SPDX-License-Identifier: Apache-2.0
//
// From a control of OSCAL to our words: the statement as one text, each objective of an assessment as a question, with
// what its parameters stand for put in.
#include "base/limits.h"
#include "format/oscal.h"

enum { TITLE_MAX = 200, REQUIREMENT_MAX = 4000, QUESTION_MAX = 1000, INSERTS_MAX = 10000 };

typedef struct {
    const hf_oscal_index *index;
    hf_arena *arena;
    hf_oscal_words *out;
    hf_error *err;
    bool is_plain;         // written by this program: no parameters are put in
    uint32_t insert_count; // of the control: parameters inside parameters multiply
} wording;

hf_str hf_oscal_fit(hf_str text, size_t max, hf_arena *arena, size_t *cut_count)
{
    text = hf_str_trim(text);
    if (text.len <= max)
        return text;
    size_t end = max - 3; // "…"
    while (end > 0 && ((unsigned char)text.ptr[end] & 0xC0) == 0x80)
        end--;
    ++*cut_count;
    return hf_str_format(arena, "%.*s\xe2\x80\xa6", (int)end, text.ptr);
}

// --- prose with parameters ---------------------------------------------------------------------------------

static bool add_prose(wording *w, hf_str prose, unsigned depth, hf_buf *out);

static bool fail_param(wording *w, hf_str id, const char *code, const char *what)
{
    return hf_fail(w->err, HF_ERR_INPUT, code, "the parameter '%.*s' %s", HF_STR_ARG(id), what);
}

static bool add_list(wording *w, const hf_json *list, unsigned depth, hf_buf *out)
{
    for (const hf_json *item = list->child; item != NULL; item = item->next) {
        if (item != list->child)
            hf_buf_add_z(out, "; ");
        if (!add_prose(w, item->text, depth, out))
            return false;
    }
    return true;
}

// Its values; else what may be chosen, or what it is called, in brackets: that is still to be said.
static bool add_param(wording *w, hf_str id, unsigned depth, hf_buf *out)
{
    const hf_json *param = hf_oscal_find(w->index, &w->index->params, id);
    if (param == NULL)
        return fail_param(w, id, "oscal.param_unknown",
                          "is put into a text, but is not in the document; add it, or mend its id");
    if (depth >= HF_OSCAL_INSERTS_MAX || ++w->insert_count > INSERTS_MAX)
        return fail_param(w, id, "oscal.param_loop",
                          "is put into itself, or too deep into others; write out its value");
    const hf_json *values = hf_json_get(param, "values");
    if (values != NULL && values->child_count > 0)
        return add_list(w, values, depth + 1, out);
    const hf_json *choice = hf_json_get(hf_json_get(param, "select"), "choice");
    hf_str label = hf_json_text(param, "label");
    hf_buf_add_byte(out, '[');
    if (choice != NULL && choice->child_count > 0) {
        if (!add_list(w, choice, depth + 1, out))
            return false;
    } else if (label.len > 0) {
        if (!add_prose(w, label, depth + 1, out))
            return false;
    } else {
        return fail_param(w, id, "oscal.param_empty",
                          "has neither a value nor a choice nor a label; give it one of them");
    }
    hf_buf_add_byte(out, ']');
    return true;
}

// "{{ insert: param, ID }}", and "{{ ID }}" as older documents have it. Anything else in braces stays as it is.
static hf_str param_of(hf_str inside)
{
    inside = hf_str_trim(inside);
    if (!hf_str_starts(inside, "insert:"))
        return hf_str_find_byte(inside, ' ', 0) == inside.len ? inside : HF_STR_EMPTY;
    inside = hf_str_trim(hf_str_slice(inside, 7, inside.len));
    if (!hf_str_starts(inside, "param"))
        return HF_STR_EMPTY;
    size_t comma = hf_str_find_byte(inside, ',', 0);
    return hf_str_trim(hf_str_slice(inside, comma + 1, inside.len));
}

static bool add_prose(wording *w, hf_str prose, unsigned depth, hf_buf *out)
{
    while (prose.len > 0) {
        size_t open = w->is_plain ? prose.len : hf_str_find(prose, HF_STR("{{"));
        hf_str rest = hf_str_slice(prose, open + 2, prose.len);
        size_t close = hf_str_find(rest, HF_STR("}}"));
        hf_buf_add_str(out, hf_str_slice(prose, 0, open));
        if (open == prose.len)
            return true;
        hf_str id = close < rest.len ? param_of(hf_str_slice(rest, 0, close)) : HF_STR_EMPTY;
        if (id.len == 0) {
            hf_buf_add_z(out, "{{");
            prose = rest;
            continue;
        }
        if (!add_param(w, id, depth, out))
            return false;
        prose = hf_str_slice(rest, close + 2, rest.len);
    }
    return true;
}

// --- statement and questions -------------------------------------------------------------------------------

static const hf_json *parts_of(const hf_json *node)
{
    const hf_json *list = hf_json_get(node, "parts");
    return list != NULL && list->type == HF_JSON_ARRAY ? list->child : NULL;
}

static bool is_named(const hf_json *part, const char *name)
{
    return hf_str_equal_z(hf_json_text(part, "name"), name);
}

bool hf_oscal_is_objective(const hf_json *part)
{
    return is_named(part, "assessment-objective") || is_named(part, "objective");
}

// A part and what lies in it, a line each: its label, its prose.
static bool add_part(wording *w, const hf_json *part, hf_buf *out)
{
    hf_str prose = hf_str_trim(hf_json_text(part, "prose"));
    hf_str label = hf_str_trim(hf_oscal_prop(part, "label", NULL));
    if (prose.len > 0) {
        if (out->len > 0)
            hf_buf_add_byte(out, '\n');
        if (label.len > 0)
            hf_buf_add_format(out, "%.*s ", HF_STR_ARG(label));
        if (!add_prose(w, prose, 0, out))
            return false;
    }
    for (const hf_json *inner = parts_of(part); inner != NULL; inner = inner->next)
        if (!add_part(w, inner, out))
            return false;
    return true;
}

static bool part_text(wording *w, const hf_json *part, hf_str *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_OSCAL_KEPT_BYTES_MAX);
    if (!add_part(w, part, &text))
        return false;
    *out = hf_buf_copy(w->arena, &text);
    return true;
}

// The statement, else what stands in its place.
static bool read_requirement(wording *w, const hf_json *control)
{
    static const char *const names[] = {"statement", "overview", "guidance"};
    for (size_t i = 0; i < HF_COUNT(names) && w->out->requirement.len == 0; i++)
        for (const hf_json *part = parts_of(control); part != NULL; part = part->next)
            if (w->out->requirement.len == 0 && is_named(part, names[i]) &&
                !part_text(w, part, &w->out->requirement))
                return false;
    w->out->requirement =
        hf_oscal_fit(w->out->requirement, REQUIREMENT_MAX, w->arena, &w->out->cut_count);
    return true;
}

// What somebody who assesses looks at: the objects of the method EXAMINE, a line each in OSCAL.
static bool read_examined(wording *w, const hf_json *control, hf_str *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_OSCAL_KEPT_BYTES_MAX);
    for (const hf_json *part = parts_of(control); part != NULL; part = part->next) {
        hf_str method = hf_oscal_prop(part, "method", NULL);
        if (method.len == 0)
            method = hf_oscal_prop(part, "method", "http://csrc.nist.gov/ns/rmf");
        if (!is_named(part, "assessment-method") || !hf_str_equal_z(method, "EXAMINE"))
            continue;
        for (const hf_json *objects = parts_of(part); objects != NULL; objects = objects->next) {
            hf_str lines = hf_json_text(objects, "prose"), line;
            while (hf_str_split(&lines, '\n', &line)) {
                line = hf_str_trim(line);
                if (line.len == 0)
                    continue;
                if (text.len > 0)
                    hf_buf_add_z(&text, "; ");
                if (!add_prose(w, line, 0, &text))
                    return false;
            }
        }
    }
    *out = hf_oscal_fit(hf_buf_copy(w->arena, &text), QUESTION_MAX, w->arena, &w->out->cut_count);
    return true;
}

typedef HF_VEC(hf_oscal_question) questions;

// An objective that is made of others is only their heading. Evidence of our own stands in the question.
static bool add_objective(wording *w, const hf_json *part, hf_str examined, questions *list)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_OSCAL_KEPT_BYTES_MAX);
    hf_oscal_question question = {.part = part, .wanted = examined};
    bool is_leaf = true;
    for (const hf_json *inner = parts_of(part); inner != NULL; inner = inner->next) {
        if (is_named(inner, "evidence"))
            question.wanted = hf_oscal_fit(hf_json_text(inner, "prose"), QUESTION_MAX, w->arena,
                                           &w->out->cut_count);
        if (!hf_oscal_is_objective(inner))
            continue;
        is_leaf = false;
        if (!add_objective(w, inner, examined, list))
            return false;
    }
    hf_str prose = hf_str_trim(hf_json_text(part, "prose"));
    if (!is_leaf || prose.len == 0)
        return true;
    if (!add_prose(w, prose, 0, &text))
        return false;
    question.text =
        hf_oscal_fit(hf_buf_copy(w->arena, &text), QUESTION_MAX, w->arena, &w->out->cut_count);
    HF_VEC_ADD(w->arena, list, question);
    return true;
}

// Older catalogues keep their objectives inside the guidance.
static bool find_objectives(wording *w, const hf_json *node, hf_str examined, questions *list)
{
    for (const hf_json *part = parts_of(node); part != NULL; part = part->next)
        if (!(hf_oscal_is_objective(part) ? add_objective(w, part, examined, list)
                                          : find_objectives(w, part, examined, list)))
            return false;
    return true;
}

static bool read_questions(wording *w, const hf_json *control)
{
    questions list = {0};
    hf_str examined = HF_STR_EMPTY;
    if (!read_examined(w, control, &examined))
        return false;
    if (!find_objectives(w, control, examined, &list))
        return false;
    if (list.count == 0 && !w->is_plain) {
        hf_str text = w->out->requirement.len > 0 ? w->out->requirement : w->out->title;
        hf_oscal_question question = {
            .text = hf_oscal_fit(text, QUESTION_MAX, w->arena, &w->out->cut_count),
            .wanted = examined};
        HF_VEC_ADD(w->arena, &list, question);
    }
    w->out->questions = list.items;
    w->out->question_count = list.count;
    return true;
}

bool hf_oscal_words_of(const hf_oscal_index *index, const hf_json *control, hf_arena *arena,
                       hf_oscal_words *out, hf_error *err)
{
    wording w = {.index = index,
                 .arena = arena,
                 .out = out,
                 .err = err,
                 .is_plain = hf_oscal_prop(control, "key", HF_OSCAL_NS).len > 0};
    HF_CLEANUP(hf_buf_done) hf_buf title = hf_buf_of(HF_OSCAL_KEPT_BYTES_MAX);
    *out = (hf_oscal_words){0};
    if (!add_prose(&w, hf_json_text(control, "title"), 0, &title))
        return false;
    out->title = hf_oscal_fit(hf_buf_copy(arena, &title), TITLE_MAX, arena, &out->cut_count);
    if (out->title.len == 0)
        return hf_fail(err, HF_ERR_INPUT, "oscal.untitled",
                       "a control needs an id and a title; give it both");
    return read_requirement(&w, control) && read_questions(&w, control);
}
