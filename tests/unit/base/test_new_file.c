// SPDX-License-Identifier: Apache-2.0
//
// Files that are not there yet: for their owner alone, whole or not at all, over nothing that is there.
#include "base/new_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[32], path[64], part[72];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/hf-new-file-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    (void)snprintf(path, sizeof(path), "%s/f", folder);
    (void)snprintf(part, sizeof(part), "%s.part", path);
    return 0;
}

// What a test left behind fails it.
static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void check_text(const char *name, const char *wanted, size_t bytes)
{
    char text[64] = "";
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof(text), file), bytes);
    (void)fclose(file);
    assert_memory_equal(text, wanted, bytes);
}

static void gets_its_name_when_it_is_whole(void **state)
{
    hf_new_file file;
    hf_error err = {0};
    struct stat facts;
    char back[8] = "";
    uint64_t offset = 0;
    size_t count = 0;
    (void)state;
    mode_t mask = umask(0);
    assert_true(hf_new_file_open(path, &file, &err));
    (void)umask(mask);
    hf_pieces pieces = hf_new_file_pieces(&file);
    assert_true(pieces.put(pieces.context, 4, HF_STR("ef"), &err));
    assert_true(pieces.put(pieces.context, 0, HF_STR("ab"), &err));
    assert_true(hf_new_file_read(&file, &offset, back, 5, &count, &err));
    assert_int_equal(count, 5);
    assert_true(hf_new_file_read(&file, &offset, back + 5, 3, &count, &err));
    assert_int_equal(count, 1);
    assert_memory_equal(back, "ab\0\0ef", 6);
    assert_true(hf_new_file_read(&file, &offset, back, 5, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(stat(part, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(stat(path, &facts), -1);
    assert_true(hf_new_file_commit(&file, &err));
    hf_new_file_close(&file);
    assert_int_equal(stat(part, &facts), -1);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    check_text(path, "ab\0\0ef", 6);
}

static void without_a_commit_nothing_is_left(void **state)
{
    hf_new_file file;
    hf_error err = {0};
    (void)state;
    assert_true(hf_new_file_open(path, &file, &err));
    assert_true(hf_new_file_put(&file, 0, HF_STR("half"), &err));
    hf_new_file_close(&file);
    hf_new_file_close(&file); // again does nothing
}

static void what_is_there_is_never_replaced(void **state)
{
    hf_new_file file;
    hf_error err = {0};
    (void)state;
    write_text(path, "mine");
    assert_false(hf_new_file_open(path, &file, &err));
    assert_string_equal(err.code, "file.exists");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/nowhere/at/all", path), 0); // also one that leads nowhere
    assert_false(hf_new_file_open(path, &file, &err));
    assert_string_equal(err.code, "file.exists");
    assert_int_equal(unlink(path), 0);
    // Somebody was faster.
    assert_true(hf_new_file_open(path, &file, &err));
    assert_true(hf_new_file_put(&file, 0, HF_STR("new"), &err));
    write_text(path, "mine");
    assert_false(hf_new_file_commit(&file, &err));
    assert_string_equal(err.code, "file.exists");
    hf_new_file_close(&file);
    check_text(path, "mine", 4);
}

static void what_a_killed_process_left_is_begun_anew(void **state)
{
    hf_new_file file, second;
    hf_error err = {0};
    (void)state;
    write_text(part, "a long half of something");
    assert_int_equal(chmod(part, 0666), 0);
    assert_true(hf_new_file_open(path, &file, &err));
    assert_false(hf_new_file_open(path, &second, &err)); // while another one writes it
    assert_string_equal(err.code, "file.in_use");
    hf_new_file_close(&second);
    assert_int_equal(access(part, F_OK), 0);
    assert_true(hf_new_file_put(&file, 0, HF_STR("new"), &err));
    assert_true(hf_new_file_commit(&file, &err));
    check_text(path, "new", 3);
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

static void a_trap_under_its_other_name_is_refused(void **state)
{
    hf_new_file file;
    hf_error err = {0};
    char other[64];
    (void)state;
    (void)snprintf(other, sizeof(other), "%s/other", folder);
    write_text(other, "of somebody");
    assert_int_equal(symlink(other, part), 0);
    assert_false(hf_new_file_open(path, &file, &err));
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(link(other, part), 0); // its second name would show what is written
    assert_false(hf_new_file_open(path, &file, &err));
    assert_string_equal(err.code, "file.unwritable");
    check_text(other, "of somebody", 11);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(mkfifo(part, 0600), 0);
    assert_false(hf_new_file_open(path, &file, &err));
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(unlink(other), 0);
}

static void no_room_and_no_folder_are_told(void **state)
{
    hf_new_file file;
    hf_error err = {0};
    char nowhere[96];
    (void)state;
    (void)snprintf(nowhere, sizeof(nowhere), "%s/no/f", folder);
    assert_false(hf_new_file_open(nowhere, &file, &err));
    assert_string_equal(err.code, "file.unwritable");
    assert_false(hf_new_file_open("", &file, &err));
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit small = {1000, 1000};
        (void)signal(SIGXFSZ, SIG_IGN);
        char bytes[4000] = "";
        bool is_told = setrlimit(RLIMIT_FSIZE, &small) == 0 &&
                       hf_new_file_open(path, &file, &err) &&
                       !hf_new_file_put(&file, 0, (hf_str){bytes, sizeof(bytes)}, &err) &&
                       strcmp(err.code, "file.disk_full") == 0;
        hf_new_file_close(&file);
        _exit(is_told ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gets_its_name_when_it_is_whole, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(without_a_commit_nothing_is_left, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_is_there_is_never_replaced, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_a_killed_process_left_is_begun_anew, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_trap_under_its_other_name_is_refused, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(no_room_and_no_folder_are_told, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
