// SPDX-License-Identifier: Apache-2.0
//
// A store in a folder of its own, with what the tests of the use cases need again and again. Each test
// program includes it once.
#ifndef HF_TEST_USECASE_FIXTURE_H
#define HF_TEST_USECASE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../empty_store.h"
#include "base/crypto.h"
#include "base/file.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "usecase/account.h"
#include "usecase/exchange.h"
#include "usecase/record.h"
#include "usecase/settings.h"

typedef struct {
    char folder[32];
    hf_arena memory;
    hf_store *store;
} fixture;

static inline const char *fixture_path(fixture *f, const char *name)
{
    return hf_path_join(&f->memory, f->folder, name);
}

static inline hf_session local_session(const fixture *f)
{
    return (hf_session){.store = f->store,
                        .actor = {.name = HF_STR("cli:test"),
                                  .role = HF_ROLE_ADMINISTRATOR,
                                  .clearance = HF_TLP_RED,
                                  .is_local = true,
                                  .is_signed_in = true},
                        .lang = HF_LANG_EN,
                        .now_ms = 1700000000000};
}

// The taxonomy, rules, recipes and catalogue that ship with the program.
static inline hf_init_result fixture_init(fixture *f)
{
    hf_session session = local_session(f);
    hf_init_result made = {0};
    hf_error err = {0};
    if (!hf_init_store(&session, &f->memory, &made, &err))
        fail_msg("%s: %s", err.code, err.message);
    return made;
}

static inline hf_session user_session(const fixture *f, hf_user_role role, hf_marking clearance)
{
    hf_session session = local_session(f);
    session.actor = (hf_actor){.name = HF_STR("somebody"),
                               .role = (int32_t)role,
                               .clearance = (int32_t)clearance,
                               .is_signed_in = true};
    return session;
}

static inline int fixture_open(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    hf_error err = {0};
    strncpy(f->folder, "/tmp/hf-usecase-XXXXXX", sizeof(f->folder) - 1);
    *state = f;
    if (!hf_crypto_init(&err) || mkdtemp(f->folder) == NULL)
        return 1;
    hf_store_options options = {.url = fixture_path(f, "test.db")};
    return put_empty_store(options.url, &err) && hf_store_open(&options, &f->store, &err) ? 0 : 1;
}

static inline int fixture_close(void **state)
{
    static const char *const names[] = {
        "test.db", "test.db-wal", "test.db-shm",      "test.db-lock", "a.csv",
        "b.csv",   "assets.csv",  "dependencies.csv", "layers.csv",   "preparations.csv"};
    fixture *f = *state;
    hf_store_close(&f->store);
    for (size_t i = 0; i < HF_COUNT(names); i++)
        (void)remove(fixture_path(f, names[i]));
    (void)remove(f->folder);
    hf_arena_done(&f->memory);
    free(f);
    return 0;
}

static inline const char *write_file(fixture *f, const char *name, const char *text)
{
    hf_error err = {0};
    const char *path = fixture_path(f, name);
    if (!hf_file_write(path, hf_str_of(text), &err))
        fail_msg("%s", err.message);
    return path;
}

// Writes the texts as files (names as given, NULL-ended pairs of name and text) and imports them.
static inline hf_import_result import_texts(fixture *f, hf_import_request request,
                                            const char *const *pairs)
{
    hf_import_file files[4] = {0};
    hf_import_result result = {0};
    hf_error err = {0};
    hf_session session = local_session(f);
    size_t count = 0;
    for (; pairs[count * 2] != NULL; count++)
        files[count] = (hf_import_file){write_file(f, pairs[count * 2], pairs[count * 2 + 1]),
                                        pairs[count * 2]};
    request.files = files;
    request.file_count = count;
    if (!hf_import(&session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static inline uint64_t count_of(fixture *f, const hf_noun *noun)
{
    hf_error err = {0};
    hf_read *read = NULL;
    assert_true(hf_read_begin(f->store, &read, &err));
    uint64_t count = hf_read_count(read, noun);
    hf_read_end(&read);
    return count;
}

static inline int64_t last_event(fixture *f)
{
    hf_error err = {0};
    hf_read *read = NULL;
    assert_true(hf_read_begin(f->store, &read, &err));
    int64_t last = hf_event_last(read);
    hf_read_end(&read);
    return last;
}

// A patch from JSON text.
static inline hf_patch patch_of(fixture *f, const hf_noun *noun, const char *json)
{
    hf_error err = {0};
    hf_json *tree = NULL;
    hf_patch patch = {0};
    if (!hf_json_parse(hf_str_of(json), &f->memory, &tree, &err) ||
        !hf_patch_from_json(noun, tree, &f->memory, &patch, &err))
        fail_msg("%s", err.message);
    return patch;
}

// Adds a record, or edits the one with the key. The error's code; "" when it was done.
static inline const char *write_record(fixture *f, const hf_session *session, const char *noun,
                                       const char *key, const char *json)
{
    hf_patch patch = patch_of(f, hf_noun_find(hf_str_of(noun)), json);
    void *out = NULL;
    hf_error err = {0};
    bool is_done = key == NULL ? hf_add_record(session, &patch, &f->memory, &out, &err)
                               : hf_edit_record(session, &patch, hf_str_of(key), HF_VERSION_ANY,
                                                &f->memory, &out, &err);
    return is_done ? "" : hf_str_z(&f->memory, hf_str_of(err.code));
}

static inline void add_account_as(fixture *f, const hf_session *session, const char *json)
{
    hf_patch patch = patch_of(f, &hf_noun_user, json);
    hf_error err = {0};
    hf_user *made = NULL;
    if (!hf_add_user(session, &patch, HF_STR_EMPTY, &f->memory, &made, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static inline void add_account(fixture *f, const char *json)
{
    hf_session session = local_session(f);
    add_account_as(f, &session, json);
}

// The account with the rights that it has now.
static inline hf_session account_session(fixture *f, const char *name)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_session session = local_session(f);
    hf_error err = {0};
    void *user = NULL;
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_store_get(read, &hf_noun_user, hf_str_of(name), &f->memory, &user, &err));
    assert_non_null(user);
    assert_true(hf_actor_of(read, user, session.now_ms, &f->memory, &session.actor, &err));
    return session;
}

static inline void digest_of(hf_store *store, char hex[65])
{
    hf_error err = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    assert_true(hf_read_begin(store, &read, &err));
    assert_true(hf_read_digest(read, hex, &err));
}

// Sets one setting of the instance.
static inline void set_instance(fixture *f, hf_instance_key key, const char *value)
{
    hf_session session = local_session(f);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    values[key] = hf_str_of(value);
    if (!hf_change_settings(&session, values, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static inline void must_write(fixture *f, const char *noun, const char *key, const char *json)
{
    hf_session session = local_session(f);
    assert_string_equal(write_record(f, &session, noun, key, json), "");
}

static inline const hf_problem *problem_with(const hf_import_result *result, const char *code)
{
    for (size_t i = 0; i < result->problems.list.count; i++) {
        if (strcmp(result->problems.list.items[i].code, code) == 0)
            return &result->problems.list.items[i];
    }
    fail_msg("there is no problem '%s'", code);
    return NULL;
}

#define ASSETS "key,name\nA,Plant\nB,Pump\nC,Hospital\n"

#endif
