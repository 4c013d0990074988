// SPDX-License-Identifier: Apache-2.0
//
// Files in and out: import with its dry run, export, dump, and inference of dependencies.
#ifndef HF_USECASE_EXCHANGE_H
#define HF_USECASE_EXCHANGE_H

#include "base/problems.h"
#include "base/vec.h"
#include "format/format.h"
#include "model/release.h"
#include "usecase/record.h"
#include "usecase/watermark.h"

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

#define HF_IMPORT_CHANGES_MAX      200u   // records of which a dry run tells one by one
#define HF_IMPORT_CHANGE_BYTES_MAX 16384u // differences of one record, as JSON

// What a dry run would do to one record.
typedef struct {
    const hf_noun *noun;
    hf_str key, name; // name: as it is called now; of one that would be added, then
    int32_t marking;  // of both states together; and compartments
    hf_str compartments;
    bool is_added; // else changed
    hf_str file;   // and line: the first row that does it
    uint64_t line;
    hf_str fields;    // of a changed one: what hf_write_changes writes
    bool is_too_long; // HF_IMPORT_CHANGE_BYTES_MAX do not suffice: `fields` has none
} hf_import_change;

typedef struct {
    hf_import_counts total;
    hf_import_counts by_noun[HF_NOUN_COUNT_MAX];
    size_t noun_count;
    uint64_t row_count;     // rows, features, objects of the files
    uint64_t skipped_count; // rows that a recipe leaves out, by its filters or because of a problem
    hf_problems problems;
    // Of a dry run, the first: what would be changed, then what would be added, each in the order of the files. Nothing of
    // a record that the actor may not read. There are total.changed + total.added of them.
    HF_VEC(hf_import_change) changes;
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
    const hf_release *release; // that lets it leave in bulk, once (release.h); NULL = none
} hf_export_request;
// Errors  HF_ERR_PERMISSION "release.needed" more records than leave without a second person, at once or within a day;
//         HF_ERR_CONFLICT "release.changed" the records are no longer those that were released, "release.used";
//         HF_ERR_USAGE "format.unknown", "noun.no_export", "write.one_noun", "export.dump_is_whole"; of the format
bool hf_export(const hf_session *session, const hf_export_request *request, hf_arena *arena,
               uint64_t *record_count, hf_error *err) HF_CHECKED;
// For what makes a file of records by other ways: asks whether so many may leave without a second person, and notes in the
// log who took them out. Called before anything is handed on.
// mark    that the file bears; NULL: none
// Errors  HF_ERR_PERMISSION "release.needed"
bool hf_note_export(const hf_session *session, hf_str format, const hf_noun *noun, hf_str key,
                    uint64_t record_count, const hf_mark *mark, hf_error *err) HF_CHECKED;

// What an export would give, without its bytes. Cost: a pass over the records.
typedef struct {
    uint64_t records;
    uint64_t by_marking[HF_TLP_COUNT];
    struct {
        const hf_noun *noun;
        uint64_t records;
    } by_noun[HF_NOUN_COUNT_MAX];
    size_t noun_count;
    hf_head protection;      // highest marking and all compartments
    uint64_t changed, added; // since a moment
    char digest[65];         // of the records and their versions, in their order
} hf_export_weight;
// Asks what hf_export asks, but no second person. Errors: those of hf_export
bool hf_weigh_export(const hf_session *session, const hf_export_request *request, hf_arena *arena,
                     hf_export_weight *out, hf_error *err) HF_CHECKED;

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
