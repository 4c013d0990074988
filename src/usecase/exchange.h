// SPDX-License-Identifier: Apache-2.0
//
// Files in and out: import with its dry run, export, dump, and inference of dependencies.
#ifndef HF_USECASE_EXCHANGE_H
#define HF_USECASE_EXCHANGE_H

#include "base/problems.h"
#include "format/format.h"
#include "usecase/record.h"

// Told now and then by long work; false asks it to stop (HF_ERR_STOPPED, nothing stored). total 0 = unknown.
typedef struct {
    void *context;
    bool (*tell)(void *context, uint64_t done, uint64_t total, const char *unit);
} hf_progress;

typedef struct {
    const char *path; // where the bytes lie
    const char *name; // as the user typed it
} hf_import_file;

typedef struct {
    const hf_import_file *files;
    size_t file_count;
    const hf_noun *as; // NULL = guessed
    hf_str format;     // name of a format; empty = guessed
    hf_str
        recipe; // "name", "name:parameter=value,…", or a path when may_open_files; empty = guessed
    bool may_open_files; // look-up files and recipe files may be opened (the command line)
    bool is_dry_run;
    bool skip_refused;
    hf_progress progress;
} hf_import_request;

typedef struct {
    const hf_noun *noun;
    uint64_t added, changed, unchanged, refused;
} hf_import_counts;

typedef struct {
    hf_import_counts total;
    hf_import_counts by_noun[48];
    size_t noun_count;
    uint64_t row_count;     // rows, features, objects of the files
    uint64_t skipped_count; // rows that a recipe leaves out, by its filters or because of a problem
    hf_problems problems;
    bool is_stored; // false for a dry run and when rows were refused
    hf_error fault; // kind not NONE: a whole file was refused; it is among the problems, too
    int64_t event;  // 0 unless stored
    hf_str recipe;  // of the first file, when one was used
} hf_import_result;

// Are there files, and are they there? A door that makes a missing store asks before it does.
// Errors  HF_ERR_USAGE "import.no_file"; HF_ERR_NOT_FOUND "file.not_found"
bool hf_import_check_files(const hf_import_request *request, hf_error *err) HF_CHECKED;
// All files in one transaction, and one event. If a row is refused and skip_refused is not set, or a file is
// broken, nothing is stored and the call still returns true: the caller looks at is_stored and total.refused
// (exit status 65). The counts say what was or would have been done.
// Errors  HF_ERR_NOT_FOUND "file.not_found"; HF_ERR_USAGE "recipe.unknown", "format.unknown", "noun.no_import";
//         HF_ERR_PERMISSION; HF_ERR_STOPPED; of the store
bool hf_import(const hf_session *session, const hf_import_request *request, hf_arena *arena,
               hf_import_result *out, hf_error *err) HF_CHECKED;
void hf_write_import(const hf_import_result *result, hf_json_writer *out);

typedef struct {
    hf_str format;         // "csv", "xlsx", "geojson", "gpkg", "graphml", "dump"
    const hf_noun *noun;   // NULL = all (needed for csv)
    const hf_query *query; // of `noun`: which records, in which order; NULL = all, by key
    hf_output output;
    hf_progress progress;
} hf_export_request;
bool hf_export(const hf_session *session, const hf_export_request *request, hf_arena *arena,
               uint64_t *record_count, hf_error *err) HF_CHECKED;

typedef struct {
    const hf_str *rules; // keys; none = all active ones
    size_t rule_count;
    bool accept; // store as accepted, else as proposed
    hf_progress progress;
} hf_infer_request;
typedef struct {
    struct {
        hf_str rule;
        uint64_t proposed, unchanged, without; // consumers that found no supplier
    } * by_rule;
    size_t rule_count;
    uint64_t proposed;
    int64_t event;
} hf_infer_result;
bool hf_infer(const hf_session *session, const hf_infer_request *request, hf_arena *arena,
              hf_infer_result *out, hf_error *err) HF_CHECKED;
void hf_write_infer(const hf_infer_result *result, hf_json_writer *out);

#endif
