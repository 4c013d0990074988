// SPDX-License-Identifier: Apache-2.0
//
// Reads an input into patches: finds the format and the recipe, then hands each row to the plain mapping or to
// the recipe. Faults of rows become problems here, with file, line and column; faults of the file end it.
#include "format/mapping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "format/csv.h"

enum { HEAD_BYTES = 65536, PROGRESS_ROWS = 4096 };

static bool fills_own_key(const hf_noun *noun)
{
    hf_arena scratch = {0};
    void *record = hf_noun_new(noun, &scratch);
    hf_error ignored = {0};
    for (size_t i = 1; i < noun->field_count; i++)
        if ((noun->fields[i].flags & HF_FIELD_REQUIRED) != 0 &&
            !hf_field_set_text(&noun->fields[i], record, HF_STR("1"), false, &scratch, &ignored))
            continue;
    if (noun->complete != NULL)
        noun->complete(record, &scratch);
    bool is_filled = ((const hf_head *)record)->key.len > 0;
    hf_arena_done(&scratch);
    return is_filled;
}

const hf_target *hf_mapping_target(hf_mapping *m, const hf_noun *noun)
{
    size_t at = 0;
    while (hf_nouns[at] != noun)
        at++;
    hf_target *target = &m->targets[at];
    if (target->noun != NULL)
        return target;
    target->noun = noun;
    target->blank = hf_noun_new(noun, m->arena);
    target->makes_key = fills_own_key(noun);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (field->flags & HF_FIELD_LON) {
            target->lon = field;
            target->lon_index = i;
        }
        if (field->flags & HF_FIELD_LAT) {
            target->lat = field;
            target->lat_index = i;
        }
        if (strcmp(field->name, "boundary") == 0) {
            target->boundary = field;
            target->boundary_index = i;
        }
    }
    target->supplier = hf_noun_field(noun, HF_STR("supplier"), NULL);
    target->consumer = hf_noun_field(noun, HF_STR("consumer"), NULL);
    return target;
}

// Coordinates out of range get a code of their own: the usual cause is that they are swapped.
static const char *place_code(const hf_field *field, hf_str cell, bool decimal_comma)
{
    double value = 0;
    hf_arena scratch = {0};
    char *text = hf_str_z(&scratch, hf_str_trim(cell));
    for (char *p = text; decimal_comma && *p != '\0'; p++)
        if (*p == ',')
            *p = '.';
    bool is_number = hf_parse_double(hf_str_of(text), &value);
    hf_arena_done(&scratch);
    if (!is_number)
        return NULL;
    bool is_lat = (field->flags & HF_FIELD_LAT) != 0;
    return is_lat && fabs(value) > 90 && fabs(value) <= 180 ? "place.swapped"
                                                            : "place.out_of_range";
}

static void place_problem(hf_mapping *m, const char *code, hf_severity severity, uint64_t line,
                          hf_str column, hf_str value, bool is_lat)
{
    hf_problems_add(m->request->problems, severity, m->file, line, column, code,
                    strcmp(code, "place.swapped") == 0
                        ? "%.*s is no latitude, but it could be a longitude; are the two swapped?"
                    : is_lat ? "%.*s is no latitude in degrees (-90 to 90); convert to WGS 84"
                             : "%.*s is no longitude in degrees (-180 to 180); convert to WGS 84",
                    HF_STR_ARG(value));
}

bool hf_mapping_set(hf_mapping *m, const hf_field *field, void *record, hf_str cell, uint64_t line,
                    hf_str column, hf_severity severity)
{
    hf_error why;
    bool is_copied =
        field->type == HF_LIST || field->type == HF_JSON || (field->flags & HF_FIELD_AMOUNT) != 0;
    hf_error_clear(&why);
    if (hf_field_set_text(field, record, cell, m->decimal_comma, is_copied ? &m->scratch : NULL,
                          &why))
        return true;
    const char *code = (field->flags & (HF_FIELD_LON | HF_FIELD_LAT)) != 0
                           ? place_code(field, cell, m->decimal_comma)
                           : NULL;
    if (code != NULL)
        place_problem(m, code, severity, line, column, cell, (field->flags & HF_FIELD_LAT) != 0);
    else
        hf_problems_add(m->request->problems, severity, m->file, line, column, why.code, "%s",
                        why.message);
    return false;
}

bool hf_mapping_set_place(hf_mapping *m, const hf_target *target, hf_patch *patch,
                          const hf_row *row, hf_severity severity)
{
    char text[32];
    bool is_lat = !(fabs(row->lat) <= 90);
    if (is_lat || !(fabs(row->lon) <= 180)) {
        hf_str value = {text, hf_format_double(is_lat ? row->lat : row->lon, text)};
        bool is_swapped = is_lat && fabs(row->lat) <= 180 && fabs(row->lon) <= 90;
        place_problem(m, is_swapped ? "place.swapped" : "place.out_of_range", severity, row->line,
                      HF_STR("geometry"), value, is_lat);
        return false;
    }
    *(double *)hf_field_at(target->lon, patch->record) = row->lon;
    *(double *)hf_field_at(target->lat, patch->record) = row->lat;
    patch->present |= 1ull << target->lon_index | 1ull << target->lat_index;
    return true;
}

static bool feeds_itself(const hf_target *target, const void *record, hf_str *key)
{
    if (target->supplier == NULL || target->consumer == NULL)
        return false;
    *key = *(const hf_str *)hf_field_of(target->supplier, record);
    return key->len > 0 &&
           hf_str_equal(*key, *(const hf_str *)hf_field_of(target->consumer, record));
}

// Puts "-2", "-3" … behind a key that stood before. False when a thousand of them are taken.
static bool number_key(hf_mapping *m, const hf_target *target, hf_head *head)
{
    hf_str plain = head->key;
    for (unsigned number = 2; number < 1000 && plain.len + 4 <= HF_KEY_BYTES_MAX; number++) {
        head->key = hf_str_format(&m->scratch, "%.*s-%u", HF_STR_ARG(plain), number);
        if (hf_key_set_add(&m->keys, (uint64_t)(target - m->targets), head->key))
            return true;
    }
    head->key = plain;
    return false;
}

// A key that follows from other fields is missing because one of these is.
static void tell_missing_key(hf_mapping *m, const hf_target *target, const void *record,
                             uint64_t line, hf_severity severity)
{
    const hf_noun *noun = target->noun;
    for (size_t i = 1; target->makes_key && i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & HF_FIELD_REQUIRED) == 0 || !hf_field_is_empty(field, record))
            continue;
        hf_problems_add(m->request->problems, severity, m->file, line, hf_str_of(field->name),
                        "field.required", "%s is empty; every %s needs one", field->name,
                        noun->name);
        return;
    }
    hf_problems_add(m->request->problems, severity, m->file, line, HF_STR("key"),
                    "record.key_missing", "the row has no key; give each record its identifier");
}

hf_key_verdict hf_mapping_finish_key(hf_mapping *m, const hf_target *target, hf_patch *patch,
                                     uint64_t line, hf_recipe_repeat repeat, hf_severity severity)
{
    hf_head *head = patch->record;
    hf_problems *problems = m->request->problems;
    hf_str self;
    if (head->key.len == 0 && target->noun->complete != NULL)
        target->noun->complete(patch->record, &m->scratch);
    if (head->key.len == 0) {
        tell_missing_key(m, target, patch->record, line, severity);
        return HF_KEY_REFUSED;
    }
    if (head->key.len > HF_KEY_BYTES_MAX) {
        hf_problems_add(problems, severity, m->file, line, HF_STR("key"), "field.too_long",
                        "the key is longer than %u bytes; shorten it", HF_KEY_BYTES_MAX);
        return HF_KEY_REFUSED;
    }
    patch->present |= 1;
    if (feeds_itself(target, patch->record, &self)) {
        hf_problems_add(problems, severity, m->file, line, HF_STR("supplier"), "dependency.self",
                        "'%.*s' is its own supplier; name another supplier or drop the row",
                        HF_STR_ARG(self));
        return HF_KEY_REFUSED;
    }
    if (hf_key_set_add(&m->keys, (uint64_t)(target - m->targets), head->key))
        return HF_KEY_NEW;
    if (repeat == HF_REPEAT_FIRST)
        return HF_KEY_REPEATED;
    if (repeat == HF_REPEAT_NUMBER && number_key(m, target, head))
        return HF_KEY_NEW;
    hf_problems_add(problems, severity, m->file, line, HF_STR("key"), "record.key_repeated",
                    "the %s '%.*s' stands twice in this file; keep one of the rows",
                    target->noun->name, HF_STR_ARG(head->key));
    return HF_KEY_REFUSED;
}

void hf_mapping_refuse(hf_mapping *m, const hf_noun *noun)
{
    m->result->refused_count++;
    if (m->request->refused != NULL)
        m->request->refused(m->request->context, noun);
}

// Rows that the format refused before they came here are rows of the table that was announced last.
static void count_refused_by_format(hf_mapping *m)
{
    const hf_noun *noun = m->recipe == NULL              ? m->noun
                          : m->recipe->records.count > 0 ? m->recipe->records.items[0].noun
                                                         : NULL;
    for (; m->refused_told < m->sink.refused_count; m->refused_told++) {
        m->result->row_count++;
        hf_mapping_refuse(m, noun);
    }
}

bool hf_mapping_deliver(hf_mapping *m, const hf_patch *patch, uint64_t line, hf_error *err)
{
    m->result->patch_count++;
    return m->request->take(m->request->context, patch, line, err) ||
           hf_fail_at(err, m->z_file, line, NULL);
}

hf_bound_attribute hf_mapping_attribute(hf_mapping *m, hf_str name, size_t column)
{
    hf_buf quoted = hf_buf_of(HF_LINE_BYTES_MAX);
    hf_json_quote(&quoted, name);
    hf_buf_add_byte(&quoted, ':');
    hf_bound_attribute bound = {.name = name, .column = column};
    bound.quoted = hf_buf_copy(&m->table_arena, &quoted);
    hf_buf_done(&quoted);
    return bound;
}

static int by_name(const void *a, const void *b)
{
    return hf_str_compare(((const hf_bound_attribute *)a)->name,
                          ((const hf_bound_attribute *)b)->name);
}

void hf_mapping_sort_attributes(hf_bound_attribute *attributes, size_t count)
{
    if (count > 1)
        qsort(attributes, count, sizeof attributes[0], by_name);
}

// --- the sink --------------------------------------------------------------------------------------------

static bool has_text_rows(const hf_format *format)
{
    return strcmp(format->name, "csv") == 0;
}

// The recipe that fits best; two that fit equally well are no guess.
static void guess_recipe(hf_mapping *m, const hf_table *table)
{
    const hf_recipes *recipes = m->request->recipes;
    int best = 0;
    for (size_t i = 0; recipes != NULL && i < recipes->list.count; i++) {
        const hf_import_recipe *recipe = recipes->list.items[i];
        int score = hf_recipe_score(recipe, m->result->format, m->file, table);
        if (score > best) {
            best = score;
            m->recipe = recipe;
        } else if (score == best && score > 0) {
            m->recipe = NULL;
        }
    }
}

static bool start_recipe(hf_mapping *m, hf_error *err)
{
    m->result->recipe = m->recipe;
    return hf_recipe_run_open(&m->run, m->recipe, m->request->input, m->request->parameters,
                              m->request->parameter_count, m->arena, &m->scratch, err);
}

static bool on_table(void *context, const hf_table *table, hf_error *err)
{
    hf_mapping *m = context;
    bool may_guess = m->recipe == NULL && m->request->noun == NULL && m->plans == NULL &&
                     hf_noun_by_file(hf_file_stem(m->file)) == NULL;
    count_refused_by_format(m);
    // Layers that come mixed announce their tables again and again: each starts afresh.
    hf_arena_reset(&m->table_arena);
    m->table = *table;
    if (may_guess && !has_text_rows(m->result->format)) {
        guess_recipe(m, table);
        if (m->recipe != NULL && !start_recipe(m, err))
            return false;
    }
    if (m->recipe != NULL && m->recipe->names.count > 0 && !table->has_header &&
        table->count >= m->recipe->names.count) {
        hf_str *names = HF_NEW_N(&m->table_arena, hf_str, table->count);
        for (size_t i = 0; i < table->count; i++)
            names[i] = i < m->recipe->names.count ? m->recipe->names.items[i] : table->names[i];
        m->table.names = names;
    }
    return m->recipe != NULL ? hf_mapping_recipe_table(m, err) : hf_mapping_plain_table(m, err);
}

static bool on_row(void *context, const hf_row *row, hf_error *err)
{
    hf_mapping *m = context;
    uint64_t count = ++m->result->row_count;
    if (count > HF_IMPORT_ROWS_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "file.too_many_rows",
                       "the file has more than %llu rows; cut it in parts", HF_IMPORT_ROWS_MAX);
    if (count % PROGRESS_ROWS == 0 && m->request->progress != NULL &&
        !m->request->progress(m->request->context, count))
        return hf_fail(err, HF_ERR_STOPPED, "import.stopped", "stopped");
    hf_arena_reset(&m->scratch);
    hf_buf_clear(&m->attributes);
    return m->recipe != NULL ? hf_mapping_recipe_row(m, row, err)
                             : hf_mapping_plain_row(m, row, err);
}

// --- the whole file --------------------------------------------------------------------------------------

// A table in text form must be known before it is read: its recipe says how to cut it.
static bool guess_text_recipe(hf_mapping *m, hf_error *err)
{
    const hf_recipes *recipes = m->request->recipes;
    hf_str head;
    bool at_end = false;
    int best = 0;
    if (!hf_input_window(m->request->input, HEAD_BYTES, HEAD_BYTES, &head, &at_end, err))
        return false;
    head = hf_str_slice(head, 0, HEAD_BYTES);
    for (size_t i = 0; i < recipes->list.count; i++) {
        const hf_import_recipe *recipe = recipes->list.items[i];
        hf_arena scratch = {0};
        hf_table table = {.has_header = !recipe->read.no_header};
        hf_str *cells = NULL;
        int score = 0;
        if (hf_csv_first_record(head, &recipe->read, &scratch, &cells, &table.count)) {
            table.names = cells;
            score = hf_recipe_score(recipe, m->result->format, m->file, &table);
        }
        hf_arena_done(&scratch);
        if (score > best) {
            best = score;
            m->recipe = recipe;
        } else if (score == best && score > 0) {
            m->recipe = NULL;
        }
    }
    return true;
}

static bool prepare_text(hf_mapping *m, hf_read_options *options, hf_error *err)
{
    hf_str head;
    bool at_end = false;
    if (!hf_input_window(m->request->input, HEAD_BYTES, HEAD_BYTES, &head, &at_end, err))
        return false;
    if (options->delimiter == '\0')
        options->delimiter = hf_csv_sniff_delimiter(hf_str_slice(head, 0, HEAD_BYTES),
                                                    options->quote != '\0' ? options->quote : '"');
    // Where the semicolon parts the cells, the comma is free for decimals.
    m->decimal_comma = options->decimal_comma || options->delimiter == ';';
    return true;
}

static bool read_table(hf_mapping *m, hf_error *err)
{
    hf_read_options options = {0};
    const hf_read_request *request = m->request;
    const hf_format *format = m->result->format;
    bool is_text = has_text_rows(format);
    m->recipe = request->recipe;
    if (is_text && m->recipe == NULL && request->noun == NULL && request->recipes != NULL &&
        hf_noun_by_file(hf_file_stem(m->file)) == NULL && !guess_text_recipe(m, err))
        return false;
    if (m->recipe != NULL) {
        options = m->recipe->read;
        if (!start_recipe(m, err))
            return false;
        const hf_format *wanted = hf_format_find(m->recipe->format);
        bool is_projected = options.crs.len > 0 && is_text;
        if (is_projected)
            wanted = hf_format_find(HF_STR("gdal"));
        if (is_projected && wanted == NULL)
            return hf_fail(err, HF_ERR_INPUT, "format.no_reader",
                           "this recipe converts coordinates, which this build cannot do; install "
                           "holdfast-gdal");
        if (wanted != NULL)
            m->result->format = format = wanted;
        is_text = has_text_rows(format);
    }
    if (is_text && !prepare_text(m, &options, err))
        return false;
    if (format->read == NULL)
        return hf_fail(err, HF_ERR_INPUT, "format.not_readable",
                       "%s files can be written but not read; choose another format, such as CSV",
                       format->title);
    return format->read(request->input, &options, &m->sink, err);
}

bool hf_read_records(const hf_read_request *request, hf_read_result *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_mapping m = {.request = request, .result = out, .arena = &arena};
    *out = (hf_read_result){.format = request->format};
    m.file = hf_input_name(request->input);
    m.z_file = hf_str_z(&arena, m.file);
    if (out->format == NULL && request->recipe != NULL && request->recipe->format.len > 0)
        out->format = hf_format_find(request->recipe->format);
    if (out->format == NULL && !hf_format_guess(request->input, &out->format, err))
        return false;
    if (out->format->read_patches != NULL)
        return out->format->read_patches(request, out, err);
    while (hf_nouns[m.noun_count] != NULL)
        m.noun_count++;
    m.targets = HF_NEW_N(&arena, hf_target, m.noun_count);
    m.attributes = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX * 4);
    m.sink = (hf_row_sink){
        .context = &m, .table = on_table, .row = on_row, .problems = request->problems};
    bool ok = read_table(&m, err);
    count_refused_by_format(&m);
    hf_buf_done(&m.attributes);
    hf_arena_done(&m.scratch);
    hf_arena_done(&m.table_arena);
    hf_key_set_done(&m.keys);
    return ok || hf_fail_at(err, m.z_file, 0, NULL);
}
