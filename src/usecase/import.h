// SPDX-License-Identifier: Apache-2.0
//
// What the pieces of an import share: import.c (order of effects), import_read.c (files → store),
// import_groups.c (rules over the rows of a group), import_links.c (links and their layers), import_places.c
// (places that look swapped), import_changes.c (what a dry run says of single records). Private to usecase/.
#ifndef HF_USECASE_IMPORT_H
#define HF_USECASE_IMPORT_H

#include "base/arena_file.h"
#include "base/map.h"
#include "model/attachment.h"
#include "usecase/exchange.h"
#include "usecase/groups.h"
#include "usecase/links.h"

// Where a stored dependency or layer row came from, to name the line when a rule over several rows is broken.
typedef struct {
    int64_t row; // in the store
    uint64_t line;
    uint32_t file;
} hf_touched;
typedef HF_VEC(hf_touched) hf_touched_rows;

// The same of a row of any kind.
typedef struct {
    const hf_noun *noun;
    hf_touched touched;
} hf_import_row;
typedef HF_VEC(hf_import_row) hf_import_rows;

// The bytes of a file that came with a dump.
typedef struct {
    hf_str bytes;
    bool is_wanted; // by a row
} hf_import_content;

#define HF_IMPORT_PLACES_SEEN 20 // of each file, its first

// Where an asset of a file lies, and its line.
typedef struct {
    uint64_t line;
    double lon, lat;
} hf_import_seen;

typedef struct {
    hf_input *input;         // while it is read
    char digest[65];         // of the bytes
    uint64_t bytes;          // size on disk, 0 = unknown
    bool is_late;            // only records that refer to others are in it
    bool is_ordered;         // a dump: references come first
    bool has_late, is_plain; // seen while reading; is_plain: one noun, by name
    uint64_t row_count;
    hf_import_seen seen[HF_IMPORT_PLACES_SEEN];
    size_t seen_count;
} hf_import_state_file;

typedef struct {
    const hf_session *session;
    const hf_import_request *request;
    hf_import_result *result;
    hf_arena *arena;  // of the result
    hf_arena work;    // of the whole import
    hf_arena scratch; // of one row
    hf_recipes recipes;
    const hf_import_recipe *recipe;
    hf_parameters parameters;
    const hf_format *format;
    hf_import_state_file *files;
    uint64_t bytes_total, bytes_before; // for the progress bar
    hf_map taxonomy;                    // codes that are known
    hf_map excluded;                    // rows that such a rule refuses: file and line
    hf_problems excluded_problems;
    HF_VEC(const hf_noun *) excluded_nouns;
    hf_touched_rows touched;        // dependencies; sorted by row once all is read
    hf_touched_rows touched_layers; // layer rows; likewise
    // While all dependencies of the store are new ones of this import: what judging them needs, so that they need not be
    // read again.
    bool keeps_rows;
    hf_group_rows group_rows;
    HF_VEC(hf_plan_dependency) link_rows; // links of network layers
    hf_import_rows named;                 // that name records of other kinds (import_rules.c)
    hf_import_rows added, changed;        // the first, for a dry run to tell of (import_changes.c)
    hf_arena_file *content_file; // where they lie until the rows are stored; NULL: none came
    hf_arena content;
    hf_map content_index; // by SHA-256
    HF_VEC(hf_import_content) contents;
    hf_tx *tx;
    hf_bulk *bulk;
    // The store as it was: the transaction lacks its indexes while much is put. NULL: it held nothing, and nobody
    // else has it open.
    hf_read *before;
    int32_t marking;     // of a new record that is given none
    uint32_t file;       // being read
    bool is_second_read; // now the records that refer to others
    bool is_again;       // of this file: its faults are told already
    bool has_store_failed;
    bool
        is_limited; // something is hidden from the actor, or out of reach: each row is held against that
} hf_import_state;

// Number of a row of a file, for sets.
static inline uint64_t hf_import_place(uint32_t file, uint64_t line)
{
    return ((uint64_t)file << 44) ^ line;
}
static inline hf_str hf_import_file_name(const hf_import_state *state, uint32_t file)
{
    const hf_import_file *given = &state->request->files[file];
    return hf_str_of(given->name != NULL ? given->name : given->path);
}

// Reads all files into state->bulk, assets before what refers to them.
// Errors: faults of files (has_store_failed false), and of the store
bool hf_import_read_all(hf_import_state *state, hf_error *err) HF_CHECKED;
// Judges the groups and links that the import touched; rows that break a rule go into state->excluded.
// *count = how many new ones.
bool hf_import_judge(hf_import_state *state, uint64_t *count, hf_error *err) HF_CHECKED;
// Refuses a row that breaks a rule over several rows; once, however many it breaks.
void hf_import_exclude(hf_import_state *state, const hf_noun *noun, const hf_touched *touched,
                       const char *column, const hf_error *fault);
const hf_touched *hf_import_touched(const hf_touched_rows *rows,
                                    int64_t row); // NULL = it was there before

// import_rules.c: files and their bytes; rows that name records of other kinds.
bool hf_import_take_content(void *state, hf_str sha256, hf_str bytes, hf_error *err) HF_CHECKED;
// *is_refused: *fault says why.
bool hf_import_judge_file(hf_import_state *state, const hf_attachment *file, bool *is_refused,
                          hf_error *fault, hf_error *err) HF_CHECKED;
// Once the rows are stored and the bulk is closed.
bool hf_import_keep_files(hf_import_state *state, hf_error *err) HF_CHECKED;
void hf_import_forget_files(hf_import_state *state);
void hf_import_note_named(hf_import_state *state, const hf_noun *noun, const hf_touched *touched);
bool hf_import_judge_named(hf_import_state *state, hf_error *err) HF_CHECKED;
// Once the bulk is closed: what belongs to an assessment or a bulletin follows it.
bool hf_import_settle_named(hf_import_state *state, hf_error *err) HF_CHECKED;

// import_changes.c: what a dry run says of single records. Notes what the last put of the bulk did.
bool hf_import_note_change(hf_import_state *state, const hf_noun *noun, hf_bulk_outcome outcome,
                           uint64_t line, hf_error *err) HF_CHECKED;
// Before and after of what was noted, once all stands in the transaction.
bool hf_import_tell_changes(hf_import_state *state, hf_error *err) HF_CHECKED;
void hf_import_write_changes(const hf_import_result *result, hf_json_writer *out);

// import_links.c: looks at one dependency after the other, then refuses the rows to blame for links that fit no
// layer. Links that did not fit before, and that the import leaves alone, are no business of it.
typedef struct {
    int64_t row, supplier, consumer;
    hf_link_verdict verdict;
} hf_unfit_link;
typedef struct {
    int64_t asset;
    const hf_touched *touched;
} hf_touched_seat;
typedef struct {
    hf_arena *arena;
    hf_membership members;
    HF_VEC(hf_unfit_link) unfit;
    HF_VEC(hf_touched_seat) seats; // layer rows of this import, by asset
} hf_link_judging;
// Errors: of the store
bool hf_import_links_begin(hf_import_state *state, hf_arena *arena, hf_link_judging *out,
                           hf_error *err) HF_CHECKED;
void hf_import_links_see(hf_link_judging *judging, const hf_plan_dependency *dependency);
bool hf_import_links_end(hf_import_state *state, hf_link_judging *judging,
                         hf_error *err) HF_CHECKED;
// Warns of each file whose places lie far from all of the register, and near it with the two swapped.
bool hf_import_judge_places(hf_import_state *state, hf_error *err) HF_CHECKED;
hf_import_counts *hf_import_counts_of(hf_import_result *result, const hf_noun *noun);

#endif
