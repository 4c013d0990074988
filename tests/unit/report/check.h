// SPDX-License-Identifier: Apache-2.0
//
// What the tests of report/ share: cmocka with its headers in order, an arena, and looking for text.
#ifndef HF_TEST_REPORT_CHECK_H
#define HF_TEST_REPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"

static inline int arena_open(void **state)
{
    *state = calloc(1, sizeof(hf_arena));
    return *state == NULL;
}

static inline int arena_close(void **state)
{
    hf_arena_done(*state);
    free(*state);
    return 0;
}

static inline bool has(hf_str text, const char *part)
{
    return hf_str_find(text, hf_str_of(part)) < text.len;
}

static inline size_t count_of(hf_str text, const char *part)
{
    size_t count = 0;
    for (size_t at = 0;; count++) {
        hf_str rest = hf_str_slice(text, at, text.len);
        size_t found = hf_str_find(rest, hf_str_of(part));
        if (found == rest.len)
            return count;
        at += found + strlen(part);
    }
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, arena_open, arena_close)

#endif
