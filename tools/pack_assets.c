// SPDX-License-Identifier: Apache-2.0
//
// Packs the built web application into one file that becomes part of the program
// (base/pack_format.h):
//
//   pack_assets DIST_DIR web.pack web_pack_id.h
//
// X.br and X.gz beside X are X in packed form. The same files give the same bytes, wherever they
// lie; the hash in web_pack_id.h changes with them, which makes the compiler take the pack in anew.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/deflate.h"
#include "base/file.h"
#include "base/pack_format.h"
#include "base/vec.h"

typedef struct {
    hf_str path; // "/assets/index-3f2a.js"
    const char *media_type;
    hf_str identity;
    hf_str form[HF_PACK_FORM_COUNT];
} pack_file;

typedef HF_VEC(hf_str) path_list;
typedef HF_VEC(pack_file) file_list;

typedef struct {
    hf_arena *arena;
    const char *root;
    path_list dirs;  // still to be read, relative to root: "", "/assets"
    path_list paths; // found, relative to root
} walk;

static const struct {
    const char *ending;
    const char *media_type;
} media_types[] = {
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".pbf", "application/x-protobuf"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
};

static bool media_type_of(hf_str path, const char **out, hf_error *err)
{
    for (size_t i = 0; i < HF_COUNT(media_types); i++) {
        if (hf_str_ends(path, media_types[i].ending)) {
            *out = media_types[i].media_type;
            return true;
        }
    }
    return hf_fail(err, HF_ERR_INPUT, "pack.unknown_type",
                   "no media type for %.*s; add its ending to tools/pack_assets.c",
                   HF_STR_ARG(path));
}

static char *full_path(const walk *w, hf_str relative)
{
    return hf_str_z(w->arena, hf_str_format(w->arena, "%s%.*s", w->root, HF_STR_ARG(relative)));
}

static void close_dir(DIR **dir)
{
    if (*dir != NULL)
        (void)closedir(*dir);
}

static bool read_dir(walk *w, hf_str relative, hf_error *err)
{
    char *path = full_path(w, relative);
    HF_CLEANUP(close_dir) DIR *dir = opendir(path);
    if (dir == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "file.missing", "%s cannot be read", path);

    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.')
            continue;
        hf_str found = hf_str_format(w->arena, "%.*s/%s", HF_STR_ARG(relative), entry->d_name);
        if (hf_file_is_dir(full_path(w, found)))
            HF_VEC_ADD(w->arena, &w->dirs, found);
        else
            HF_VEC_ADD(w->arena, &w->paths, found);
    }
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

static bool find_files(walk *w, hf_error *err)
{
    HF_VEC_ADD(w->arena, &w->dirs, HF_STR(""));
    for (size_t i = 0; i < w->dirs.count; i++) {
        hf_str dir = w->dirs.items[i];
        if (!read_dir(w, dir, err))
            return false;
        if (w->dirs.count + w->paths.count > 3 * HF_PACK_ENTRY_MAX)
            return hf_fail(err, HF_ERR_TOO_LARGE, "pack.too_many", "more than %u files",
                           HF_PACK_ENTRY_MAX);
    }
    if (w->paths.count > 0)
        qsort(w->paths.items, w->paths.count, sizeof(hf_str), compare_paths);
    return true;
}

static bool has_path(const walk *w, hf_str path)
{
    return w->paths.count > 0 &&
           bsearch(&path, w->paths.items, w->paths.count, sizeof(hf_str), compare_paths) != NULL;
}

// A packed form of a file that is there too, not a file of its own.
static bool is_variant(const walk *w, hf_str path)
{
    if (!hf_str_ends(path, ".gz") && !hf_str_ends(path, ".br"))
        return false;
    return has_path(w, hf_str_slice(path, 0, path.len - 3));
}

// A form that belongs to an older build would be served for years without anyone noticing.
static bool check_gzip(const pack_file *file, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(HF_PACK_BYTES_MAX);
    if (!hf_inflate(HF_DEFLATE_GZIP, file->form[HF_PACK_GZIP], &plain, err))
        return false;
    if (!hf_str_equal(hf_buf_str(&plain), file->identity))
        return hf_fail(err, HF_ERR_INPUT, "pack.stale_variant",
                       "%.*s.gz does not hold what %.*s holds; build again", HF_STR_ARG(file->path),
                       HF_STR_ARG(file->path));
    return true;
}

static bool read_variant(const walk *w, pack_file *file, const char *ending, hf_str *out,
                         hf_error *err)
{
    hf_str path = hf_str_format(w->arena, "%.*s%s", HF_STR_ARG(file->path), ending);
    if (!has_path(w, path))
        return true;
    return hf_file_read(full_path(w, path), HF_PACK_BYTES_MAX, w->arena, out, err);
}

static bool read_file(const walk *w, hf_str path, pack_file *file, hf_error *err)
{
    *file = (pack_file){.path = path};
    if (!media_type_of(path, &file->media_type, err) ||
        !hf_file_read(full_path(w, path), HF_PACK_BYTES_MAX, w->arena, &file->identity, err) ||
        !read_variant(w, file, ".gz", &file->form[HF_PACK_GZIP], err) ||
        !read_variant(w, file, ".br", &file->form[HF_PACK_BROTLI], err))
        return false;
    if (file->form[HF_PACK_GZIP].len == 0)
        file->form[HF_PACK_IDENTITY] = file->identity;
    else if (!check_gzip(file, err))
        return false;
    return true;
}

static bool read_files(walk *w, file_list *files, hf_error *err)
{
    for (size_t i = 0; i < w->paths.count; i++) {
        if (is_variant(w, w->paths.items[i]))
            continue;
        pack_file file;
        if (!read_file(w, w->paths.items[i], &file, err))
            return false;
        HF_VEC_ADD(w->arena, files, file);
    }
    if (files->count > HF_PACK_ENTRY_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "pack.too_many", "more than %u files",
                       HF_PACK_ENTRY_MAX);
    return true;
}

static uint32_t flags_of(hf_str path)
{
    if (hf_str_starts(path, "/assets/")) // Vite puts a content hash into these names
        return HF_PACK_IMMUTABLE;
    return hf_str_equal_z(path, "/index.html") ? HF_PACK_SHELL : 0;
}

// Appends bytes and says where they went. The buffer begins where the pack begins.
static uint32_t append(hf_buf *pack, hf_str bytes)
{
    uint32_t offset = (uint32_t)pack->len;
    hf_buf_add_str(pack, bytes);
    return offset;
}

static void fill_entry(const pack_file *file, hf_buf *pack, hf_pack_entry *entry)
{
    hf_sha256 hash = hf_sha256_of(file->identity);
    memcpy(entry->hash, hash.bytes, sizeof entry->hash);
    entry->flags = flags_of(file->path);
    entry->identity_bytes = (uint32_t)file->identity.len;
    entry->path_bytes = (uint32_t)file->path.len;
    entry->path_offset = append(pack, file->path);
    entry->type_bytes = (uint32_t)strlen(file->media_type);
    entry->type_offset = append(pack, hf_str_of(file->media_type));
}

static void add_forms(const pack_file *file, hf_buf *pack, hf_pack_entry *entry)
{
    for (size_t form = 0; form < HF_PACK_FORM_COUNT; form++) {
        entry->form[form].bytes = (uint32_t)file->form[form].len;
        entry->form[form].offset = append(pack, file->form[form]);
    }
}

static bool build_pack(hf_arena *arena, const file_list *files, hf_buf *pack,
                       hf_pack_header *header, hf_error *err)
{
    size_t table_bytes = files->count * sizeof(hf_pack_entry);
    hf_pack_entry *entries = HF_NEW_N(arena, hf_pack_entry, files->count);
    hf_buf_add(pack, header, sizeof *header);
    hf_buf_add(pack, entries, table_bytes);
    for (size_t i = 0; i < files->count; i++)
        fill_entry(&files->items[i], pack, &entries[i]);
    for (size_t i = 0; i < files->count; i++)
        add_forms(&files->items[i], pack, &entries[i]);
    if (pack->overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "pack.too_large", "the pack is over %u bytes",
                       HF_PACK_BYTES_MAX);

    memcpy(pack->ptr + sizeof *header, entries, table_bytes);
    hf_str body = hf_str_slice(hf_buf_str(pack), sizeof *header, pack->len);
    hf_sha256 hash = hf_sha256_of(body);
    memcpy(header->magic, HF_PACK_MAGIC, sizeof header->magic);
    memcpy(header->hash, hash.bytes, sizeof header->hash);
    header->entry_count = (uint32_t)files->count;
    header->bytes = (uint32_t)pack->len;
    memcpy(pack->ptr, header, sizeof *header);
    return true;
}

static bool write_id(hf_arena *arena, const char *path, const hf_pack_header *header, hf_error *err)
{
    char id[2 * sizeof header->hash + 1];
    hf_hex(header->hash, sizeof header->hash, id);
    hf_str text = hf_str_format(arena,
                                "// Made by tools/pack_assets.c from the built web application.\n"
                                "#define HF_WEB_PACK_ID \"%s\"\n",
                                id);
    return hf_file_write(path, text, err);
}

static bool run(char **argv, hf_arena *arena, hf_error *err)
{
    walk w = {.arena = arena, .root = argv[1]};
    file_list files = {0};
    hf_pack_header header = {0};
    HF_CLEANUP(hf_buf_done) hf_buf pack = hf_buf_of(HF_PACK_BYTES_MAX);
    return hf_crypto_init(err) && find_files(&w, err) && read_files(&w, &files, err) &&
           build_pack(arena, &files, &pack, &header, err) &&
           hf_file_write(argv[2], hf_buf_str(&pack), err) && write_id(arena, argv[3], &header, err);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fprintf(stderr, "usage: pack_assets DIST_DIR PACK_FILE ID_HEADER\n");
        return hf_error_exit_status(HF_ERR_USAGE);
    }
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    if (run(argv, &arena, &err))
        return 0;
    (void)fprintf(stderr, "pack_assets: %s%s%s\n", err.source, err.source[0] != '\0' ? ": " : "",
                  err.message);
    return hf_error_exit_status(err.kind);
}
