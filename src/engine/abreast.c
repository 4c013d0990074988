// SPDX-License-Identifier: Apache-2.0
//
// Cascades abreast. The edges of a node stand in four parts, by what the loss of one of them means:
// the consumer falls for certain (*sure*); it falls with the *second* or *third* of equal members;
// or capacities are added up in bit planes (*wide*). The work is bound by the wait for memory, so
// nodes are fetched ahead in a queue, and what falls without taking anybody along is never looked at.
#include "engine/abreast.h"

#include <string.h>

enum {
    QUEUE = 16,        // nodes on their way at most; a power of 2
    FETCH_FEED = 4,    // what is fetched of a node so many places behind the newest
    FETCH_TARGETS = 8, //
    AHEAD = 12,        // and then it is its turn
};
enum { SURE, SECOND, THIRD, WIDE, PART_COUNT, NO_PART = PART_COUNT };
#define SPREADS   (UINT32_C(1) << 31) // beside a consumer: its own loss has consequences
#define NODE_MASK (SPREADS - 1)

// What an edge leads to: a consumer with SPREADS, or a group of the part.
typedef struct {
    uint32_t part;
    uint32_t target;
} feed_code;

typedef struct {
    uint64_t once; // lanes in which a member was lost
    uint32_t consumer;
} second_group;

typedef struct {
    uint64_t once, twice;
    uint32_t consumer;
} third_group;

typedef struct {
    uint64_t slack;
    uint32_t consumer;
    uint32_t first_plane, plane_count;
} wide_group;

// Of a node, in `feed`: consumers, then groups of its other parts; a wide one with the plan's edge.
typedef struct {
    uint32_t first[PART_COUNT];
} feed_place;

struct hf_feeds {
    const hf_plan *plan;
    feed_place *place; // by node; one more at the end
    uint32_t *feed;
    second_group *second; // with no member lost
    third_group *third;
    wide_group *wide;
    uint32_t count[NO_PART + 1]; // groups of each part
    uint32_t plane_count;
};

struct hf_abreast_work {
    uint64_t *due;       // by node, one bit: it has lanes that its edges do not know of
    uint64_t *due_words; // by word of `due`: it is not 0
    uint32_t due_word_count;
    uint32_t due_count; // nodes
    uint32_t cursor;    // in due_words
    uint32_t queue[QUEUE];
    second_group *second;
    third_group *third;
    uint64_t *planes;
    uint32_t *touched[PART_COUNT]; // groups with lost members
    uint32_t touched_count[PART_COUNT];
    uint8_t *is_touched; // by wide group
};

// ---- Feeds ----

// The capacity of every member whose loss is felt; 0 when they differ, or when there is none.
static uint64_t equal_capacity(const hf_plan *plan, uint32_t group)
{
    int64_t equal = 0;
    for (uint32_t m = plan->first_member[group]; m < plan->first_member[group + 1]; m++) {
        int64_t capacity = plan->member_capacity[m];
        if (capacity != 0 && equal != 0 && capacity != equal)
            return 0;
        equal = capacity != 0 ? capacity : equal;
    }
    return (uint64_t)equal;
}

// Part of a group: NO_PART when its loss tells nothing.
static uint32_t part_of(const hf_plan *plan, uint32_t group)
{
    if (plan->slack[group] < 0 || (plan->flags[plan->consumer[group]] & HF_NODE_PINNED) != 0)
        return NO_PART;
    uint64_t capacity = equal_capacity(plan, group);
    uint64_t others = capacity == 0 ? UINT64_MAX : (uint64_t)plan->slack[group] / capacity;
    return others < WIDE ? SURE + (uint32_t)others : WIDE;
}

// The consumer of a group, with SPREADS.
static uint32_t told_consumer(const hf_plan *plan, uint32_t group)
{
    uint32_t v = plan->consumer[group];
    bool spreads =
        plan->first_edge[v] < plan->first_edge[v + 1] || (plan->flags[v] & HF_NODE_IN_LAYER) != 0;
    return v | (spreads ? SPREADS : 0);
}

// Bits of all capacities of the group together.
static uint32_t plane_count_of(const hf_plan *plan, uint32_t group)
{
    HF_U128 sum = 0;
    for (uint32_t m = plan->first_member[group]; m < plan->first_member[group + 1]; m++)
        sum += (uint64_t)plan->member_capacity[m];
    uint32_t count = 0;
    for (; sum != 0; sum >>= 1)
        count++;
    return count;
}

static void write_group(hf_feeds *feeds, feed_code code, uint32_t group)
{
    const hf_plan *plan = feeds->plan;
    uint32_t consumer = told_consumer(plan, group);
    if (code.part == SECOND) {
        feeds->second[code.target].consumer = consumer;
    } else if (code.part == THIRD) {
        feeds->third[code.target].consumer = consumer;
    } else if (code.part == WIDE) {
        feeds->wide[code.target] = (wide_group){.slack = (uint64_t)plan->slack[group],
                                                .consumer = consumer,
                                                .first_plane = feeds->plane_count,
                                                .plane_count = plane_count_of(plan, group)};
        feeds->plane_count += feeds->wide[code.target].plane_count;
    }
}

static feed_code *write_groups(hf_feeds *feeds, hf_arena *arena, hf_arena *scratch)
{
    const hf_plan *plan = feeds->plan;
    feed_code *codes = HF_NEW_N(scratch, feed_code, plan->group_count);
    for (uint32_t g = 0; g < plan->group_count; g++) {
        uint32_t part = part_of(plan, g);
        codes[g] = (feed_code){part, part == SURE ? told_consumer(plan, g) : feeds->count[part]++};
    }
    feeds->second = HF_NEW_N(arena, second_group, feeds->count[SECOND]);
    feeds->third = HF_NEW_N(arena, third_group, feeds->count[THIRD]);
    feeds->wide = HF_NEW_N(arena, wide_group, feeds->count[WIDE]);
    for (uint32_t g = 0; g < plan->group_count; g++)
        write_group(feeds, codes[g], g);
    return codes;
}

// What an edge is: a member of a wide group may be more than it can spare.
static feed_code code_of_edge(const hf_plan *plan, const feed_code *codes, uint32_t edge)
{
    uint32_t group = plan->edges[edge].group;
    feed_code code = codes[group];
    if (code.part == WIDE && hf_edge_capacity(plan, edge) > plan->slack[group])
        return (feed_code){SURE, told_consumer(plan, group)};
    return code;
}

// Writes the feeds of a node, part by part. Returns the place behind them.
static uint32_t write_node(hf_feeds *feeds, const feed_code *codes, uint32_t node, uint32_t at)
{
    const hf_plan *plan = feeds->plan;
    uint32_t next[NO_PART + 1] = {0}, end = plan->first_edge[node + 1];
    for (uint32_t e = plan->first_edge[node]; e < end; e++)
        next[code_of_edge(plan, codes, e).part]++;
    next[WIDE] *= 2;
    for (uint32_t part = 0; part < PART_COUNT; part++) {
        uint32_t count = next[part];
        feeds->place[node].first[part] = next[part] = at;
        at += count;
    }
    for (uint32_t e = plan->first_edge[node]; e < end; e++) {
        feed_code code = code_of_edge(plan, codes, e);
        if (code.part == NO_PART)
            continue;
        feeds->feed[next[code.part]++] = code.target;
        if (code.part == WIDE)
            feeds->feed[next[WIDE]++] = e;
    }
    return at;
}

hf_feeds *hf_feeds_of(const hf_plan *plan, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t n = plan->node_count, edge_count = plan->first_edge[n];
    if (n > NODE_MASK || edge_count > UINT32_MAX / 2)
        return NULL;
    hf_feeds *feeds = HF_NEW(arena, hf_feeds);
    feeds->plan = plan;
    feed_code *codes = write_groups(feeds, arena, &scratch);
    feeds->place = HF_NEW_N(arena, feed_place, (size_t)n + 1);
    feeds->feed = HF_NEW_N(arena, uint32_t, feeds->count[WIDE] > 0 ? 2 * edge_count : edge_count);
    uint32_t at = 0;
    for (uint32_t v = 0; v < n; v++)
        at = write_node(feeds, codes, v, at);
    feeds->place[n].first[SURE] = at;
    return feeds;
}

// ---- A run ----

hf_abreast *hf_abreast_open(const hf_feeds *feeds, hf_arena *arena)
{
    hf_abreast *abreast = HF_NEW(arena, hf_abreast);
    struct hf_abreast_work *work = HF_NEW(arena, struct hf_abreast_work);
    uint32_t n = feeds->plan->node_count, words = n / 64 + 1;
    abreast->feeds = feeds;
    abreast->work = work;
    abreast->lanes = HF_NEW_N(arena, hf_abreast_lanes, n);
    abreast->fallen = HF_NEW_N(arena, uint32_t, (size_t)n + 1);
    work->due = HF_NEW_N(arena, uint64_t, words);
    work->due_word_count = words / 64 + 1;
    work->due_words = HF_NEW_N(arena, uint64_t, work->due_word_count);
    work->second = HF_NEW_N(arena, second_group, feeds->count[SECOND]);
    work->third = HF_NEW_N(arena, third_group, feeds->count[THIRD]);
    memcpy(work->second, feeds->second, feeds->count[SECOND] * sizeof(second_group));
    memcpy(work->third, feeds->third, feeds->count[THIRD] * sizeof(third_group));
    work->planes = HF_NEW_N(arena, uint64_t, feeds->plane_count);
    work->is_touched = HF_NEW_N(arena, uint8_t, feeds->count[WIDE]);
    for (uint32_t part = SECOND; part < PART_COUNT; part++)
        work->touched[part] = HF_NEW_N(arena, uint32_t, (size_t)feeds->count[part] + 1);
    return abreast;
}

// Whether anything is new is as good as a coin's toss: no branch on it. consumer: with SPREADS.
static inline void take_down(hf_abreast *abreast, uint32_t consumer, uint64_t lanes)
{
    struct hf_abreast_work *work = abreast->work;
    uint32_t node = consumer & NODE_MASK;
    uint64_t before = abreast->lanes[node].down, after = before | lanes;
    uint32_t is_new = after != before, is_due = is_new & consumer >> 31;
    abreast->lanes[node].down = after;
    abreast->fallen[abreast->fallen_count] = node; // stays when it is the first time
    abreast->fallen_count += (uint32_t)(before == 0) & is_new;
    uint64_t was_due = work->due[node / 64] >> node % 64 & 1;
    work->due_count += is_due & ~(uint32_t)was_due;
    work->due[node / 64] |= (uint64_t)is_due << node % 64;
    work->due_words[node / 4096] |= (uint64_t)is_due << node / 64 % 64;
}

static inline void lose_second(hf_abreast *abreast, uint32_t index, uint64_t lanes)
{
    struct hf_abreast_work *work = abreast->work;
    second_group *group = &work->second[index];
    uint64_t lost = group->once & lanes;
    work->touched[SECOND][work->touched_count[SECOND]] = index; // stays likewise
    work->touched_count[SECOND] += group->once == 0;
    group->once |= lanes;
    if (lost != 0)
        take_down(abreast, group->consumer, lost);
}

static inline void lose_third(hf_abreast *abreast, uint32_t index, uint64_t lanes)
{
    struct hf_abreast_work *work = abreast->work;
    third_group *group = &work->third[index];
    uint64_t lost = group->twice & lanes;
    work->touched[THIRD][work->touched_count[THIRD]] = index;
    work->touched_count[THIRD] += group->once == 0;
    group->twice |= group->once & lanes;
    group->once |= lanes;
    if (lost != 0)
        take_down(abreast, group->consumer, lost);
}

// Adds the capacity in `lanes`. Returns where the sum exceeds the slack.
static uint64_t add_lost(uint64_t *plane, const wide_group *wide, uint64_t capacity, uint64_t lanes)
{
    for (; capacity != 0; capacity &= capacity - 1) {
        uint64_t carry = lanes;
        for (uint32_t i = (uint32_t)__builtin_ctzll(capacity); carry != 0; i++) {
            HF_ASSERT(i < wide->plane_count);
            uint64_t before = plane[i];
            plane[i] = before ^ carry;
            carry &= before;
        }
    }
    uint64_t above = 0, equal = UINT64_MAX;
    for (uint32_t i = wide->plane_count < 64 ? 64 : wide->plane_count; i-- > 0;) {
        uint64_t bits = i < wide->plane_count ? plane[i] : 0;
        if (i < 64 && (wide->slack >> i & 1) != 0) {
            equal &= bits;
        } else {
            above |= equal & bits;
            equal &= ~bits;
        }
    }
    return above;
}

static void lose_wide(hf_abreast *abreast, uint32_t index, uint32_t edge, uint64_t lanes)
{
    struct hf_abreast_work *work = abreast->work;
    const hf_feeds *feeds = abreast->feeds;
    const wide_group *wide = &feeds->wide[index];
    work->touched[WIDE][work->touched_count[WIDE]] = index;
    work->touched_count[WIDE] += work->is_touched[index] == 0;
    work->is_touched[index] = 1;
    uint64_t capacity = (uint64_t)hf_edge_capacity(feeds->plan, edge);
    uint64_t lost = add_lost(work->planes + wide->first_plane, wide, capacity, lanes);
    if (lost != 0)
        take_down(abreast, wide->consumer, lost);
}

static void spread_node(hf_abreast *abreast, uint32_t node)
{
    const hf_feeds *feeds = abreast->feeds;
    const uint32_t *first = feeds->place[node].first, end = feeds->place[node + 1].first[SURE];
    uint64_t lanes = abreast->lanes[node].down & ~abreast->lanes[node].spread;
    abreast->lanes[node].spread |= lanes;
    if (lanes == 0) // it was in the queue twice
        return;
    for (uint32_t i = first[SURE]; i < first[SECOND]; i++)
        take_down(abreast, feeds->feed[i], lanes);
    for (uint32_t i = first[SECOND]; i < first[THIRD]; i++)
        lose_second(abreast, feeds->feed[i], lanes);
    for (uint32_t i = first[THIRD]; i < first[WIDE]; i++)
        lose_third(abreast, feeds->feed[i], lanes);
    for (uint32_t i = first[WIDE]; i < end; i += 2)
        lose_wide(abreast, feeds->feed[i], feeds->feed[i + 1], lanes);
    if ((feeds->plan->flags[node] & HF_NODE_IN_LAYER) != 0)
        abreast->unanswered |= lanes;
}

// Takes the next node that is due: suppliers first, so that most are looked at once, with all that
// reaches them.
static uint32_t take_due(struct hf_abreast_work *work)
{
    while (work->due_words[work->cursor] == 0)
        work->cursor = work->cursor + 1 == work->due_word_count ? 0 : work->cursor + 1;
    uint64_t *summary = &work->due_words[work->cursor];
    uint32_t word = 64 * work->cursor + (uint32_t)__builtin_ctzll(*summary);
    uint32_t node = 64 * word + (uint32_t)__builtin_ctzll(work->due[word]);
    work->due[word] &= work->due[word] - 1;
    if (work->due[word] == 0)
        *summary &= *summary - 1;
    work->due_count--;
    return node;
}

static inline void fetch_targets(const hf_abreast *abreast, uint32_t node)
{
    const hf_feeds *feeds = abreast->feeds;
    const uint32_t *first = feeds->place[node].first;
    for (uint32_t i = first[SURE]; i < first[SECOND]; i++)
        __builtin_prefetch(&abreast->lanes[feeds->feed[i] & NODE_MASK], 1);
    for (uint32_t i = first[SECOND]; i < first[THIRD]; i++)
        __builtin_prefetch(&abreast->work->second[feeds->feed[i]], 1);
    for (uint32_t i = first[THIRD]; i < first[WIDE]; i++)
        __builtin_prefetch(&abreast->work->third[feeds->feed[i]], 1);
}

// Nodes pass a queue in which what they need is fetched, one step at each of three places.
static void spread(hf_abreast *abreast)
{
    struct hf_abreast_work *work = abreast->work;
    const hf_feeds *feeds = abreast->feeds;
    uint32_t head = 0, tail = 0, *queue = work->queue; // the oldest, and behind the newest
    work->cursor = 0;
    for (;;) {
        if (work->due_count > 0 && tail - head < AHEAD) {
            uint32_t node = take_due(work);
            __builtin_prefetch(&feeds->place[node]);
            queue[tail++ % QUEUE] = node;
            if (tail - head > FETCH_FEED)
                __builtin_prefetch(
                    &feeds->feed[feeds->place[queue[(tail - FETCH_FEED) % QUEUE]].first[SURE]]);
            if (tail - head > FETCH_TARGETS)
                fetch_targets(abreast, queue[(tail - FETCH_TARGETS) % QUEUE]);
        } else if (tail != head) {
            spread_node(abreast, queue[head++ % QUEUE]);
        } else {
            return;
        }
    }
}

void hf_abreast_run(hf_abreast *abreast, const uint32_t *assets, uint32_t count)
{
    const hf_plan *plan = abreast->feeds->plan;
    HF_ASSERT(count <= HF_ABREAST && abreast->fallen_count == 0);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t end = plan->first_level_node[assets[i] + 1];
        for (uint32_t k = plan->first_level_node[assets[i]]; k < end; k++)
            if ((plan->flags[plan->level_node[k]] & HF_NODE_PINNED) == 0)
                take_down(abreast, plan->level_node[k] | SPREADS, UINT64_C(1) << i);
    }
    spread(abreast);
}

void hf_abreast_undo(hf_abreast *abreast)
{
    struct hf_abreast_work *work = abreast->work;
    for (uint32_t i = 0; i < abreast->fallen_count; i++)
        abreast->lanes[abreast->fallen[i]] = (hf_abreast_lanes){0, 0};
    for (uint32_t i = 0; i < work->touched_count[SECOND]; i++)
        work->second[work->touched[SECOND][i]].once = 0;
    for (uint32_t i = 0; i < work->touched_count[THIRD]; i++)
        work->third[work->touched[THIRD][i]].once = work->third[work->touched[THIRD][i]].twice = 0;
    for (uint32_t i = 0; i < work->touched_count[WIDE]; i++) {
        uint32_t index = work->touched[WIDE][i];
        const wide_group *wide = &abreast->feeds->wide[index];
        memset(work->planes + wide->first_plane, 0, wide->plane_count * sizeof(uint64_t));
        work->is_touched[index] = 0;
    }
    memset(work->touched_count, 0, sizeof(work->touched_count));
    abreast->fallen_count = 0;
    abreast->unanswered = 0;
}
