// SPDX-License-Identifier: Apache-2.0
//
// What the tests of model/ share: cmocka's own includes in their order, and reading one field.
#ifndef HF_TESTS_MODEL_CHECK_H
#define HF_TESTS_MODEL_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/noun.h"

#define assert_str_is(text, literal) assert_true(hf_str_equal_z((text), (literal)))

#endif
