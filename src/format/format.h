// SPDX-License-Identifier: Apache-2.0
//
// The one door of format/: foreign bytes ⇄ nouns. Reading goes in two steps. A format turns bytes into rows
// of named cells (`hf_row`); the mapping (mapping.c) turns a row into patches of nouns, by a recipe or by the
// nouns' own column names, and collects the faults of single rows. Writing takes records one by one.
// Nothing here knows the store: the caller (usecase/import.c, usecase/export.c) has the order of effects.
#ifndef HF_FORMAT_FORMAT_H
#define HF_FORMAT_FORMAT_H

#include "base/problems.h"
#include "model/noun.h"

// --- where bytes come from -------------------------------------------------------------------------------

typedef struct hf_input hf_input;

typedef struct {
    const char *path; // file to open; "-" = standard input
    const char *name; // as the user typed it, for problems and guesses; NULL = path
    const char
        *directory; // where look-up files named by recipes may lie; NULL = none allowed (uploads)
    uint64_t max_bytes; // 0 = HF_IMPORT_BYTES_MAX
} hf_input_options;

// Opens a file. A gzip file is unpacked on the way (bounded by HF_UNZIP_*).
// Errors: HF_ERR_NOT_FOUND "file.missing", HF_ERR_INPUT "file.unreadable", "file.is_directory"
bool hf_input_open(const hf_input_options *options, hf_input **out, hf_error *err) HF_CHECKED;
// The same over bytes in memory, which must outlive the input (tests, fuzz targets, small uploads).
hf_input *hf_input_of_bytes(hf_str name, hf_str bytes);
void hf_input_close(hf_input **input); // NULL inside does nothing; for HF_CLEANUP
hf_str hf_input_name(const hf_input *input);
// Bytes of the file read so far, and its size (0 = unknown: a pipe). For progress bars.
void hf_input_progress(const hf_input *input, uint64_t *done_bytes, uint64_t *total_bytes);
// SHA-256 (lower-case hex) over the file as it lies on disk. False before the end was read.
bool hf_input_digest(const hf_input *input, char hex[65]);

// --- the table model -------------------------------------------------------------------------------------

// One table inside a file: the file itself (CSV), a sheet, a GIS layer, a section of a network file.
typedef struct {
    hf_str layer;        // name of the sheet, layer or section; empty for a plain table
    const hf_str *names; // column names, trimmed; "1", "2", … when the file has no header
    size_t count;
    bool has_header;
} hf_table;

typedef struct {
    uint64_t line; // 1-based physical line where the record starts; feature number for GIS
    const hf_str
        *cells; // table->count views, valid until the call returns; ptr NULL = not given here
    bool
        has_place; // of the geometry (a point, or a point that represents a line or an area), WGS 84
    double lon, lat;
    hf_str geometry; // as GeoJSON, empty when there is none or it is a plain point
} hf_row;

// Where a format delivers to. `table` comes before the first row, and again when a new table starts or new
// columns turn up (then the old columns keep their positions). Both return false to stop, with err filled.
typedef struct {
    void *context;
    bool (*table)(void *context, const hf_table *table, hf_error *err);
    bool (*row)(void *context, const hf_row *row, hf_error *err);
    hf_problems
        *problems; // for faults of single rows that the format itself sees (wrong number of cells)
    uint64_t refused_count; // rows that the format itself refused
} hf_row_sink;

// How to read a table whose form cannot be guessed; zero = guess. A recipe fills this.
typedef struct {
    char delimiter;      // ',' ';' '\t' '|' or 0
    char quote;          // '"' by default; '\'' for some
    bool no_header;      // the first line is data
    bool decimal_comma;  // numbers as 1,5
    bool is_western;     // the text is Windows-1252 or Latin-1, not UTF-8
    uint64_t skip_lines; // before the header
    hf_str crs;          // "EPSG:27700" when the file does not say; empty = WGS 84
    hf_str x, y;         // columns with coordinates in that system (tables only)
    hf_str layer;        // read this layer only; empty = all
} hf_read_options;

// --- where bytes go --------------------------------------------------------------------------------------

typedef struct {
    void *context;
    bool (*write)(void *context, hf_str bytes, hf_error *err);
} hf_output;

// Records one by one, grouped by noun, each noun in key order; *record NULL at the end. The record is valid
// until the next call. `rewind` starts over: tables need one pass to learn the names of all attributes.
typedef struct {
    void *context;
    bool (*next)(void *context, const hf_noun **noun, const void **record, hf_error *err);
    bool (*rewind)(void *context, hf_error *err);
} hf_record_source;

typedef struct {
    hf_record_source records;
    // The bytes of a file of the records, by its SHA-256; ptr NULL: they are gone. For formats that carry files.
    bool (*content)(void *context, hf_str sha256, hf_arena *arena, hf_str *out, hf_error *err);
    void *content_context;
    hf_output output;
    hf_str title;        // of the document, where the format has a place for one
    hf_str digest;       // snapshot digest, written into dumps; may be empty
    hf_str created;      // RFC 3339, where the format has a place for one; may be empty
    hf_str made_for;     // names the reader, where the format has a place for it; may be empty
    hf_str mark;         // the same in short, for each row of a table
    const hf_noun *noun; // the only noun of a one-noun format (CSV); NULL = all that come
} hf_write_request;

// The column of tables that names the reader of each row; reading leaves it out.
#define HF_MADE_FOR_COLUMN "_made_for"

typedef struct hf_format hf_format;
typedef struct hf_read_request hf_read_request; // below
typedef struct hf_read_result hf_read_result;

// --- formats ---------------------------------------------------------------------------------------------

struct hf_format {
    const char *name;       // "csv": --as, ?as=
    const char *title;      // English; translated as `format.<name>`
    const char *media_type; // of what is written
    const char *extension;  // "csv"
    bool one_noun;          // write takes records of a single noun
    // How sure this format is, 0 (not mine) to 100, from the name and the first bytes (at most 4096).
    int (*looks_like)(hf_str name, hf_str head);
    // Delivers all rows. err is for faults of the whole file, with its line.
    bool (*read)(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                 hf_error *err);                                   // NULL = cannot be read
    bool (*write)(const hf_write_request *request, hf_error *err); // NULL = cannot be written
    // Formats that hold records rather than rows (dump) deliver patches themselves; then read is NULL.
    bool (*read_patches)(const hf_read_request *request, hf_read_result *out, hf_error *err);
};

extern const hf_format *const hf_formats[];   // NULL-ended, made from the list in meson.build
const hf_format *hf_format_find(hf_str name); // NULL when unknown
// The format of an input by its name and first bytes. Errors: HF_ERR_INPUT "format.unknown"
bool hf_format_guess(hf_input *input, const hf_format **out, hf_error *err) HF_CHECKED;

// --- recipes ---------------------------------------------------------------------------------------------

typedef struct hf_import_recipe hf_import_recipe; // parsed; model/recipe.h has the stored record
typedef struct {
    hf_arena *arena;
    HF_VEC(const hf_import_recipe *) list;
} hf_recipes;

// All recipes that ship with the program (content/recipes/*.json), parsed. Owned by the arena.
bool hf_recipes_load(hf_arena *arena, hf_recipes *out, hf_error *err) HF_CHECKED;
// Parses one recipe. Errors: HF_ERR_INPUT "recipe.*", source = JSON pointer.
bool hf_recipe_parse(hf_str json, hf_arena *arena, const hf_import_recipe **out,
                     hf_error *err) HF_CHECKED;
void hf_recipes_add(hf_recipes *recipes,
                    const hf_import_recipe *recipe); // a user's own; replaces one of the same name
const hf_import_recipe *hf_recipe_find(const hf_recipes *recipes, hf_str name); // NULL when unknown
hf_str hf_recipe_name(const hf_import_recipe *recipe);
hf_str hf_recipe_title(const hf_import_recipe *recipe);
hf_str hf_recipe_json(const hf_import_recipe *recipe); // its source text
typedef struct {
    hf_str name, value;
} hf_parameter;
typedef HF_VEC(hf_parameter) hf_parameters;
// "name:country=PT,layer=grid" → the recipe's name and its parameters; text without ':' is the plain name.
// Errors: HF_ERR_USAGE "recipe.parameter_form"
bool hf_recipe_split_name(hf_str text, hf_arena *arena, hf_str *name, hf_parameters *parameters,
                          hf_error *err) HF_CHECKED;

// --- reading records -------------------------------------------------------------------------------------

// Another file of the same import, for formats whose files draw on one another.
typedef struct {
    const char *path, *name;
} hf_companion;

struct hf_read_request {
    hf_input *input;
    const hf_companion *companions;
    size_t companion_count;
    const hf_format *format;        // NULL = guessed
    const hf_noun *noun;            // --as; NULL = by recipe, file name, or columns
    const hf_import_recipe *recipe; // --recipe; NULL = guessed from `recipes`
    const hf_parameter *parameters; // of the recipe
    size_t parameter_count;
    const hf_recipes *recipes; // may be NULL: no guessing
    hf_problems *problems; // faults of single rows; a row with a HF_REFUSED one is not delivered
    // Takes one patch. record and all texts are borrowed until it returns. key is set and not empty;
    // present bits tell what the file said; fields are checked one by one, hf_noun_check is the taker's.
    void *context;
    bool (*take)(void *context, const hf_patch *patch, uint64_t line, hf_error *err);
    // Told of each row that is not delivered because of a problem. noun NULL: the row does not say what it is.
    // May be NULL.
    void (*refused)(void *context, const hf_noun *noun);
    // The bytes of a file, before the record that names them by their SHA-256, which was looked after. Borrowed until it
    // returns. NULL: they are passed over.
    bool (*take_content)(void *context, hf_str sha256, hf_str bytes, hf_error *err);
    // Called every few thousand rows; false stops with HF_ERR_STOPPED. May be NULL.
    bool (*progress)(void *context, uint64_t row_count);
};

struct hf_read_result {
    const hf_format *format;
    const hf_import_recipe *recipe; // NULL = plain columns
    uint64_t row_count;             // rows of the file
    uint64_t refused_count;         // rows that were not delivered because of a problem
    uint64_t skipped_count; // rows that the recipe leaves out (its filters, on_problem: skip)
    uint64_t patch_count;   // delivered
};

// Reads a whole input and delivers patches in file order. Cost: O(bytes) time; memory for the longest record
// plus 16–32 bytes per record (the set of keys seen).
// Errors  file faults: format.unknown, csv.*, geojson.*, file.*, recipe.*, noun.unknown; what take returned
bool hf_read_records(const hf_read_request *request, hf_read_result *out, hf_error *err) HF_CHECKED;

#endif
