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

enum { SQL_BYTES_MAX = 1 << 20 };

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

void hf_sql_columns(const hf_noun_sql *sql, hf_buf *out)
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
    hf_sql_columns(sql, out);
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
