// SPDX-License-Identifier: Apache-2.0
//
// What is of the nation, as JSON for every door.
#include "usecase/strategy.h"

static void put_list(hf_json_writer *out, const char *name, const char *words)
{
    hf_str rest = hf_str_of(words), word;
    hf_json_name(out, name);
    hf_json_begin_array(out);
    while (hf_str_split(&rest, ' ', &word))
        hf_json_add_str(out, word);
    hf_json_end_array(out);
}

static void write_missing(const hf_session *session, const hf_known_strategy *known,
                          hf_arena *arena, hf_json_writer *out)
{
    hf_json_name(out, "missing");
    hf_json_begin_array(out);
    for (size_t i = 0; i < known->missing_count; i++) {
        const hf_missing *missing = &known->missing[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "rule", hf_str_of(hf_strategy_rules[missing->rule].word));
        hf_json_put_str(out, "about", hf_str_of(hf_missing_about_words[missing->about]));
        hf_json_put_str(out, "subject", missing->subject);
        hf_json_put_str(out, "name", hf_missing_name(session, known, missing, arena));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_strategy(const hf_session *session, const hf_known_strategy *known,
                           hf_arena *arena, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "strategy");
    hf_write_record(session, &hf_noun_strategy, known->strategy, out);
    hf_json_name(out, "objectives");
    hf_json_begin_array(out);
    for (size_t i = 0; i < known->objective_count; i++)
        hf_write_record(session, &hf_noun_objective, known->objectives[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "actions");
    hf_json_begin_array(out);
    for (size_t i = 0; i < known->action_count; i++)
        hf_write_record(session, &hf_noun_action, known->actions[i], out);
    hf_json_end_array(out);
    write_missing(session, known, arena, out);
    hf_json_put_u64(out, "rules_met", known->rules_met);
    hf_noun_write_time(out, "review_due_at", known->review_due);
    hf_json_put_bool(out, "is_overdue", known->is_overdue);
    hf_json_put_double(out, "cost", known->cost);
    hf_json_put_double(out, "funded", known->funded);
    hf_json_end_object(out);
}

static void write_rules(hf_json_writer *out)
{
    hf_json_name(out, "rules");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_RULE_COUNT; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "rule", hf_str_of(hf_strategy_rules[i].word));
        put_list(out, "provisions", hf_strategy_rules[i].provisions);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_cells(const hf_national_frame *frame, hf_json_writer *out)
{
    hf_json_name(out, "cells");
    hf_json_begin_array(out);
    for (size_t c = 0; c < HF_CONDUCT_COUNT; c++)
        for (size_t f = 0; f < HF_OFFENCE_COUNT; f++) {
            hf_json_begin_object(out);
            hf_json_put_str(out, "conduct", hf_str_of(hf_conduct_words[c]));
            hf_json_put_str(out, "form", hf_str_of(hf_offence_words[f]));
            hf_json_put_u64(out, "in_force", frame->cells[c][f]);
            hf_json_name(out, "asked_by");
            hf_json_add_z(out, hf_law_asked_by(c, f));
            hf_json_end_object(out);
        }
    hf_json_end_array(out);
}

static void write_law(const hf_session *session, const hf_national_frame *frame,
                      hf_json_writer *out)
{
    hf_json_name(out, "law");
    hf_json_begin_object(out);
    write_cells(frame, out);
    hf_json_put_u64(out, "empty", frame->empty_cells);
    hf_json_put_u64(out, "asked", frame->asked_cells);
    hf_json_put_u64(out, "empty_asked", frame->empty_asked_cells);
    hf_json_name(out, "laws");
    hf_json_begin_array(out);
    for (size_t i = 0; i < frame->law_count; i++)
        hf_write_record(session, &hf_noun_law, frame->laws[i], out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}

static void write_roles(const hf_session *session, const hf_national_frame *frame,
                        hf_json_writer *out)
{
    hf_json_name(out, "roles");
    hf_json_begin_array(out);
    for (size_t i = 0; i < frame->role_count; i++) {
        const hf_role_row *row = &frame->roles[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "organisation", row->organisation);
        hf_json_put_str(out, "name", row->name);
        hf_json_name(out, "mandates");
        hf_json_begin_array(out);
        for (size_t m = 0; m < row->mandate_count; m++)
            hf_write_record(session, &hf_noun_mandate, row->mandates[m], out);
        hf_json_end_array(out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_agreements(const hf_session *session, const hf_national_frame *frame,
                             hf_json_writer *out)
{
    hf_json_name(out, "agreements");
    hf_json_begin_array(out);
    for (size_t i = 0; i < frame->agreement_count; i++)
        hf_write_record(session, &hf_noun_agreement, frame->agreements[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "reach");
    hf_json_begin_array(out);
    for (size_t i = 0; i < frame->reach_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "sector", frame->reach[i].code);
        hf_json_put_str(out, "name", frame->reach[i].name);
        hf_json_put_u64(out, "in_force", frame->reach[i].in_force);
        hf_json_put_u64(out, "exercised", frame->reach[i].exercised);
        hf_json_put_u64(out, "public_private", frame->reach[i].public_private);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_safeguards(const hf_session *session, const hf_national_frame *frame,
                             hf_json_writer *out)
{
    hf_json_name(out, "safeguards");
    hf_json_begin_array(out);
    for (size_t i = 0; i < frame->safeguard_count; i++) {
        const hf_known_safeguard *known = &frame->safeguards[i];
        hf_json_begin_object(out);
        hf_json_name(out, "safeguard");
        hf_write_record(session, &hf_noun_safeguard, known->safeguard, out);
        hf_json_name(out, "lacks");
        hf_json_begin_array(out);
        for (unsigned k = 0; k < HF_LACK_COUNT; k++)
            if ((known->lacks >> k & 1u) != 0)
                hf_json_add_z(out, hf_safeguard_lack_words[k]);
        hf_json_end_array(out);
        hf_noun_write_time(out, "review_due_at", known->review_due);
        hf_json_put_bool(out, "is_overdue", known->is_overdue);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_phases(const hf_national_frame *frame, hf_json_writer *out)
{
    hf_json_name(out, "phases");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        const hf_phase_cover *cover = &frame->phases[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "phase", hf_str_of(hf_phase_words[i]));
        hf_json_put_u64(out, "actions", cover->actions);
        hf_json_put_u64(out, "done", cover->done);
        hf_json_put_u64(out, "leads", cover->leads);
        hf_json_put_u64(out, "supports", cover->supports);
        hf_json_put_u64(out, "agreements", cover->agreements);
        hf_json_put_u64(out, "practices", cover->practices);
        hf_json_put_u64(out, "leads_all_sectors", frame->leads[i]);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_national_frame(const hf_session *session, const hf_national_frame *frame,
                             hf_arena *arena, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "strategies");
    hf_json_begin_array(out);
    for (size_t i = 0; i < frame->strategy_count; i++)
        write_strategy(session, &frame->strategies[i], arena, out);
    hf_json_end_array(out);
    write_rules(out);
    write_law(session, frame, out);
    write_roles(session, frame, out);
    write_agreements(session, frame, out);
    write_safeguards(session, frame, out);
    write_phases(frame, out);
    hf_json_end_object(out);
}
