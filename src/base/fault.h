// SPDX-License-Identifier: Apache-2.0
//
// Faults of ours, as outsiders are told of them.
#ifndef HF_BASE_FAULT_H
#define HF_BASE_FAULT_H

#include "base/error.h"

// A fault of kind INTERNAL or WRITE may speak of what is inside, and of where it lies: the log gets its words, err the
// number by which they are found.
// Other kinds stay as they are.
void hf_fault_keep_inside(hf_error *err);

#endif
