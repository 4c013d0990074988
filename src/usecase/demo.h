// SPDX-License-Identifier: Apache-2.0
//
// The demonstration nation: a fictitious island State in an empty part of the ocean, made by a generator.
// Same size and seed, same records. Every key begins with DEMO- and every source is DEMO, so that nobody
// takes it for real. How it is made: docs/guide/demo.md.
#ifndef HF_USECASE_DEMO_H
#define HF_USECASE_DEMO_H

#include "usecase/exchange.h"

#define HF_DEMO_PREFIX   "DEMO-"
#define HF_DEMO_SIZE_MIN 200u
#define HF_DEMO_SIZE_MAX 2000000u
#define HF_DEMO_SIZE     10000u

// Where the records go: each complete and checked by the taker. Borrowed until the call returns.
typedef struct {
    void *context;
    bool (*put)(void *context, const hf_noun *noun, const void *record, hf_error *err);
} hf_demo_sink;

// Makes the nation: about `size` assets. Organisations, regions and services come first, then assets, layers,
// dependencies. Cost: O(size) time, about 40 bytes an asset. Errors: what the sink returns.
bool hf_demo_generate(uint64_t size, uint64_t seed, const hf_demo_sink *sink,
                      hf_error *err) HF_CHECKED;

typedef struct {
    uint64_t size; // 0 = HF_DEMO_SIZE
    uint64_t seed; // 0 = 1
    hf_progress progress;
} hf_demo_request;
typedef struct {
    hf_import_counts total;
    uint64_t assets, dependencies;
    int64_t event;
    char digest[65];
} hf_demo_result;
// Loads the nation in one transaction; a nation of another size or seed is removed first.
// Errors: HF_ERR_USAGE "demo.size"; HF_ERR_CONFLICT "demo.register_in_use": records that are no demonstration are there
bool hf_load_demo(const hf_session *session, const hf_demo_request *request, hf_arena *arena,
                  hf_demo_result *out, hf_error *err) HF_CHECKED;
// Removes every record whose key begins with DEMO-.
bool hf_remove_demo(const hf_session *session, uint64_t *removed_count, hf_error *err) HF_CHECKED;
// Does the register hold demonstration records? Every page then says DEMO.
bool hf_has_demo(hf_read *read, bool *out, hf_error *err) HF_CHECKED;
void hf_write_demo(const hf_demo_result *result, hf_json_writer *out);

#endif
