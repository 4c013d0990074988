// SPDX-License-Identifier: Apache-2.0
//
// What is done against each means: actions, measures and practices that say so. See weapons.h.
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "model/action.h"
#include "model/measure.h"
#include "model/practice.h"
#include "usecase/weapons.h"

const char *const hf_counter_state_words[] = {"in_place", "coming", "known", NULL};

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_weapons *out;
    hf_map practices; // key → bits of the means that it counters
    hf_arena cursors;
    // Those that are told, where they are: no more are held than twice as many, texts too.
    hf_counter *kept;
    size_t kept_count;
    hf_arena texts[2]; // of those that are held: in the first one, but while `prune` copies
} working;

static uint32_t bits_of(hf_str means)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < HF_MEANS_COUNT; i++)
        bits |= hf_str_has_word(means, hf_str_of(hf_means_words[i])) ? 1u << i : 0;
    return bits;
}

static uint32_t bits_of_practice(const working *w, hf_str practice)
{
    uint32_t bits = 0;
    return hf_map_get(&w->practices, practice, &bits) ? bits : 0;
}

static int in_place_first(const void *a, const void *b)
{
    const hf_counter *one = a, *two = b;
    if (one->state != two->state)
        return one->state < two->state ? -1 : 1;
    int order = hf_str_compare_natural(one->title, two->title);
    return order != 0 ? order : hf_str_compare_natural(one->key, two->key);
}

// Lets go of what will not be told. Texts that stay move to `to`.
static void prune(working *w, hf_arena *to)
{
    if (w->kept_count > 0)
        qsort(w->kept, w->kept_count, sizeof *w->kept, in_place_first);
    if (w->kept_count > HF_COUNTERS_MAX)
        w->kept_count = HF_COUNTERS_MAX;
    for (size_t i = 0; i < w->kept_count; i++) {
        w->kept[i].key = hf_str_copy(to, w->kept[i].key);
        w->kept[i].title = hf_str_copy(to, w->kept[i].title);
    }
}

static void keep(working *w, const hf_counter *counter)
{
    if (w->kept_count == (size_t)2 * HF_COUNTERS_MAX) {
        prune(w, &w->texts[1]);
        hf_arena_done(&w->texts[0]);
        w->texts[0] = w->texts[1];
        w->texts[1] = (hf_arena){0};
    }
    hf_counter *one = &w->kept[w->kept_count++];
    *one = *counter;
    one->key = hf_str_copy(&w->texts[0], counter->key);
    one->title = hf_str_copy(&w->texts[0], counter->title);
}

static void add(working *w, const hf_noun *noun, const hf_head *head, hf_str title,
                hf_counter_state state, uint32_t means)
{
    const hf_counter counter = {noun, head->key, title, state, means};
    if (means == 0)
        return;
    w->out->counter_count++;
    if (head->marking > w->out->marking)
        w->out->marking = head->marking;
    for (uint32_t i = 0; i < HF_MEANS_COUNT; i++)
        w->out->means[i].counters[state] += means >> i & 1u;
    if (w->kept != NULL)
        keep(w, &counter);
}

static void take_practice(working *w, const void *record)
{
    const hf_practice *practice = record;
    // The key outlives its page.
    hf_map_set(&w->practices, hf_str_copy(w->arena, practice->head.key), bits_of(practice->means));
    if (practice->status != HF_PRACTICE_RETIRED)
        add(w, &hf_noun_practice, &practice->head, practice->title, HF_COUNTER_KNOWN,
            bits_of(practice->means));
}

static void take_action(working *w, const void *record)
{
    const hf_action *action = record;
    if (action->status != HF_ACTION_STOPPED)
        add(w, &hf_noun_action, &action->head, action->title,
            action->status == HF_ACTION_DONE ? HF_COUNTER_IN_PLACE : HF_COUNTER_COMING,
            bits_of(action->means) | bits_of_practice(w, action->practice));
}

static void take_measure(working *w, const void *record)
{
    const hf_measure *measure = record;
    if (measure->state != HF_MEASURE_DROPPED)
        add(w, &hf_noun_measure, &measure->head,
            measure->title.len > 0 ? measure->title : measure->head.key,
            measure->state == HF_MEASURE_IN_PLACE ? HF_COUNTER_IN_PLACE : HF_COUNTER_COMING,
            bits_of_practice(w, measure->practice));
}

// A page at a time: only what is counted is held beyond its page.
static bool take_all(working *w, const hf_noun *noun, const hf_filter *filter,
                     void (*take)(working *, const void *), hf_error *err)
{
    hf_query query = {.noun = noun,
                      .filters = filter,
                      .filter_count = filter != NULL,
                      .limit = HF_LIST_LIMIT_MAX};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    do {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_page page = {0};
        if (!hf_store_list(w->read, &query, &scratch, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            take(w, page.records[i]);
        query.cursor = hf_str_copy(&w->cursors, page.next);
    } while (query.cursor.len > 0);
    return true;
}

static void done(working *w)
{
    hf_arena_done(&w->cursors);
    hf_arena_done(&w->texts[0]);
    hf_arena_done(&w->texts[1]);
}

bool hf_find_counters(const hf_session *session, hf_read *read, bool with_list, hf_arena *arena,
                      hf_weapons *out, hf_error *err)
{
    HF_CLEANUP(done) working w = {.session = session, .read = read, .arena = arena, .out = out};
    // A register holds measures by the hundred thousand, and few of them came out of a practice.
    const hf_filter of_practice = {hf_noun_field(&hf_noun_measure, HF_STR("practice"), NULL),
                                   HF_NOT_EMPTY, HF_STR_EMPTY};
    w.practices = hf_map_of(arena, 64);
    if (with_list)
        w.kept = HF_NEW_N(arena, hf_counter, (size_t)2 * HF_COUNTERS_MAX);
    if (!take_all(&w, &hf_noun_practice, NULL, take_practice, err) ||
        !take_all(&w, &hf_noun_action, NULL, take_action, err) ||
        !take_all(&w, &hf_noun_measure, &of_practice, take_measure, err))
        return false;
    prune(&w, arena);
    out->counters = w.kept;
    out->listed_counters = w.kept_count;
    return true;
}

void hf_write_counters(const hf_weapons *weapons, hf_json_writer *out)
{
    hf_json_put_u64(out, "counter_count", weapons->counter_count);
    if (weapons->counters == NULL)
        return;
    hf_json_name(out, "counters");
    hf_json_begin_array(out);
    for (size_t i = 0; i < weapons->listed_counters; i++) {
        const hf_counter *counter = &weapons->counters[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "noun", hf_str_of(counter->noun->name));
        hf_json_put_str(out, "key", counter->key);
        hf_json_put_str(out, "title", counter->title);
        hf_json_put_str(out, "state", hf_str_of(hf_counter_state_words[counter->state]));
        hf_json_name(out, "means");
        hf_json_begin_array(out);
        for (size_t k = 0; k < HF_MEANS_COUNT; k++)
            if ((counter->means >> k & 1u) != 0)
                hf_json_add_z(out, hf_means_words[k]);
        hf_json_end_array(out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}
