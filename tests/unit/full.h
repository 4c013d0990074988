// SPDX-License-Identifier: Apache-2.0
//
// Whether this is the whole check ($HOLDFAST_FULL=1), in which what takes minutes runs at its full length.
#ifndef HF_TEST_FULL_H
#define HF_TEST_FULL_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool is_full(void)
{
    const char *wish = getenv("HOLDFAST_FULL");
    return wish != NULL && wish[0] != '\0' && strcmp(wish, "0") != 0;
}

#endif
