// SPDX-License-Identifier: Apache-2.0
//
// Files with a key in them: text with comments, for their owner alone. What such a file says is never repeated in a
// message: it may be a secret.
#ifndef HF_BASE_KEY_FILE_H
#define HF_BASE_KEY_FILE_H

#include "base/crypto.h"

#define HF_KEY_FILE_BYTES_MAX (64u << 10) // a key with its comments; 64 public keys with theirs

// The next line that says something: neither empty nor a comment.
bool hf_key_line(hf_str *rest, hf_str *line);
// All of them into a file that is not there, readable by its owner alone; the text is wiped.
// Errors: those of base/new_file.h
bool hf_key_file_write(const char *path, hf_buf *text, hf_error *err) HF_CHECKED;

// A new key that seals secrets (crypto.h), and its file. Errors: those of base/new_file.h
bool hf_seal_file_make(const char *path, int64_t now_ms, hf_seal_key *key,
                       hf_error *err) HF_CHECKED;
// Errors  HF_ERR_INPUT "seal.key_file" (no whole key), "seal.key_open" (others than its owner can read it);
//         those of base/file.h
bool hf_seal_file_read(const char *path, hf_seal_key *key, hf_error *err) HF_CHECKED;

#endif
