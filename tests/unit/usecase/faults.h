// SPDX-License-Identifier: Apache-2.0
//
// What the tests of use cases through the failing driver share: the table of cases, a session, and a filled store. That
// every use case that writes stands in one of the tables is checked by test_faulty_list.py.
#ifndef HF_TEST_USECASE_FAULTS_H
#define HF_TEST_USECASE_FAULTS_H

#include <stdio.h>
#include <string.h>

#include "store_kit.h"
#include "usecase/usecase.h"

#define PASSWORD "correct horse battery"

#define FAULT_CASE(use_case, run) FAULT_CASE_STRIDE(use_case, run, 0)
// Of one that notes something by the way, for which it does not fail: when it was last seen.
#define FAULT_CASE_BY_THE_WAY(use_case, run)                                                       \
    {                                                                                              \
#use_case, run, 0, true, false                                                             \
    }
// Of a use case with thousands of calls.
#define FAULT_CASE_STRIDE(use_case, run, stride)                                                   \
    {                                                                                              \
#use_case, run, stride, false, false                                                       \
    }

// Each case from the kit's store as it is now: on a disk that is full from some call on, and with one call that fails.
void survive(hf_kit *kit, const kit_case *cases, size_t count);
#define SURVIVE(state, cases) survive(*(state), cases, HF_COUNT(cases))

hf_session session_of(hf_store *store); // ana's at the command line, who may everything
// One that came over the network, with the rights that the account has now.
hf_session session_as(hf_store *store, const char *name, hf_arena *arena);
hf_json *json_of(const char *text, hf_arena *arena);
hf_patch patch_of(const hf_noun *noun, const char *json, hf_arena *arena);
bool add_record(hf_store *store, const char *noun, const char *json, hf_error *err);
void must_add(hf_kit *kit, const char *noun, const char *json);
// An account with PASSWORD.
void must_add_user(hf_kit *kit, const char *json);
void must_set(hf_kit *kit, hf_instance_key key, const char *value);
// What a use case hands on goes nowhere.
extern const hf_output nowhere;

#endif
