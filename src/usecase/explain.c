// SPDX-License-Identifier: Apache-2.0
//
// Why an asset fell: the engine's chain of reasons, put into words in the reader's language. All wording is
// in the catalogues (content/messages/result); here are only codes and values.
#include <string.h>

#include "usecase/names.h"

#define NAMES_SHOWN 3u // of the suppliers that were lost; the others are counted

// What was lost, by number: a supplier, or behind them a network link that does not work.
static bool name_of_lost(const hf_namer *t, const hf_step *step, uint32_t i, hf_str *out,
                         hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    if (i < step->lost_count)
        return hf_name_of(t, step->lost[i], out, NULL, err);
    const uint32_t *ends = step->broken + 2 * (size_t)(i - step->lost_count);
    hf_message_value values[] = {{.name = "from"}, {.name = "to"}};
    if (!hf_name_of(t, ends[0], &values[0].text, NULL, err) ||
        !hf_name_of(t, ends[1], &values[1].text, NULL, err))
        return false;
    hf_message(t->lang, "result.why.link", values, HF_COUNT(values), &text);
    *out = hf_buf_copy(t->arena, &text);
    return true;
}

// "A, B and C", or "A, B, C and 4 more".
static bool list_of_lost(const hf_namer *t, const hf_step *step, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    HF_CLEANUP(hf_buf_done) hf_buf whole = hf_buf_of(1u << 16);
    uint32_t count = step->lost_count + step->broken_count;
    uint32_t shown = count < NAMES_SHOWN ? count : NAMES_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        hf_str name = HF_STR_EMPTY;
        if (!name_of_lost(t, step, i, &name, err))
            return false;
        if (i > 0)
            hf_buf_add_str(&text, hf_message_text(t->lang, "result.list.comma", t->arena));
        hf_buf_add_str(&text, name);
    }
    hf_message_value values[] = {
        {.name = "list", .text = hf_buf_str(&text)},
        {.name = "n", .is_number = true, .number = (double)(count - shown)}};
    if (count > shown) {
        hf_message(t->lang, "result.list.more", values, HF_COUNT(values), &whole);
        *out = hf_buf_copy(t->arena, &whole);
        return true;
    }
    *out = hf_buf_copy(t->arena, &text);
    return true;
}

static const char *message_of(const hf_step *step)
{
    bool is_at_once = step->at_h <= 0;
    bool has_waited = step->at_h > step->lost_at_h;
    switch (step->cause) {
    case HF_CAUSE_DAMAGE:
        if (step->level > 1)
            return is_at_once ? "result.why.reduced" : "result.why.reduced_later";
        return is_at_once ? "result.why.damage" : "result.why.damage_later";
    case HF_CAUSE_DEPENDENCY:
        return is_at_once   ? "result.why.dependency_at_once"
               : has_waited ? "result.why.dependency_after_buffer"
                            : "result.why.dependency";
    case HF_CAUSE_NETWORK:
        return is_at_once   ? "result.why.network_at_once"
               : has_waited ? "result.why.network_after_buffer"
                            : "result.why.network";
    }
    return "result.why.damage";
}

// Where only a part is lost, and not by damage, which has words of its own: "A (level 2)".
static hf_str name_in_part(const hf_namer *t, const hf_step *step, hf_str name)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    const hf_message_value values[] = {{.name = "name", .text = name},
                                       {.name = "level", .is_number = true, .number = step->level}};
    if (step->level == 1 || step->cause == HF_CAUSE_DAMAGE)
        return name;
    hf_message(t->lang, "result.why.level", values, HF_COUNT(values), &text);
    return hf_buf_copy(t->arena, &text);
}

static bool tell(const hf_namer *t, hf_reason *reason, hf_error *err)
{
    const hf_step *step = &reason->step;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_str lost = HF_STR_EMPTY;
    hf_str input = HF_STR_EMPTY;
    if (!hf_name_of(t, step->asset, &reason->name, &reason->kind, err) ||
        !list_of_lost(t, step, &lost, err))
        return false;
    if (step->cause == HF_CAUSE_DEPENDENCY)
        input = t->plan->inputs[t->plan->group_input[step->group]];
    if (step->cause == HF_CAUSE_NETWORK)
        input = t->plan->layers[step->layer];
    if (input.len == 0)
        input = hf_message_text(t->lang, "result.input.unnamed", t->arena);
    hf_message_value values[] = {
        {.name = "name", .text = name_in_part(t, step, reason->name)},
        {.name = "input", .text = input},
        {.name = "lost", .text = lost},
        {.name = "count", .is_number = true, .number = step->lost_count + step->broken_count},
        {.name = "level", .is_number = true, .number = step->level},
        {.name = "hours", .is_number = true, .number = step->at_h},
        {.name = "buffer", .is_number = true, .number = step->at_h - step->lost_at_h}};
    hf_message(t->lang, message_of(step), values, HF_COUNT(values), &text);
    reason->sentence = hf_buf_copy(t->arena, &text);
    return true;
}

static bool tell_all(const hf_namer *t, const hf_step *steps, uint32_t count, hf_reasons *out,
                     hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    out->steps = HF_NEW_N(t->arena, hf_reason, count);
    out->count = count;
    for (uint32_t i = 0; i < count; i++) {
        out->steps[i].asset = steps[i].asset;
        out->steps[i].step = steps[i];
        if (!tell(t, &out->steps[i], err))
            return false;
        if (i > 0)
            hf_buf_add_byte(&text, ' ');
        hf_buf_add_str(&text, out->steps[i].sentence);
    }
    out->text = hf_buf_copy(t->arena, &text);
    return true;
}

bool hf_explain_fall(const hf_session *session, const hf_cascade_answer *answer, hf_str key,
                     hf_arena *arena, hf_reasons *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    uint32_t asset = hf_plan_find(answer->plan, key);
    *out = (hf_reasons){0};
    if (asset == HF_NO_INDEX)
        return hf_fail(err, HF_ERR_NOT_FOUND, "asset.unknown", "no asset has the key '%.*s'",
                       HF_STR_ARG(key));
    if (!hf_read_begin(session->store, &read, err))
        return false;
    hf_namer t = {.read = read, .lang = session->lang, .plan = answer->plan, .arena = arena};
    hf_explain(answer->engine, &answer->cascade, asset, arena, &steps, &count);
    if (count > 0)
        return tell_all(&t, steps, count, out, err);
    hf_str name = HF_STR_EMPTY;
    if (!hf_name_of(&t, asset, &name, NULL, err))
        return false;
    hf_message_value values[] = {{.name = "name", .text = name}};
    hf_message(session->lang, "result.why.still_up", values, 1, &text);
    out->text = hf_buf_copy(arena, &text);
    return true;
}

static const char *const cause_words[] = {"damage", "dependency", "network"};

static void write_broken(const hf_register_plan *plan, const hf_step *step, hf_json_writer *out)
{
    hf_json_name(out, "broken_links");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < step->broken_count; i++) {
        hf_json_begin_array(out);
        hf_json_add_str(out, plan->keys[step->broken[2 * (size_t)i]]);
        hf_json_add_str(out, plan->keys[step->broken[2 * (size_t)i + 1]]);
        hf_json_end_array(out);
    }
    hf_json_end_array(out);
}

static void write_step(const hf_cascade_answer *answer, const hf_reason *reason,
                       hf_json_writer *out)
{
    const hf_register_plan *plan = answer->plan;
    const hf_step *step = &reason->step;
    hf_json_begin_object(out);
    hf_json_name(out, "key");
    hf_json_add_str(out, plan->keys[reason->asset]);
    hf_json_name(out, "name");
    hf_json_add_str(out, reason->name);
    hf_json_name(out, "kind");
    hf_json_add_str(out, reason->kind);
    hf_json_name(out, "at_h");
    hf_json_add_double(out, step->at_h);
    hf_json_name(out, "cause");
    hf_json_add_z(out, cause_words[step->cause]);
    hf_json_name(out, "input");
    if (step->cause == HF_CAUSE_DAMAGE)
        hf_json_add_null(out);
    else
        hf_json_add_str(out, step->cause == HF_CAUSE_NETWORK
                                 ? plan->layers[step->layer]
                                 : plan->inputs[plan->group_input[step->group]]);
    hf_json_name(out, "lost");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < step->lost_count; i++)
        hf_json_add_str(out, plan->keys[step->lost[i]]);
    hf_json_end_array(out);
    if (step->broken_count > 0)
        write_broken(plan, step, out);
    hf_json_name(out, "sentence");
    hf_json_add_str(out, reason->sentence);
    hf_json_end_object(out);
}

void hf_write_reasons(const hf_cascade_answer *answer, hf_str key, const hf_reasons *reasons,
                      hf_json_writer *out)
{
    const hf_reason *first = reasons->count > 0 ? &reasons->steps[0] : NULL;
    hf_json_begin_object(out);
    hf_json_name(out, "key");
    hf_json_add_str(out, key);
    hf_json_name(out, "at_h");
    if (first != NULL)
        hf_json_add_double(out, first->step.at_h);
    else
        hf_json_add_null(out);
    hf_json_name(out, "cause");
    hf_json_add_z(out, first != NULL ? cause_words[first->step.cause] : NULL);
    hf_json_name(out, "steps");
    hf_json_begin_array(out);
    for (size_t i = 0; i < reasons->count; i++)
        write_step(answer, &reasons->steps[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "text");
    hf_json_add_str(out, reasons->text);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->plan->digest);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}
