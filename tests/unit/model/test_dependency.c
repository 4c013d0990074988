// SPDX-License-Identifier: Apache-2.0
//
// Rules of one dependency: its default key, what `need` may say, capacities, self-loops.
#include "check.h"

#include "model/dependency.h"

static hf_dependency *fresh(hf_arena *arena)
{
    hf_dependency *d = hf_noun_new(&hf_noun_dependency, arena);
    d->supplier = HF_STR("s");
    d->consumer = HF_STR("c");
    return d;
}

static void the_default_key_is_made_of_its_parts(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_dependency *d = fresh(&arena);
    d->input = HF_STR("power");
    assert_true(hf_noun_check(&hf_noun_dependency, d, &arena, &err));
    assert_str_is(d->head.key, "c/power/s/physical");
}

static void nothing_supplies_itself(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_dependency *d = fresh(&arena);
    d->consumer = HF_STR("s");
    assert_false(hf_noun_check(&hf_noun_dependency, d, &arena, &err));
    assert_string_equal(err.code, "dependency.self");
}

static void need_is_all_any_or_an_amount(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_right;
        hf_need need;
        int64_t thousandths;
    } cases[] = {{"", true, HF_NEED_NO_OPINION, 0},
                 {"ALL", true, HF_NEED_ALL, 0},
                 {"any", true, HF_NEED_ANY, 0},
                 {"2", true, HF_NEED_AMOUNT, 2000},
                 {"1.125", true, HF_NEED_AMOUNT, 1125},
                 {"0", false, 0, 0},
                 {"-1", false, 0, 0},
                 {"1.1255", false, 0, 0},
                 {"some", false, 0, 0}};
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_error err = {0};
        hf_need need = HF_NEED_NO_OPINION;
        int64_t thousandths = 0;
        hf_dependency *d = fresh(&arena);
        d->need = hf_str_of(cases[i].text);
        assert_int_equal(hf_noun_check(&hf_noun_dependency, d, &arena, &err), cases[i].is_right);
        if (!cases[i].is_right) {
            assert_string_equal(err.code, "dependency.need");
            continue;
        }
        assert_true(hf_dependency_need(d, &need, &thousandths, &err));
        assert_int_equal(need, cases[i].need);
        assert_int_equal(thousandths, cases[i].thousandths);
    }
}

static void a_capacity_has_at_most_three_decimals(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_dependency *d = fresh(&arena);
    d->capacity = 0.001;
    assert_true(hf_noun_check(&hf_noun_dependency, d, &arena, &err));
    d->capacity = 0.0015;
    assert_false(hf_noun_check(&hf_noun_dependency, d, &arena, &err));
    d->capacity = 0;
    assert_false(hf_noun_check(&hf_noun_dependency, d, &arena, &err));
    assert_string_equal(err.code, "dependency.capacity");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_key_is_made_of_its_parts),
        cmocka_unit_test(nothing_supplies_itself),
        cmocka_unit_test(need_is_all_any_or_an_amount),
        cmocka_unit_test(a_capacity_has_at_most_three_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
