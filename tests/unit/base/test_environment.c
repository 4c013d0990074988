// SPDX-License-Identifier: Apache-2.0
//
// The table of environment variables is whole, and an empty variable is none.
#include <stdlib.h>

#include "base/environment.h"
#include "check.h"

static void every_variable_says_what_it_is_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < HF_ENV_COUNT; i++) {
        assert_non_null(hf_env_table[i].name);
        assert_non_null(hf_env_table[i].fallback);
        assert_non_null(hf_env_table[i].help);
    }
}

static void an_empty_variable_is_as_good_as_none(void **state)
{
    (void)state;
    assert_int_equal(setenv("HOLDFAST_DB", "nation.db", 1), 0);
    assert_string_equal(hf_env_value(HF_ENV_DB), "nation.db");
    assert_int_equal(setenv("HOLDFAST_DB", "", 1), 0);
    assert_null(hf_env_value(HF_ENV_DB));
    assert_int_equal(unsetenv("HOLDFAST_DB"), 0);
    assert_null(hf_env_value(HF_ENV_DB));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variable_says_what_it_is_for),
        cmocka_unit_test(an_empty_variable_is_as_good_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
