// SPDX-License-Identifier: Apache-2.0
//
// The parallel reading of the register: however it is cut, and whatever is written meanwhile, the rows are those of
// the view that was opened, in their order.
#include "fixture.h"
#include "usecase/plan_scan.h"

#include <stdatomic.h>

enum { ASSET_COUNT = 100 };

static void given_assets(fixture *f)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_buf_add_z(&text, "key,kind,sector,people_served,marking,compartments\n");
    for (int i = 0; i < ASSET_COUNT; i++)
        hf_buf_add_format(&text, "A%d,%s,EN0%d,%d,%s,%s\n", i, i % 3 == 0 ? "port" : "pump",
                          i % 4 + 1, i, i == 50 ? "TLP:RED" : "", i % 40 == 7 ? "north" : "");
    hf_str csv = hf_buf_copy(&f->memory, &text);
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", hf_str_z(&f->memory, csv), NULL});
}

// Keys, kinds and sectors of all pieces, one after another, as one text.
static hf_str told(fixture *f, const hf_plan_pieces *pieces)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    for (size_t i = 0; i < pieces->count; i++) {
        const hf_plan_piece *piece = &pieces->list[i];
        for (size_t k = 0; k < piece->assets.count; k++) {
            const hf_asset_row *row = &piece->assets.items[k];
            hf_buf_add_format(&text, "%.*s %.*s %.*s %d\n", HF_STR_ARG(row->key),
                              HF_STR_ARG(piece->kinds.texts.items[row->kind]),
                              HF_STR_ARG(piece->sectors.texts.items[row->sector]),
                              (int)row->people);
        }
    }
    return hf_buf_copy(&f->memory, &text);
}

static hf_str scanned(fixture *f, hf_read *read, int64_t piece_rows, size_t *piece_count)
{
    HF_CLEANUP(hf_plan_pieces_done) hf_plan_pieces pieces = {0};
    hf_error err = {0};
    hf_plan_reading reading = {.read = read, .piece_rows = piece_rows};
    if (!hf_plan_scan(&reading, &hf_noun_asset, &f->memory, &pieces, &err))
        fail_msg("%s %s", err.code, err.message);
    *piece_count = pieces.count;
    return told(f, &pieces);
}

static void cutting_changes_nothing(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error err = {0};
    size_t one = 0, many = 0;
    given_assets(f);
    assert_true(hf_read_begin(f->store, &read, &err));
    hf_str whole = scanned(f, read, 0, &one);
    assert_int_equal(one, 1);
    assert_true(hf_str_starts(whole, "A0 port EN 0\nA1 pump EN 1\n"));
    hf_str cut = scanned(f, read, 7, &many);
    assert_int_equal(many, ASSET_COUNT / 7 + 1);
    assert_true(hf_str_equal(whole, cut));
}

static void what_is_written_meanwhile_does_not_show(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error err = {0};
    size_t count = 0;
    given_assets(f);
    assert_true(hf_read_begin(f->store, &read, &err));
    hf_str before = scanned(f, read, 7, &count);
    (void)import_texts(
        f, (hf_import_request){0},
        (const char *const[]){"a.csv", "key,kind,people_served\nA3,tower,999\nB,tower,1\n", NULL});
    assert_true(hf_str_equal(before, scanned(f, read, 7, &count)));
}

static void the_highest_marking_and_all_compartments_are_noted(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_plan_pieces_done) hf_plan_pieces pieces = {0};
    hf_error err = {0};
    int32_t highest = 0;
    size_t compartments = 0;
    given_assets(f);
    assert_true(hf_read_begin(f->store, &read, &err));
    hf_plan_reading reading = {.read = read, .piece_rows = 20};
    assert_true(hf_plan_scan(&reading, &hf_noun_asset, &f->memory, &pieces, &err));
    for (size_t i = 0; i < pieces.count; i++) {
        highest = pieces.list[i].max_marking > highest ? pieces.list[i].max_marking : highest;
        compartments += pieces.list[i].compartments.texts.count;
    }
    assert_int_equal(highest, HF_TLP_RED);
    assert_int_equal(compartments, 3); // A7, A47 and A87 lie in different pieces
}

static void it_stops_when_it_is_told_to(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_plan_pieces_done) hf_plan_pieces pieces = {0};
    hf_error err = {0};
    _Atomic bool stop = true;
    given_assets(f);
    assert_true(hf_read_begin(f->store, &read, &err));
    hf_plan_reading reading = {.read = read, .stop = &stop, .piece_rows = 7};
    assert_false(hf_plan_scan(&reading, &hf_noun_asset, &f->memory, &pieces, &err));
    assert_string_equal(err.code, "question.stopped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cutting_changes_nothing, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(what_is_written_meanwhile_does_not_show, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(the_highest_marking_and_all_compartments_are_noted,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(it_stops_when_it_is_told_to, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
