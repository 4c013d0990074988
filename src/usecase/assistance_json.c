// SPDX-License-Identifier: Apache-2.0
//
// What needs, offers and projects come to together, as JSON for every door.
#include "usecase/assistance.h"

static void write_gaps(const hf_matched_need *need, hf_json_writer *out)
{
    hf_json_name(out, "gaps");
    hf_json_begin_array(out);
    for (size_t i = 0; i < need->gap_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "provision", need->gaps[i].provision);
        hf_json_put_str(out, "title", need->gaps[i].title);
        hf_json_put_double(out, "score", need->gaps[i].score);
        hf_json_put_double(out, "value", need->gaps[i].value);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_match(const hf_matched_offer *offer, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "offer", offer->known->offer->head.key);
    hf_json_put_u64(out, "met", offer->match.met);
    hf_json_put_u64(out, "not_met", offer->match.not_met);
    hf_json_name(out, "factors");
    hf_json_begin_object(out);
    for (size_t i = 0; i < HF_FACTOR_COUNT; i++) {
        hf_json_name(out, hf_factor_words[i]);
        hf_json_add_z(out, hf_verdict_words[offer->match.factors[i]]);
    }
    hf_json_end_object(out);
    hf_json_end_object(out);
}

static void write_needs(const hf_session *session, const hf_assistance *a, size_t top,
                        hf_json_writer *out)
{
    hf_json_name(out, "needs");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->need_count; i++) {
        const hf_matched_need *need = &a->needs[i];
        hf_json_begin_object(out);
        hf_json_name(out, "need");
        hf_write_record(session, &hf_noun_need, need->need, out);
        write_gaps(need, out);
        hf_json_name(out, "matches");
        hf_json_begin_array(out);
        for (size_t k = 0; k < need->offer_count && k < top; k++)
            write_match(&need->offers[k], out);
        hf_json_end_array(out);
        hf_json_put_u64(out, "match_count", need->offer_count);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_offers(const hf_session *session, const hf_assistance *a, hf_json_writer *out)
{
    hf_json_name(out, "offers");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->offer_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "offer");
        hf_write_record(session, &hf_noun_offer, a->offers[i].offer, out);
        hf_json_put_u64(out, "used", a->offers[i].used);
        hf_json_put_u64(out, "needs", a->offers[i].needs);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_projects(const hf_session *session, const hf_assistance *a, hf_json_writer *out)
{
    hf_json_name(out, "projects");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->project_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "project");
        hf_write_record(session, &hf_noun_project, a->projects[i].project, out);
        hf_json_put_double(out, "progress", a->projects[i].progress);
        hf_json_put_double(out, "score_before", a->projects[i].before);
        hf_json_put_double(out, "score_after", a->projects[i].after);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_assistance(const hf_session *session, const hf_assistance *a, size_t top,
                         hf_json_writer *out)
{
    hf_json_begin_object(out);
    write_needs(session, a, top, out);
    write_offers(session, a, out);
    write_projects(session, a, out);
    hf_json_name(out, "without_offer");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->need_count; i++)
        if (hf_need_is_uncovered(&a->needs[i]))
            hf_json_add_str(out, a->needs[i].need->part.head.key);
    hf_json_end_array(out);
    hf_json_name(out, "unneeded");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->offer_count; i++)
        if (hf_offer_is_unneeded(&a->offers[i]))
            hf_json_add_str(out, a->offers[i].offer->head.key);
    hf_json_end_array(out);
    hf_json_end_object(out);
}

void hf_write_offer_pairs(const hf_offer_pair *pairs, size_t pair_count, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "pairs");
    hf_json_begin_array(out);
    for (size_t i = 0; i < pair_count; i++) {
        const hf_likeness *likeness = &pairs[i].likeness;
        hf_json_begin_object(out);
        hf_json_put_str(out, "a", pairs[i].a->head.key);
        hf_json_put_str(out, "title_a", pairs[i].a->title);
        hf_json_put_str(out, "b", pairs[i].b->head.key);
        hf_json_put_str(out, "title_b", pairs[i].b->title);
        hf_json_put_double(out, "title_likeness", likeness->title);
        hf_json_name(out, "same_provider");
        hf_json_add_bool(out, likeness->is_provider);
        hf_json_name(out, "kind_in_common");
        hf_json_add_bool(out, likeness->is_kind);
        hf_json_name(out, "same_url");
        hf_json_add_bool(out, likeness->is_url);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}
