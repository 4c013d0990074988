// SPDX-License-Identifier: Apache-2.0
//
// Loops that keep themselves up: how answers name them. The engine finds them (hf_plan_find_loops); right for
// agreements, they are wrong for what flows, and whoever asks of such a register is told. See question.h.
#include "usecase/question.h"

enum { LOOPS_TOLD = 20, KEYS_TOLD = 20, KEYS_IN_SENTENCE = 5 };

hf_str hf_loop_keys(const hf_session *session, const hf_register_plan *plan, const hf_loop *loop,
                    hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf list = hf_buf_of(1u << 16);
    HF_CLEANUP(hf_buf_done) hf_buf whole = hf_buf_of(1u << 16);
    uint32_t shown = loop->asset_count < KEYS_IN_SENTENCE ? loop->asset_count : KEYS_IN_SENTENCE;
    for (uint32_t i = 0; i < shown; i++) {
        if (i > 0)
            hf_buf_add_str(&list, hf_message_text(session->lang, "result.list.comma", arena));
        hf_buf_add_str(&list, plan->keys[loop->assets[i]]);
    }
    if (shown == loop->asset_count)
        return hf_buf_copy(arena, &list);
    const hf_message_value values[] = {
        {.name = "list", .text = hf_buf_str(&list)},
        {.name = "n", .is_number = true, .number = (double)(loop->asset_count - shown)}};
    hf_message(session->lang, "result.list.more", values, HF_COUNT(values), &whole);
    return hf_buf_copy(arena, &whole);
}

void hf_write_loops(const hf_register_plan *plan, hf_json_writer *out)
{
    uint32_t count = 0;
    const hf_loop *loops = hf_plan_loops(plan, &count);
    if (count == 0)
        return;
    hf_json_name(out, "self_sustaining_loops");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < count && i < LOOPS_TOLD; i++) {
        hf_json_begin_array(out);
        for (uint32_t k = 0; k < loops[i].asset_count && k < KEYS_TOLD; k++)
            hf_json_add_str(out, plan->keys[loops[i].assets[k]]);
        hf_json_end_array(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "self_sustaining_loop_count");
    hf_json_add_u64(out, count);
}
