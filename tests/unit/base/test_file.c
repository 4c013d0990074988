// SPDX-License-Identifier: Apache-2.0
//
// Files: bounded reading, writing that never leaves half a file, clear errors. In a directory of its own.
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/hf_test_file_XXXXXX");
    return mkdtemp(dir) == NULL;
}

static int entry_count(void)
{
    DIR *open_dir = opendir(dir);
    assert_non_null(open_dir);
    int count = 0;
    for (const struct dirent *entry = readdir(open_dir); entry != NULL; entry = readdir(open_dir))
        count += entry->d_name[0] != '.';
    (void)closedir(open_dir);
    return count;
}

static int remove_dir(void **state)
{
    (void)state;
    DIR *open_dir = opendir(dir);
    if (open_dir == NULL)
        return 1;
    for (const struct dirent *entry = readdir(open_dir); entry != NULL; entry = readdir(open_dir)) {
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(open_dir), entry->d_name, 0);
    }
    (void)closedir(open_dir);
    return rmdir(dir);
}

static char *path_of(hf_arena *arena, const char *name)
{
    return hf_path_join(arena, dir, name);
}

static void reads_back_what_it_wrote(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 300000};
    for (size_t i = 0; i < HF_COUNT(sizes); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
        hf_error err = {0};
        hf_str got = HF_STR_EMPTY;
        char *bytes = hf_arena_take(&arena, sizes[i]);
        memset(bytes, 'x', sizes[i]);
        const char *path = path_of(&arena, "f");
        assert_true(hf_file_write(path, (hf_str){bytes, sizes[i]}, &err));
        assert_true(hf_file_read(path, 1 << 20, &arena, &got, &err));
        assert_true(hf_str_equal(got, (hf_str){bytes, sizes[i]}));
        assert_true(hf_file_map_open(path, 1 << 20, &map, &err));
        assert_true(hf_str_equal(map.bytes, got));
        assert_int_equal(entry_count(), 1);
    }
}

static void reads_at_most_the_maximum(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_str got = HF_STR_EMPTY;
    hf_file_map map = {0};
    const char *path = path_of(&arena, "f");
    assert_true(hf_file_write(path, HF_STR("12345"), &err));
    assert_true(hf_file_read(path, 5, &arena, &got, &err));
    assert_false(hf_file_read(path, 4, &arena, &got, &err));
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
    assert_string_equal(err.source, path);
    assert_false(hf_file_map_open(path, 4, &map, &err));
    // A device has no size to look at beforehand.
    assert_false(hf_file_read("/dev/zero", 100000, &arena, &got, &err));
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
}

static void says_what_is_wrong_with_a_path(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_str got = HF_STR_EMPTY;
    assert_false(hf_file_read(path_of(&arena, "absent"), 10, &arena, &got, &err));
    assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    assert_string_equal(err.code, "file.missing");
    assert_false(hf_file_read(dir, 10, &arena, &got, &err));
    assert_int_equal(err.kind, HF_ERR_INPUT);
    assert_false(hf_file_write(path_of(&arena, "no/such/dir"), HF_STR("x"), &err));
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_false(hf_file_write(dir, HF_STR("x"), &err));
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_false(hf_file_write("/dev/full", HF_STR("x"), &err));
    assert_string_equal(err.code, "file.disk_full");
}

static void leaves_the_old_file_when_not_committed(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_str got = HF_STR_EMPTY;
    const char *path = path_of(&arena, "f");
    assert_true(hf_file_write(path, HF_STR("old"), &err));
    hf_file_out *out = NULL;
    assert_true(hf_file_out_open(path, &out, &err));
    assert_true(hf_file_out_add(out, HF_STR("new"), &err));
    assert_int_equal(entry_count(), 2);
    hf_file_out_close(&out);
    assert_null(out);
    assert_int_equal(entry_count(), 1);
    assert_true(hf_file_read(path, 10, &arena, &got, &err));
    CHECK_STR(got, "old");
}

// A limit of file size stands in for a full disk: the write fails in the middle.
static void a_failed_write_leaves_nothing_behind(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    const char *path = path_of(&arena, "f");
    assert_true(hf_file_write(path, HF_STR("old"), &err));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {100000, 100000};
        (void)signal(SIGXFSZ, SIG_IGN);
        bool is_limited = setrlimit(RLIMIT_FSIZE, &limit) == 0;
        hf_str large = {hf_arena_take(&arena, 200000), 200000};
        bool is_written = hf_file_write(path, large, &err);
        _exit(is_limited && !is_written && err.kind == HF_ERR_WRITE &&
                      strcmp(err.code, "file.disk_full") == 0
                  ? 0
                  : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    hf_str got = HF_STR_EMPTY;
    assert_true(hf_file_read(path, 10, &arena, &got, &err));
    CHECK_STR(got, "old");
    assert_int_equal(entry_count(), 1);
}

static void keeps_mode_and_links(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_str got = HF_STR_EMPTY;
    struct stat facts;
    const char *path = path_of(&arena, "f");
    const char *link_path = path_of(&arena, "link");
    assert_true(hf_file_write(path, HF_STR("old"), &err));
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(symlink("f", link_path), 0);
    assert_true(hf_file_write(link_path, HF_STR("new"), &err));
    assert_int_equal(lstat(link_path, &facts), 0);
    assert_true(S_ISLNK(facts.st_mode));
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0640);
    assert_true(hf_file_read(path, 10, &arena, &got, &err));
    CHECK_STR(got, "new");
    assert_int_equal(unlink(link_path), 0);
}

static void reads_piece_by_piece(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_file_in_close) hf_file_in *in = NULL;
    hf_error err = {0};
    char room[3];
    size_t count = 0;
    const char *path = path_of(&arena, "f");
    assert_true(hf_file_write(path, HF_STR("12345"), &err));
    assert_true(hf_file_in_open(path, &in, &err));
    assert_int_equal(hf_file_in_size(in), 5);
    assert_true(hf_file_in_read(in, room, sizeof room, &count, &err));
    assert_int_equal(count, 3);
    assert_true(hf_file_in_read(in, room, sizeof room, &count, &err));
    assert_int_equal(count, 2);
    assert_true(hf_file_in_read(in, room, sizeof room, &count, &err));
    assert_int_equal(count, 0);
}

static void takes_paths_apart(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    CHECK_STR(hf_path_name(HF_STR("a/b.CSV")), "b.CSV");
    CHECK_STR(hf_path_name(HF_STR("b")), "b");
    CHECK_STR(hf_path_name(HF_STR("a/")), "");
    CHECK_STR(hf_path_extension(&arena, HF_STR("a/b.CSV")), "csv");
    CHECK_STR(hf_path_extension(&arena, HF_STR("a.d/b")), "");
    CHECK_STR(hf_path_extension(&arena, HF_STR(".profile")), "");
    CHECK_STR(hf_path_extension(&arena, HF_STR("x.osm.pbf")), "pbf");
    assert_string_equal(hf_path_join(&arena, "a", "b"), "a/b");
    assert_string_equal(hf_path_join(&arena, "a/", "b"), "a/b");
    assert_string_equal(hf_path_join(&arena, "", "b"), "b");
}

static void makes_directories_for_the_owner_only(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    struct stat facts;
    const char *inner = path_of(&arena, "x/y/z");
    assert_true(hf_dir_make(inner, &err));
    assert_true(hf_dir_make(inner, &err));
    assert_true(hf_file_is_dir(inner));
    assert_int_equal(stat(inner, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_true(hf_file_write(path_of(&arena, "f"), HF_STR("x"), &err));
    assert_false(hf_dir_make(path_of(&arena, "f/g"), &err));
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(rmdir(path_of(&arena, "x/y")), 0);
    assert_int_equal(rmdir(path_of(&arena, "x")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_what_it_wrote),
        cmocka_unit_test(reads_at_most_the_maximum),
        cmocka_unit_test(says_what_is_wrong_with_a_path),
        cmocka_unit_test(leaves_the_old_file_when_not_committed),
        cmocka_unit_test(a_failed_write_leaves_nothing_behind),
        cmocka_unit_test(keeps_mode_and_links),
        cmocka_unit_test(reads_piece_by_piece),
        cmocka_unit_test(takes_paths_apart),
        cmocka_unit_test(makes_directories_for_the_owner_only),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
