// SPDX-License-Identifier: Apache-2.0
//
// The few compiler extensions that the house allows, and the assertion that stays in release builds.
// Everything else is plain C17.
#ifndef HF_BASE_MACRO_H
#define HF_BASE_MACRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define HF_CHECKED            __attribute__((warn_unused_result))
#define HF_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define HF_CLEANUP(function)  __attribute__((cleanup(function)))
#define HF_NORETURN           __attribute__((noreturn))
__extension__ typedef unsigned __int128 HF_U128;
#ifndef HF_ATOMIC // C++ has its own, of the same form (tools/engine_library.py)
#define HF_ATOMIC(type) _Atomic type
#endif
#else
#error "Holdfast needs gcc 12 or clang 14, or newer"
#endif

#define HF_COUNT(array) (sizeof(array) / sizeof((array)[0]))

// A wrong program, not a wrong input: says where, and stops, in release builds too.
HF_NORETURN void hf_assert_failed(const char *expression, const char *file, int line);
#define HF_ASSERT(condition)                                                                       \
    ((condition) ? (void)0 : hf_assert_failed(#condition, __FILE__, __LINE__))

#endif
