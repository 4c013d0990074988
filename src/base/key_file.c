// SPDX-License-Identifier: Apache-2.0
//
// Files with a key in them.
#include "base/key_file.h"

#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/new_file.h"

bool hf_key_line(hf_str *rest, hf_str *line)
{
    while (rest->len > 0) {
        const char *end = memchr(rest->ptr, '\n', rest->len);
        size_t len = end != NULL ? (size_t)(end - rest->ptr) : rest->len;
        *line = hf_str_trim(hf_str_slice(*rest, 0, len));
        *rest = hf_str_slice(*rest, end != NULL ? len + 1 : len, rest->len);
        if (line->len > 0 && line->ptr[0] != '#')
            return true;
    }
    return false;
}

bool hf_key_file_write(const char *path, hf_buf *text, hf_error *err)
{
    HF_CLEANUP(hf_new_file_close) hf_new_file file = {.fd = -1};
    HF_ASSERT(!text->overflow);
    bool is_written = hf_new_file_open(path, &file, err) &&
                      hf_new_file_put(&file, 0, hf_buf_str(text), err) &&
                      hf_new_file_commit(&file, err);
    hf_wipe(text->ptr, text->len);
    return is_written;
}

bool hf_seal_file_make(const char *path, int64_t now_ms, hf_seal_key *key, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    char time[32], name[HF_SEAL_NAME_BYTES], secret[HF_BOX_TEXT_BYTES];
    hf_random_bytes(key->bytes, sizeof(key->bytes));
    hf_time_format(now_ms, time);
    hf_seal_key_name(key, name);
    hf_seal_key_text(key, secret);
    hf_buf_add_format(&text,
                      "# Seals the secrets of a store of holdfast: key %s, made %s.\n"
                      "# Keep a copy of it apart from the store and from its backups.\n%s\n",
                      name, time, secret);
    hf_wipe(secret, sizeof(secret));
    return hf_key_file_write(path, &text, err);
}

// As PostgreSQL has it for its keys: of the owner alone; of root's, a group may read, since that is how systemd hands
// credentials over (an entry of an access list shows as the group).
static bool is_for_few(const char *path, hf_error *err)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return true; // reading it says why
    mode_t open_to = facts.st_uid == 0 ? S_IRWXO | S_IWGRP | S_IXGRP : S_IRWXO | S_IRWXG;
    return (facts.st_mode & open_to) == 0 ||
           hf_fail(err, HF_ERR_INPUT, "seal.key_open",
                   "others than its owner can open '%s'; mend that with: chmod 600 '%s'", path,
                   path);
}

bool hf_seal_file_read(const char *path, hf_seal_key *key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str text, line;
    if (!is_for_few(path, err) || !hf_file_read(path, HF_KEY_FILE_BYTES_MAX, &scratch, &text, err))
        return false;
    hf_str rest = text;
    bool is_key = hf_key_line(&rest, &line) && hf_seal_key_parse(line, key);
    if (text.len > 0)
        hf_wipe((void *)(uintptr_t)text.ptr, text.len);
    return is_key ||
           hf_fail(err, HF_ERR_INPUT, "seal.key_file",
                   "'%s' holds no whole key; name the file that holdfast keys make wrote", path);
}
