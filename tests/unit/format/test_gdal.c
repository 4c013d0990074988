// SPDX-License-Identifier: Apache-2.0
//
// Foreign files through the locked-in reader: coordinates of another system, layers as nouns, and all the ways
// in which such a file can be broken. Skipped where the reader is not built.
#include "support.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/deflate.h"
#include "base/file.h"
#include "format/gdal.h"
#include "model/asset.h"

static const char *data_folder;

static bool read_data(outcome *o, hf_arena *arena, const char *name)
{
    hf_error err = {0};
    hf_input *input = NULL;
    hf_input_options options = {.path = hf_path_join(arena, data_folder, name)};
    if (!hf_input_open(&options, &input, &err))
        fail_msg("%s %s", err.source, err.message);
    read_input(o, input, "asset", NULL, NULL, HF_STR_EMPTY);
    hf_input_close(&input);
    return o->ok;
}

static void a_zipped_shapefile_comes_in_with_degrees(void **state)
{
    (void)state;
    hf_arena arena = {0};
    outcome o;
    assert_true(read_data(&o, &arena, "assets-bng.zip"));
    assert_int_equal(o.patch_count, 2);
    const char *text = text_of_buf(&o.patches);
    assert_non_null(strstr(text, "\"key\":\"S1\",\"name\":\"Água Fria\",\"kind\":\"substation\""));
    // The second point is the example of the Ordnance Survey: 52°39′27″N 1°42′57″E on its own datum.
    const char *second = strstr(text, "\"key\":\"S2\"");
    double lon = 0, lat = 0;
    assert_non_null(second);
    hf_str rest = hf_str_of(strstr(second, "\"lon\":") + 6);
    assert_true(hf_parse_double(hf_str_slice(rest, 0, hf_str_find_byte(rest, ',', 0)), &lon));
    rest = hf_str_of(strstr(second, "\"lat\":") + 6);
    assert_true(hf_parse_double(hf_str_slice(rest, 0, hf_str_find_byte(rest, ',', 0)), &lat));
    assert_true(fabs(lon - 1.716) < 0.01 && fabs(lat - 52.658) < 0.01);
    outcome_done(&o);
    hf_arena_done(&arena);
}

static void kml_places_and_lines_come_in(void **state)
{
    (void)state;
    outcome o;
    read_text(&o, "sites.kml",
              "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>"
              "<Schema name=\"s\" id=\"s\"><SimpleField name=\"key\" "
              "type=\"string\"/></Schema><Folder><name>assets</name>"
              "<Placemark><ExtendedData><SchemaData schemaUrl=\"#s\"><SimpleData "
              "name=\"key\">K1</SimpleData>"
              "</SchemaData></ExtendedData><Point><coordinates>8.5,47.25</coordinates></Point></"
              "Placemark>"
              "</Folder></Document></kml>",
              "asset");
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    assert_non_null(strstr(text_of_buf(&o.patches), "\"lon\":8.5,\"lat\":47.25"));
    outcome_done(&o);
}

static void openstreetmap_tags_are_columns(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_recipes recipes;
    hf_error err = {0};
    outcome o;
    assert_true(hf_crypto_init(&err));
    assert_true(hf_recipes_load(&arena, &recipes, &err));
    hf_input *input = hf_input_of_bytes(
        HF_STR("town.osm"),
        HF_STR("<osm version=\"0.6\">"
               "<node id=\"1\" lat=\"1\" lon=\"2\"><tag k=\"amenity\" v=\"hospital\"/><tag "
               "k=\"name\" v=\"St. A\"/></node>"
               "<node id=\"2\" lat=\"10\" lon=\"10\"/><node id=\"3\" lat=\"10\" lon=\"12\"/><node "
               "id=\"4\" lat=\"12\" lon=\"12\"/>"
               "<node id=\"5\" lat=\"12\" lon=\"10\"/>"
               "<way id=\"9\"><nd ref=\"2\"/><nd ref=\"3\"/><nd ref=\"4\"/><nd ref=\"5\"/><nd "
               "ref=\"2\"/>"
               "<tag k=\"power\" v=\"substation\"/><tag k=\"voltage\" v=\"220000\"/></way></osm>"));
    read_input(&o, input, NULL, NULL, &recipes, HF_STR_EMPTY);
    assert_true(o.ok);
    assert_true(hf_str_equal_z(hf_recipe_name(o.result.recipe), "osm"));
    const char *text = text_of_buf(&o.patches);
    assert_non_null(strstr(text,
                           "{\"key\":\"osm-n1\",\"name\":\"St. "
                           "A\",\"kind\":\"hospital\",\"sector\":\"HE01\",\"lon\":2,\"lat\":1,"));
    assert_non_null(strstr(text, "{\"key\":\"osm-w9\",\"name\":null,\"kind\":\"substation\","
                                 "\"sector\":\"EN01\",\"lon\":11,\"lat\":11,"));
    assert_int_equal(o.patch_count, 2);
    outcome_done(&o);
    hf_input_close(&input);
    hf_arena_done(&arena);
}

static void a_table_with_a_coordinate_system_is_converted(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    outcome o;
    const hf_import_recipe *recipe = NULL;
    assert_true(hf_recipe_parse(HF_STR("{\"name\":\"bng\",\"read\":{\"crs\":\"EPSG:27700\",\"x\":"
                                       "\"Easting\",\"y\":\"Northing\"},"
                                       "\"records\":[{\"noun\":\"asset\",\"fields\":{\"key\":\"{"
                                       "Post code}\",\"lon\":\"{#lon}\",\"lat\":\"{#lat}\"}}]}"),
                                &arena, &recipe, &err));
    hf_input *input = hf_input_of_bytes(
        HF_STR("hospitals.csv"), HF_STR("Post code,Easting,Northing,\nE11BB,534829,181798,\n"));
    read_input(&o, input, NULL, recipe, NULL, HF_STR_EMPTY);
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    // The Royal London Hospital.
    assert_non_null(strstr(text_of_buf(&o.patches), "\"key\":\"E11BB\",\"lon\":-0.058"));
    assert_non_null(strstr(text_of_buf(&o.patches), "\"lat\":51.519"));
    outcome_done(&o);
    hf_input_close(&input);
    hf_arena_done(&arena);
}

// --- what is broken ------------------------------------------------------------------------------------------

static void refused(const char *name, hf_str bytes, const char *code)
{
    outcome o;
    read_bytes(&o, name, bytes, "asset");
    assert_false(o.ok);
    if (strcmp(o.err.code, code) != 0)
        print_message("%s: %s\n", o.err.code, o.err.message);
    assert_string_equal(o.err.code, code);
    assert_int_equal(o.err.kind, HF_ERR_INPUT);
    assert_string_equal(o.err.source, name);
    outcome_done(&o);
}

static hf_asset assets[2000];
static char keys[2000][16];
static size_t handed_out;

static bool next_asset(void *context, const hf_noun **noun, const void **record, hf_error *err)
{
    (void)context;
    (void)err;
    *noun = &hf_noun_asset;
    *record = handed_out < HF_COUNT(assets) ? &assets[handed_out++] : NULL;
    return true;
}

static bool again(void *context, hf_error *err)
{
    (void)context;
    (void)err;
    handed_out = 0;
    return true;
}

static bool collect(void *context, hf_str bytes, hf_error *err)
{
    hf_buf_add_str(context, bytes);
    (void)err;
    return true;
}

static void write_assets(const char *format, hf_buf *out)
{
    hf_error err = {0};
    for (size_t i = 0; i < HF_COUNT(assets); i++) {
        hf_noun_init(&hf_noun_asset, &assets[i]);
        (void)snprintf(keys[i], sizeof keys[i], "A%zu", i);
        assets[i].head.key = hf_str_of(keys[i]);
        assets[i].lon = (double)i / 100;
        assets[i].lat = 10;
    }
    handed_out = 0;
    *out = hf_buf_of(16u << 20);
    hf_write_request request = {.records = {NULL, next_asset, again}, .output = {out, collect}};
    if (!hf_format_find(hf_str_of(format))->write(&request, &err))
        fail_msg("%s %s", err.code, err.message);
}

static void a_truncated_geopackage_is_refused(void **state)
{
    (void)state;
    hf_buf out;
    write_assets("gpkg", &out);
    outcome o;
    read_bytes(&o, "whole.gpkg", hf_buf_str(&out), NULL);
    assert_true(o.ok);
    assert_int_equal(o.patch_count, HF_COUNT(assets));
    outcome_done(&o);
    for (size_t share = 1; share < 8; share++) {
        read_bytes(&o, "part.gpkg", hf_str_slice(hf_buf_str(&out), 0, out.len * share / 8), NULL);
        assert_false(o.ok);
        assert_int_equal(o.err.kind, HF_ERR_INPUT);
        outcome_done(&o);
    }
    hf_buf_done(&out);
}

static void a_truncated_spreadsheet_is_refused(void **state)
{
    (void)state;
    hf_buf out;
    write_assets("xlsx", &out);
    for (size_t share = 1; share < 8; share++)
        refused("part.xlsx", hf_str_slice(hf_buf_str(&out), 0, out.len * share / 8),
                "gdal.unreadable");
    hf_buf_done(&out);
}

static void what_is_no_such_file_is_refused(void **state)
{
    (void)state;
    refused("fake.gpkg", HF_STR("SQLite format 3, but not really"), "gdal.unreadable");
    refused("fake.zip", HF_STR("PK\x03\x04 and nothing more"), "gdal.unreadable");
    refused("fake.shp", HF_STR("no shape at all"), "gdal.unreadable");
    refused("fake.osm.pbf", HF_STR("\0\0\0\x0d\n\x09OSMHeader and then noise"), "gdal.damaged");
}

static void add_u16(hf_buf *out, unsigned value)
{
    hf_buf_add_byte(out, (char)(value & 0xff));
    hf_buf_add_byte(out, (char)(value >> 8));
}

static void add_u32(hf_buf *out, size_t value)
{
    add_u16(out, (unsigned)(value & 0xffff));
    add_u16(out, (unsigned)(value >> 16));
}

static void add_u32_big(hf_buf *out, size_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        hf_buf_add_byte(out, (char)(value >> shift & 0xff));
}

static void add_f64(hf_buf *out, double value)
{
    hf_buf_add_str(out, (hf_str){(const char *)&value, sizeof value});
}

// Head of a Shapefile or its index, of points; bytes: of the whole file.
static void add_shape_head(hf_buf *out, size_t bytes)
{
    add_u32_big(out, 9994);
    for (int i = 0; i < 5; i++)
        add_u32_big(out, 0);
    add_u32_big(out, bytes / 2);
    add_u32(out, 1000);
    add_u32(out, 1);
    for (int i = 0; i < 8; i++)
        add_f64(out, i < 4 ? 8.5 : 0);
}

// One point with a key, as the three files of a Shapefile.
static void make_shapefile(hf_buf *shp, hf_buf *shx, hf_buf *dbf)
{
    static const char name[11] = "key";
    enum { HEAD = 100, POINT = 20, KEY = 4, FIELD = 32 };
    add_shape_head(shp, HEAD + 8 + POINT);
    add_u32_big(shp, 1);
    add_u32_big(shp, POINT / 2);
    add_u32(shp, 1);
    add_f64(shp, 8.5);
    add_f64(shp, 47.25);
    add_shape_head(shx, HEAD + 8);
    add_u32_big(shx, HEAD / 2);
    add_u32_big(shx, POINT / 2);
    add_u32(dbf, 0x01017a03); // kind 3, of a day in 2022
    add_u32(dbf, 1);
    add_u16(dbf, 2 * FIELD + 1);
    add_u16(dbf, 1 + KEY);
    for (int i = 0; i < 5; i++)
        add_u32(dbf, 0);
    hf_buf_add_str(dbf, (hf_str){name, sizeof name});
    hf_buf_add_byte(dbf, 'C');
    add_u32(dbf, 0);
    hf_buf_add_byte(dbf, KEY);
    for (int i = 0; i < 15; i++)
        hf_buf_add_byte(dbf, '\0');
    hf_buf_add_z(dbf, "\r S1  \x1a");
}

// Reads FOLDER/sites.shp; the files beside it are those that are there.
static void read_shapefile(outcome *o, const char *path)
{
    hf_error err = {0};
    hf_input *input = NULL;
    const hf_input_options options = {.path = path};
    if (!hf_input_open(&options, &input, &err))
        fail_msg("%s", err.message);
    read_input(o, input, "asset", NULL, NULL, HF_STR_EMPTY);
    hf_input_close(&input);
}

// Its mark is the length of a head of OpenStreetMap's files, and the whole of it is shorter.
static void a_small_loose_shapefile_comes_in(void **state)
{
    static const char *const endings[] = {"shp", "shx", "dbf"};
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    outcome o;
    char folder[] = "/tmp/hf-gdal-XXXXXX";
    const char *paths[HF_COUNT(endings)];
    hf_buf bytes[] = {hf_buf_of(1000), hf_buf_of(1000), hf_buf_of(1000)};
    assert_non_null(mkdtemp(folder));
    make_shapefile(&bytes[0], &bytes[1], &bytes[2]);
    for (size_t i = 0; i < HF_COUNT(endings); i++) {
        paths[i] = hf_str_format(&arena, "%s/sites.%s%c", folder, endings[i], 0).ptr;
        assert_true(hf_file_write(paths[i], hf_buf_str(&bytes[i]), &err));
    }
    read_shapefile(&o, paths[0]);
    if (!o.ok)
        fail_msg("%s: %s", o.err.code, o.err.message);
    assert_int_equal(o.patch_count, 1);
    assert_non_null(strstr(text_of_buf(&o.patches), "\"key\":\"S1\",\"lon\":8.5,\"lat\":47.25"));
    outcome_done(&o);
    // Without one of the others its name is told.
    for (size_t i = 1; i < HF_COUNT(endings); i++) {
        assert_int_equal(unlink(paths[i]), 0);
        read_shapefile(&o, paths[0]);
        assert_false(o.ok);
        assert_string_equal(o.err.code, "gdal.incomplete");
        assert_non_null(strstr(o.err.message, i == 1 ? "sites.shx is missing" : "sites.dbf"));
        outcome_done(&o);
        assert_true(hf_file_write(paths[i], hf_buf_str(&bytes[i]), &err));
    }
    for (size_t i = 0; i < HF_COUNT(endings); i++) {
        assert_int_equal(unlink(paths[i]), 0);
        hf_buf_done(&bytes[i]);
    }
    assert_int_equal(rmdir(folder), 0);
    hf_arena_done(&arena);
}

// An archive with one member "a.csv" of `bytes` zeros.
static void make_archive(hf_buf *out, size_t bytes)
{
    hf_error err = {0};
    hf_buf plain = hf_buf_of(bytes), packed = hf_buf_of(bytes);
    char *zeros = hf_buf_reserve(&plain, bytes);
    memset(zeros, 0, bytes);
    plain.len = bytes;
    assert_true(hf_deflate(HF_DEFLATE_RAW, hf_buf_str(&plain), 9, &packed, &err));
    uint32_t crc = hf_crc32(0, hf_buf_str(&plain));
    *out = hf_buf_of(bytes);
    for (int directory = 0; directory <= 1; directory++) {
        size_t begin = out->len;
        add_u32(out, directory ? 0x02014b50 : 0x04034b50);
        if (directory)
            add_u16(out, 20);
        add_u16(out, 20);
        add_u16(out, 0);
        add_u16(out, 8);
        add_u32(out, 0x00210000);
        add_u32(out, crc);
        add_u32(out, packed.len);
        add_u32(out, bytes);
        add_u16(out, 5);
        add_u16(out, 0);
        for (int i = 0; directory && i < 4; i++)
            add_u16(out, 0);
        if (directory) {
            add_u16(out, 0);
            add_u32(out, 0);
        }
        hf_buf_add_z(out, "a.csv");
        if (!directory) {
            hf_buf_add_str(out, hf_buf_str(&packed));
            continue;
        }
        size_t end = out->len;
        add_u32(out, 0x06054b50);
        add_u32(out, 0);
        add_u16(out, 1);
        add_u16(out, 1);
        add_u32(out, end - begin);
        add_u32(out, begin);
        add_u16(out, 0);
    }
    hf_buf_done(&plain);
    hf_buf_done(&packed);
}

static void a_zip_bomb_is_not_unpacked(void **state)
{
    (void)state;
    hf_buf out;
    make_archive(&out, 96u << 20);
    assert_true(out.len < 1u << 20);
    refused("bomb.zip", hf_buf_str(&out), "file.zip_bomb");
    hf_buf_done(&out);
    make_archive(&out, 1000); // a small one only holds nothing readable
    outcome o;
    read_bytes(&o, "small.zip", hf_buf_str(&out), "asset");
    assert_false(o.ok);
    assert_string_not_equal(o.err.code, "file.zip_bomb");
    outcome_done(&o);
    hf_buf_done(&out);
}

static void a_reader_that_is_not_there_or_dies_is_told(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    char folder[] = "/tmp/hf-gdal-XXXXXX";
    const char *before = getenv("HOLDFAST_LIBEXEC");
    char *keep = hf_str_z(&arena, hf_str_of(before));
    assert_non_null(mkdtemp(folder));
    const char *program = hf_path_join(&arena, folder, "holdfast-gdal");
    // One that ends before its last line.
    assert_true(hf_file_write(
        program,
        HF_STR("#!/bin/sh\necho '{\"table\":0,\"layer\":\"a\",\"columns\":[\"key\"]}'\n"
               "echo '{\"row\":1,\"t\":0,\"cells\":[\"A\"]}'\n"),
        &err));
    assert_int_equal(chmod(program, 0700), 0);
    assert_int_equal(setenv("HOLDFAST_LIBEXEC", folder, 1), 0);
    refused("x.kml", HF_STR("<kml/>"), "gdal.died");
    // One that talks nonsense.
    assert_true(hf_file_write(
        program, HF_STR("#!/bin/sh\necho '{\"row\":1,\"t\":7,\"cells\":[]}'\n"), &err));
    assert_int_equal(chmod(program, 0700), 0);
    outcome o;
    read_text(&o, "x.kml", "<kml/>", "asset");
    assert_string_equal(o.err.code, "gdal.protocol");
    outcome_done(&o);
    assert_int_equal(setenv("HOLDFAST_LIBEXEC", keep, 1), 0);
    assert_int_equal(remove(program), 0);
    assert_int_equal(remove(folder), 0);
    hf_arena_done(&arena);
}

// What a program and its children see on a kernel without Landlock.
static bool hide_landlock(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = HF_COUNT(rules), .filter = rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void without_landlock_nothing_is_read(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        outcome o;
        if (!hide_landlock())
            _exit(77);
        read_text(&o, "x.kml", "<kml/>", "asset");
        _exit(!o.ok && o.err.kind == HF_ERR_INTERNAL && strcmp(o.err.code, "sandbox.refused") == 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zipped_shapefile_comes_in_with_degrees),
        cmocka_unit_test(kml_places_and_lines_come_in),
        cmocka_unit_test(openstreetmap_tags_are_columns),
        cmocka_unit_test(a_table_with_a_coordinate_system_is_converted),
        cmocka_unit_test(a_truncated_geopackage_is_refused),
        cmocka_unit_test(a_truncated_spreadsheet_is_refused),
        cmocka_unit_test(what_is_no_such_file_is_refused),
        cmocka_unit_test(a_small_loose_shapefile_comes_in),
        cmocka_unit_test(a_zip_bomb_is_not_unpacked),
        cmocka_unit_test(a_reader_that_is_not_there_or_dies_is_told),
        cmocka_unit_test(without_landlock_nothing_is_read),
    };
    hf_arena arena = {0};
    bool is_built = getenv("HOLDFAST_LIBEXEC") != NULL && hf_gdal_program(&arena) != NULL;
    hf_arena_done(&arena);
    data_folder = getenv("HOLDFAST_TEST_DATA");
    if (!is_built || data_folder == NULL) {
        puts("1..0 # SKIP the reader of foreign files is not built");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
