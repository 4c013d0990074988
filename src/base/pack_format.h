// SPDX-License-Identifier: Apache-2.0
//
// The layout of web.pack, the one file that holds the built web application inside the program.
// tools/pack_assets.c writes it while the program is built, api/web_pack.c reads it from read-only
// memory. All numbers are little endian, as on every machine that we build for; all offsets count
// from the first byte of the pack; every structure is free of padding and may be read in place when
// the pack is aligned to 8.
//
//   header · entries, sorted by path in byte order · texts (paths and media types) · bytes of the
//   forms
#ifndef HF_BASE_PACK_FORMAT_H
#define HF_BASE_PACK_FORMAT_H

#include <stdint.h>

#define HF_PACK_MAGIC     "HFPACK1\n" // 8 bytes, without its NUL
#define HF_PACK_ENTRY_MAX 4096u // files; the Chinese web font alone has about a hundred slices
#define HF_PACK_BYTES_MAX (64u << 20) // the whole pack; the program's package has a budget of 30 MB

enum {
    HF_PACK_IDENTITY, // as it is; absent (bytes 0) when a gzip form is there to be inflated
    HF_PACK_GZIP,
    HF_PACK_BROTLI,
    HF_PACK_FORM_COUNT,
};

enum {
    HF_PACK_IMMUTABLE = 1, // its name holds a hash of its content: clients may keep it for ever
    HF_PACK_SHELL = 2, // index.html: answers every path without extension that no one else answers
};

typedef struct {
    char magic[8];
    uint32_t entry_count;
    uint32_t bytes;   // of the whole pack
    uint8_t hash[16]; // of all that follows this header; also in web_pack_id.h
} hf_pack_header;

typedef struct {
    uint32_t offset;
    uint32_t bytes; // 0: this form is not there (an empty file has identity_bytes 0 and no form)
} hf_pack_form;

typedef struct {
    uint32_t path_offset; // begins with a slash: "/assets/index-3f2a.js"; no NUL behind it
    uint32_t path_bytes;
    uint32_t type_offset; // media type with charset where it is text; no NUL behind it
    uint32_t type_bytes;
    uint32_t flags;
    uint32_t identity_bytes; // size once unpacked, also when the identity form itself is not there
    hf_pack_form form[HF_PACK_FORM_COUNT];
    uint8_t hash[16]; // first half of the SHA-256 of the identity bytes: the ETag's stem
} hf_pack_entry;

_Static_assert(sizeof(hf_pack_header) == 32, "read in place");
_Static_assert(sizeof(hf_pack_entry) == 64, "read in place");

#endif
