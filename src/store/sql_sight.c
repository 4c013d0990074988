// SPDX-License-Identifier: Apache-2.0
//
// What somebody may know of, in SQL: the same rule as model/sight.c, from the same table of which fields say where a
// record belongs. Marking and compartments of the record itself are filters of the list (list.c). And what a sight is
// made of: the regions inside one, the events of an account.
#include <stdlib.h>
#include <string.h>

#include "model/asset.h"
#include "store/internal.h"
#include "store/store_system.h"

enum { REGIONS_SQL_BYTES_MAX = 1000 };

void hf_sql_regions_inside(const hf_dialect *words, int position, hf_buf *out)
{
    hf_buf_add_z(out, "WITH RECURSIVE inside(k) AS (VALUES (");
    hf_sql_fill(words, words->text_value, &(hf_sql_blanks){.position = position}, out);
    hf_buf_add_z(out, ") UNION SELECT r.\"key\" FROM \"region\" r "
                      "JOIN inside ON r.\"parent\" = inside.k) SELECT k FROM inside");
}

bool hf_sql_has_added_index(const hf_noun_sql *sql)
{
    return sql->is_data && hf_noun_belongs(sql->noun) == HF_BELONGS_BY_FIELDS;
}

// Takes the given words out of the stored ones, which a single space separates, and looks whether any is left.
void hf_sql_within(const char *table, const char *column, int first, size_t count, hf_buf *out)
{
    hf_buf_add_format(out, "(%s.\"%s\" IS NULL", table, column);
    if (count > 0) {
        hf_buf_add_z(out, " OR trim(");
        for (size_t i = 0; i < count; i++)
            hf_buf_add_z(out, "replace(");
        hf_buf_add_format(out, "' ' || %s.\"%s\" || ' '", table, column);
        for (size_t i = 0; i < count; i++)
            hf_buf_add_format(out, ", ?%d, ' ')", first + (int)i);
        hf_buf_add_z(out, ") = ''");
    }
    hf_buf_add_z(out, ")");
}

// --- places ----------------------------------------------------------------------------------------------

static const hf_field *field_of(const hf_noun_place *place, hf_scope_kind kind)
{
    switch (kind) {
    case HF_SCOPE_SECTOR:
        return place->sector;
    case HF_SCOPE_REGION:
        return place->region;
    case HF_SCOPE_ORGANISATION:
        return place->organisation;
    case HF_SCOPE_SECTION:
        return place->round != NULL ? place->round : place->section;
    case HF_SCOPE_NATION:
    case HF_SCOPE_OWN:
        break;
    }
    return NULL;
}

static bool applies(const hf_noun_place *place, hf_scope_kind kind)
{
    return kind == HF_SCOPE_OWN || field_of(place, kind) != NULL;
}

// One place as a condition on a table; moves *position past its values. Where the order leads, the sector must not: its
// index would have to be sorted as a whole, and the unary plus says so.
static void add_scope(const hf_dialect *words, const hf_noun_place *place, const hf_scope *scope,
                      const char *table, int *position, hf_buf *out)
{
    const hf_field *field = field_of(place, scope->kind);
    int first = *position;
    *position += scope->kind == HF_SCOPE_SECTOR ? 2 : 1;
    if (scope->kind == HF_SCOPE_OWN) {
        hf_buf_add_format(out, "%s._event IN (SELECT row FROM \"event\" WHERE \"actor\" = ?%d)",
                          table, first);
        return;
    }
    const char *plus = strcmp(table, "t") == 0 ? words->plus : "";
    hf_buf_add_format(out, "%s%s.\"%s\"", plus, table, field->name);
    if (scope->kind == HF_SCOPE_SECTOR)
        hf_buf_add_format(out, " >= ?%d AND %s%s.\"%s\" < ?%d", first, plus, table, field->name,
                          first + 1);
    else if (scope->kind == HF_SCOPE_REGION) {
        hf_buf_add_z(out, " IN (");
        hf_sql_regions_inside(words, first, out);
        hf_buf_add_byte(out, ')');
    } else
        hf_buf_add_format(out, " = ?%d", first);
}

static void add_owner(const hf_noun_place *place, const char *table, int *position, hf_buf *out)
{
    hf_buf_add_format(out, "%s.\"%s\" = ?%d", table, place->owner->name, (*position)++);
}

// In one of the places.
static void add_scopes(const hf_dialect *words, const hf_noun *noun, const hf_sight *sight,
                       const char *table, int first, hf_buf *out)
{
    hf_noun_place place = hf_noun_place_of(noun);
    int position = first;
    hf_buf_add_z(out, "(FALSE");
    for (size_t i = 0; i < sight->scope_count; i++) {
        if (!applies(&place, sight->scopes[i].kind))
            continue;
        hf_buf_add_z(out, " OR ");
        add_scope(words, &place, &sight->scopes[i], table, &position, out);
    }
    if (place.owner != NULL) {
        hf_buf_add_z(out, " OR ");
        add_owner(&place, table, &position, out);
    }
    hf_buf_add_z(out, ")");
}

static void add_rows_of(const hf_dialect *words, const hf_noun *noun, const char *index,
                        hf_buf *out)
{
    hf_buf_add_format(out, " UNION ALL SELECT s.row FROM \"%s\" AS s", noun->name);
    hf_sql_hint(words, noun->name, index, out);
    hf_buf_add_z(out, " WHERE ");
}

// Not in one of the places before: each row comes once, and nothing need be gathered for that.
static void add_not_before(const hf_dialect *words, const hf_noun_place *place,
                           const hf_sight *sight, size_t count, int first, hf_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (!applies(place, sight->scopes[i].kind))
            continue;
        hf_buf_add_z(out, " AND (");
        add_scope(words, place, &sight->scopes[i], "s", &first, out);
        hf_buf_add_z(out, ") IS NOT TRUE");
    }
}

// The rows of all places by their indexes.
static void add_rows(const hf_dialect *words, const hf_noun *noun, const hf_sight *sight, int first,
                     hf_buf *out)
{
    hf_noun_place place = hf_noun_place_of(noun);
    int position = first;
    hf_buf_add_z(out, "SELECT 0 AS row WHERE FALSE");
    for (size_t i = 0; i < sight->scope_count; i++) {
        const hf_scope *scope = &sight->scopes[i];
        const hf_field *field = field_of(&place, scope->kind);
        if (!applies(&place, scope->kind))
            continue;
        add_rows_of(words, noun, field != NULL ? field->name : "added", out);
        add_scope(words, &place, scope, "s", &position, out);
        add_not_before(words, &place, sight, i, first, out);
    }
    if (place.owner != NULL) {
        add_rows_of(words, noun, place.owner->name, out);
        add_owner(&place, "s", &position, out);
        add_not_before(words, &place, sight, sight->scope_count, first, out);
    }
}

static hf_value text_value(hf_str text)
{
    return (hf_value){.type = HF_VALUE_TEXT, .text = text};
}

size_t hf_sql_scope_values(const hf_noun *noun, const hf_sight *sight, hf_arena *arena,
                           hf_value **values)
{
    hf_noun_place place = hf_noun_place_of(noun);
    size_t count = 0;
    hf_value *list = HF_NEW_N(arena, hf_value, HF_SQL_SCOPE_VALUES * sight->scope_count + 1);
    for (size_t i = 0; i < sight->scope_count; i++) {
        const hf_scope *scope = &sight->scopes[i];
        if (!applies(&place, scope->kind))
            continue;
        bool is_round = scope->kind == HF_SCOPE_SECTION && place.round != NULL;
        list[count++] = text_value(is_round ? hf_assessment_of_section(scope->of) : scope->of);
        if (scope->kind == HF_SCOPE_SECTOR) // above every code that goes on
            list[count++] =
                text_value(hf_str_format(arena, "%.*s\xf4\x8f\xbf\xbf", HF_STR_ARG(scope->of)));
    }
    if (place.owner != NULL)
        list[count++] = text_value(sight->actor);
    *values = list;
    return count;
}

bool hf_sql_scope_has_indexes(const hf_noun_sql *sql, const hf_sight *sight)
{
    for (size_t i = 0; i < sight->scope_count; i++)
        if (sight->scopes[i].kind == HF_SCOPE_OWN && !hf_sql_has_added_index(sql))
            return false;
    return true;
}

void hf_sql_scope_count(const hf_noun_sql *sql, const hf_sight *sight, hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_value *unused = NULL;
    size_t count = hf_sql_scope_values(sql->noun, sight, &scratch, &unused);
    hf_buf_add_z(out, "SELECT count(*) FROM (SELECT 1 FROM (");
    add_rows(sql->words, sql->noun, sight, 1, out);
    hf_buf_add_format(out, ") h LIMIT ?%d) c", (int)count + 1);
}

void hf_sql_scope_rows(const hf_noun_sql *sql, const hf_sight *sight, hf_buf *out)
{
    add_rows(sql->words, sql->noun, sight, 1, out);
}

// --- the whole ---------------------------------------------------------------------------------------------

static size_t word_count_of(hf_str words)
{
    hf_str word;
    size_t count = 0;
    while (hf_str_split(&words, ' ', &word))
        count += word.len > 0;
    return count;
}

// One end of a link: an asset that is known. The values are the same for all ends.
static void add_end(const hf_dialect *words, const hf_sql_list_shape *shape, const char *column,
                    int first, int guards, hf_buf *out)
{
    const hf_sight *sight = shape->sight;
    hf_buf_add_format(out, "EXISTS (SELECT 1 FROM \"asset\" e WHERE e.row = t.\"%s\"", column);
    if (!sight->is_national) {
        hf_buf_add_z(out, " AND ");
        add_scopes(words, &hf_noun_asset, sight, "e", first, out);
    }
    if (shape->are_ends_guarded) {
        hf_buf_add_format(out, " AND e.\"marking\" <= ?%d AND ", guards);
        hf_sql_within("e", "compartments", guards + 1, word_count_of(sight->compartments), out);
    }
    hf_buf_add_z(out, ")");
}

static void add_ends(const hf_noun_sql *sql, const hf_sql_list_shape *shape, int first, hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_value *unused = NULL;
    int guards = first;
    if (!shape->sight->is_national)
        guards += (int)hf_sql_scope_values(&hf_noun_asset, shape->sight, &scratch, &unused);
    for (size_t i = 0; i < sql->link_count; i++) {
        hf_buf_add_z(out, i > 0 ? " AND " : "");
        add_end(sql->words, shape, sql->noun->fields[sql->links[i]].name, first, guards, out);
    }
}

void hf_sql_sight(const hf_noun_sql *sql, const hf_sql_list_shape *shape, int first, hf_buf *out)
{
    const char *name = sql->noun->name;
    const char *last =
        shape->has_ends ? sql->noun->fields[sql->links[sql->link_count - 1]].name : "";
    if (shape->has_ends)
        add_ends(sql, shape, first, out);
    else if (!shape->scope_by_index)
        add_scopes(sql->words, sql->noun, shape->sight, "t", first, out);
    if (!shape->scope_by_index)
        return;
    hf_buf_add_z(out, shape->has_ends ? " AND t.row IN (" : "t.row IN (");
    if (shape->has_ends) {
        hf_buf_add_format(out, "SELECT l.row FROM \"%s\" l", name);
        hf_sql_hint(sql->words, name, last, out);
        hf_buf_add_format(out, " WHERE l.\"%s\" IN (", last);
    }
    add_rows(sql->words, shape->has_ends ? &hf_noun_asset : sql->noun, shape->sight, first, out);
    hf_buf_add_z(out, shape->has_ends ? "))" : ")");
}

void hf_sql_scope_from(const hf_noun_sql *sql, const hf_sql_list_shape *shape, int first,
                       hf_buf *out)
{
    const hf_noun *noun = sql->noun;
    const char *last = shape->has_ends ? noun->fields[sql->links[sql->link_count - 1]].name : NULL;
    hf_buf_add_z(out, " FROM (");
    add_rows(sql->words, shape->has_ends ? &hf_noun_asset : noun, shape->sight, first, out);
    hf_buf_add_format(out, ") h CROSS JOIN \"%s\" t", noun->name);
    if (last != NULL) {
        hf_sql_hint(sql->words, noun->name, last, out);
        hf_buf_add_format(out, " WHERE t.\"%s\" = h.row", last);
    } else
        hf_buf_add_z(out, " WHERE t.row = h.row");
}

size_t hf_sql_sight_words(const hf_sight *sight, hf_arena *arena, hf_value **values)
{
    hf_str words = sight->compartments, word;
    size_t count = 0;
    hf_value *list = HF_NEW_N(arena, hf_value, word_count_of(words) + 1);
    while (hf_str_split(&words, ' ', &word))
        if (word.len > 0)
            list[count++] = text_value(hf_str_format(arena, " %.*s ", HF_STR_ARG(word)));
    *values = list;
    return count;
}

size_t hf_sql_sight_values(const hf_noun_sql *sql, const hf_sql_list_shape *shape, hf_arena *arena,
                           hf_value **values)
{
    const hf_sight *sight = shape->sight;
    hf_value *places = NULL, *words = NULL;
    size_t count = 0, word_count = hf_sql_sight_words(sight, arena, &words);
    if (!sight->is_national)
        count = hf_sql_scope_values(shape->has_ends ? &hf_noun_asset : sql->noun, sight, arena,
                                    &places);
    hf_value *list = HF_NEW_N(arena, hf_value, count + 1 + word_count);
    if (count > 0)
        memcpy(list, places, count * sizeof(list[0]));
    if (shape->has_ends && shape->are_ends_guarded) {
        list[count++] = (hf_value){.type = HF_VALUE_INTEGER, .integer = sight->clearance};
        for (size_t i = 0; i < word_count; i++)
            list[count++] = words[i];
    }
    *values = list;
    return count;
}

// --- what a sight is made of -------------------------------------------------------------------------------

static int by_bytes(const void *a, const void *b)
{
    const hf_str *left = a;
    const hf_str *right = b;
    return hf_str_compare(*left, *right);
}

bool hf_store_regions_inside(hf_read *read, hf_str root, hf_arena *arena, const hf_str **keys,
                             size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    HF_VEC(hf_str) list = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(REGIONS_SQL_BYTES_MAX);
    bool has_row = true;
    hf_sql_regions_inside(read->store->driver->words, 1, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(read->conn, text.ptr, &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, root);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        hf_str key = hf_str_copy(arena, hf_stmt_get_str(stmt, 0));
        HF_VEC_ADD(arena, &list, key);
    }
    qsort(list.items, list.count, sizeof list.items[0], by_bytes);
    *keys = list.items;
    *count = list.count;
    return true;
}

bool hf_store_events_of(hf_read *read, hf_str actor, hf_arena *arena, const int64_t **events,
                        size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    HF_VEC(int64_t) list = {0};
    bool has_row = true;
    if (!hf_stmt_take(read->conn, "SELECT row FROM event WHERE actor = ?1 ORDER BY row", &stmt,
                      err))
        return false;
    hf_stmt_text(stmt, 1, actor);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        HF_VEC_ADD(arena, &list, hf_stmt_get_i64(stmt, 0));
    }
    *events = list.items;
    *count = list.count;
    return true;
}
