// SPDX-License-Identifier: Apache-2.0
//
// Questions put to small registers that a person can work out on paper, from files to the JSON that other
// programs read: groups, buffers, layers, what is down at the start, ranks, person-hours, reasons in words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "usecase/usecase.h"

typedef struct {
    char folder[32];
    hf_arena memory;
    hf_store *store;
    hf_session session;
    hf_buf json;
} world;

static int open_world(void **state)
{
    world *w = calloc(1, sizeof(*w));
    hf_error err = {0};
    *state = w;
    if (w == NULL)
        return 1;
    (void)snprintf(w->folder, sizeof(w->folder), "/tmp/hf-question-XXXXXX");
    if (!hf_crypto_init(&err) || mkdtemp(w->folder) == NULL)
        return 1;
    hf_store_options options = {.url = hf_path_join(&w->memory, w->folder, "q.db"), .create = true};
    if (!hf_store_open(&options, &w->store, &err))
        return 1;
    w->session = (hf_session){.store = w->store,
                              .actor = {.name = HF_STR("cli:test"),
                                        .role = HF_ROLE_ADMINISTRATOR,
                                        .clearance = HF_TLP_RED,
                                        .is_local = true,
                                        .is_signed_in = true},
                              .lang = HF_LANG_EN,
                              .now_ms = 1700000000000};
    w->json = hf_buf_of(1u << 20);
    return 0;
}

static int close_world(void **state)
{
    static const char *const names[] = {"q.db",       "q.db-wal",         "q.db-shm",  "q.db-lock",
                                        "assets.csv", "dependencies.csv", "layers.csv"};
    world *w = *state;
    hf_store_close(&w->store);
    for (size_t i = 0; i < HF_COUNT(names); i++)
        (void)unlink(hf_path_join(&w->memory, w->folder, names[i]));
    (void)rmdir(w->folder);
    hf_buf_done(&w->json);
    hf_arena_done(&w->memory);
    free(w);
    return 0;
}

// Takes the three plain files in; NULL leaves one out.
static void given(world *w, const char *assets, const char *dependencies, const char *layers)
{
    const char *const texts[] = {assets, dependencies, layers};
    const char *const names[] = {"assets.csv", "dependencies.csv", "layers.csv"};
    hf_error err = {0};
    hf_import_file files[3] = {0};
    hf_import_result result = {0};
    size_t count = 0;
    for (size_t i = 0; i < HF_COUNT(texts); i++) {
        if (texts[i] == NULL)
            continue;
        files[count].path = hf_path_join(&w->memory, w->folder, names[i]);
        files[count].name = names[i];
        if (!hf_file_write(files[count].path, hf_str_of(texts[i]), &err))
            fail_msg("%s", err.message);
        count++;
    }
    hf_import_request request = {.files = files, .file_count = count, .may_open_files = true};
    if (!hf_import(&w->session, &request, &w->memory, &result, &err))
        fail_msg("%s %s", err.code, err.message);
    if (!result.is_stored)
        fail_msg("%.*s", HF_STR_ARG(result.problems.list.items[0].message));
}

static void drop_tail(world *w)
{
    // What follows "snapshot" depends on the whole register; the tests name what stands before it.
    hf_str text = hf_buf_str(&w->json);
    size_t at = hf_str_find(text, HF_STR(",\"snapshot\":\""));
    assert_true(at < text.len);
    w->json.len = at;
}

static void expect_json(world *w, const char *wanted)
{
    drop_tail(w);
    hf_str found = hf_buf_str(&w->json);
    if (!hf_str_equal_z(found, wanted))
        fail_msg("found  %.*s\n wanted %s", HF_STR_ARG(found), wanted);
}

static void cascade(world *w, const char *key, double hours, const char *wanted)
{
    hf_error err = {0};
    hf_cascade_answer answer = {0};
    hf_str fail = hf_str_of(key);
    hf_cascade_request request = {.fail = &fail, .fail_count = 1, .hours = hours};
    if (!hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err))
        fail_msg("%s %s", err.code, err.message);
    hf_buf_clear(&w->json);
    hf_json_writer out = {.out = &w->json};
    hf_write_cascade(&answer, &out);
    hf_plan_release(&w->session, &answer.plan);
    expect_json(w, wanted);
}

static void rank(world *w, hf_rank_request request, const char *wanted)
{
    hf_error err = {0};
    hf_rank_answer answer = {0};
    if (!hf_ask_rank(&w->session, &request, &w->memory, &answer, &err))
        fail_msg("%s %s", err.code, err.message);
    hf_buf_clear(&w->json);
    hf_json_writer out = {.out = &w->json};
    hf_write_rank(&answer, &out);
    hf_plan_release(&w->session, &answer.plan);
    expect_json(w, wanted);
}

#define NO_LOSS "\"loss\":{\"people\":0,\"people_hours\":null,\"by_sector\":{"

static void a_group_of_all_is_lost_with_its_first_member(void **state)
{
    world *w = *state;
    given(w, "key\nA\nB\nC\n", "supplier,consumer,input,need,buffer_h\nA,C,x,all,3\nB,C,x,all,3\n",
          NULL);
    cascade(w, "B", 0,
            "{\"failed\":[{\"key\":\"B\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
            "{\"key\":\"C\",\"at_h\":3,\"cause\":\"dependency\",\"via\":{\"input\":\"x\",\"lost\":"
            "[\"B\"]}}],\"failed_count\":2,\"down_at_start\":[]," NO_LOSS
            "\"\":{\"people\":0,\"people_hours\":null}}}");
}

static void a_group_of_any_holds_while_one_member_does(void **state)
{
    world *w = *state;
    given(w, "key,people_served,sector\nA,1,EN01\nB,2,EN\nC,4,HE01\n",
          "supplier,consumer,input,need\nA,C,x,any\nB,C,x,any\nA,B,y,all\n", NULL);
    cascade(w, "B", 0,
            "{\"failed\":[{\"key\":\"B\",\"at_h\":0,\"cause\":\"damage\",\"via\":null}],"
            "\"failed_count\":1,\"down_at_start\":[],\"loss\":{\"people\":2,\"people_hours\":null,"
            "\"by_sector\":{\"EN\":{\"people\":2,\"people_hours\":null}}}");
    cascade(
        w, "A", 0,
        "{\"failed\":[{\"key\":\"A\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
        "{\"key\":\"B\",\"at_h\":0,\"cause\":\"dependency\",\"via\":{\"input\":\"y\",\"lost\":"
        "[\"A\"]}},{\"key\":\"C\",\"at_h\":0,\"cause\":\"dependency\",\"via\":{\"input\":\"x\","
        "\"lost\":[\"A\",\"B\"]}}],\"failed_count\":3,\"down_at_start\":[],\"loss\":{\"people\":"
        "7,\"people_hours\":null,\"by_sector\":{\"EN\":{\"people\":3,\"people_hours\":null},"
        "\"HE\":{\"people\":4,\"people_hours\":null}}}");
}

static void a_group_of_a_number_counts_capacity_to_the_thousandth(void **state)
{
    world *w = *state;
    given(w, "key\nA2\nA10\nC\nD\n",
          "supplier,consumer,input,need,capacity\nA2,C,x,1.5,0.5\nA10,C,x,1.5,1.5\n"
          "A2,D,x,1.501,0.001\nA10,D,x,1.501,1.5\n",
          NULL);
    // C needs 1.5 and keeps 1.5; D needs a thousandth more.
    cascade(w, "A2", 0,
            "{\"failed\":[{\"key\":\"A2\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
            "{\"key\":\"D\",\"at_h\":0,\"cause\":\"dependency\",\"via\":{\"input\":\"x\",\"lost\":"
            "[\"A2\"]}}],\"failed_count\":2,\"down_at_start\":[]," NO_LOSS
            "\"\":{\"people\":0,\"people_hours\":null}}}");
}

static void the_smallest_input_of_those_that_hit_at_this_hour_is_named(void **state)
{
    world *w = *state;
    given(w, "key\nA\nC\n",
          "supplier,consumer,input,buffer_h\nA,C,b,2\nA,C,a,4\nA,C,c,2\nA,C,B,2\n", NULL);
    cascade(w, "A", 0,
            "{\"failed\":[{\"key\":\"A\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
            "{\"key\":\"C\",\"at_h\":2,\"cause\":\"dependency\",\"via\":{\"input\":\"B\",\"lost\":"
            "[\"A\"]}}],\"failed_count\":2,\"down_at_start\":[]," NO_LOSS
            "\"\":{\"people\":0,\"people_hours\":null}}}");
}

static void rows_without_an_input_are_groups_of_their_own(void **state)
{
    world *w = *state;
    given(w, "key\nA\nB\nC\n", "supplier,consumer,need\nA,C,any\nB,C,any\n", NULL);
    cascade(w, "A", 0,
            "{\"failed\":[{\"key\":\"A\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
            "{\"key\":\"C\",\"at_h\":0,\"cause\":\"dependency\",\"via\":{\"input\":\"\",\"lost\":"
            "[\"A\"]}}],\"failed_count\":2,\"down_at_start\":[]," NO_LOSS
            "\"\":{\"people\":0,\"people_hours\":null}}}");
}

static void a_ring_of_all_falls_whole_and_once(void **state)
{
    world *w = *state;
    given(w, "key\nA\nB\nC\n", "supplier,consumer,input,buffer_h\nA,B,x,1\nB,C,x,1\nC,A,x,1\n",
          NULL);
    cascade(w, "B", 0,
            "{\"failed\":[{\"key\":\"B\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
            "{\"key\":\"C\",\"at_h\":1,\"cause\":\"dependency\",\"via\":{\"input\":\"x\",\"lost\":"
            "[\"B\"]}},{\"key\":\"A\",\"at_h\":2,\"cause\":\"dependency\",\"via\":{\"input\":\"x\","
            "\"lost\":[\"C\"]}}],\"failed_count\":3,\"down_at_start\":[],"
            "\"self_sustaining_loops\":[[\"A\",\"B\",\"C\"]],"
            "\"self_sustaining_loop_count\":1," NO_LOSS
            "\"\":{\"people\":0,\"people_hours\":null}}}");
}

static void
a_layer_cut_off_from_its_source_falls_and_what_never_had_one_is_down_at_start(void **state)
{
    world *w = *state;
    given(w, "key\nS\nN1\nN2\nN3\nZ\n",
          "supplier,consumer,input,type\nS,N1,grid,link\nN1,N2,grid,link_oneway\nN3,Z,x,\n",
          "layer,asset,role,buffer_h\ngrid,S,source,\ngrid,N1,node,\ngrid,N2,node,5\n"
          "grid,N3,node,\n");
    cascade(w, "N1", 0,
            "{\"failed\":[{\"key\":\"N1\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},"
            "{\"key\":\"N2\",\"at_h\":5,\"cause\":\"network\",\"via\":{\"input\":\"grid\",\"lost\":"
            "[]}}],\"failed_count\":2,\"down_at_start\":[\"N3\",\"Z\"]," NO_LOSS
            "\"\":{\"people\":0,\"people_hours\":null}}}");
    // What is down already is never among what falls, though it is named.
    cascade(w, "Z", 0,
            "{\"failed\":[],\"failed_count\":0,\"down_at_start\":[\"N3\",\"Z\"]," NO_LOSS "}}");
    rank(w, (hf_rank_request){.top = 2},
         "{\"ranking\":[{\"key\":\"S\",\"failed_count\":3,\"people\":0,\"people_hours\":null,"
         "\"failed_by_kind\":{\"\":3}},{\"key\":\"N1\",\"failed_count\":2,\"people\":0,"
         "\"people_hours\":null,\"failed_by_kind\":{\"\":2}}],\"mean_failed\":2,\"mean_people\":0");
}

static void hours_count_persons_until_the_repair(void **state)
{
    world *w = *state;
    given(w, "key,people_served,repair_h,sector\nA,10,4,EN\nB,100,,EN\n",
          "supplier,consumer,input,buffer_h\nA,B,x,1\n", NULL);
    // A: 10 persons for 4 hours; B: 100 persons from hour 1 to hour 4.
    cascade(
        w, "A", 10,
        "{\"failed\":[{\"key\":\"A\",\"at_h\":0,\"until_h\":4,\"cause\":\"damage\",\"via\":null},"
        "{\"key\":\"B\",\"at_h\":1,\"until_h\":4,\"cause\":\"dependency\",\"via\":{\"input\":"
        "\"x\",\"lost\":[\"A\"]}}],\"failed_count\":2,\"down_at_start\":[],\"loss\":{\"people\":"
        "110,\"people_hours\":340,\"by_sector\":{\"EN\":{\"people\":110,\"people_hours\":340}}}");
    // Without a repair B is down to the end.
    cascade(
        w, "B", 10,
        "{\"failed\":[{\"key\":\"B\",\"at_h\":0,\"until_h\":null,\"cause\":\"damage\",\"via\":null}"
        "],\"failed_count\":1,\"down_at_start\":[],\"loss\":{\"people\":100,\"people_hours\":1000,"
        "\"by_sector\":{\"EN\":{\"people\":100,\"people_hours\":1000}}}");
}

static void ranks_stand_by_people_then_by_count_then_by_natural_key(void **state)
{
    world *w = *state;
    given(w, "key,people_served,kind\nA10,5,bus\nA9,5,bus\nB,0,hospital\nC,5,bus\n",
          "supplier,consumer,input\nC,B,x\n", NULL);
    rank(w, (hf_rank_request){0},
         "{\"ranking\":[{\"key\":\"C\",\"failed_count\":2,\"people\":5,\"people_hours\":null,"
         "\"failed_by_kind\":{\"bus\":1,\"hospital\":1}},{\"key\":\"A9\",\"failed_count\":1,"
         "\"people\":"
         "5,\"people_hours\":null,\"failed_by_kind\":{\"bus\":1}},{\"key\":\"A10\",\"failed_"
         "count\":1,"
         "\"people\":5,\"people_hours\":null,\"failed_by_kind\":{\"bus\":1}},{\"key\":\"B\","
         "\"failed_count\":1,\"people\":0,\"people_hours\":null,\"failed_by_kind\":{\"hospital\":1}"
         "}],"
         "\"mean_failed\":1.25,\"mean_people\":3.75");
    const hf_str among = HF_STR("hospital");
    rank(w, (hf_rank_request){.among = &among, .among_count = 1},
         "{\"ranking\":[{\"key\":\"B\",\"failed_count\":1,\"people\":0,\"people_hours\":null,"
         "\"failed_by_kind\":{\"hospital\":1}}],\"mean_failed\":1,\"mean_people\":0");
}

static void an_impossible_question_is_told(void **state)
{
    world *w = *state;
    given(w, "key\nA\n", NULL, NULL);
    hf_error err = {0};
    hf_cascade_answer answer = {0};
    hf_str fail = HF_STR("NOWHERE");
    hf_cascade_request request = {.fail = &fail, .fail_count = 1};
    assert_false(hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err));
    assert_string_equal(err.code, "asset.unknown");
    request.fail_count = 0;
    err = (hf_error){0};
    assert_false(hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err));
    assert_int_equal(err.kind, HF_ERR_USAGE);
    hf_rank_answer ranking = {0};
    hf_rank_request by_hours = {.by = HF_RANK_PEOPLE_HOURS};
    err = (hf_error){0};
    assert_false(hf_ask_rank(&w->session, &by_hours, &w->memory, &ranking, &err));
    assert_int_equal(err.kind, HF_ERR_USAGE);
    assert_null(answer.plan);
    assert_null(ranking.plan);
}

static void who_may_not_read_all_of_it_may_not_ask(void **state)
{
    world *w = *state;
    given(w, "key,marking\nA,red\nB,green\n", NULL, NULL);
    hf_error err = {0};
    hf_cascade_answer answer = {0};
    hf_str fail = HF_STR("B");
    hf_cascade_request request = {.fail = &fail, .fail_count = 1};
    w->session.actor.is_local = false;
    w->session.actor.role = HF_ROLE_ANALYST;
    w->session.actor.clearance = HF_TLP_AMBER;
    assert_false(hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err));
    assert_string_equal(err.code, "question.restricted");
    w->session.actor.clearance = HF_TLP_RED;
    assert_true(hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err));
    hf_plan_release(&w->session, &answer.plan);
}

// The source of the network and a member of the group lie out of sight: neither is missing, and nothing shows them.
static void what_is_out_of_sight_neither_fails_nor_is_missing(void **state)
{
    world *w = *state;
    given(w, "key,people_served,marking\nA,1,green\nB,2,green\nC,4,green\nR,8,red\n",
          "supplier,consumer,input,need,type,marking\nA,C,power,2,,green\nR,C,power,2,,green\n"
          "R,A,net,,link,green\nA,B,net,,link,green\n",
          "layer,asset,role,marking\nnet,R,source,green\nnet,A,node,green\nnet,B,node,green\n");
    w->session.ask = HF_ASK_VISIBLE;
    w->session.actor.is_local = false;
    w->session.actor.role = HF_ROLE_ANALYST;
    w->session.actor.clearance = HF_TLP_AMBER;
    cascade(
        w, "A", 0,
        "{\"failed\":[{\"key\":\"A\",\"at_h\":0,\"cause\":\"damage\",\"via\":null},{\"key\":\"C\","
        "\"at_h\":0,\"cause\":\"dependency\",\"via\":{\"input\":\"power\",\"lost\":[\"A\"]}}],"
        "\"failed_count\":2,\"down_at_start\":[],\"loss\":{\"people\":5,\"people_hours\":null,"
        "\"by_sector\":{\"\":{\"people\":5,\"people_hours\":null}}}");
    w->session.actor.clearance = HF_TLP_RED;
    hf_cascade_request request = {.fail = &(hf_str){"R", 1}, .fail_count = 1};
    hf_cascade_answer answer = {0};
    hf_error err = {0};
    assert_true(hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err));
    assert_int_equal(answer.cascade.fall_count, 4); // who sees it all asks of it all
    hf_plan_release(&w->session, &answer.plan);
}

// digest  out: 65 bytes
static uint32_t assets_asked_of(world *w, const hf_role_grant *grants, size_t count,
                                char digest[65])
{
    const hf_register_plan *plan = NULL;
    hf_error err = {0};
    w->session.actor.grants = grants;
    w->session.actor.grant_count = count;
    if (!hf_plan_take(&w->session, &plan, &err))
        fail_msg("%s", err.message);
    uint32_t asset_count = plan->asset_count;
    memcpy(digest, plan->digest, 65);
    hf_plan_release(&w->session, &plan);
    return asset_count;
}

// Two who read the same, but may ask of different parts of it, never get the plan of each other.
static void plans_of_what_is_visible_are_kept_apart(void **state)
{
    world *w = *state;
    const hf_role_grant grants[] = {
        {HF_ROLE_OBSERVER, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}},
        {HF_ROLE_ASSESSOR,
         {.kind = HF_SCOPE_SECTOR, .of = HF_STR("WA")}}, // reads, but does not ask
        {HF_ROLE_OBSERVER, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}},
        {HF_ROLE_OBSERVER, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("WA")}}};
    char one[65], two[65], again[65];
    given(w, "key,sector\nA,EN01\nB,EN\nC,WA\nD,HE\n", NULL, NULL);
    w->session.plans = hf_plans_open();
    w->session.ask = HF_ASK_VISIBLE;
    w->session.actor = (hf_actor){.name = HF_STR("nora"),
                                  .role = HF_WORD_NONE,
                                  .clearance = HF_TLP_RED,
                                  .is_signed_in = true};
    assert_int_equal(assets_asked_of(w, grants, 2, one), 2);
    assert_int_equal(assets_asked_of(w, grants + 2, 2, two), 3);
    assert_int_equal(assets_asked_of(w, grants, 2, again), 2);
    assert_string_equal(one, again);
    assert_string_not_equal(one, two);
    for (int32_t i = 0; i <= HF_TLP_RED; i++) { // more kinds of askers than are kept
        w->session.actor.clearance = i;
        (void)assets_asked_of(w, grants, 1, again);
        (void)assets_asked_of(w, grants + 2, 1, again);
    }
    assert_int_equal(assets_asked_of(w, grants + 2, 1, again), 2);
    assert_string_equal(one, again);
    hf_plans_close(&w->session.plans);
}

static void a_fall_is_explained_back_to_the_damage_in_every_language(void **state)
{
    world *w = *state;
    given(w, "key,name\nA,Dam\nB,Pump\nC,Clinic\n",
          "supplier,consumer,input,buffer_h\nA,B,power,0\nB,C,water,2\n", NULL);
    hf_error err = {0};
    hf_cascade_answer answer = {0};
    hf_str fail = HF_STR("A");
    hf_cascade_request request = {.fail = &fail, .fail_count = 1};
    assert_true(hf_ask_cascade(&w->session, &request, &w->memory, &answer, &err));
    static const hf_lang langs[] = {HF_LANG_AR, HF_LANG_ZH, HF_LANG_EN,
                                    HF_LANG_FR, HF_LANG_RU, HF_LANG_ES};
    for (size_t i = 0; i < HF_COUNT(langs); i++) {
        hf_reasons reasons = {0};
        w->session.lang = langs[i];
        assert_true(hf_explain_fall(&w->session, &answer, HF_STR("C"), &w->memory, &reasons, &err));
        assert_int_equal(reasons.count, 3);
        assert_true(hf_str_find(reasons.steps[0].sentence, HF_STR("Clinic")) <
                    reasons.steps[0].sentence.len);
        assert_true(hf_str_find(reasons.steps[0].sentence, HF_STR("Pump")) <
                    reasons.steps[0].sentence.len);
        assert_int_equal(reasons.steps[2].step.cause, HF_CAUSE_DAMAGE);
        assert_int_equal(hf_str_find(reasons.text, HF_STR("{")), reasons.text.len);
        assert_int_equal(hf_str_find(reasons.text, HF_STR("result.")), reasons.text.len);
    }
    hf_plan_release(&w->session, &answer.plan);
}

// The overview reads a few fields in row order; its totals stand as if it had read all in key order.
static void a_quick_check_has_the_totals_of_the_whole_one(void **state)
{
    world *w = *state;
    hf_error err = {0};
    hf_check_result whole = {0}, quick = {0};
    given(w,
          "key,name,kind,sector,operator,region\nD,,zzz,,,R9\nC,Third,port,XX99,O9,\n"
          "B,Second,,EN,,\nA,First,yyy,EN01,,R9\n",
          "supplier,consumer\nA,B\n", NULL);
    assert_true(hf_check_register(&w->session, &w->memory, &whole, &err));
    assert_true(hf_check_totals(&w->session, &w->memory, &quick, &err));
    assert_true(whole.total_count > 6);
    assert_int_equal(quick.total_count, whole.total_count);
    assert_int_equal(quick.count, quick.total_count); // one of each
    for (size_t i = 0; i < whole.total_count; i++) {
        assert_string_equal(quick.totals[i].code, whole.totals[i].code);
        assert_int_equal(quick.totals[i].count, whole.totals[i].count);
        assert_int_equal(quick.totals[i].is_error, whole.totals[i].is_error);
    }
}

int main(void)
{
#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        IN_A_STORE(a_group_of_all_is_lost_with_its_first_member),
        IN_A_STORE(a_group_of_any_holds_while_one_member_does),
        IN_A_STORE(a_group_of_a_number_counts_capacity_to_the_thousandth),
        IN_A_STORE(the_smallest_input_of_those_that_hit_at_this_hour_is_named),
        IN_A_STORE(rows_without_an_input_are_groups_of_their_own),
        IN_A_STORE(a_ring_of_all_falls_whole_and_once),
        IN_A_STORE(a_layer_cut_off_from_its_source_falls_and_what_never_had_one_is_down_at_start),
        IN_A_STORE(hours_count_persons_until_the_repair),
        IN_A_STORE(ranks_stand_by_people_then_by_count_then_by_natural_key),
        IN_A_STORE(a_quick_check_has_the_totals_of_the_whole_one),
        IN_A_STORE(an_impossible_question_is_told),
        IN_A_STORE(who_may_not_read_all_of_it_may_not_ask),
        IN_A_STORE(what_is_out_of_sight_neither_fails_nor_is_missing),
        IN_A_STORE(plans_of_what_is_visible_are_kept_apart),
        IN_A_STORE(a_fall_is_explained_back_to_the_damage_in_every_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
