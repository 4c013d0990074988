// SPDX-License-Identifier: Apache-2.0
//
// A piece of screening equipment: where it stands, when it was tested and with which outcome, when its life ends. How well it
// detects is written nowhere.
#ifndef HF_MODEL_DEVICE_H
#define HF_MODEL_DEVICE_H

#include "model/noun.h"

typedef enum {
    HF_DEVICE_IN_USE,
    HF_DEVICE_STANDBY,
    HF_DEVICE_OUT_OF_ORDER,
    HF_DEVICE_RETIRED
} hf_device_status;

typedef enum { HF_TEST_PASSED, HF_TEST_LIMITED, HF_TEST_FAILED } hf_device_test_result;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t kind;
    hf_str site;         // asset
    hf_str organisation; // organisation
    int32_t status;      // hf_device_status
    int64_t installed_at;
    int64_t tested_at;
    int64_t test_months;
    int32_t test_result; // hf_device_test_result
    int64_t ends_at;
    hf_str remarks;
} hf_device;

extern const hf_noun hf_noun_device;

#endif
