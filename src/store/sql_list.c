// SPDX-License-Identifier: Apache-2.0
//
// One list in SQL: what is asked (search, filters, what the asker may know of, box, place in the order) becomes one
// statement, whose values are bound in the order that sql_gen.h tells.
#include "store/sql_gen.h"

#include "store/store.h"

enum { SEARCH_LINKED_MAX = 200 };

typedef struct {
    const hf_noun_sql *sql;
    const hf_sql_list_shape *shape;
    hf_buf *out;
    int position;   // of the last bound value
    bool has_where; // "WHERE" is written
} list_text;

static int next(list_text *list)
{
    return ++list->position;
}

static void add_and(list_text *list)
{
    hf_buf_add_z(list->out, list->has_where ? " AND " : " WHERE ");
    list->has_where = true;
}

// Of the set of rows, where the sight's values would stand.
static int rows_position(const list_text *list)
{
    const hf_sql_list_shape *shape = list->shape;
    size_t before = shape->has_text ? hf_sql_text_count(list->sql, shape->is_ranked) : 0;
    for (size_t i = 0; i < shape->filter_count; i++)
        before += shape->filters[i].value_count;
    return (int)before + 1;
}

size_t hf_sql_text_count(const hf_noun_sql *sql, bool is_ranked)
{
    return is_ranked || !sql->is_link ? 1 : sql->link_count;
}

static void add_match(list_text *list, const char *template, const char *noun, int position)
{
    hf_sql_fill(list->sql->words, template, &(hf_sql_blanks){.noun = noun, .position = position},
                list->out);
}

static void add_text_filter(list_text *list)
{
    const hf_noun_sql *sql = list->sql;
    const hf_dialect *words = sql->words;
    if (!list->shape->has_text || list->shape->is_ranked)
        return;
    add_and(list);
    if (!sql->is_link) {
        hf_buf_add_format(list->out, "t.row IN (SELECT %s FROM \"%s_search\" WHERE ",
                          words->search_row, sql->noun->name);
        add_match(list, words->search_match, sql->noun->name, next(list));
        if (list->shape->has_rows) // what is hidden takes nobody's place
            hf_buf_add_format(list->out, " AND hf_has_bit(?%d, %s)", rows_position(list),
                              words->search_row);
        hf_buf_add_z(list->out, " LIMIT 2000)");
        return;
    }
    for (size_t i = 0; i < sql->link_count; i++) {
        hf_buf_add_format(list->out, "%st.\"%s\" IN (SELECT %s FROM \"asset_search\" WHERE ",
                          i == 0 ? "(" : " OR ", sql->noun->fields[sql->links[i]].name,
                          words->search_row);
        add_match(list, words->search_match, "asset", next(list));
        hf_buf_add_format(list->out, " LIMIT %d)", SEARCH_LINKED_MAX);
    }
    hf_buf_add_z(list->out, ")");
}

static void add_one_of(list_text *list, const hf_sql_filter *filter)
{
    const hf_field *field = filter->field;
    bool is_ref = field->type == HF_REF;
    hf_buf_add_format(list->out, "t.\"%s\" %s", field->name,
                      filter->value_count > 1 ? "IN (" : "= ");
    for (size_t i = 0; i < filter->value_count; i++) {
        hf_buf_add_z(list->out, i > 0 ? ", " : "");
        // A reference is given as a key; unknown ones match nothing.
        if (is_ref)
            hf_buf_add_format(list->out, "(SELECT row FROM \"%s\" WHERE \"key\" = ?%d)",
                              field->refers, next(list));
        else
            hf_buf_add_format(list->out, "?%d", next(list));
    }
    hf_buf_add_z(list->out, filter->value_count > 1 ? ")" : "");
    int32_t left_out = hf_sql_left_out(list->sql, field);
    if (left_out >= 0 && !filter->is_default) // lets the partial index be used
        hf_buf_add_format(list->out, " AND t.\"%s\" <> %d", field->name, left_out);
}

static void add_beginnings(list_text *list, const hf_sql_filter *filter)
{
    const char *name = filter->field->name;
    hf_buf_add_byte(list->out, '(');
    for (size_t i = 0; i < filter->value_count; i += 2) {
        int from = next(list);
        int to = next(list);
        hf_buf_add_format(list->out, "%st.\"%s\" >= ?%d AND t.\"%s\" < ?%d", i > 0 ? " OR " : "",
                          name, from, name, to);
    }
    hf_buf_add_byte(list->out, ')');
}

static void add_within(list_text *list, const hf_sql_filter *filter)
{
    int first = list->position + 1;
    list->position += (int)filter->value_count;
    hf_sql_within("t", filter->field->name, first, filter->value_count, list->out);
}

static void add_filters(list_text *list)
{
    for (size_t i = 0; i < list->shape->filter_count; i++) {
        const hf_sql_filter *filter = &list->shape->filters[i];
        const char *name = filter->field->name;
        add_and(list);
        switch ((hf_filter_operator)filter->how) {
        case HF_IS:
            add_one_of(list, filter);
            break;
        case HF_AT_LEAST:
            hf_buf_add_format(list->out, "t.\"%s\" >= ?%d", name, next(list));
            break;
        case HF_AT_MOST:
            hf_buf_add_format(list->out, "t.\"%s\" <= ?%d", name, next(list));
            break;
        case HF_IS_EMPTY:
            hf_buf_add_format(list->out, "t.\"%s\" IS NULL", name);
            break;
        case HF_NOT_EMPTY:
            hf_buf_add_format(list->out, "t.\"%s\" IS NOT NULL", name);
            break;
        case HF_WITHIN:
            add_within(list, filter);
            break;
        case HF_BEGINS:
            add_beginnings(list, filter);
            break;
        }
    }
}

static void add_sight(list_text *list)
{
    const hf_sql_list_shape *shape = list->shape;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_value *unused = NULL;
    if (shape->has_rows) {
        int position = next(list);
        if (shape->is_ranked || shape->rows_lead) // asked for already
            return;
        add_and(list);
        hf_buf_add_format(list->out, "hf_has_bit(?%d, t.row)", position);
        return;
    }
    if (!shape->has_scope && !shape->has_ends)
        return;
    if (shape->has_ends || !shape->scope_leads) {
        add_and(list);
        hf_sql_sight(list->sql, shape, list->position + 1, list->out);
    }
    list->position += (int)hf_sql_sight_values(list->sql, shape, &scratch, &unused);
}

static void add_box(list_text *list)
{
    const hf_noun_sql *sql = list->sql;
    if (!list->shape->has_box)
        return;
    int west = next(list);
    int south = next(list);
    int east = next(list);
    int north = next(list);
    const char *join = list->shape->box_crosses ? "OR" : "AND";
    add_and(list);
    hf_buf_add_format(
        list->out, "t.\"%s\" >= ?%d AND t.\"%s\" <= ?%d AND (t.\"%s\" >= ?%d %s t.\"%s\" <= ?%d)",
        sql->noun->fields[sql->lat].name, south, sql->noun->fields[sql->lat].name, north,
        sql->noun->fields[sql->lon].name, west, join, sql->noun->fields[sql->lon].name, east);
    if (list->shape->has_area)
        hf_buf_add_format(list->out, " AND hf_in_area(t.\"%s\", t.\"%s\", ?%d)",
                          sql->noun->fields[sql->lon].name, sql->noun->fields[sql->lat].name,
                          next(list));
    if (!list->shape->box_by_index)
        return;
    hf_buf_add_format(
        list->out,
        " AND t.row IN (SELECT row FROM \"%s_place\" WHERE north >= ?%d AND south <= ?%d AND "
        "(east >= ?%d %s west <= ?%d))",
        sql->noun->name, south, north, west, join, east);
}

static void add_part(list_text *list)
{
    const hf_sql_list_shape *shape = list->shape;
    if (shape->sort == NULL || shape->part == HF_SQL_ALL)
        return;
    add_and(list);
    hf_buf_add_format(list->out, "t.\"%s\" IS %sNULL", shape->sort->name,
                      shape->part == HF_SQL_FULL_ONLY ? "NOT " : "");
}

static const char *tie_of(const list_text *list)
{
    if (list->sql->is_link)
        return list->shape->rows_lead ? "h.row" : "t.row";
    return "t.\"key\"";
}

static void add_cursor(list_text *list)
{
    const hf_sql_list_shape *shape = list->shape;
    if (!shape->has_cursor)
        return;
    const char *compare = shape->is_descending ? "<" : ">";
    const char *tie = tie_of(list);
    add_and(list);
    if (shape->sort == NULL || shape->part == HF_SQL_EMPTY_ONLY) {
        hf_buf_add_format(list->out, "%s %s ?%d", tie, compare, next(list));
        return;
    }
    int value = next(list);
    if (shape->sort->type == HF_REF) // the cursor names the record, the column holds its row
        hf_buf_add_format(list->out,
                          "(t.\"%s\", %s) %s ((SELECT row FROM \"%s\" WHERE \"key\" = ?%d), ?%d)",
                          shape->sort->name, tie, compare, shape->sort->refers, value, next(list));
    else
        hf_buf_add_format(list->out, "(t.\"%s\", %s) %s (?%d, ?%d)", shape->sort->name, tie,
                          compare, value, next(list));
}

static void add_order(list_text *list)
{
    const hf_sql_list_shape *shape = list->shape;
    const char *direction = shape->is_descending ? " DESC" : "";
    hf_buf_add_z(list->out, " ORDER BY ");
    if (shape->sort != NULL && shape->part != HF_SQL_EMPTY_ONLY)
        hf_buf_add_format(list->out, "t.\"%s\"%s, ", shape->sort->name, direction);
    hf_buf_add_z(list->out, tie_of(list));
    hf_buf_add_z(list->out, direction);
}

static void add_filters_and_box(list_text *list)
{
    add_filters(list);
    add_sight(list);
    add_box(list);
}

// Hits of a ranked list; what records are there is asked only where a filter looks at them. Where something is hidden
// all is asked before the hits are cut off, so that what is hidden takes nobody's place.
static void add_hits(list_text *list)
{
    const char *name = list->sql->noun->name;
    const hf_dialect *words = list->sql->words;
    bool is_count = list->shape->what == HF_SQL_COUNT;
    bool is_narrowed = list->shape->is_narrowed;
    int text = next(list);
    hf_buf_add_format(list->out, " FROM (SELECT \"%s_search\".%s AS r", name, words->search_row);
    if (!is_count) {
        hf_buf_add_z(list->out, ", ");
        add_match(list, words->search_rank, name, text);
        hf_buf_add_z(list->out, " AS k");
    }
    hf_buf_add_format(list->out, " FROM \"%s_search\"", name);
    if (is_narrowed)
        hf_buf_add_format(list->out, " CROSS JOIN \"%s\" t", name);
    add_and(list);
    add_match(list, words->search_match, name, text);
    if (list->shape->has_rows)
        hf_buf_add_format(list->out, " AND hf_has_bit(?%d, \"%s_search\".%s)", rows_position(list),
                          name, words->search_row);
    if (is_narrowed) {
        hf_buf_add_format(list->out, " AND t.row = \"%s_search\".%s", name, words->search_row);
        add_filters_and_box(list);
    }
    hf_buf_add_z(list->out, " LIMIT 2000) h");
    list->has_where = false;
    if (is_narrowed)
        return;
    if (list->shape->filter_count > 0 || list->shape->has_box) {
        hf_buf_add_format(list->out, " CROSS JOIN \"%s\" t", name);
        add_and(list);
        hf_buf_add_z(list->out, "t.row = h.r");
    }
    add_filters_and_box(list);
}

static void add_from(list_text *list)
{
    const char *name = list->sql->noun->name;
    if (list->shape->is_ranked) {
        add_hits(list);
        return;
    }
    if (list->shape->scope_leads) {
        int first = 1; // the places' values stand behind those of the filters
        for (size_t i = 0; i < list->shape->filter_count; i++)
            first += (int)list->shape->filters[i].value_count;
        hf_sql_scope_from(list->sql, list->shape, first, list->out);
        list->has_where = true;
        return;
    }
    if (list->shape->rows_lead) {
        hf_buf_add_format(list->out, " FROM hf_bits(?%d) h CROSS JOIN \"%s\" t",
                          rows_position(list), name);
        add_and(list);
        hf_buf_add_z(list->out, "t.row = h.row");
        return;
    }
    hf_buf_add_format(list->out, " FROM \"%s\" t", name);
    if (list->shape->driver != NULL)
        hf_sql_hint(list->sql->words, name, list->shape->driver->name, list->out);
}

static void add_conditions(list_text *list)
{
    add_from(list);
    if (list->shape->is_ranked)
        return; // no parts, no cursor: pages by offset
    add_text_filter(list);
    add_filters_and_box(list);
    add_part(list);
    add_cursor(list);
}

static void add_limit(list_text *list)
{
    int limit = next(list);
    hf_buf_add_format(list->out, " LIMIT ?%d OFFSET ?%d", limit, next(list));
}

void hf_sql_list(const hf_noun_sql *sql, const hf_sql_list_shape *shape, hf_buf *out)
{
    list_text list = {.sql = sql, .shape = shape, .out = out};
    if (shape->what == HF_SQL_COUNT) {
        hf_buf_add_z(out, "SELECT count(*) FROM (SELECT 1");
        add_conditions(&list);
        hf_buf_add_format(out, " LIMIT ?%d) c", next(&list));
        return;
    }
    if (shape->what == HF_SQL_ROWS) {
        hf_buf_add_z(out, "SELECT t.row");
        add_conditions(&list);
        return;
    }
    if (shape->what == HF_SQL_GROUPS) {
        hf_buf_add_format(out, "SELECT t.\"%s\", count(*)", shape->group->name);
        add_conditions(&list);
        hf_buf_add_z(out, " GROUP BY 1");
        return;
    }
    hf_buf_add_z(out, "SELECT ");
    hf_sql_columns(sql, out);
    if (!shape->is_ranked) {
        add_conditions(&list);
        add_order(&list);
        add_limit(&list);
        return;
    }
    // First the few rows of the page by their rank, then what stands in them.
    hf_buf_add_z(out, " FROM (SELECT h.r AS r, h.k AS k");
    add_conditions(&list);
    hf_buf_add_z(out, " ORDER BY h.k, h.r");
    add_limit(&list);
    hf_buf_add_format(out, ") p CROSS JOIN \"%s\" t WHERE t.row = p.r ORDER BY p.k, p.r",
                      sql->noun->name);
}
