// SPDX-License-Identifier: Apache-2.0
//
// What of an answer may be told in general, on cells worked out by hand.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "usecase/general.h"

// count assets that are not seen and add one each, but for one that adds `most`.
static hf_general_cell cell(uint64_t count, double most)
{
    bool has_any = count > 0;
    return (hf_general_cell){.count = count + 1, // and one that is seen
                             .unseen = count,
                             .sum = has_any ? (double)count - 1 + most : 0,
                             .most = has_any ? most : 0};
}

static void large_groups_are_told(void **state)
{
    (void)state;
    hf_general_cell cells[] = {cell(5, 1), cell(9, 1)};
    assert_true(hf_general_choose(cells, 2, 5));
    assert_true(cells[0].is_told && cells[1].is_told);
}

// Else the total less the rest would be its figure.
static void one_small_group_takes_the_smallest_other_with_it(void **state)
{
    (void)state;
    hf_general_cell cells[] = {cell(30, 1), cell(4, 1), cell(8, 1), cell(7, 1)};
    assert_true(hf_general_choose(cells, 4, 5));
    assert_true(cells[0].is_told && cells[2].is_told);
    assert_false(cells[1].is_told);
    assert_false(cells[3].is_told);
}

static void small_groups_that_hide_each_other_take_no_other(void **state)
{
    (void)state;
    hf_general_cell cells[] = {cell(30, 1), cell(4, 1), cell(3, 1)};
    assert_true(hf_general_choose(cells, 3, 5));
    assert_true(cells[0].is_told);
    assert_false(cells[1].is_told || cells[2].is_told);
}

// No difference between none and a few: else what is left out would tell of hidden assets.
static void a_group_without_unseen_assets_is_treated_like_one_with_few(void **state)
{
    (void)state;
    for (uint64_t few = 0; few < 5; few++) {
        hf_general_cell cells[] = {cell(few, 1), cell(8, 1), cell(9, 1)};
        assert_true(hf_general_choose(cells, 3, 5));
        assert_false(cells[0].is_told || cells[1].is_told);
        assert_true(cells[2].is_told);
    }
}

static void what_is_mostly_one_asset_is_not_told(void **state)
{
    (void)state;
    hf_general_cell cells[] = {cell(9, 1000), cell(60, 400)};
    assert_false(hf_general_choose(cells, 1, 5));
    assert_true(hf_general_choose(cells, 2, 5));
    assert_false(cells[0].is_told);
    assert_false(cells[1].is_told); // hides it
}

static void too_few_in_all_are_not_told_of(void **state)
{
    (void)state;
    hf_general_cell cells[] = {cell(2, 1), cell(2, 1)};
    assert_false(hf_general_choose(cells, 2, 5));
    assert_false(hf_general_choose(cells, 0, 5));
}

static void a_group_without_assets_counts_for_nothing(void **state)
{
    (void)state;
    hf_general_cell cells[] = {{.count = 0}, cell(8, 1)};
    assert_true(hf_general_choose(cells, 2, 5));
    assert_true(cells[1].is_told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_groups_are_told),
        cmocka_unit_test(one_small_group_takes_the_smallest_other_with_it),
        cmocka_unit_test(small_groups_that_hide_each_other_take_no_other),
        cmocka_unit_test(a_group_without_unseen_assets_is_treated_like_one_with_few),
        cmocka_unit_test(what_is_mostly_one_asset_is_not_told),
        cmocka_unit_test(too_few_in_all_are_not_told_of),
        cmocka_unit_test(a_group_without_assets_counts_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
