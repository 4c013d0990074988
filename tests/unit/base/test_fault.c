// SPDX-License-Identifier: Apache-2.0
//
// What outsiders are told of faults: no path of this machine, and a number by which its words are found.
#include "check.h"

#include "base/fault.h"

static void a_full_disk_tells_no_path(void **state)
{
    (void)state;
    hf_error err = {0};
    (void)hf_fail(&err, HF_ERR_WRITE, "file.unwritable",
                  "cannot make a temporary folder /srv/secret/holdfast-x: No space left on device");
    (void)hf_fail_at(&err, "/srv/secret/export-1", 0, NULL);
    hf_fault_keep_inside(&err);
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_string_equal(err.code, "file.unwritable");
    assert_null(strstr(err.message, "secret"));
    assert_string_equal(err.source, "");
    assert_non_null(strstr(err.message, "nothing was changed"));
}

static void a_fault_of_ours_tells_a_number_and_a_mistake_of_theirs_all(void **state)
{
    (void)state;
    hf_error err = {0};
    (void)hf_fail(&err, HF_ERR_INTERNAL, "x.y", "assertion in /usr/src");
    hf_fault_keep_inside(&err);
    assert_null(strstr(err.message, "/usr/src"));
    err = (hf_error){0};
    (void)hf_fail(&err, HF_ERR_INPUT, "csv.empty", "the file is empty");
    (void)hf_fail_at(&err, "plants.csv", 1, NULL);
    hf_fault_keep_inside(&err);
    assert_string_equal(err.message, "the file is empty");
    assert_string_equal(err.source, "plants.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_tells_no_path),
        cmocka_unit_test(a_fault_of_ours_tells_a_number_and_a_mistake_of_theirs_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
