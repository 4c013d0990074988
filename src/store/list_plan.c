// SPDX-License-Identifier: Apache-2.0
//
// How a list is answered: filters, what the reader may see, and which index leads. Which one does is decided by counting
// what each filter would leave.
#include "store/list_job.h"

#include "base/text.h"
#include "model/asset.h"

// Places that hold so few records are read by their indexes for a page.
enum { SCOPE_PAGE_MAX = HF_COUNT_EXACT_MAX };
// So few known records are fetched and sorted sooner than they are met in an order.
enum { ROWS_LEAD_MAX = 2000 };
enum { AREA_BYTES_MAX = 1 << 24 }; // four numbers an edge

// What marking and compartments hide, as filters behind the asker's own.
static bool add_protection(hf_list_job *job, hf_error *err)
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
    if (!hf_list_add_words(job, words, sight->compartments, err))
        return false;
    if (sight->clearance >= HF_TLP_RED)
        return true;
    job->filters[job->filter_count++] = (hf_sql_filter){
        .field = hf_noun_field(noun, HF_STR("marking"), NULL), .how = HF_AT_MOST, .value_count = 1};
    return hf_list_add_value(job, (hf_value){.type = HF_VALUE_INTEGER, .integer = sight->clearance},
                             err);
}

// Is any asset hidden by its marking or a compartment?
static bool hides_assets(const hf_list_job *job, const hf_sight *sight, bool *out, hf_error *err)
{
    const hf_noun_sql *assets = hf_noun_sql_of(job->read->store, &hf_noun_asset);
    hf_sql_filter words = {.field = hf_noun_field(&hf_noun_asset, HF_STR("compartments"), NULL),
                           .how = HF_WITHIN};
    hf_sql_filter marking = {.field = hf_noun_field(&hf_noun_asset, HF_STR("marking"), NULL),
                             .how = HF_AT_MOST,
                             .value_count = 1};
    hf_value clearance = {.type = HF_VALUE_INTEGER, .integer = sight->clearance};
    if (!hf_list_hides_some(job, assets, &words, &clearance, out, err))
        return false;
    return *out || hf_list_hides_some(job, assets, &marking, &clearance, out, err);
}

static bool count_scope(hf_list_job *job, const hf_noun *noun, hf_error *err)
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
        hf_list_add_question(&values[i], &text);
    hf_sha256 question = hf_sha256_of(hf_buf_str(&text));
    if (hf_list_is_kept(job, false) && hf_list_find_count(job, &question, &job->scope_rows))
        return true;
    for (size_t i = 0; i < count; i++)
        hf_list_bind_value(stmt, (int)i + 1, &values[i]);
    hf_stmt_i64(stmt, (int)count + 1, SCOPE_PAGE_MAX + 1);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    job->scope_rows = (uint64_t)hf_stmt_get_i64(stmt, 0);
    if (hf_list_is_kept(job, false))
        hf_list_keep_count(job, &question, job->scope_rows);
    return true;
}

// The set of what may be known, in place of all conditions of the access rule. *out false: there is none.
static bool take_rows(hf_list_job *job, bool *out, hf_error *err)
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

static bool set_up_sight(hf_list_job *job, hf_error *err)
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
static bool choose_driver(hf_list_job *job, hf_error *err)
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
        if (!hf_list_count_filter(job, i, &count, err))
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
static void let_rows_lead(hf_list_job *job)
{
    hf_sql_list_shape *shape = &job->shape;
    if (!shape->has_rows || shape->has_text || shape->box_by_index)
        return;
    bool is_own_order = job->sql->is_link && shape->sort == NULL && shape->driver == NULL;
    shape->rows_lead = is_own_order || (job->rows->count <= ROWS_LEAD_MAX && shape->driver == NULL);
}

const hf_field *hf_list_driver_of_order(const hf_list_job *job)
{
    const hf_field *sort = job->shape.sort;
    bool is_large = job->read->state.live[job->sql->index] > HF_COUNT_EXACT_MAX;
    if (job->shape.driver != NULL || sort == NULL || job->shape.has_text ||
        job->shape.box_by_index || job->shape.scope_by_index || job->shape.rows_lead || !is_large)
        return job->shape.driver;
    return hf_sql_has_index(job->sql, sort) && hf_sql_left_out(job->sql, sort) < 0 ? sort : NULL;
}

static bool choose_box(hf_list_job *job, hf_error *err)
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
static void set_up_match(hf_list_job *job)
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

static bool set_up_area(hf_list_job *job, hf_error *err)
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

bool hf_list_plan(hf_list_job *job, hf_error *err)
{
    const hf_query *query = job->query;
    for (size_t i = 0; i < query->filter_count; i++)
        if (!hf_list_add_filter(job, i, err))
            return false;
    job->own_filter_count = job->filter_count;
    if (!add_protection(job, err) || !hf_list_drop_idle_filters(job, err))
        return false;
    if (query->sort != NULL && !hf_list_is_declared(query->sort))
        return hf_list_fail_field(hf_str_of(query->sort->name), err);
    if (query->has_box && !job->sql->has_place)
        return hf_list_fail_field(HF_STR("box"), err);
    if (query->text.len > 0) {
        if (!job->sql->has_search && !job->sql->is_link)
            return hf_list_fail_field(HF_STR("q"), err);
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
    if (query->cursor.len > 0 && !hf_list_read_cursor(job, err))
        return false;
    if (!set_up_sight(job, err))
        return false;
    if (!job->is_nothing && ((query->has_box && !choose_box(job, err)) || !choose_driver(job, err)))
        return false;
    let_rows_lead(job);
    return true;
}
