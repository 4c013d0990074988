// SPDX-License-Identifier: Apache-2.0
//
// holdfast-gdal: reads foreign GIS and office files with GDAL, in a process of its own that can do little else.
// Started by holdfast (format/gdal.c), one file a call. Nothing of the register is known here.
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_vsi.h>
#include <gdal.h>

#include "base/limits.h"
#include "base/sandbox.h"
#include "reader/reader.h"

extern const unsigned char hf_osmconf[];
extern const size_t hf_osmconf_bytes;

enum { CPU_SECONDS_MAX = 1800 };
#define OSMCONF "/vsimem/osmconf.ini"

static void CPL_STDCALL complain(CPLErr severity, CPLErrorNum number, const char *message)
{
    hf_reader_complaints *complaints = CPLGetErrorHandlerUserData();
    (void)number;
    if (severity != CE_Failure && severity != CE_Fatal)
        return;
    if (complaints->count++ == 0)
        (void)snprintf(complaints->first, sizeof complaints->first, "%s", message);
}

// Files that belong to a file: a Shapefile is at least three.
static size_t companions(const hf_reader_options *options, hf_arena *arena, const char **paths,
                         size_t room)
{
    static const char *const endings[] = {"dbf", "shx", "prj", "cpg", "DBF", "SHX", "PRJ",
                                          "CPG", "dat", "map", "id",  "ind", "qix", "csvt"};
    hf_str path = hf_str_of(options->path);
    size_t dot = path.len, count = 0;
    while (dot > 0 && path.ptr[dot - 1] != '.' && path.ptr[dot - 1] != '/')
        dot--;
    if (dot == 0 || path.ptr[dot - 1] != '.')
        return 0;
    for (size_t i = 0; i < HF_COUNT(endings) && count < room; i++)
        paths[count++] = hf_str_format(arena, "%.*s%s%c", (int)dot, path.ptr, endings[i], 0).ptr;
    return count;
}

bool hf_reader_lock(const hf_reader_options *options, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const char *read_paths[40] = {
        options->path,      "/usr/share/gdal",     "/usr/share/proj", "/usr/lib", "/lib",
        "/etc/ld.so.cache", "/usr/share/zoneinfo", "/dev/urandom",    "/dev/null"};
    const char *write_dirs[] = {options->work_dir, NULL};
    size_t count = 9;
    hf_sandbox_state state;
    count += companions(options, &arena, read_paths + count, HF_COUNT(read_paths) - count - 1);
    hf_sandbox rules = {.read_paths = read_paths,
                        .write_dirs = options->work_dir != NULL ? write_dirs : NULL,
                        .memory_bytes_max = HF_READER_MEMORY_BYTES_MAX,
                        .cpu_seconds_max = CPU_SECONDS_MAX,
                        .file_bytes_max = HF_UNZIP_BYTES_MAX};
    if (!hf_sandbox_enter(&rules, &state, err))
        return false;
    // Better no file than one that is read in the open (ADR 6).
    return (state.has_landlock && state.has_seccomp) ||
           hf_fail(err, HF_ERR_INTERNAL, "sandbox.refused",
                   "this kernel has no %s, without which foreign files are not read; update it, or "
                   "export the "
                   "file as CSV or GeoJSON",
                   state.has_landlock ? "seccomp" : "Landlock");
}

static void configure(const hf_reader_options *options)
{
    // The buffer is only read, though the call cannot say so.
    unsigned char *copy = CPLMalloc(hf_osmconf_bytes);
    memcpy(copy, hf_osmconf, hf_osmconf_bytes);
    VSILFILE *file = VSIFileFromMemBuffer(OSMCONF, copy, hf_osmconf_bytes, 1);
    if (file != NULL)
        VSIFCloseL(file);
    CPLSetConfigOption("OSM_CONFIG_FILE", OSMCONF);
    CPLSetConfigOption("OSM_USE_CUSTOM_INDEXING", "YES");
    CPLSetConfigOption("OGR_XLSX_HEADERS", "FORCE");
    CPLSetConfigOption("OGR_XLSX_FIELD_TYPES", "STRING");
    CPLSetConfigOption("OGR_ODS_HEADERS", "FORCE");
    CPLSetConfigOption("OGR_ODS_FIELD_TYPES", "STRING");
    CPLSetConfigOption("OGR_XLS_HEADERS", "FORCE");
    CPLSetConfigOption("OGR_XLS_FIELD_TYPES", "STRING");
    CPLSetConfigOption("SHAPE_RESTORE_SHX", "NO");
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    CPLSetConfigOption("OGR_SQLITE_JOURNAL", "OFF");
    CPLSetConfigOption("SQLITE_USE_OGR_VFS", "YES");
    CPLSetConfigOption("GML_DOWNLOAD_SCHEMA", "NO");
    if (options->work_dir != NULL)
        CPLSetConfigOption("CPL_TMPDIR", options->work_dir);
    CPLSetErrorHandlerEx(complain, options->complaints);
    GDALAllRegister();
}

static int usage(void)
{
    fputs("usage: holdfast-gdal read|write [--name N] [--work DIR] [--crs C] [--x COL --y COL] "
          "[--layer L] FILE\nPart of holdfast; not meant to be called by hand.\n",
          stderr);
    return 64;
}

static bool parse(int argc, char **argv, hf_reader_options *options)
{
    const struct {
        const char *word;
        const char **value;
    } words[] = {{"--name", &options->name}, {"--work", &options->work_dir},
                 {"--crs", &options->crs},   {"--x", &options->x},
                 {"--y", &options->y},       {"--layer", &options->layer}};
    for (int i = 2; i < argc; i++) {
        bool is_option = false;
        for (size_t k = 0; k < HF_COUNT(words) && i + 1 < argc; k++)
            if (strcmp(argv[i], words[k].word) == 0) {
                *words[k].value = argv[++i];
                is_option = true;
                break;
            }
        if (!is_option && (options->path != NULL || argv[i][0] == '-'))
            return false;
        if (!is_option)
            options->path = argv[i];
    }
    return options->path != NULL;
}

static void report(const hf_error *err)
{
    hf_buf line = hf_buf_of(1u << 16);
    hf_json_writer w = {.out = &line};
    hf_json_begin_object(&w);
    hf_json_name(&w, "error");
    hf_json_add_z(&w, err->code);
    hf_json_name(&w, "message");
    hf_json_add_z(&w, err->message);
    hf_json_end_object(&w);
    hf_buf_add_byte(&line, '\n');
    (void)fwrite(line.ptr, 1, line.len, stdout);
    hf_buf_done(&line);
}

int main(int argc, char **argv)
{
    hf_reader_complaints complaints = {0};
    hf_reader_options options = {.complaints = &complaints};
    hf_error err = {0};
    bool writes = argc > 1 && strcmp(argv[1], "write") == 0;
    if (argc < 3 || (!writes && strcmp(argv[1], "read") != 0) || !parse(argc, argv, &options))
        return usage();
    if (options.name == NULL)
        options.name = options.path;
    configure(&options);
    bool ok = hf_reader_lock(&options, &err) &&
              (writes ? hf_reader_write(&options, &err) : hf_reader_read(&options, &err));
    if (!ok)
        report(&err);
    if (fflush(stdout) != 0)
        return 70;
    // Drivers have no more to say; leaving at once spares their clean-up.
    _Exit(ok ? 0 : hf_error_exit_status(err.kind));
}
