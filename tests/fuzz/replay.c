// SPDX-License-Identifier: Apache-2.0
//
// Gives each file of a folder to a fuzz target and says so in TAP: every build keeps what fuzzing once found.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/vec.h"
#include "fuzz.h"

enum { FILE_BYTES_MAX = 1 << 24 };

typedef HF_VEC(hf_str) name_list;

static int compare_names(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

static name_list names_in(const char *folder, hf_arena *arena)
{
    name_list names = {0};
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return names;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.')
            HF_VEC_ADD(arena, &names, hf_str_copy(arena, hf_str_of(entry->d_name)));
    }
    (void)closedir(dir);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof(hf_str), compare_names);
    return names;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: replay FOLDER\n");
        return 64;
    }
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    name_list names = names_in(argv[1], &arena);
    if (names.count == 0) {
        printf("1..1\nnot ok 1 - %s holds no seed\n", argv[1]);
        return 1;
    }
    printf("1..%zu\n", names.count);
    for (size_t i = 0; i < names.count; i++) {
        hf_error err = {0};
        hf_str bytes;
        char *path = hf_path_join(&arena, argv[1], hf_str_z(&arena, names.items[i]));
        bool is_read = hf_file_read(path, FILE_BYTES_MAX, &arena, &bytes, &err);
        if (is_read)
            (void)LLVMFuzzerTestOneInput((const uint8_t *)(bytes.ptr != NULL ? bytes.ptr : ""),
                                         bytes.len);
        printf("%s %zu - %.*s\n", is_read ? "ok" : "not ok", i + 1, HF_STR_ARG(names.items[i]));
        (void)fflush(stdout);
    }
    return 0;
}
