// SPDX-License-Identifier: Apache-2.0
//
// Files in and out over a real store: what is exported comes in again as nothing but the same, a dump gives an
// empty instance the same digest, and nobody takes out what he may not read.
#include "fixture.h"

static char folder[] = "/tmp/hf-export-XXXXXX";
static hf_arena memory;
static hf_store *first, *second;

static hf_session session_of(hf_store *store)
{
    return (hf_session){.store = store,
                        .actor = {.name = HF_STR("cli:test"),
                                  .role = HF_ROLE_ADMINISTRATOR,
                                  .clearance = HF_TLP_RED,
                                  .is_local = true,
                                  .is_signed_in = true},
                        .lang = HF_LANG_EN,
                        .now_ms = 1700000000000};
}

static hf_store *open_store(const char *name)
{
    hf_error err = {0};
    hf_store *store = NULL;
    hf_store_options options = {.url = hf_path_join(&memory, folder, name), .create = true};
    if (!hf_store_open(&options, &store, &err))
        fail_msg("%s %s", err.code, err.message);
    return store;
}

static const char *put(const char *name, const char *text)
{
    hf_error err = {0};
    const char *path = hf_path_join(&memory, folder, name);
    assert_true(hf_file_write(path, hf_str_of(text), &err));
    return path;
}

static hf_import_result import(hf_store *store, const char *const *paths, size_t count)
{
    hf_error err = {0};
    hf_session session = session_of(store);
    hf_import_file files[4] = {0};
    hf_import_result result = {0};
    for (size_t i = 0; i < count; i++)
        files[i].path = files[i].name = paths[i];
    hf_import_request request = {.files = files, .file_count = count, .may_open_files = true};
    if (!hf_import(&session, &request, &memory, &result, &err))
        fail_msg("%s %s", err.code, err.message);
    return result;
}

static int open_stores(void **state)
{
    hf_error err = {0};
    (void)state;
    if (!hf_crypto_init(&err) || mkdtemp(folder) == NULL)
        return 1;
    first = open_store("first.db");
    second = open_store("second.db");
    const char *paths[] = {
        put("assets.csv", "key,name,kind,lon,lat,people_served,marking,colour\n"
                          "P1,Plant,power_plant,12.5,41.9,0,green,red\n"
                          "H1,\"Hospital, \"\"big\"\"\",hospital,12.6,41.8,40000,green,\n"
                          "X1,Bunker,military_base,12.7,41.7,0,red,\n"),
        put("dependencies.csv", "supplier,consumer,input,buffer_h\nP1,H1,power,24\n"),
        put("layers.csv", "layer,asset,role\ngrid,P1,source\n"),
        put("regions.csv", "key,name\nR1,North\n")};
    hf_import_result result = import(first, paths, 4);
    if (!result.is_stored || result.total.added != 6)
        fail_msg("%llu added", (unsigned long long)result.total.added);
    return 0;
}

static int close_stores(void **state)
{
    (void)state;
    hf_store_close(&first);
    hf_store_close(&second);
    hf_arena_done(&memory);
    return 0;
}

static bool collect(void *context, hf_str bytes, hf_error *err)
{
    hf_buf_add_str(context, bytes);
    (void)err;
    return true;
}

static bool export_from(const hf_session *session, const char *format, const char *noun,
                        hf_buf *out, uint64_t *count, hf_error *err)
{
    *out = hf_buf_of(16u << 20);
    hf_export_request request = {.format = hf_str_of(format),
                                 .noun = noun != NULL ? hf_noun_find(hf_str_of(noun)) : NULL,
                                 .output = {out, collect}};
    return hf_export(session, &request, &memory, count, err);
}

static uint64_t export_to(const char *format, const char *noun, const char *name)
{
    hf_error err = {0};
    hf_session session = session_of(first);
    hf_buf out;
    uint64_t count = 0;
    if (!export_from(&session, format, noun, &out, &count, &err))
        fail_msg("%s %s", err.code, err.message);
    assert_true(hf_file_write(hf_path_join(&memory, folder, name), hf_buf_str(&out), &err));
    hf_buf_done(&out);
    return count;
}

static void what_is_exported_comes_in_as_nothing_new(void **state)
{
    (void)state;
    static const struct {
        const char *format, *noun, *name;
        uint64_t count;
    } files[] = {{"csv", "assets", "assets.csv", 3},
                 {"csv", "dependencies", "dependencies.csv", 1},
                 {"csv", "layers", "layers.csv", 1},
                 {"geojson", "assets", "map.geojson", 3},
                 {"dump", NULL, "all.dump", 6}};
    char before[65], after[65];
    digest_of(first, before);
    for (size_t i = 0; i < HF_COUNT(files); i++) {
        assert_int_equal(export_to(files[i].format, files[i].noun, files[i].name), files[i].count);
        const char *path = hf_path_join(&memory, folder, files[i].name);
        hf_import_result result = import(first, &path, 1);
        assert_int_equal(result.total.refused, 0);
        assert_int_equal(result.total.changed, 0);
        assert_int_equal(result.total.added, 0);
        assert_int_equal(result.total.unchanged, files[i].count);
    }
    digest_of(first, after);
    assert_string_equal(before, after);
}

static void a_dump_gives_an_empty_instance_the_same_digest(void **state)
{
    (void)state;
    char one[65], two[65];
    export_to("dump", NULL, "copy.dump");
    const char *path = hf_path_join(&memory, folder, "copy.dump");
    hf_import_result result = import(second, &path, 1);
    assert_true(result.is_stored);
    assert_int_equal(result.total.added, 6);
    digest_of(first, one);
    digest_of(second, two);
    assert_string_equal(one, two);
    // The dump says so itself.
    hf_error err = {0};
    hf_str bytes;
    assert_true(hf_file_read(path, 1u << 20, &memory, &bytes, &err));
    assert_true(hf_str_find(bytes, hf_str_of(one)) < bytes.len);
}

static void nobody_takes_out_what_he_may_not_read(void **state)
{
    (void)state;
    hf_session session = session_of(first);
    hf_error err = {0};
    hf_buf out;
    uint64_t count = 0;
    session.actor.is_local = false;
    session.actor.role = HF_ROLE_ANALYST;
    session.actor.clearance = HF_TLP_AMBER;
    if (!export_from(&session, "csv", "assets", &out, &count, &err))
        fail_msg("%s %s", err.code, err.message);
    assert_int_equal(count, 2);
    assert_int_equal(hf_str_find(hf_buf_str(&out), HF_STR("Bunker")), out.len);
    hf_buf_done(&out);
    session.actor.is_signed_in = false;
    assert_false(export_from(&session, "csv", "assets", &out, &count, &err));
    assert_int_equal(err.kind, HF_ERR_SIGN_IN);
    assert_int_equal(out.len, 0);
    hf_buf_done(&out);
}

static void wrong_wishes_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *format, *noun, *code;
    } wishes[] = {{"pdf", NULL, "format.unknown"},
                  {"epanet", NULL, "format.unknown"},
                  {"csv", NULL, "write.one_noun"},
                  {"csv", "users", "noun.no_export"},
                  {"dump", "assets", "export.dump_is_whole"}};
    hf_session session = session_of(first);
    for (size_t i = 0; i < HF_COUNT(wishes); i++) {
        hf_error err = {0};
        hf_buf out;
        uint64_t count = 0;
        assert_false(export_from(&session, wishes[i].format, wishes[i].noun, &out, &count, &err));
        assert_string_equal(err.code, wishes[i].code);
        assert_int_equal(err.kind, HF_ERR_USAGE);
        hf_buf_done(&out);
    }
}

static void every_export_is_an_event(void **state)
{
    (void)state;
    hf_session session = session_of(first);
    hf_error err = {0};
    hf_event *events = NULL;
    size_t count = 0;
    export_to("csv", "assets", "again.csv");
    assert_true(hf_read_log(&session, 0, 1, &memory, &events, &count, &err));
    assert_int_equal(count, 1);
    assert_true(hf_str_equal_z(events[0].action, "export.done"));
    assert_true(hf_str_equal_z(events[0].actor, "cli:test"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_exported_comes_in_as_nothing_new),
        cmocka_unit_test(a_dump_gives_an_empty_instance_the_same_digest),
        cmocka_unit_test(nobody_takes_out_what_he_may_not_read),
        cmocka_unit_test(wrong_wishes_are_told),
        cmocka_unit_test(every_export_is_an_event),
    };
    return cmocka_run_group_tests(tests, open_stores, close_stores);
}
