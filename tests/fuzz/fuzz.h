// SPDX-License-Identifier: Apache-2.0
//
// What every fuzz target implements: libFuzzer calls it with bytes of its own, replay.c with those of files.
#ifndef HF_TESTS_FUZZ_H
#define HF_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
