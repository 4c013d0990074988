// SPDX-License-Identifier: Apache-2.0
//
// Which files are taken: names, kinds by their bytes, programs and macros refused, archives looked into within bounds.
#include "check.h"

#include <stdio.h>

#include "base/deflate.h"
#include "base/file_kind.h"
#include "base/limits.h"
#include "base/zip_look.h"

// --- archives made by hand -------------------------------------------------------------------------------

#define ENTRIES_MAX 8u

typedef struct {
    hf_buf bytes;
    hf_buf directory;
    unsigned count;
} packer;

typedef struct {
    const char *name;
    hf_str content;
    bool is_packed;
    int lie;            // by which the size in the directory is wrong
    unsigned flags;     // 1: with a password
    const char *inside; // another name in the entry's own header; NULL: the same
} packed_entry;

static void add_number(hf_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        hf_buf_add_byte(out, (char)(i < sizeof value ? value >> (8 * i) & 0xff : 0));
}

static void add_common(hf_buf *out, const packed_entry *e, size_t packed, bool with_lie)
{
    add_number(out, 20, 2);
    add_number(out, e->flags, 2);
    add_number(out, e->is_packed ? 8 : 0, 2);
    add_number(out, 0x00210000, 4);
    add_number(out, hf_crc32(0, e->content), 4);
    add_number(out, packed, 4);
    add_number(out, (uint64_t)((int64_t)e->content.len + (with_lie ? e->lie : 0)), 4);
}

static void add_entry(packer *p, const packed_entry *e)
{
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of((size_t)1 << 26);
    hf_error err = {0};
    const char *own = e->inside != NULL ? e->inside : e->name;
    size_t offset = p->bytes.len;
    if (e->is_packed)
        assert_true(hf_deflate(HF_DEFLATE_RAW, e->content, 9, &packed, &err));
    else
        hf_buf_add_str(&packed, e->content);
    hf_buf_add(&p->bytes, "PK\3\4", 4);
    add_common(&p->bytes, e, packed.len, false);
    add_number(&p->bytes, strlen(own), 2);
    add_number(&p->bytes, 0, 2);
    hf_buf_add_z(&p->bytes, own);
    hf_buf_add_str(&p->bytes, hf_buf_str(&packed));
    hf_buf_add(&p->directory, "PK\1\2", 4);
    add_number(&p->directory, 20, 2);
    add_common(&p->directory, e, packed.len, true);
    add_number(&p->directory, strlen(e->name), 2);
    add_number(&p->directory, 0, 12);
    add_number(&p->directory, offset, 4);
    hf_buf_add_z(&p->directory, e->name);
    p->count++;
}

static hf_str finish(packer *p, hf_arena *arena)
{
    size_t at = p->bytes.len;
    hf_buf_add_str(&p->bytes, hf_buf_str(&p->directory));
    hf_buf_add(&p->bytes, "PK\5\6", 4);
    add_number(&p->bytes, 0, 4);
    add_number(&p->bytes, p->count, 2);
    add_number(&p->bytes, p->count, 2);
    add_number(&p->bytes, p->directory.len, 4);
    add_number(&p->bytes, at, 4);
    add_number(&p->bytes, 0, 2);
    hf_str all = hf_buf_copy(arena, &p->bytes);
    hf_buf_done(&p->bytes);
    hf_buf_done(&p->directory);
    return all;
}

static packer begin(void)
{
    return (packer){.bytes = hf_buf_of((size_t)1 << 26), .directory = hf_buf_of((size_t)1 << 26)};
}

static hf_str zip_of(hf_arena *arena, const packed_entry *entries, size_t count)
{
    packer p = begin();
    for (size_t i = 0; i < count; i++)
        add_entry(&p, &entries[i]);
    return finish(&p, arena);
}

static hf_str zip_one(hf_arena *arena, packed_entry entry)
{
    return zip_of(arena, &entry, 1);
}

static const char *judged(const char *name, const char *media_type, hf_str bytes)
{
    static hf_error err;
    const char *type = NULL;
    err = (hf_error){0};
    return hf_file_kind_of(hf_str_of(name), hf_str_of(media_type), bytes, &type, &err) ? type
                                                                                       : err.code;
}

#define TEXT(bytes) ((hf_str){"" bytes, sizeof(bytes) - 1})

// --- names -----------------------------------------------------------------------------------------------

static void takes_names_and_no_paths_or_tricks(void **state)
{
    (void)state;
    static const char *const good[] = {"a.pdf",          "Plan of 2025 (final).pdf",
                                       "Überblick.docx", "تقرير.pdf",
                                       "报告.pdf",       "a.b.c.txt"};
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      ".hidden",
                                      "a/b.pdf",
                                      "..\\a.pdf",
                                      "C:a.pdf",
                                      "a.pdf ",
                                      "a.pdf.",
                                      "a\nb.pdf",
                                      "gpj.\xe2\x80\xae"
                                      "exe",               // right-to-left override
                                      "a\xe2\x81\xa6.pdf", // isolate
                                      "a\xe2\x80\x8b.pdf", // zero width
                                      "\xd8\x9c"
                                      "a.pdf",
                                      "a\xc2\x85.pdf",
                                      "a\xff.pdf"};
    hf_error err = {0};
    for (size_t i = 0; i < HF_COUNT(good); i++)
        assert_true(hf_file_name_check(hf_str_of(good[i]), &err));
    for (size_t i = 0; i < HF_COUNT(bad); i++) {
        err = (hf_error){0};
        assert_false(hf_file_name_check(hf_str_of(bad[i]), &err));
        assert_string_equal(err.code, "attachment.name");
    }
}

static void the_longest_name_fits_and_one_byte_more_does_not(void **state)
{
    (void)state;
    char name[HF_ATTACHMENT_NAME_BYTES_MAX + 2];
    hf_error err = {0};
    memset(name, 'a', sizeof name);
    assert_true(hf_file_name_check((hf_str){name, HF_ATTACHMENT_NAME_BYTES_MAX}, &err));
    assert_false(hf_file_name_check((hf_str){name, HF_ATTACHMENT_NAME_BYTES_MAX + 1}, &err));
    assert_string_equal(err.code, "attachment.name_long");
}

// --- kinds -----------------------------------------------------------------------------------------------

static void tells_kinds_by_their_bytes(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    assert_string_equal(judged("a.pdf", "application/pdf", TEXT("%PDF-1.7\n")), "application/pdf");
    assert_string_equal(judged("A.PDF", "", TEXT("%PDF-1.7\n")), "application/pdf");
    assert_string_equal(judged("a.csv", "application/octet-stream", TEXT("a,b\n1,2\n")),
                        "text/csv");
    assert_string_equal(judged("a.txt", "text/plain; charset=utf-8", TEXT("{\"a\": 1}")),
                        "text/plain");
    assert_string_equal(judged("a.png", "image/png", TEXT("\x89PNG\r\n\x1a\n....")), "image/png");
    const packed_entry word[] = {{"[Content_Types].xml", HF_STR("<t/>"), true, 0, 0, NULL},
                                 {"word/document.xml", HF_STR("<w/>"), true, 0, 0, NULL}};
    hf_str docx = zip_of(&arena, word, HF_COUNT(word));
    assert_true(hf_str_ends(hf_str_of(judged("a.docx", "", docx)), "wordprocessingml.document"));
    assert_string_equal(judged("a.zip", "application/zip", docx), "application/zip");
    assert_string_equal(judged("a.xlsx", "", docx), "attachment.mislabelled");
    hf_str open = zip_one(
        &arena, (packed_entry){.name = "mimetype",
                               .content = HF_STR("application/vnd.oasis.opendocument.text")});
    assert_string_equal(judged("a.odt", "", open), "application/vnd.oasis.opendocument.text");
    assert_string_equal(judged("a.ods", "", open), "attachment.mislabelled");
}

static void every_kind_that_is_told_is_taken(void **state)
{
    (void)state;
    hf_str rest = hf_file_kinds_taken(), suffix;
    char name[20];
    while (hf_str_split(&rest, ' ', &suffix)) {
        (void)snprintf(name, sizeof name, "a.%.*s", HF_STR_ARG(suffix));
        assert_string_not_equal(judged(name, "", TEXT("\1\2\3")), "attachment.kind");
    }
}

static void refuses_what_is_not_what_it_says(void **state)
{
    (void)state;
    assert_string_equal(judged("a.pdf", "", TEXT("hello")), "attachment.mislabelled");
    assert_string_equal(judged("a.txt", "", TEXT("%PDF-1.7\n")), "attachment.mislabelled");
    assert_string_equal(judged("a.txt", "", TEXT("a\0b")), "attachment.mislabelled");
    assert_string_equal(judged("a.json", "", TEXT("hello")), "attachment.mislabelled");
    assert_string_equal(judged("a.pdf", "image/png", TEXT("%PDF-1.7\n")), "attachment.mislabelled");
    assert_string_equal(judged("a.pdf", "", HF_STR_EMPTY), "attachment.empty");
    assert_string_equal(judged("a.exe", "", TEXT("hello")), "attachment.kind");
    assert_string_equal(judged("a", "", TEXT("hello")), "attachment.kind");
    assert_string_equal(judged("a.html", "", TEXT("<html/>")), "attachment.kind");
}

static void refuses_programs_whatever_they_are_called(void **state)
{
    (void)state;
    static const hf_str programs[] = {{"\x7f"
                                       "ELF\2\1\1",
                                       7},
                                      {"MZ\x90\0\3\0\0\0", 8},
                                      {"\xcf\xfa\xed\xfe\7\0\0\1", 8},
                                      {"\xca\xfe\xba\xbe\0\0\0\2", 8},
                                      {"#!/bin/sh\nrm -rf /\n", 19},
                                      {"\xef\xbb\xbf#!/bin/sh\n", 13}};
    for (size_t i = 0; i < HF_COUNT(programs); i++) {
        assert_string_equal(judged("a.txt", "", programs[i]), "attachment.program");
        assert_string_equal(judged("a.pdf", "", programs[i]), "attachment.program");
    }
    assert_string_equal(judged("a.txt", "", TEXT("MZ is how it begins\n")), "text/plain");
}

// UTF-16 names, as they stand in the directory of an old office file.
static void refuses_old_office_files_with_macros(void **state)
{
    (void)state;
#define OLE "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define DOC "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"
    assert_string_equal(judged("a.doc", "", TEXT(OLE DOC)), "application/msword");
    assert_string_equal(judged("a.xls", "", TEXT(OLE DOC)), "attachment.mislabelled");
    assert_string_equal(judged("a.doc", "", TEXT(OLE DOC "_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0")),
                        "attachment.macros");
}

// --- archives --------------------------------------------------------------------------------------------

static void refuses_macros_and_programs_inside_archives(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const packed_entry macros[] = {{"word/document.xml", HF_STR("<w/>"), true, 0, 0, NULL},
                                   {"word/vbaProject.bin", HF_STR("x"), true, 0, 0, NULL}};
    assert_string_equal(judged("a.docx", "", zip_of(&arena, macros, 2)), "attachment.macros");
    hf_str program = zip_one(&arena, (packed_entry){.name = "a.txt",
                                                    .content = TEXT("\x7f"
                                                                    "ELF\2\1\1"),
                                                    .is_packed = true});
    assert_string_equal(judged("a.zip", "", program), "attachment.program");
    hf_str within =
        zip_one(&arena, (packed_entry){.name = "b.zip", .content = program, .is_packed = true});
    assert_string_equal(judged("a.zip", "", within), "attachment.program");
}

static hf_str zeros(hf_arena *arena, size_t bytes)
{
    return (hf_str){memset(hf_arena_take(arena, bytes), 'a', bytes), bytes};
}

static void refuses_bombs(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str dense = zip_one(
        &arena,
        (packed_entry){.name = "a.txt", .content = zeros(&arena, 8u << 20), .is_packed = true});
    assert_string_equal(judged("a.zip", "", dense), "attachment.bomb");
    // What is packed twice looks harmless from outside.
    hf_str within =
        zip_one(&arena, (packed_entry){.name = "b.zip", .content = dense, .is_packed = false});
    assert_string_equal(judged("a.zip", "", within), "attachment.bomb");
}

static void archives_lie_in_archives_so_deep_and_no_deeper(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str inner = zip_one(&arena, (packed_entry){.name = "a.txt", .content = HF_STR("hello")});
    for (unsigned depth = 1; depth < HF_ARCHIVE_DEPTH_MAX; depth++)
        inner = zip_one(&arena, (packed_entry){.name = "a.zip", .content = inner});
    assert_string_equal(judged("a.zip", "", inner), "application/zip");
    inner = zip_one(&arena, (packed_entry){.name = "a.zip", .content = inner});
    assert_string_equal(judged("a.zip", "", inner), "attachment.bomb");
}

static void an_archive_has_so_many_entries_and_no_more(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    for (unsigned more = 0; more < 2; more++) {
        packer p = begin();
        for (unsigned i = 0; i < HF_ARCHIVE_ENTRIES_MAX + more; i++)
            add_entry(&p, &(packed_entry){.name = "a", .content = HF_STR("x")});
        assert_string_equal(judged("a.zip", "", finish(&p, &arena)),
                            more == 0 ? "application/zip" : "attachment.bomb");
    }
}

static void refuses_archives_that_say_two_things(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const packed_entry wrong[] = {
        {"a.txt", HF_STR("hello"), true, 1, 0, NULL},     // another size
        {"a.txt", HF_STR("hello"), false, -1, 0, NULL},   // likewise
        {"a.txt", HF_STR("hello"), true, 0, 1, NULL},     // a password
        {"a.txt", HF_STR("hello"), true, 0, 0, "b.exe"},  // another name
        {"../a.txt", HF_STR("hello"), true, 0, 0, NULL},  // out of the folder
        {"/etc/a", HF_STR("hello"), true, 0, 0, NULL},    // likewise
        {"..\\a.txt", HF_STR("hello"), true, 0, 0, NULL}, // likewise
    };
    for (size_t i = 0; i < HF_COUNT(wrong); i++)
        assert_string_equal(judged("a.zip", "", zip_one(&arena, wrong[i])), "attachment.archive");
    hf_str good = zip_one(&arena, (packed_entry){.name = "a.txt", .content = HF_STR("hello")});
    for (size_t cut = 5; cut < good.len; cut++)
        assert_string_equal(judged("a.zip", "", hf_str_slice(good, 0, cut)), "attachment.archive");
}

// Many entries of the same bytes: small in every figure but what comes out.
static void refuses_entries_that_overlap(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    packer p = begin();
    add_entry(&p, &(packed_entry){.name = "a", .content = HF_STR("hello")});
    hf_str once = hf_buf_copy(&arena, &p.directory);
    hf_buf_add_str(&p.directory, once);
    p.count = 2;
    assert_string_equal(judged("a.zip", "", finish(&p, &arena)), "attachment.bomb");
}

static void the_largest_file_fits_and_one_byte_more_does_not(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str text = zeros(&arena, (size_t)HF_ATTACHMENT_BYTES_MAX + 1);
    assert_string_equal(judged("a.txt", "", text), "attachment.too_large");
    text.len--;
    assert_string_equal(judged("a.txt", "", text), "text/plain");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_names_and_no_paths_or_tricks),
        cmocka_unit_test(the_longest_name_fits_and_one_byte_more_does_not),
        cmocka_unit_test(tells_kinds_by_their_bytes),
        cmocka_unit_test(every_kind_that_is_told_is_taken),
        cmocka_unit_test(refuses_what_is_not_what_it_says),
        cmocka_unit_test(refuses_programs_whatever_they_are_called),
        cmocka_unit_test(refuses_old_office_files_with_macros),
        cmocka_unit_test(refuses_macros_and_programs_inside_archives),
        cmocka_unit_test(refuses_bombs),
        cmocka_unit_test(archives_lie_in_archives_so_deep_and_no_deeper),
        cmocka_unit_test(an_archive_has_so_many_entries_and_no_more),
        cmocka_unit_test(refuses_archives_that_say_two_things),
        cmocka_unit_test(refuses_entries_that_overlap),
        cmocka_unit_test(the_largest_file_fits_and_one_byte_more_does_not),
    };
    return cmocka_run_group_tests_name("base/file_kind", tests, NULL, NULL);
}
