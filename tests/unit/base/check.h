// SPDX-License-Identifier: Apache-2.0
//
// What the unit tests of base/ share: cmocka with its headers in order, and comparing views of text.
#ifndef HF_TEST_CHECK_H
#define HF_TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

#define CHECK_STR(view, wanted)                                                                    \
    do {                                                                                           \
        HF_CLEANUP(hf_arena_done) hf_arena check_arena = {0};                                      \
        assert_string_equal(hf_str_z(&check_arena, (view)), (wanted));                             \
    } while (false)

#endif
