// SPDX-License-Identifier: Apache-2.0
//
// SQL from the noun tables. Names of tables and columns come from those tables only and are quoted; values are
// always bound. What the columns of a record are and in which order: sql_gen.h.
#include "store/sql_gen.h"

#include <string.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "store/store.h"

enum { SQL_BYTES_MAX = 1 << 20, SEARCH_LINKED_MAX = 200 };

static const char *const head_columns[] = {"_version", "_created", "_updated",   "_event",
                                           "_salt",    "_hash",    "_attributes"};

static const char *kept(hf_arena *arena, hf_buf *sql)
{
    HF_ASSERT(!sql->overflow);
    const char *text = hf_str_z(arena, hf_buf_str(sql));
    hf_buf_clear(sql);
    return text;
}

static const char *type_of(const hf_dialect *words, const hf_field *field)
{
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        return words->text;
    case HF_NUMBER:
        return words->real;
    case HF_REF:
    case HF_WORD:
    case HF_INTEGER:
    case HF_TIME:
    case HF_BOOL:
        return words->integer;
    }
    return words->text;
}

static bool has_flag(const hf_field *field, unsigned flag)
{
    return (field->flags & flag) != 0;
}

static void find_traits(const hf_noun *noun, hf_noun_sql *out)
{
    bool has_lon = false;
    bool has_lat = false;
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (field->type == HF_REF) {
            HF_ASSERT(out->link_count < 2 && strcmp(field->refers, "asset") == 0);
            out->links[out->link_count++] = (uint8_t)i;
        }
        out->has_search |= has_flag(field, HF_FIELD_SEARCH) && field->type != HF_KEY;
        if (has_flag(field, HF_FIELD_LON)) {
            out->lon = i;
            has_lon = true;
        }
        if (has_flag(field, HF_FIELD_LAT)) {
            out->lat = i;
            has_lat = true;
        }
    }
    out->is_link = out->link_count > 0;
    out->has_place = has_lon && has_lat;
    out->has_search = out->has_search && !out->is_link && strcmp(noun->name, "job") != 0;
    out->is_digested = noun->group == HF_GROUP_REGISTER;
    out->is_data = noun->group != HF_GROUP_PLATFORM;
    out->has_history = out->is_data || noun == &hf_noun_user || noun == &hf_noun_grant;
    out->head_column = 1 + (int)noun->field_count;
    out->link_column = out->head_column + (int)HF_COUNT(head_columns);
}

static const char *fill(const hf_noun_sql *sql, const char *template, hf_arena *arena, hf_buf *out)
{
    if (template == NULL)
        return NULL;
    const hf_sql_blanks blanks = {.noun = sql->noun->name,
                                  .lon = sql->has_place ? sql->noun->fields[sql->lon].name : NULL,
                                  .lat = sql->has_place ? sql->noun->fields[sql->lat].name : NULL};
    hf_sql_fill(sql->words, template, &blanks, out);
    return kept(arena, out);
}

static const char *make_table(const hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    const hf_noun *noun = sql->noun;
    const hf_sql_blanks blanks = {.noun = noun->name};
    hf_sql_fill(sql->words, "CREATE TABLE IF NOT EXISTS \"$n\" (row $i PRIMARY KEY", &blanks, out);
    for (size_t i = 0; i < noun->field_count; i++)
        hf_buf_add_format(out, ", \"%s\" %s%s", noun->fields[i].name,
                          type_of(sql->words, &noun->fields[i]),
                          noun->fields[i].type == HF_KEY ? " NOT NULL" : "");
    hf_sql_fill(sql->words,
                ", _version $i NOT NULL, _created $i NOT NULL, _updated $i NOT NULL, "
                "_event $i NOT NULL, _salt $i NOT NULL, _hash $b, _attributes $t)",
                &blanks, out);
    return kept(arena, out);
}

void hf_sql_hint(const hf_dialect *words, const char *noun, const char *index, hf_buf *out)
{
    if (words->has_hints)
        hf_buf_add_format(out, " INDEXED BY \"%s_%s\"", noun, index);
}

int32_t hf_sql_left_out(const hf_noun_sql *sql, const hf_field *field)
{
    if (field->type != HF_WORD || field->fallback == NULL || !sql->is_data)
        return -1;
    if (!sql->is_link && field->words != hf_marking_words)
        return -1;
    for (int32_t i = 0; field->words[i] != NULL; i++)
        if (strcmp(field->words[i], field->fallback) == 0)
            return i;
    return -1;
}

// Links are many and come from few sources: an index over these would cost an import seconds and a list of
// one source is quickly full without it. Compartments, which few records have, are no filter that a person can set;
// by their index it is seen at once that nothing is hidden.
bool hf_sql_has_index(const hf_noun_sql *sql, const hf_field *field)
{
    bool is_protection = field->type == HF_LIST && strcmp(field->name, "compartments") == 0;
    return is_protection || (has_flag(field, HF_FIELD_FILTER) &&
                             !(sql->is_link && has_flag(field, HF_FIELD_NO_DIGEST)));
}

// Which rows the index over a field holds; nothing when it holds all.
static void add_indexed(const hf_noun_sql *sql, const hf_field *field, hf_buf *out)
{
    int32_t left_out = hf_sql_left_out(sql, field);
    if (left_out >= 0)
        hf_buf_add_format(out, " WHERE \"%s\" <> %d", field->name, left_out);
    else if (field->type != HF_REF)
        hf_buf_add_format(out, " WHERE \"%s\" IS NOT NULL", field->name);
}

static void add_index(const hf_noun_sql *sql, const hf_field *field, hf_buf *out)
{
    hf_buf_add_format(out, "CREATE INDEX IF NOT EXISTS \"%s_%s\" ON \"%s\"(\"%s\"%s)",
                      sql->noun->name, field->name, sql->noun->name, field->name,
                      sql->is_link ? "" : ", \"key\"");
    add_indexed(sql, field, out);
}

static const char *any_indexed(const hf_noun_sql *sql, const hf_field *field, hf_arena *arena,
                               hf_buf *out)
{
    if (hf_sql_left_out(sql, field) < 0 && field->type == HF_REF)
        return NULL;
    hf_buf_add_format(out, "SELECT EXISTS (SELECT 1 FROM \"%s\"", sql->noun->name);
    add_indexed(sql, field, out);
    hf_buf_add_byte(out, ')');
    return kept(arena, out);
}

static void make_indexes(hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    const hf_noun *noun = sql->noun;
    const char **create = HF_NEW_N(arena, const char *, noun->field_count + 1);
    const char **drop = HF_NEW_N(arena, const char *, noun->field_count + 1);
    const char **any = HF_NEW_N(arena, const char *, noun->field_count + 1);
    const char **names = HF_NEW_N(arena, const char *, noun->field_count + 1);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (!hf_sql_has_index(sql, field))
            continue;
        add_index(sql, field, out);
        create[sql->index_count] = kept(arena, out);
        hf_buf_add_format(out, "DROP INDEX IF EXISTS \"%s_%s\"", noun->name, field->name);
        drop[sql->index_count] = kept(arena, out);
        any[sql->index_count] = any_indexed(sql, field, arena, out);
        names[sql->index_count++] = field->name;
    }
    if (hf_sql_has_added_index(sql)) {
        hf_buf_add_format(out, "CREATE INDEX IF NOT EXISTS \"%s_added\" ON \"%s\"(_event)",
                          noun->name, noun->name);
        create[sql->index_count] = kept(arena, out);
        hf_buf_add_format(out, "DROP INDEX IF EXISTS \"%s_added\"", noun->name);
        drop[sql->index_count] = kept(arena, out);
        names[sql->index_count++] = "_event";
    }
    sql->create_indexes = create;
    sql->drop_indexes = drop;
    sql->any_indexed = any;
    sql->index_columns = names;
    hf_buf_add_format(out, "CREATE UNIQUE INDEX IF NOT EXISTS \"%s_key\" ON \"%s\"(\"key\")",
                      noun->name, noun->name);
    sql->create_key = kept(arena, out);
    hf_buf_add_format(out, "DROP INDEX IF EXISTS \"%s_key\"", noun->name);
    sql->drop_key = kept(arena, out);
}

static void add_column_list(const hf_noun_sql *sql, hf_buf *out)
{
    const hf_noun *noun = sql->noun;
    hf_buf_add_z(out, "t.row");
    for (size_t i = 0; i < noun->field_count; i++) {
        if (noun->fields[i].type == HF_REF)
            hf_buf_add_format(out, ", (SELECT \"key\" FROM \"%s\" WHERE row = t.\"%s\")",
                              noun->fields[i].refers, noun->fields[i].name);
        else
            hf_buf_add_format(out, ", t.\"%s\"", noun->fields[i].name);
    }
    for (size_t i = 0; i < HF_COUNT(head_columns); i++)
        hf_buf_add_format(out, ", t.%s", head_columns[i]);
    for (size_t i = 0; i < sql->link_count; i++)
        hf_buf_add_format(out, ", t.\"%s\"", noun->fields[sql->links[i]].name);
}

static const char *make_select(const hf_noun_sql *sql, const char *tail, hf_arena *arena,
                               hf_buf *out)
{
    hf_buf_add_z(out, "SELECT ");
    add_column_list(sql, out);
    hf_buf_add_format(out, " FROM \"%s\" t %s", sql->noun->name, tail);
    return kept(arena, out);
}

static void make_writers(hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    const hf_noun *noun = sql->noun;
    hf_buf_add_format(out, "INSERT INTO \"%s\"(row", noun->name);
    for (size_t i = 0; i < noun->field_count; i++)
        hf_buf_add_format(out, ", \"%s\"", noun->fields[i].name);
    for (size_t i = 0; i < HF_COUNT(head_columns); i++)
        hf_buf_add_format(out, ", %s", head_columns[i]);
    hf_buf_add_z(out, ") VALUES (?1");
    for (int i = 1; i < sql->link_column; i++)
        hf_buf_add_format(out, ", ?%d", i + 1);
    hf_buf_add_z(out, ")");
    sql->insert = kept(arena, out);
    hf_buf_add_format(out, "UPDATE \"%s\" SET ", noun->name);
    for (size_t i = 0; i < noun->field_count; i++)
        hf_buf_add_format(out, "%s\"%s\" = ?%d", i > 0 ? ", " : "", noun->fields[i].name,
                          (int)i + 2);
    for (size_t i = 0; i < HF_COUNT(head_columns); i++)
        hf_buf_add_format(out, ", %s = ?%d", head_columns[i], sql->head_column + (int)i + 1);
    hf_buf_add_z(out, " WHERE row = ?1");
    sql->update = kept(arena, out);
    hf_buf_add_format(out, "DELETE FROM \"%s\" WHERE row = ?1", noun->name);
    sql->remove = kept(arena, out);
}

static const char *make_one(hf_arena *arena, hf_buf *out, const char *before, const char *name,
                            const char *after)
{
    hf_buf_add_z(out, before);
    hf_buf_add_z(out, name);
    hf_buf_add_z(out, after);
    return kept(arena, out);
}

static void make_readers(hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    const char *name = sql->noun->name;
    sql->by_row = make_select(sql, "WHERE t.row = ?1", arena, out);
    sql->scan_rows = make_select(sql, "ORDER BY t.row", arena, out);
    sql->scan_keys = make_select(sql, "ORDER BY t.\"key\"", arena, out);
    sql->row_of_key = make_one(arena, out, "SELECT row FROM \"", name, "\" WHERE \"key\" = ?1");
    sql->of_event = make_one(arena, out, "SELECT row FROM \"", name, "\" WHERE _event = ?1");
    sql->of_prefix = make_one(arena, out, "SELECT row FROM \"", name,
                              "\" WHERE \"key\" >= ?1 AND (\"key\" < ?2 OR ?2 IS NULL)");
    sql->keys = make_one(arena, out, "SELECT row, \"key\" FROM \"", name, "\" ORDER BY row");
    sql->hashes = make_one(arena, out, "SELECT row, _hash FROM \"", name, "\" ORDER BY row");
    sql->key_order = make_one(arena, out, "SELECT row FROM \"", name, "\" ORDER BY \"key\"");
}

static void make_search_texts(hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    hf_buf_add_z(out, "SELECT row");
    for (size_t i = 0; i < sql->noun->field_count; i++) {
        if (!has_flag(&sql->noun->fields[i], HF_FIELD_SEARCH))
            continue;
        hf_buf_add_format(out, ", \"%s\"", sql->noun->fields[i].name);
        sql->search_field_count++;
    }
    hf_buf_add_format(out, " FROM \"%s\" WHERE row > ?1 ORDER BY row LIMIT ?2", sql->noun->name);
    sql->search_texts = kept(arena, out);
}

static void make_search(hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    const hf_dialect *words = sql->words;
    if (!sql->has_search)
        return;
    sql->create_search = fill(sql, words->search_create, arena, out);
    sql->search_add = fill(sql, words->search_add, arena, out);
    sql->search_drop = fill(sql, words->search_drop, arena, out);
    sql->search_clear = fill(sql, words->search_clear, arena, out);
    sql->search_tune = fill(sql, words->search_tune, arena, out);
    sql->search_untune = fill(sql, words->search_untune, arena, out);
    make_search_texts(sql, arena, out);
}

static void make_places(hf_noun_sql *sql, hf_arena *arena, hf_buf *out)
{
    if (!sql->has_place)
        return;
    sql->create_place = fill(sql, sql->words->place_create, arena, out);
    sql->has_tree = sql->words->has_tree;
    if (!sql->has_tree)
        return;
    sql->place_add = fill(sql, "INSERT INTO \"$n_place\" VALUES (?1, ?2, ?2, ?3, ?3)", arena, out);
    sql->place_drop = fill(sql, "DELETE FROM \"$n_place\" WHERE row = ?1", arena, out);
    sql->place_node =
        fill(sql, "INSERT OR REPLACE INTO \"$n_place_node\" VALUES (?1, ?2)", arena, out);
    sql->place_rowid = fill(sql, "INSERT INTO \"$n_place_rowid\" VALUES (?1, ?2)", arena, out);
    sql->place_parent = fill(sql, "INSERT INTO \"$n_place_parent\" VALUES (?1, ?2)", arena, out);
    sql->place_clear = fill(sql, "DELETE FROM \"$n_place\"", arena, out);
    sql->place_all = fill(sql,
                          "SELECT row, \"$x\", \"$y\" FROM \"$n\" WHERE \"$x\" IS NOT NULL AND "
                          "\"$y\" IS NOT NULL ORDER BY row",
                          arena, out);
}

#define ASSET_PLAN                                                                                 \
    "SELECT row, key, kind, sector, people_served, lon, lat, repair_h, black_start_h, levels, "    \
    "marking, compartments, service"
#define DEPENDENCY_PLAN                                                                            \
    "SELECT row, supplier, consumer, input, need, capacity, buffer_h, strength, required_level, "  \
    "recharge, type, state, marking, compartments"
#define BETWEEN " WHERE row BETWEEN ?1 AND ?2 ORDER BY row"

// What the engine needs, between two rows, so that several readers can share the work.
static void make_plan(const hf_noun *noun, hf_noun_sql *out)
{
    if (noun == &hf_noun_asset) {
        out->plan = ASSET_PLAN " FROM asset" BETWEEN;
        out->chances = ASSET_PLAN ", damage_p, repair_law, region FROM asset" BETWEEN;
    } else if (noun == &hf_noun_dependency) {
        out->plan = DEPENDENCY_PLAN " FROM dependency" BETWEEN;
        out->chances = DEPENDENCY_PLAN ", key FROM dependency" BETWEEN;
    } else if (noun == &hf_noun_layer) {
        out->plan =
            "SELECT row, asset, layer, role, buffer_h, marking, compartments FROM layer" BETWEEN;
    }
}

void hf_sql_make(const hf_dialect *words, const hf_noun *noun, uint32_t index, hf_arena *arena,
                 hf_noun_sql *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf sql = hf_buf_of(SQL_BYTES_MAX);
    *out = (hf_noun_sql){
        .words = words, .noun = noun, .index = index, .canonical = hf_canonical_of(noun, arena)};
    find_traits(noun, out);
    out->create_table = make_table(out, arena, &sql);
    make_indexes(out, arena, &sql);
    make_writers(out, arena, &sql);
    make_readers(out, arena, &sql);
    make_search(out, arena, &sql);
    make_places(out, arena, &sql);
    out->loaded = fill(out, words->loaded, arena, &sql);
    make_plan(noun, out);
}

// --- lists -----------------------------------------------------------------------------------------------

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
    add_column_list(sql, out);
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

void hf_sql_hidden(const hf_noun_sql *sql, const hf_field *field, hf_buf *out)
{
    int32_t left_out = hf_sql_left_out(sql, field);
    hf_buf_add_format(out, "SELECT 1 FROM \"%s\" t WHERE t.\"%s\"", sql->noun->name, field->name);
    if (left_out >= 0)
        // In the order of the index: a planner that does not know ?1 would else believe that a walk over the table finds
        // one soon, and where there is none it reads all of it, with each list.
        hf_buf_add_format(out, " <> %d AND t.\"%s\" > ?1 ORDER BY t.\"%s\" DESC LIMIT 1", left_out,
                          field->name, field->name);
    else
        hf_buf_add_z(out, " IS NOT NULL LIMIT 1");
}

void hf_sql_box_count(const hf_noun_sql *sql, bool box_crosses, hf_buf *out)
{
    hf_buf_add_format(
        out,
        "SELECT count(*) FROM (SELECT 1 FROM \"%s_place\" WHERE north >= ?2 AND south <= ?4 "
        "AND (east >= ?1 %s west <= ?3) LIMIT ?5) c",
        sql->noun->name, box_crosses ? "OR" : "AND");
}

void hf_sql_fields(const hf_noun *noun, const hf_field *const *fields, size_t count, hf_buf *out)
{
    hf_buf_add_z(out, "SELECT row");
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(out, ", \"%s\"", fields[i]->name);
    hf_buf_add_format(out, " FROM \"%s\" ORDER BY row", noun->name);
}

void hf_sql_group(const hf_noun_sql *sql, const hf_field *field, const hf_field *sum, hf_buf *out)
{
    const char *name = sql->noun->name;
    if (field->type == HF_REF)
        hf_buf_add_format(out, "SELECT (SELECT \"key\" FROM \"%s\" WHERE row = g)", field->refers);
    else
        hf_buf_add_z(out, "SELECT g");
    hf_buf_add_format(out, ", n, s FROM (SELECT \"%s\" AS g, count(*) AS n, ", field->name);
    if (sum != NULL)
        hf_buf_add_format(out, "CAST(sum(\"%s\") AS BIGINT)", sum->name);
    else
        hf_buf_add_z(out, "0");
    hf_buf_add_format(
        out, " AS s FROM \"%s\" GROUP BY 1 ORDER BY 2 DESC, 1 NULLS FIRST LIMIT ?1) c", name);
}

void hf_sql_raw(const hf_noun_sql *sql, hf_buf *out)
{
    hf_buf_add_z(out, "SELECT row");
    for (size_t i = 0; i < sql->noun->field_count; i++)
        hf_buf_add_format(out, ", \"%s\"", sql->noun->fields[i].name);
    for (size_t i = 0; i < HF_COUNT(head_columns); i++)
        hf_buf_add_format(out, ", %s", head_columns[i]);
    hf_buf_add_format(out, " FROM \"%s\" ORDER BY row", sql->noun->name);
}

void hf_sql_add_column(const hf_noun_sql *sql, const hf_field *field, hf_buf *out)
{
    hf_buf_add_format(out, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s", sql->noun->name, field->name,
                      type_of(sql->words, field));
}

void hf_sql_fill_column(const hf_noun_sql *sql, const hf_field *field, int32_t number, hf_buf *out)
{
    hf_buf_add_format(out, "UPDATE \"%s\" SET \"%s\" = %d", sql->noun->name, field->name,
                      (int)number);
}

void hf_sql_row_above(const hf_noun_sql *sql, hf_buf *out)
{
    hf_buf_add_format(out, "SELECT row FROM \"%s\" WHERE row > ?1 ORDER BY row LIMIT 1",
                      sql->noun->name);
}

void hf_sql_set_hash(const hf_noun_sql *sql, hf_buf *out)
{
    hf_buf_add_format(out, "UPDATE \"%s\" SET _hash = ?2 WHERE row = ?1", sql->noun->name);
}
