// SPDX-License-Identifier: Apache-2.0
//
// The factors of a match, one by one.
#include "model/match.h"

#include "base/clock.h"

const char *const hf_factor_words[] = {"kind",   "theme", "sector",   "language",
                                       "region", "time",  "capacity", NULL};
const char *const hf_verdict_words[] = {"not_met", "unknown", "met", NULL};

static bool has(hf_str words, hf_str wanted)
{
    hf_str word;
    while (hf_str_split(&words, ' ', &word))
        if (hf_str_equal_ascii_case(word, wanted))
            return true;
    return false;
}

// Does the offered sector hold the wanted one? EN holds EN01, but EN01 is not all of EN.
static bool holds_sector(hf_str offered, hf_str wanted)
{
    hf_str word;
    while (hf_str_split(&offered, ' ', &word))
        if (word.len > 0 && word.len <= wanted.len &&
            hf_str_equal_ascii_case(word, hf_str_slice(wanted, 0, word.len)))
            return true;
    return false;
}

// Of a set that the offer names: HF_OFFER_ANY is all; what either side leaves open stays open; one in common is enough.
static hf_verdict of_sets(hf_str wanted, hf_str offered, bool (*is_in)(hf_str, hf_str))
{
    hf_str word;
    if (has(offered, HF_OFFER_ANY))
        return HF_VERDICT_MET;
    if (wanted.len == 0 || offered.len == 0)
        return HF_VERDICT_UNKNOWN;
    while (hf_str_split(&wanted, ' ', &word))
        if (word.len > 0 && is_in(offered, word))
            return HF_VERDICT_MET;
    return HF_VERDICT_NOT_MET;
}

// Every sector that is wanted, not one of them: help for half of a need is not that help.
static hf_verdict of_sectors(hf_str wanted, hf_str offered)
{
    hf_verdict verdict = of_sets(wanted, offered, holds_sector);
    hf_str word;
    if (verdict != HF_VERDICT_MET || has(offered, HF_OFFER_ANY))
        return verdict;
    while (hf_str_split(&wanted, ' ', &word))
        if (word.len > 0 && !holds_sector(offered, word))
            return HF_VERDICT_NOT_MET;
    return HF_VERDICT_MET;
}

// A day is stored as its first moment, and lasts until its end; a time of day is that time.
static bool is_over(int64_t end, int64_t now_ms)
{
    return end != HF_INTEGER_NONE && (end % HF_DAY_MS == 0 ? end + HF_DAY_MS - 1 : end) < now_ms;
}

// The offer must be there when the help is wanted, or now where that day has passed.
static hf_verdict of_time(const hf_match_input *in)
{
    int64_t wanted = in->need->wanted_by, from = in->offer->starts_at, until = in->offer->ends_at;
    if (is_over(until, in->now_ms))
        return HF_VERDICT_NOT_MET;
    if (wanted == HF_INTEGER_NONE || (from == HF_INTEGER_NONE && until == HF_INTEGER_NONE))
        return HF_VERDICT_UNKNOWN;
    if (wanted < in->now_ms)
        wanted = in->now_ms;
    return from == HF_INTEGER_NONE || from <= wanted ? HF_VERDICT_MET : HF_VERDICT_NOT_MET;
}

static hf_verdict of_capacity(const hf_match_input *in)
{
    if (in->offer->capacity == HF_INTEGER_NONE)
        return HF_VERDICT_UNKNOWN;
    return in->offer->capacity > (int64_t)in->used ? HF_VERDICT_MET : HF_VERDICT_NOT_MET;
}

uint32_t hf_offer_kinds(const hf_offer *offer)
{
    uint32_t kinds = 0;
    for (uint32_t i = 0; hf_offer_is_open(offer) && hf_assistance_words[i] != NULL; i++)
        kinds |= has(offer->kinds, hf_str_of(hf_assistance_words[i])) ? 1u << i : 0;
    return kinds;
}

bool hf_match_fits(const hf_assistance_need *need, uint32_t kinds)
{
    return need->kind != HF_WORD_NONE && (kinds >> need->kind & 1u) != 0;
}

hf_match hf_match_of(const hf_match_input *in)
{
    const hf_assistance_need *need = in->need;
    const hf_offer *offer = in->offer;
    hf_match match = {0};
    match.factors[HF_FACTOR_KIND] =
        need->kind != HF_WORD_NONE && has(offer->kinds, hf_str_of(hf_assistance_words[need->kind]))
            ? HF_VERDICT_MET
            : HF_VERDICT_NOT_MET;
    match.factors[HF_FACTOR_THEME] = of_sets(need->theme, offer->themes, has);
    match.factors[HF_FACTOR_SECTOR] = of_sectors(need->sectors, offer->sectors);
    match.factors[HF_FACTOR_LANGUAGE] = of_sets(need->languages, offer->languages, has);
    match.factors[HF_FACTOR_REGION] = of_sets(in->regions, offer->regions, has);
    match.factors[HF_FACTOR_TIME] = of_time(in);
    match.factors[HF_FACTOR_CAPACITY] = of_capacity(in);
    for (size_t i = 0; i < HF_FACTOR_COUNT; i++) {
        match.met += match.factors[i] == HF_VERDICT_MET;
        match.not_met += match.factors[i] == HF_VERDICT_NOT_MET;
    }
    return match;
}

uint32_t hf_match_rank(const hf_match *match)
{
    return (HF_FACTOR_COUNT - match->met) * (HF_FACTOR_COUNT + 1) + match->not_met;
}
