// SPDX-License-Identifier: Apache-2.0
//
// What the store's tests share: a fresh store, short ways to put and find records, and a way to say what must succeed.
// The store is a file in a folder of its own; where $HOLDFAST_TEST_POSTGRES names a server (tools/with-postgres), it is a
// database of its own there.
#ifndef HF_TEST_STORE_KIT_H
#define HF_TEST_STORE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "model/organisation.h"
#include "model/user.h"
#include "store/faulty.h"
#include "store/internal.h"
#include "store/store.h"
#include "store/store_bulk.h"
#include "store/store_system.h"

enum { KIT_NOW = 1700000000 };

typedef struct {
    char folder[64];
    char path[96];  // or address
    char place[32]; // name of the database; empty: a file
    const hf_db_driver *driver;
    hf_store *store;
    hf_arena arena;
    hf_error err;
} hf_kit;

// Stops the test with the error's message unless the call succeeded.
#define MUST(kit, call)                                                                            \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s: %s", #call, (kit)->err.code, (kit)->err.message);                    \
    } while (0)
// The call must fail with this code.
#define MUST_FAIL(kit, call, wanted)                                                               \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s succeeded", #call);                                                       \
        assert_string_equal((kit)->err.code, (wanted));                                            \
    } while (0)

int kit_open(void **state);          // cmocka set-up: *state is a kit with an open, empty store
int kit_close(void **state);         // and its end, without leftovers
bool kit_is_file(const hf_kit *kit); // else some tests, about files, have nothing to look at
// Runs a statement beside all databases of the tests, as their owner. Only where the store is no file.
void kit_administer(hf_kit *kit, const char *sql);
void kit_reopen(hf_kit *kit);
void kit_drop_place(hf_kit *kit, const char *name); // a database

hf_asset *kit_asset(hf_kit *kit, const char *key, const char *name, const char *kind);
hf_dependency *kit_dependency(hf_kit *kit, const char *supplier, const char *consumer,
                              const char *input);
// Puts one record in a transaction of its own, with an event of this action.
hf_put_outcome kit_put(hf_kit *kit, const hf_noun *noun, void *record);
// A copy of the store as it is now; false: the file is there already, or it failed.
bool kit_copy(hf_kit *kit, const char *path);
void kit_commit(hf_kit *kit, hf_tx **tx, const char *action);
void *kit_get(hf_kit *kit, const hf_noun *noun, const char *key); // NULL: none
uint64_t kit_count(hf_kit *kit, const hf_noun *noun);
// Digest of the whole store: register digest, history, events, settings. Two stores with the same are the same.
void kit_fingerprint(hf_kit *kit, char hex[65]);
// Checks the file with SQLite's own integrity check and the search and place indexes against the table.
void kit_check_whole(hf_kit *kit);

// --- faults at every call (kit_faults.c) ----------------------------------------------------------------------

// Does something with a store that was opened for it, and says whether it was done.
typedef bool (*kit_use_case)(hf_store *store, hf_error *err);
typedef struct {
    hf_error_kind kind;
    bool fails_on; // every later call fails, too
} kit_fault;
typedef struct {
    const char *name;
    kit_use_case run;
    uint64_t
        stride; // with $HOLDFAST_FULL every how manieth call fails, where all would take minutes; 0: every one
    bool notes_by_the_way; // a success may lack a time in a row: for that it does not fail
    bool changes_nothing;  // of a success
} kit_case;
// For each use case, from the store as it is now: lets call 1, 2, 3 … fail until none fails, by each of the faults. One
// that says that it failed must have left every table and every file beside the store as they were; one that says that it
// succeeded must have left what it leaves without a fault: every row where two such runs agree, else as many, and the
// same actions in the log. Only a few of the calls are tried,
// the last one of each kind among them, by the faults in turn; with $HOLDFAST_FULL all.
void kit_survives(hf_kit *kit, const kit_case *cases, size_t case_count, const kit_fault *faults,
                  size_t count);

#endif
