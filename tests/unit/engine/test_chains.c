// SPDX-License-Identifier: Apache-2.0
//
// Dependency chains against the worked examples of the method, and against walking every chain.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "check.h"
#include "engine/chains.h"

#define ASSERT_NEAR(got, want, tolerance)                                                          \
    do {                                                                                           \
        double got_ = (got), want_ = (want);                                                       \
        if (!(fabs(got_ - want_) <= (tolerance)))                                                  \
            fail_msg("%s is %.12g, want %.12g", #got, got_, want_);                                \
    } while (0)

static const hf_chain_link worked[] = {{.from = 0, .to = 1, .likelihood = .8, .impact = 4},
                                       {.from = 1, .to = 2, .likelihood = .6, .impact = 3},
                                       {.from = 2, .to = 3, .likelihood = .5, .impact = 5},
                                       {.from = 0, .to = 2, .likelihood = .5, .impact = 3}};

static hf_chain_list find(const hf_chain_question *question, hf_pool *pool, hf_arena *arena)
{
    hf_chain_list list;
    hf_error err = {0};
    if (!hf_chains_find(question, pool, NULL, arena, &list, &err))
        fail_msg("%s: %s", err.code, err.message);
    return list;
}

static void ranks_the_worked_example(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const uint32_t start = 0;
    hf_chain_question question = {.links = worked,
                                  .link_count = 4,
                                  .node_count = 4,
                                  .starts = &start,
                                  .start_count = 1,
                                  .max_links = 3,
                                  .top = 10,
                                  .minutes = INFINITY};
    hf_chain_list list = find(&question, NULL, &arena);
    static const struct {
        double risk, last;
        uint32_t count, links[3];
    } want[] = {{5.84, 1.2, 3, {0, 1, 2}},
                {4.64, 1.44, 2, {0, 1}},
                {3.2, 3.2, 1, {0}},
                {2.75, 1.25, 2, {3, 2}},
                {1.5, 1.5, 1, {3}}};
    assert_int_equal(list.chain_count, 5);
    assert_false(list.is_full);
    for (uint32_t i = 0; i < 5; i++) {
        ASSERT_NEAR(list.chains[i].risk, want[i].risk, 1e-12);
        ASSERT_NEAR(list.chains[i].last_risk, want[i].last, 1e-12);
        assert_int_equal(list.chains[i].link_count, want[i].count);
        assert_memory_equal(list.path + list.chains[i].first_link, want[i].links,
                            want[i].count * sizeof(uint32_t));
    }
    question.least_risk = 3;
    assert_int_equal(find(&question, NULL, &arena).chain_count, 3);
    hf_chain_question line = {
        .links = (const hf_chain_link[]){{.from = 0, .to = 1, .likelihood = .5, .impact = 4},
                                         {.from = 1, .to = 2, .likelihood = .4, .impact = 3},
                                         {.from = 2, .to = 3, .likelihood = .2, .impact = 5}},
        .link_count = 3,
        .node_count = 4,
        .max_links = 5,
        .top = 1,
        .minutes = INFINITY};
    ASSERT_NEAR(find(&line, NULL, &arena).chains[0].risk, 2 + 0.6 + 0.2, 1e-12);
}

static void grows_impact_as_published(void **state)
{
    (void)state;
    static const struct {
        double minutes, fast, linear, slow;
    } want[] = {{15, 3.060, 0.047, 1.012}, {60, 4.626, 0.188, 1.047}, {180, 5.867, 0.562, 1.147},
                {720, 7.434, 2.25, 1.732}, {1440, 8.217, 4.5, 3.000}, {2880, 9, 9, 9},
                {99999, 9, 9, 9}};
    hf_chain_link link = {.impact = 9, .full_min = 2880};
    for (size_t i = 0; i < HF_COUNT(want); i++) {
        const double by_growth[] = {want[i].fast, want[i].linear, want[i].slow};
        for (int growth = HF_CHAIN_FAST; growth <= HF_CHAIN_SLOW; growth++) {
            link.growth = (hf_chain_growth)growth;
            ASSERT_NEAR(hf_chain_impact(&link, want[i].minutes, false), by_growth[growth], 6e-4);
        }
    }
    static const struct {
        double minutes;
        hf_chain_growth growth;
        double rounded;
    } steps[] = {{720, HF_CHAIN_FAST, 7},  {720, HF_CHAIN_LINEAR, 2},  {720, HF_CHAIN_SLOW, 2},
                 {1440, HF_CHAIN_FAST, 8}, {1440, HF_CHAIN_LINEAR, 5}, {1440, HF_CHAIN_SLOW, 3},
                 {15, HF_CHAIN_LINEAR, 1}, {0, HF_CHAIN_FAST, 1}};
    for (size_t i = 0; i < HF_COUNT(steps); i++) {
        link.growth = steps[i].growth;
        ASSERT_NEAR(hf_chain_impact(&link, steps[i].minutes, true), steps[i].rounded, 0);
    }
}

// Two links of the published table in a chain; what hardens the second one shows in every slot.
static void a_profile_is_the_risk_in_each_slot(void **state)
{
    (void)state;
    hf_arena arena = {0};
    const hf_chain_link links[] = {
        {.from = 0, .to = 1, .likelihood = .5, .impact = 9, .full_min = 2880},
        {.from = 1,
         .to = 2,
         .likelihood = .4,
         .impact = 9,
         .full_min = 2880,
         .growth = HF_CHAIN_SLOW}};
    const double fast[] = {3, 5, 6, 7, 8, 9, 9, 9, 9, 9}, slow[] = {1, 1, 1, 2, 3, 9, 9, 9, 9, 9};
    const uint8_t is_hardened[] = {0, 0, 1};
    hf_chain_question question = {.links = links,
                                  .link_count = 2,
                                  .node_count = 3,
                                  .max_links = 5,
                                  .top = 1,
                                  .minutes = INFINITY,
                                  .is_ordinal = true};
    for (int hardened = 0; hardened < 2; hardened++) {
        double risks[HF_CHAIN_SLOTS], second = hardened == 0 ? .4 : .1;
        question.is_hardened = hardened == 0 ? NULL : is_hardened;
        question.hardened = .1;
        hf_chain_list list = find(&question, NULL, &arena);
        assert_int_equal(list.chains[0].link_count, 2);
        hf_chain_profile(&question, &list, 0, risks);
        for (uint32_t slot = 0; slot < HF_CHAIN_SLOTS; slot++)
            ASSERT_NEAR(risks[slot], .5 * fast[slot] + .5 * second * slow[slot], 1e-12);
        ASSERT_NEAR(risks[HF_CHAIN_SLOTS - 1], list.chains[0].risk, 1e-12);
    }
    hf_arena_done(&arena);
}

// ---- Against every chain ----

static uint64_t seed = 7;

static uint32_t below(uint32_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % limit);
}

typedef struct {
    double risk;
    uint32_t count, link[HF_CHAIN_LENGTH_MAX];
} slow_chain;

typedef struct {
    const hf_chain_question *question;
    slow_chain *chains;
    size_t count, room;
} slow_list;

static void slow_walk(slow_list *list, slow_chain chain, uint32_t node, uint64_t met,
                      double product)
{
    const hf_chain_question *q = list->question;
    for (uint32_t i = 0; i < q->link_count && chain.count < q->max_links; i++) {
        const hf_chain_link *link = &q->links[i];
        if (link->from != node || (met >> link->to & 1) != 0)
            continue;
        double likelihood = link->likelihood;
        if (q->is_hardened != NULL && q->is_hardened[link->to] && q->hardened < likelihood)
            likelihood = q->hardened;
        slow_chain next = chain;
        next.link[next.count++] = i;
        next.risk += product * likelihood * hf_chain_impact(link, q->minutes, q->is_ordinal);
        if (product * likelihood > 0 && next.risk >= q->least_risk && list->count < list->room)
            list->chains[list->count++] = next;
        slow_walk(list, next, link->to, met | 1ull << link->to, product * likelihood);
    }
}

static int slow_order(const void *left, const void *right)
{
    const slow_chain *a = left, *b = right;
    if (a->risk != b->risk)
        return a->risk > b->risk ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->link[i] != b->link[i])
            return a->link[i] < b->link[i] ? -1 : 1;
    return 0;
}

static void same_as_walking(const hf_chain_question *question, hf_pool *pool)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    slow_list all = {.question = question, .room = 200000};
    all.chains = HF_NEW_N(&arena, slow_chain, all.room);
    for (uint32_t v = 0; v < question->node_count; v++)
        slow_walk(&all, (slow_chain){0}, v, 1ull << v, 1);
    assert_true(all.count < all.room);
    qsort(all.chains, all.count, sizeof(all.chains[0]), slow_order);
    hf_chain_list list = find(question, pool, &arena);
    assert_int_equal(list.chain_count, all.count < question->top ? all.count : question->top);
    for (uint32_t i = 0; i < list.chain_count; i++) {
        assert_true(list.chains[i].risk == all.chains[i].risk);
        assert_int_equal(list.chains[i].link_count, all.chains[i].count);
        assert_memory_equal(list.path + list.chains[i].first_link, all.chains[i].link,
                            all.chains[i].count * sizeof(uint32_t));
    }
    if (question->least_risk > 0 || question->is_hardened != NULL)
        return;
    hf_chain_count count;
    hf_error err = {0};
    assert_true(hf_chains_count(question, UINT64_MAX, &count, &err));
    assert_int_equal(count.chain_count, all.count);
    assert_true(all.count == 0 || count.largest_risk == all.chains[0].risk);
}

static void finds_the_same_as_walking_every_chain(void **state)
{
    (void)state;
    hf_pool *pool = hf_pool_open(3);
    for (uint32_t round = 0; round < 400; round++) {
        hf_chain_link links[24];
        uint8_t is_hardened[8];
        uint32_t nodes = 2 + below(7), count = 1 + below(24);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t from = below(nodes), to = (from + 1 + below(nodes - 1)) % nodes;
            links[i] = (hf_chain_link){from,
                                       to,
                                       (1 + below(10)) / 10.0,
                                       1 + below(9),
                                       below(2) * 2880.0,
                                       (hf_chain_growth)below(3)};
        }
        for (uint32_t v = 0; v < nodes; v++)
            is_hardened[v] = below(2) == 0;
        hf_chain_question question = {.links = links,
                                      .link_count = count,
                                      .node_count = nodes,
                                      .max_links = 1 + below(6),
                                      .top = 1 + below(60),
                                      .minutes =
                                          below(2) == 0 ? (double)INFINITY : 1.0 + below(3000),
                                      .is_ordinal = below(2) == 0,
                                      .least_risk = below(3) == 0 ? 2 : 0,
                                      .is_hardened = below(3) == 0 ? is_hardened : NULL,
                                      .hardened = below(3) / 4.0};
        same_as_walking(&question, round % 2 == 0 ? NULL : pool);
    }
    hf_pool_close(&pool);
}

static void names_what_lies_on_many_chains(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_chain_question question = {.links = worked,
                                  .link_count = 4,
                                  .node_count = 4,
                                  .max_links = 3,
                                  .top = 100,
                                  .minutes = INFINITY};
    hf_chain_list list = find(&question, NULL, &arena);
    const hf_chain_node *nodes = NULL;
    uint32_t count = 0;
    hf_error err = {0};
    assert_true(hf_chains_rank_nodes(&question, &list, &arena, &nodes, &count, &err));
    assert_int_equal(count, 4);
    for (uint32_t i = 0; i < count; i++) {
        double risk = 0, influence = 0;
        uint32_t chains = 0;
        for (uint32_t c = 0; c < list.chain_count; c++) {
            bool is_on = worked[list.path[list.chains[c].first_link]].from == nodes[i].node;
            for (uint32_t k = 0; k < list.chains[c].link_count; k++)
                is_on =
                    is_on || worked[list.path[list.chains[c].first_link + k]].to == nodes[i].node;
            risk += is_on ? list.chains[c].risk : 0;
            chains += is_on;
        }
        for (uint32_t k = 0; k < 4; k++)
            influence +=
                worked[k].from == nodes[i].node ? worked[k].likelihood * worked[k].impact : 0;
        ASSERT_NEAR(nodes[i].chain_risk, risk, 1e-12);
        assert_int_equal(nodes[i].chain_count, chains);
        ASSERT_NEAR(nodes[i].influence, influence, 1e-12);
        // Shortest paths: 0-2-3 and 1-2-3 pass node 2.
        ASSERT_NEAR(nodes[i].betweenness, nodes[i].node == 2 ? 2 : 0, 1e-12);
    }
}

static const char *refusal_of(hf_chain_question question)
{
    static hf_error err;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_chain_list list;
    err = (hf_error){0};
    assert_false(hf_chains_find(&question, NULL, NULL, &arena, &list, &err));
    return err.code;
}

static void refuses_what_is_no_chain(void **state)
{
    (void)state;
    const hf_chain_question right = {.links = worked,
                                     .link_count = 4,
                                     .node_count = 4,
                                     .max_links = 3,
                                     .top = 10,
                                     .minutes = INFINITY};
    hf_chain_question wrong = right;
    wrong.max_links = 11;
    assert_string_equal(refusal_of(wrong), "chains.length");
    wrong = right;
    wrong.top = 0;
    assert_string_equal(refusal_of(wrong), "chains.top");
    wrong = right;
    wrong.minutes = NAN;
    assert_string_equal(refusal_of(wrong), "chains.minutes");
    wrong = right;
    wrong.node_count = 3;
    assert_string_equal(refusal_of(wrong), "chains.link");
    hf_chain_link odd[] = {{.from = 0, .to = 1, .likelihood = 1.5, .impact = 1}};
    wrong = right;
    wrong.links = odd;
    wrong.link_count = 1;
    assert_string_equal(refusal_of(wrong), "chains.link");
    odd[0] = (hf_chain_link){.from = 1, .to = 1, .likelihood = 1, .impact = 1};
    assert_string_equal(refusal_of(wrong), "chains.link");
    wrong = right;
    wrong.starts = (const uint32_t[]){9};
    wrong.start_count = 1;
    assert_string_equal(refusal_of(wrong), "chains.start");
}

static void can_be_cancelled(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    enum { NODES = 40 };
    hf_chain_link *links = HF_NEW_N(&arena, hf_chain_link, NODES * NODES);
    uint32_t count = 0;
    for (uint32_t v = 0; v < NODES; v++)
        for (uint32_t w = 0; w < NODES; w++)
            if (v != w)
                links[count++] = (hf_chain_link){.from = v, .to = w, .likelihood = 1, .impact = 1};
    hf_chain_question question = {.links = links,
                                  .link_count = count,
                                  .node_count = NODES,
                                  .max_links = 10,
                                  .top = HF_CHAIN_TOP_MAX,
                                  .minutes = INFINITY};
    _Atomic bool stop = true;
    hf_chain_list list;
    hf_error err = {0};
    assert_false(hf_chains_find(&question, NULL, &stop, &arena, &list, &err));
    assert_string_equal(err.code, "engine.stopped");
    hf_chain_count counted;
    assert_true(hf_chains_count(&question, 100000, &counted, &err));
    assert_true(counted.is_cut);
    assert_int_equal(counted.chain_count, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_the_worked_example),
        cmocka_unit_test(grows_impact_as_published),
        cmocka_unit_test(a_profile_is_the_risk_in_each_slot),
        cmocka_unit_test(finds_the_same_as_walking_every_chain),
        cmocka_unit_test(names_what_lies_on_many_chains),
        cmocka_unit_test(refuses_what_is_no_chain),
        cmocka_unit_test(can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
