// SPDX-License-Identifier: Apache-2.0
//
// Lists: declared filters and sorts, a box, search, keyset pages, counts that are exact to 10,000.
// Records without a value of the sort field come last in both directions: a page is made of a full part and,
// behind it, an empty part. Which index leads is decided by counting what each filter would leave.
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "model/asset.h"
#include "store/internal.h"

// Places that hold so few records are read by their indexes for a page.
enum { SCOPE_PAGE_MAX = HF_COUNT_EXACT_MAX };
// So few known records are fetched and sorted sooner than they are met in an order.
enum { ROWS_LEAD_MAX = 2000 };
enum { FILTERS_MAX = 32, VALUES_MAX = 200, TEXT_BYTES_MAX = 1 << 20, CURSOR_BYTES_MAX = 8192 };
enum { AREA_BYTES_MAX = 1 << 24 }; // four numbers an edge

typedef struct {
    bool is_null;
    hf_value value;
} bound_value;

typedef struct {
    hf_read *read;
    const hf_noun_sql *sql;
    const hf_query *query;
    hf_arena *arena;
    hf_sql_filter filters[FILTERS_MAX];
    size_t filter_count;
    size_t own_filter_count; // those of the asker; behind them stand those of the access rule
    hf_value values[VALUES_MAX];
    size_t value_count;
    hf_str match;    // the search question
    hf_str area;     // as the database reads it
    bool is_nothing; // can have no hit: a search without a searchable word
    uint64_t
        counted_alone; // what the last filter leaves by itself, up to one above the exact; 0 = not counted
    hf_sql_list_shape shape;
    hf_value *sight_values;
    size_t sight_value_count;
    bool has_scope_indexes;
    uint64_t scope_rows; // in the places of the sight, up to one above SCOPE_PAGE_MAX
    hf_kept_rows *rows;  // in use; NULL: none
    // cursor
    hf_sql_part part;
    hf_value sort_value, tie;
    uint64_t ranked_offset;
} list_job;

static bool fail_field(hf_str name, hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "query.field", "cannot filter or sort by '%.*s'",
                   HF_STR_ARG(name));
}

static bool fail_cursor(hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "query.cursor",
                   "this cursor belongs to another list; begin without a cursor");
}

// --- values ----------------------------------------------------------------------------------------------

static hf_value value_of(const hf_field *field, const void *record)
{
    const void *at = hf_field_of(field, record);
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        return (hf_value){.type = HF_VALUE_TEXT, .text = *(const hf_str *)at};
    case HF_WORD:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = *(const int32_t *)at};
    case HF_INTEGER:
    case HF_TIME:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = *(const int64_t *)at};
    case HF_NUMBER:
        return (hf_value){.type = HF_VALUE_DOUBLE, .number = *(const double *)at};
    case HF_BOOL:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = *(const bool *)at ? 1 : 0};
    }
    return (hf_value){.type = HF_VALUE_NULL};
}

static bool parse_value(list_job *job, const hf_field *field, hf_str text, hf_value *out,
                        hf_error *err)
{
    void *record = hf_noun_new(job->sql->noun, job->arena);
    if (!hf_field_set_text(field, record, text, false, job->arena, err)) {
        err->kind = HF_ERR_USAGE;
        err->code = "query.value";
        return false;
    }
    *out = value_of(field, record);
    return true;
}

static bool is_declared(const hf_field *field)
{
    return field->type == HF_KEY || (field->flags & HF_FIELD_FILTER) != 0;
}

static hf_str end_of(hf_arena *arena, hf_str prefix)
{
    char *bytes = hf_arena_take(arena, prefix.len + 4);
    memcpy(bytes, prefix.ptr, prefix.len);
    memcpy(bytes + prefix.len, "\xf4\x8f\xbf\xbf", 4); // U+10FFFF: above every text that goes on
    return (hf_str){bytes, prefix.len + 4};
}

static bool add_value(list_job *job, hf_value value, hf_error *err)
{
    if (job->value_count == VALUES_MAX)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "more than %d filter values", VALUES_MAX);
    job->values[job->value_count++] = value;
    return true;
}

// Each word with the spaces around it, as sql_gen.c looks for it.
static bool add_words(list_job *job, hf_sql_filter *filter, hf_str words, hf_error *err)
{
    hf_str word;
    while (hf_str_split(&words, ' ', &word)) {
        if (word.len == 0)
            continue;
        hf_value value = {.type = HF_VALUE_TEXT,
                          .text = hf_str_format(job->arena, " %.*s ", HF_STR_ARG(word))};
        if (!add_value(job, value, err))
            return false;
        filter->value_count++;
    }
    return true;
}

// "EN,HE": one of these beginnings.
static bool add_beginnings(list_job *job, hf_sql_filter *filter, hf_str words, hf_error *err)
{
    hf_str word;
    do {
        size_t comma = hf_str_find_byte(words, ',', 0);
        word = hf_str_slice(words, 0, comma);
        words = hf_str_slice(words, comma + 1, words.len);
        hf_value from = {.type = HF_VALUE_TEXT, .text = word};
        hf_value to = {.type = HF_VALUE_TEXT, .text = end_of(job->arena, word)};
        if (!add_value(job, from, err) || !add_value(job, to, err))
            return false;
        filter->value_count += 2;
    } while (words.len > 0);
    return true;
}

static bool add_filter(list_job *job, size_t index, hf_error *err)
{
    const hf_filter *given = &job->query->filters[index];
    hf_sql_filter *filter = &job->filters[job->filter_count];
    hf_value value = {.type = HF_VALUE_NULL};
    bool is_within =
        given->how == HF_WITHIN && given->field != NULL && given->field->type == HF_LIST;
    if (given->field == NULL ||
        (!is_within && (given->how == HF_WITHIN || !is_declared(given->field))))
        return fail_field(hf_str_of(given->field != NULL ? given->field->name : "?"), err);
    for (size_t i = 0; given->how == HF_IS && i < index; i++)
        if (job->query->filters[i].field == given->field && job->query->filters[i].how == HF_IS)
            return true; // taken together with the first of its kind
    if (job->filter_count == FILTERS_MAX)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "more than %d filters", FILTERS_MAX);
    *filter = (hf_sql_filter){.field = given->field, .how = (int)given->how};
    job->filter_count++;
    if (given->how == HF_IS_EMPTY || given->how == HF_NOT_EMPTY)
        return true;
    if (is_within)
        return add_words(job, filter, given->value, err);
    if (given->how == HF_BEGINS)
        return add_beginnings(job, filter, given->value, err);
    int32_t left_out = hf_sql_left_out(job->sql, given->field);
    for (size_t i = index; i < job->query->filter_count; i++) {
        const hf_filter *other = &job->query->filters[i];
        if (i != index &&
            (given->how != HF_IS || other->field != given->field || other->how != HF_IS))
            continue;
        if (!parse_value(job, given->field, other->value, &value, err) ||
            !add_value(job, value, err))
            return false;
        filter->is_default |= value.type == HF_VALUE_INTEGER && value.integer == left_out;
        filter->value_count++;
    }
    return true;
}

// --- cursors ---------------------------------------------------------------------------------------------
// "f" or "e" (full or empty part), the sort value and the tie as JSON; "r" and an offset for ranked lists.

static void add_json_value(hf_json_writer *json, const hf_value *value)
{
    switch (value->type) {
    case HF_VALUE_NULL:
        hf_json_add_null(json);
        break;
    case HF_VALUE_INTEGER:
        hf_json_add_i64(json, value->integer);
        break;
    case HF_VALUE_DOUBLE:
        hf_json_add_double(json, value->number);
        break;
    case HF_VALUE_TEXT:
    case HF_VALUE_BLOB:
        hf_json_add_str(json, value->text);
        break;
    }
}

static hf_value from_json(const hf_json *value)
{
    switch (value->type) {
    case HF_JSON_INT:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = value->integer};
    case HF_JSON_DOUBLE:
        return (hf_value){.type = HF_VALUE_DOUBLE, .number = value->number};
    case HF_JSON_TEXT:
        return (hf_value){.type = HF_VALUE_TEXT, .text = value->text};
    case HF_JSON_NULL:
    case HF_JSON_BOOL:
    case HF_JSON_ARRAY:
    case HF_JSON_OBJECT:
        break;
    }
    return (hf_value){.type = HF_VALUE_NULL};
}

static hf_value tie_of(const hf_noun_sql *sql, const hf_head *head)
{
    return sql->is_link ? (hf_value){.type = HF_VALUE_INTEGER, .integer = head->row}
                        : (hf_value){.type = HF_VALUE_TEXT, .text = head->key};
}

static hf_str cursor_after(const list_job *job, hf_sql_part part, const void *record)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(CURSOR_BYTES_MAX);
    hf_json_writer json = {.out = &text};
    const hf_field *sort = job->shape.sort;
    bool has_value = sort != NULL && part != HF_SQL_EMPTY_ONLY;
    hf_value value = has_value ? value_of(sort, record) : (hf_value){.type = HF_VALUE_NULL};
    hf_value tie = tie_of(job->sql, record);
    hf_json_begin_array(&json);
    hf_json_add_i64(&json, (int64_t)part);
    hf_json_add_str(&json, hf_str_of(sort != NULL ? sort->name : ""));
    add_json_value(&json, &value);
    add_json_value(&json, &tie);
    hf_json_end_array(&json);
    return hf_base64url(job->arena, hf_buf_str(&text));
}

static bool un_base64url(hf_str text, hf_arena *arena, hf_str *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *bytes = hf_arena_take(arena, text.len + 1);
    size_t count = 0;
    uint32_t bits = 0;
    unsigned bit_count = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.ptr[i] != '\0' ? strchr(digits, text.ptr[i]) : NULL;
        if (at == NULL)
            return false;
        bits = bits << 6 | (uint32_t)(at - digits);
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[count++] = (char)(bits >> bit_count & 0xff);
        }
    }
    *out = (hf_str){bytes, count};
    return true;
}

static bool read_cursor(list_job *job, hf_error *err)
{
    hf_str text = HF_STR_EMPTY;
    hf_json *list = NULL;
    hf_error ignored = {0};
    if (job->query->cursor.len > CURSOR_BYTES_MAX ||
        !un_base64url(job->query->cursor, job->arena, &text) ||
        !hf_json_parse(text, job->arena, &list, &ignored) || list->type != HF_JSON_ARRAY)
        return fail_cursor(err);
    if (job->shape.is_ranked) {
        if (list->child_count != 1 || list->child->type != HF_JSON_INT || list->child->integer < 0)
            return fail_cursor(err);
        job->ranked_offset = (uint64_t)list->child->integer;
        return true;
    }
    const char *sort = job->shape.sort != NULL ? job->shape.sort->name : "";
    if (list->child_count != 4 || list->child->type != HF_JSON_INT || list->child->integer < 0 ||
        list->child->integer > HF_SQL_EMPTY_ONLY || !hf_str_equal_z(list->child->next->text, sort))
        return fail_cursor(err);
    job->part = (hf_sql_part)list->child->integer;
    job->sort_value = from_json(list->child->next->next);
    job->tie = from_json(list->child->next->next->next);
    job->shape.has_cursor = true;
    return true;
}

static hf_str ranked_cursor(const list_job *job, uint64_t offset)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(64);
    hf_buf_add_format(&text, "[%llu]", (unsigned long long)offset);
    return hf_base64url(job->arena, hf_buf_str(&text));
}

// --- asking ----------------------------------------------------------------------------------------------

static void bind_value(hf_stmt *stmt, int position, const hf_value *value)
{
    stmt->conn->driver->bind(stmt->raw, position, value);
}

// Binds all but limit and offset; returns the last position used.
static int bind_all(const list_job *job, const hf_sql_list_shape *shape, hf_stmt *stmt)
{
    int position = 0;
    if (shape->has_text)
        for (size_t i = hf_sql_text_count(job->sql, shape->is_ranked); i > 0; i--)
            hf_stmt_text(stmt, ++position, job->match);
    for (size_t i = 0; i < job->value_count && shape->filter_count > 0; i++)
        bind_value(stmt, ++position, &job->values[i]);
    if (shape->has_scope || shape->has_ends || shape->has_rows)
        for (size_t i = 0; i < job->sight_value_count; i++)
            bind_value(stmt, ++position, &job->sight_values[i]);
    if (shape->has_box) {
        hf_stmt_double(stmt, ++position, job->query->west);
        hf_stmt_double(stmt, ++position, job->query->south);
        hf_stmt_double(stmt, ++position, job->query->east);
        hf_stmt_double(stmt, ++position, job->query->north);
    }
    if (shape->has_area)
        hf_stmt_text(stmt, ++position, job->area);
    if (shape->has_cursor) {
        if (shape->sort != NULL && shape->part != HF_SQL_EMPTY_ONLY)
            bind_value(stmt, ++position, &job->sort_value);
        bind_value(stmt, ++position, &job->tie);
    }
    return position;
}

static bool prepare(const list_job *job, const hf_sql_list_shape *shape, hf_stmt **out,
                    hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    hf_sql_list(job->sql, shape, &text);
    hf_buf_add_byte(&text, '\0');
    HF_ASSERT(!text.overflow);
    return hf_stmt_once(job->read->conn, text.ptr, out, err);
}

// --- counts ----------------------------------------------------------------------------------------------
// The same lists come again and again, and their counts are the dearest part: kept until the data change.

static void add_question_value(const hf_value *value, hf_buf *out)
{
    hf_buf_add_format(out, "\n%d ", (int)value->type);
    switch (value->type) {
    case HF_VALUE_NULL:
        break;
    case HF_VALUE_INTEGER:
        hf_buf_add_i64(out, value->integer);
        break;
    case HF_VALUE_DOUBLE:
        hf_buf_add_double(out, value->number);
        break;
    case HF_VALUE_TEXT:
    case HF_VALUE_BLOB:
        hf_buf_add_format(out, "%zu ", value->text.len);
        hf_buf_add_str(out, value->text);
        break;
    }
}

static hf_value text_value(hf_str text)
{
    return (hf_value){.type = HF_VALUE_TEXT, .text = text};
}

// In place of the set of rows, which follows from it.
static void add_question_sight(const list_job *job, hf_buf *out)
{
    hf_sha256 hash = hf_sets_question(job->sql->noun, job->query->sight);
    const hf_value value = text_value((hf_str){(const char *)hash.bytes, sizeof hash.bytes});
    add_question_value(&value, out);
}

static hf_sha256 question_of(const list_job *job, const hf_sql_list_shape *shape, int64_t limit)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 22);
    const double box[] = {job->query->west, job->query->south, job->query->east, job->query->north};
    const hf_value last = {.type = HF_VALUE_INTEGER, .integer = limit};
    const hf_value match = text_value(job->match), area = text_value(job->query->area);
    hf_sql_list(job->sql, shape, &text);
    add_question_value(&match, &text);
    for (size_t i = 0; i < job->value_count && shape->filter_count > 0; i++)
        add_question_value(&job->values[i], &text);
    for (size_t i = 0; i < job->sight_value_count && !shape->has_rows; i++)
        add_question_value(&job->sight_values[i], &text);
    if (shape->has_rows)
        add_question_sight(job, &text);
    for (size_t i = 0; i < HF_COUNT(box) && shape->has_box; i++)
        add_question_value(&(hf_value){.type = HF_VALUE_DOUBLE, .number = box[i]}, &text);
    add_question_value(&area, &text);
    add_question_value(&last, &text);
    HF_ASSERT(!text.overflow);
    return hf_sha256_of(hf_buf_str(&text));
}

static hf_kept_count *place_of(hf_store *store, const hf_sha256 *question)
{
    size_t at = (size_t)question->bytes[0] << 8 | question->bytes[1];
    return &store->counts[at % HF_KEPT_COUNTS];
}

static bool find_count(const list_job *job, const hf_sha256 *question, uint64_t *out)
{
    hf_store *store = job->read->store;
    (void)pthread_mutex_lock(&store->pool_lock);
    const hf_kept_count *kept = place_of(store, question);
    bool is_there = kept->data_version == hf_read_data_version(job->read) &&
                    memcmp(kept->question.bytes, question->bytes, sizeof question->bytes) == 0;
    if (is_there)
        *out = kept->count;
    (void)pthread_mutex_unlock(&store->pool_lock);
    return is_there;
}

static void keep_count(const list_job *job, const hf_sha256 *question, uint64_t count)
{
    hf_store *store = job->read->store;
    (void)pthread_mutex_lock(&store->pool_lock);
    *place_of(store, question) = (hf_kept_count){hf_read_data_version(job->read), *question, count};
    (void)pthread_mutex_unlock(&store->pool_lock);
}

// What changes without a new data version (users, jobs, runs …), what a transaction sees, and what is left behind a
// cursor is counted each time.
static bool is_kept(const list_job *job, bool has_cursor)
{
    return !has_cursor && job->sql->is_data && job->read->tx == NULL &&
           hf_read_data_version(job->read) > 0;
}

static bool count_up_to(const list_job *job, const hf_sql_list_shape *given, int64_t limit,
                        uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_sql_list_shape shape = *given;
    hf_sha256 question = {0};
    bool has_row = false;
    shape.what = HF_SQL_COUNT;
    if (is_kept(job, shape.has_cursor)) {
        question = question_of(job, &shape, limit);
        if (find_count(job, &question, out))
            return true;
    }
    if (!prepare(job, &shape, &stmt, err))
        return false;
    int position = bind_all(job, &shape, stmt);
    hf_stmt_i64(stmt, position + 1, limit);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row ? (uint64_t)hf_stmt_get_i64(stmt, 0) : 0;
    if (is_kept(job, shape.has_cursor))
        keep_count(job, &question, *out);
    return true;
}

// How many records one filter alone would leave, up to a limit.
static bool count_filter(const list_job *job, size_t index, uint64_t *out, hf_error *err)
{
    list_job one = *job;
    size_t first = 0;
    one.sight_value_count = 0; // else the question of a filter alone would hold all bits of the set
    for (size_t i = 0; i < index; i++)
        first += job->filters[i].value_count;
    one.value_count = job->filters[index].value_count;
    memcpy(one.values, job->values + first, one.value_count * sizeof(one.values[0]));
    hf_sql_list_shape shape = {.filters = &job->filters[index], .filter_count = 1};
    return count_up_to(&one, &shape, HF_COUNT_EXACT_MAX + 1, out, err);
}

// Does this filter of the access rule drop a record at all? Seen by an index that holds the exceptions only.
static bool hides_some(const list_job *job, const hf_noun_sql *sql, const hf_sql_filter *filter,
                       const hf_value *value, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int32_t left_out = hf_sql_left_out(sql, filter->field);
    bool is_marking = filter->how == HF_AT_MOST && left_out >= 0 && value->integer >= left_out;
    *out = true;
    if ((filter->how != HF_WITHIN && !is_marking) || !hf_sql_has_index(sql, filter->field))
        return true;
    hf_sql_hidden(sql, filter->field, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(job->read->conn, text.ptr, &stmt, err))
        return false;
    if (is_marking)
        bind_value(stmt, 1, value);
    return hf_stmt_step(stmt, out, err);
}

// Leaves out the filters that drop nothing: most registers hide nothing, and then lists and counts need not look at
// each record.
static bool drop_idle_filters(list_job *job, hf_error *err)
{
    size_t kept = 0, from = 0, to = 0, own_kept = 0;
    for (size_t i = 0; i < job->filter_count; i++) {
        hf_sql_filter filter = job->filters[i];
        size_t count = filter.value_count;
        bool is_needed = true;
        if (!hides_some(job, job->sql, &filter, &job->values[from], &is_needed, err))
            return false;
        if (is_needed) {
            memmove(&job->values[to], &job->values[from], count * sizeof(job->values[0]));
            job->filters[kept++] = filter;
            own_kept += i < job->own_filter_count;
            to += count;
        }
        from += count;
    }
    job->filter_count = kept;
    job->value_count = to;
    job->own_filter_count = own_kept;
    return true;
}

// --- sight -----------------------------------------------------------------------------------------------

// What marking and compartments hide, as filters behind the asker's own.
static bool add_protection(list_job *job, hf_error *err)
{
    const hf_noun *noun = job->sql->noun;
    const hf_sight *sight = job->query->sight;
    if (sight == NULL || hf_noun_belongs(noun) == HF_BELONGS_TO_ALL)
        return true;
    if (job->filter_count + 2 > FILTERS_MAX)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "more than %d filters", FILTERS_MAX - 2);
    hf_sql_filter *words = &job->filters[job->filter_count++];
    *words = (hf_sql_filter){.field = hf_noun_field(noun, HF_STR("compartments"), NULL),
                             .how = HF_WITHIN};
    if (!add_words(job, words, sight->compartments, err))
        return false;
    if (sight->clearance >= HF_TLP_RED)
        return true;
    job->filters[job->filter_count++] = (hf_sql_filter){
        .field = hf_noun_field(noun, HF_STR("marking"), NULL), .how = HF_AT_MOST, .value_count = 1};
    return add_value(job, (hf_value){.type = HF_VALUE_INTEGER, .integer = sight->clearance}, err);
}

// Is any asset hidden by its marking or a compartment?
static bool hides_assets(const list_job *job, const hf_sight *sight, bool *out, hf_error *err)
{
    const hf_noun_sql *assets = hf_noun_sql_of(job->read->store, &hf_noun_asset);
    hf_sql_filter words = {.field = hf_noun_field(&hf_noun_asset, HF_STR("compartments"), NULL),
                           .how = HF_WITHIN};
    hf_sql_filter marking = {.field = hf_noun_field(&hf_noun_asset, HF_STR("marking"), NULL),
                             .how = HF_AT_MOST,
                             .value_count = 1};
    hf_value clearance = {.type = HF_VALUE_INTEGER, .integer = sight->clearance};
    if (!hides_some(job, assets, &words, &clearance, out, err))
        return false;
    return *out || hides_some(job, assets, &marking, &clearance, out, err);
}

static bool count_scope(list_job *job, const hf_noun *noun, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_value *values = NULL;
    bool has_row = false;
    const hf_sight *sight = job->shape.sight;
    job->scope_rows = SCOPE_PAGE_MAX + 1;
    job->has_scope_indexes =
        hf_sql_scope_has_indexes(hf_noun_sql_of(job->read->store, noun), sight);
    if (!job->has_scope_indexes)
        return true;
    hf_sql_scope_count(hf_noun_sql_of(job->read->store, noun), sight, &text);
    hf_buf_add_byte(&text, '\0');
    HF_ASSERT(!text.overflow);
    if (!hf_stmt_once(job->read->conn, text.ptr, &stmt, err))
        return false;
    size_t count = hf_sql_scope_values(noun, sight, job->arena, &values);
    hf_buf_add_z(&text, "scope");
    for (size_t i = 0; i < count; i++)
        add_question_value(&values[i], &text);
    hf_sha256 question = hf_sha256_of(hf_buf_str(&text));
    if (is_kept(job, false) && find_count(job, &question, &job->scope_rows))
        return true;
    for (size_t i = 0; i < count; i++)
        bind_value(stmt, (int)i + 1, &values[i]);
    hf_stmt_i64(stmt, (int)count + 1, SCOPE_PAGE_MAX + 1);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    job->scope_rows = (uint64_t)hf_stmt_get_i64(stmt, 0);
    if (is_kept(job, false))
        keep_count(job, &question, job->scope_rows);
    return true;
}

// The set of what may be known, in place of all conditions of the access rule. *out false: there is none.
static bool take_rows(list_job *job, bool *out, hf_error *err)
{
    hf_sql_list_shape *shape = &job->shape;
    size_t value_count = 0;
    if (!hf_sets_take(job->read, job->sql, job->query->sight, &job->rows, err))
        return false;
    *out = job->rows != NULL;
    if (!*out)
        return true;
    for (size_t i = 0; i < job->own_filter_count; i++)
        value_count += job->filters[i].value_count;
    job->filter_count = shape->filter_count = job->own_filter_count;
    job->value_count = value_count;
    shape->has_rows = true;
    shape->has_scope = shape->has_ends = shape->is_narrowed = false;
    job->sight_values = HF_NEW(job->arena, hf_value);
    job->sight_values[0] = (hf_value){.type = HF_VALUE_BLOB,
                                      .text = {(const char *)job->rows->bits, job->rows->bytes}};
    job->sight_value_count = 1;
    return true;
}

static bool set_up_sight(list_job *job, hf_error *err)
{
    const hf_sight *sight = job->query->sight;
    hf_sql_list_shape *shape = &job->shape;
    bool is_guarded = false, has_rows = false;
    if (sight == NULL)
        return true;
    hf_belonging how = hf_noun_belongs(job->sql->noun);
    for (size_t i = 0; i < job->filter_count && how != HF_BELONGS_TO_ALL; i++)
        shape->is_narrowed |= i >= job->own_filter_count;
    if (how == HF_BELONGS_TO_ITS_ENDS && !hides_assets(job, sight, &is_guarded, err))
        return false;
    shape->sight = sight;
    shape->are_ends_guarded = is_guarded;
    shape->has_ends = how == HF_BELONGS_TO_ITS_ENDS && (is_guarded || !sight->is_national);
    shape->has_scope = how == HF_BELONGS_BY_FIELDS && !sight->is_national;
    if (!shape->has_ends && !shape->has_scope && !shape->is_narrowed)
        return true;
    if (!take_rows(job, &has_rows, err))
        return false;
    if (has_rows || (!shape->has_ends && !shape->has_scope))
        return true;
    shape->is_narrowed = true;
    job->sight_value_count = hf_sql_sight_values(job->sql, shape, job->arena, &job->sight_values);
    if (sight->is_national)
        return true;
    const hf_noun *noun = shape->has_ends ? &hf_noun_asset : job->sql->noun;
    if (!count_scope(job, noun, err))
        return false;
    shape->scope_by_index = !shape->has_text && job->scope_rows <= SCOPE_PAGE_MAX;
    return true;
}

// The index of the filter that leaves least leads, if it leaves little; else the order leads, and what the
// filters drop on the way is bounded by how much they keep.
static bool choose_driver(list_job *job, hf_error *err)
{
    uint64_t least = HF_COUNT_EXACT_MAX + 1;
    hf_sql_list_shape *shape = &job->shape;
    if (shape->has_text || job->read->state.live[job->sql->index] <= HF_COUNT_EXACT_MAX)
        return true;
    for (size_t i = 0; i < job->filter_count; i++) {
        const hf_sql_filter *filter = &job->filters[i];
        uint64_t count = 0;
        if (filter->how != HF_IS || filter->is_default ||
            !hf_sql_has_index(job->sql, filter->field))
            continue;
        if (!count_filter(job, i, &count, err))
            return false;
        job->counted_alone = count;
        if (count < least) {
            least = count;
            shape->driver = filter->field;
        }
    }
    return true;
}

// Do the known rows lead? When they are fewer than what the index of a filter or the box leaves; and links, which go in
// the order of their rows.
static void let_rows_lead(list_job *job)
{
    hf_sql_list_shape *shape = &job->shape;
    if (!shape->has_rows || shape->has_text || shape->box_by_index)
        return;
    bool is_own_order = job->sql->is_link && shape->sort == NULL && shape->driver == NULL;
    shape->rows_lead = is_own_order || (job->rows->count <= ROWS_LEAD_MAX && shape->driver == NULL);
}

// Filters that leave much: the order leads, if its index holds all values.
static const hf_field *driver_of_order(const list_job *job)
{
    const hf_field *sort = job->shape.sort;
    bool is_large = job->read->state.live[job->sql->index] > HF_COUNT_EXACT_MAX;
    if (job->shape.driver != NULL || sort == NULL || job->shape.has_text ||
        job->shape.box_by_index || job->shape.scope_by_index || job->shape.rows_lead || !is_large)
        return job->shape.driver;
    return hf_sql_has_index(job->sql, sort) && hf_sql_left_out(job->sql, sort) < 0 ? sort : NULL;
}

static bool choose_box(list_job *job, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const hf_query *query = job->query;
    bool has_row = false;
    hf_sql_box_count(job->sql, query->west > query->east, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(job->read->conn, text.ptr, &stmt, err))
        return false;
    hf_stmt_double(stmt, 1, query->west);
    hf_stmt_double(stmt, 2, query->south);
    hf_stmt_double(stmt, 3, query->east);
    hf_stmt_double(stmt, 4, query->north);
    hf_stmt_i64(stmt, 5, 5 * HF_COUNT_EXACT_MAX);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    // Many hits lie everywhere: then the order leads and each record is asked for its place.
    job->shape.box_by_index = hf_stmt_get_i64(stmt, 0) < 5 * (int64_t)HF_COUNT_EXACT_MAX;
    return true;
}

// The question as base/text.h writes it, and the area as it was given, unless the database wants them in another form.
static void set_up_match(list_job *job)
{
    HF_CLEANUP(hf_buf_done) hf_buf match = hf_buf_of(TEXT_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf written = hf_buf_of(TEXT_BYTES_MAX);
    const hf_dialect *words = job->sql->words;
    hf_search_query(job->query->text, &match);
    job->is_nothing = match.len == 0;
    if (words->write_question != NULL)
        words->write_question(hf_buf_str(&match), &written);
    job->match = hf_buf_copy(job->arena, words->write_question != NULL ? &written : &match);
}

static bool set_up_area(list_job *job, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf written = hf_buf_of(AREA_BYTES_MAX);
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_dialect *words = job->sql->words;
    hf_area area;
    job->area = job->query->area;
    if (words->write_area == NULL || job->area.len == 0)
        return true;
    if (!hf_area_parse(job->area, &scratch, &area, err))
        return false;
    words->write_area(&area, &written);
    HF_ASSERT(!written.overflow);
    job->area = hf_buf_copy(job->arena, &written);
    return true;
}

static bool set_up(list_job *job, hf_error *err)
{
    const hf_query *query = job->query;
    for (size_t i = 0; i < query->filter_count; i++)
        if (!add_filter(job, i, err))
            return false;
    job->own_filter_count = job->filter_count;
    if (!add_protection(job, err) || !drop_idle_filters(job, err))
        return false;
    if (query->sort != NULL && !is_declared(query->sort))
        return fail_field(hf_str_of(query->sort->name), err);
    if (query->has_box && !job->sql->has_place)
        return fail_field(HF_STR("box"), err);
    if (query->text.len > 0) {
        if (!job->sql->has_search && !job->sql->is_link)
            return fail_field(HF_STR("q"), err);
        set_up_match(job);
    }
    if (query->has_box && !set_up_area(job, err))
        return false;
    bool is_own_order = query->sort == NULL || (query->sort->type == HF_KEY && !job->sql->is_link);
    job->shape = (hf_sql_list_shape){.filters = job->filters,
                                     .filter_count = job->filter_count,
                                     .sort = is_own_order ? NULL : query->sort,
                                     .is_descending = query->descending,
                                     .has_text = query->text.len > 0,
                                     .has_box = query->has_box,
                                     .has_area = query->has_box && query->area.len > 0,
                                     .box_crosses = query->has_box && query->west > query->east};
    job->shape.is_ranked = job->shape.has_text && query->sort == NULL && !job->sql->is_link;
    if (query->cursor.len > 0 && !read_cursor(job, err))
        return false;
    if (!set_up_sight(job, err))
        return false;
    if (!job->is_nothing && ((query->has_box && !choose_box(job, err)) || !choose_driver(job, err)))
        return false;
    let_rows_lead(job);
    return true;
}

static bool fetch(const list_job *job, const hf_sql_list_shape *shape, uint64_t limit,
                  uint64_t offset, hf_page *page, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!prepare(job, shape, &stmt, err))
        return false;
    int position = bind_all(job, shape, stmt);
    hf_stmt_i64(stmt, position + 1, (int64_t)limit);
    hf_stmt_i64(stmt, position + 2, (int64_t)offset);
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        void *record = hf_arena_take(job->arena, job->sql->noun->struct_bytes);
        hf_record_read(job->sql, stmt, job->arena, record, NULL);
        page->records[page->count++] = record;
    }
    return false;
}

// One more than the page holds tells whether there is a next one.
static bool fetch_ranked(list_job *job, uint64_t limit, hf_page *page, hf_error *err)
{
    uint64_t offset = job->ranked_offset + job->query->offset;
    if (!fetch(job, &job->shape, limit + 1, offset, page, err))
        return false;
    if (page->count > limit) {
        page->count = (size_t)limit;
        page->next = ranked_cursor(job, offset + limit);
    }
    return true;
}

// Is the page read off the order that is kept of what is known? Where a walk along the index could pass much that is
// hidden, and nothing else is asked.
static bool is_ordered(const list_job *job)
{
    const hf_sql_list_shape *shape = &job->shape;
    uint64_t live = (uint64_t)job->read->state.live[job->sql->index];
    // A change of what no digest holds may leave no history, by which an order is kept up.
    bool has_order = shape->sort == NULL || (hf_sql_has_index(job->sql, shape->sort) &&
                                             (shape->sort->flags & HF_FIELD_NO_DIGEST) == 0 &&
                                             hf_sql_left_out(job->sql, shape->sort) < 0);
    return shape->has_rows && !job->sql->is_link && has_order && job->filter_count == 0 &&
           !shape->has_text && !shape->has_box && job->rows->count < live - live / 8;
}

// The part of the page that has a value of the sort field.
static bool fetch_ordered(const list_job *job, uint64_t limit, uint64_t offset, hf_page *page,
                          bool *is_done, hf_error *err)
{
    const hf_sql_list_shape *shape = &job->shape;
    hf_kept_order *order = NULL;
    bool down = shape->is_descending;
    size_t at = 0;
    if (!hf_orders_take(job->read, job->sql, job->query->sight, job->rows, shape->sort, &order,
                        err))
        return false;
    *is_done = order != NULL;
    if (order == NULL)
        return true;
    bool is_good =
        !shape->has_cursor || hf_order_find(job->read, job->sql, shape->sort, order,
                                            &job->sort_value, &job->tie, !down, &at, err);
    size_t left = !shape->has_cursor ? order->count : down ? at : order->count - at;
    for (uint64_t i = offset; is_good && i < left && page->count < limit; i++) {
        uint32_t row = order->rows[down ? left - 1 - i : order->count - left + i];
        void *record = NULL;
        is_good = hf_record_get(job->read, job->sql, row, job->arena, &record, NULL, err);
        HF_ASSERT(!is_good || record != NULL);
        page->records[page->count++] = record;
    }
    hf_orders_give(job->read->store->orders, &order);
    return is_good;
}

static bool fetch_full(const list_job *job, const hf_sql_list_shape *full, uint64_t limit,
                       hf_page *page, hf_error *err)
{
    bool is_done = false;
    if (is_ordered(job) && !fetch_ordered(job, limit, job->query->offset, page, &is_done, err))
        return false;
    return is_done || fetch(job, full, limit, job->query->offset, page, err);
}

static bool fetch_parts(list_job *job, uint64_t limit, hf_page *page, hf_error *err)
{
    hf_sql_list_shape full = job->shape;
    hf_sql_list_shape empty = job->shape;
    bool has_parts = full.sort != NULL && full.sort->type != HF_KEY;
    uint64_t offset = job->query->offset;
    size_t full_count = 0;
    full.part = has_parts ? HF_SQL_FULL_ONLY : HF_SQL_ALL;
    full.driver = driver_of_order(job);
    empty.part = HF_SQL_EMPTY_ONLY;
    empty.has_cursor = job->part == HF_SQL_EMPTY_ONLY;
    if (job->part != HF_SQL_EMPTY_ONLY) {
        if (!fetch_full(job, &full, limit + 1, page, err))
            return false;
        full_count = page->count;
        uint64_t passed = 0;
        if (has_parts && full_count == 0 && offset > 0 &&
            !count_up_to(job, &full, INT64_MAX, &passed, err))
            return false;
        offset = full_count > 0 ? 0 : offset - (passed < offset ? passed : offset);
    }
    if (has_parts && page->count <= limit &&
        !fetch(job, &empty, limit + 1 - page->count, offset, page, err))
        return false;
    if (page->count > limit) {
        page->count = (size_t)limit;
        bool is_full = limit <= full_count && limit > 0 && page->count <= full_count;
        page->next =
            cursor_after(job, is_full ? full.part : HF_SQL_EMPTY_ONLY, page->records[limit - 1]);
    }
    return true;
}

static bool is_whole_noun(const list_job *job)
{
    return job->filter_count == 0 && !job->shape.has_text && !job->shape.has_box &&
           !job->shape.has_scope && !job->shape.has_ends;
}

// All records of a noun, or all that are known: how many is kept.
static uint64_t whole_count(const list_job *job)
{
    return job->shape.has_rows ? job->rows->count
                               : (uint64_t)job->read->state.live[job->sql->index];
}

// Where no order is asked for, the places are gone through by their indexes, unless a filter that leaves little leads.
static void let_scope_lead(const list_job *job, hf_sql_list_shape *shape)
{
    shape->scope_leads = (shape->has_scope || shape->has_ends) && !shape->sight->is_national &&
                         !shape->has_text && !shape->box_by_index && shape->driver == NULL &&
                         job->has_scope_indexes;
    shape->scope_by_index &= !shape->scope_leads;
}

static bool count_page(const list_job *job, hf_page *page, hf_error *err)
{
    hf_sql_list_shape shape = job->shape;
    bool has_sight = shape.has_scope || shape.has_ends || shape.has_rows;
    shape.has_cursor = false;
    shape.sort = NULL;
    let_scope_lead(job, &shape);
    page->is_total_exact = true;
    if (is_whole_noun(job)) {
        page->total = whole_count(job);
        return true;
    }
    if (job->query->want_exact_count && !shape.is_ranked)
        return count_up_to(job, &shape, INT64_MAX, &page->total, err);
    int64_t limit = shape.is_ranked ? HF_SEARCH_RANKED_MAX : HF_COUNT_EXACT_MAX + 1;
    bool is_counted =
        job->counted_alone > 0 && job->filter_count == 1 && !shape.has_box && !has_sight;
    if (is_counted)
        page->total = job->counted_alone;
    else if (!count_up_to(job, &shape, limit, &page->total, err))
        return false;
    page->is_total_exact = page->total < (uint64_t)limit;
    if (page->total > HF_COUNT_EXACT_MAX)
        page->total = HF_COUNT_EXACT_MAX;
    return true;
}

static list_job *new_job(hf_read *read, const hf_query *query, hf_arena *arena)
{
    list_job *job = HF_NEW(arena, list_job);
    job->read = read;
    job->query = query;
    job->arena = arena;
    job->sql = hf_noun_sql_of(read->store, query->noun);
    return job;
}

static bool list_page(list_job *job, hf_page *out, hf_error *err)
{
    const hf_query *query = job->query;
    hf_arena *arena = job->arena;
    hf_page page = {.is_total_exact = true};
    uint64_t limit = query->limit == 0 ? HF_LIST_LIMIT_DEFAULT : query->limit;
    if (limit > HF_LIST_LIMIT_MAX)
        limit = HF_LIST_LIMIT_MAX;
    if (!set_up(job, err))
        return false;
    page.records = HF_NEW_N(arena, void *, limit + 2);
    // Counts are kept: where one says that nothing is left, nobody walks an index for it again.
    bool counts_first = query->want_count && !job->shape.is_ranked && query->cursor.len == 0;
    if (!job->is_nothing && counts_first) {
        if (!count_page(job, &page, err))
            return false;
        job->is_nothing = page.total == 0;
    }
    if (!job->is_nothing) {
        if (!(job->shape.is_ranked ? fetch_ranked(job, limit, &page, err)
                                   : fetch_parts(job, limit, &page, err)))
            return false;
        if (query->want_count && !counts_first && !count_page(job, &page, err))
            return false;
    }
    *out = page;
    return true;
}

bool hf_store_list(hf_read *read, const hf_query *query, hf_arena *arena, hf_page *out,
                   hf_error *err)
{
    list_job *job = new_job(read, query, arena);
    bool is_done = list_page(job, out, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}

static bool count_all(list_job *job, uint64_t *out, hf_error *err)
{
    if (!set_up(job, err))
        return false;
    *out = 0;
    if (job->is_nothing)
        return true;
    if (is_whole_noun(job)) {
        *out = whole_count(job);
        return true;
    }
    job->shape.has_cursor = false;
    job->shape.sort = NULL;
    job->shape.is_ranked = false; // all hits, not the ranked ones only
    let_scope_lead(job, &job->shape);
    return count_up_to(job, &job->shape, INT64_MAX, out, err);
}

bool hf_store_count(hf_read *read, const hf_query *query, uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    list_job *job = new_job(read, query, &arena);
    bool is_done = count_all(job, out, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}

static void copy_rows(const hf_kept_rows *rows, uint64_t *bits)
{
    for (size_t i = 0; i < rows->bytes; i++)
        bits[i / 8] |= (uint64_t)rows->bits[i] << (i % 8 * 8);
}

static bool known_rows(list_job *job, hf_arena *arena, hf_row_set *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!set_up(job, err))
        return false;
    hf_sql_list_shape shape = job->shape;
    shape.what = HF_SQL_ROWS;
    let_scope_lead(job, &shape);
    int64_t row_max = job->read->state.row_max[job->sql->index];
    uint64_t *bits = HF_NEW_N(arena, uint64_t, (size_t)row_max / 64 + 1);
    *out = (hf_row_set){bits, row_max};
    if (job->rows != NULL) {
        copy_rows(job->rows, bits);
        return true;
    }
    if (!prepare(job, &shape, &stmt, err))
        return false;
    (void)bind_all(job, &shape, stmt);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        int64_t row = hf_stmt_get_i64(stmt, 0);
        HF_ASSERT(row > 0 && row <= row_max);
        bits[row / 64] |= UINT64_C(1) << (row % 64);
    }
}

bool hf_store_known_rows(hf_read *read, const hf_noun *noun, const hf_sight *sight, hf_arena *arena,
                         hf_row_set *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_query query = {.noun = noun, .sight = sight};
    list_job *job = new_job(read, &query, &scratch);
    bool is_done = known_rows(job, arena, out, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}
