// SPDX-License-Identifier: Apache-2.0
//
// The statements of which sets and orders of known rows are made and kept (sets.c, orders.c).
#include "model/asset.h"
#include "store/internal.h"

void hf_sql_all_rows(const hf_noun_sql *sql, hf_buf *out)
{
    hf_buf_add_format(out, "SELECT row FROM \"%s\"", sql->noun->name);
}

void hf_sql_rows_above(const hf_noun_sql *sql, hf_buf *out)
{
    hf_buf_add_format(out, "SELECT row FROM \"%s\" WHERE row > ?1 LIMIT ?2", sql->noun->name);
}

bool hf_sql_known_row(const hf_noun_sql *sql, const hf_sight *sight, size_t word_count, hf_buf *out)
{
    const hf_sql_list_shape shape = {.sight = sight, .has_scope = true};
    bool is_placed = !sight->is_national && hf_noun_belongs(sql->noun) == HF_BELONGS_BY_FIELDS;
    hf_buf_add_format(out, "SELECT 1 FROM \"%s\" t WHERE t.row = ?1 AND t.\"marking\" <= ?2 AND ",
                      sql->noun->name);
    hf_sql_within("t", "compartments", 3, word_count, out);
    if (is_placed) {
        hf_buf_add_z(out, " AND ");
        hf_sql_sight(sql, &shape, 3 + (int)word_count, out);
    }
    return is_placed;
}

// --- what marking and compartments hide ------------------------------------------------------------------

void hf_sql_hidden_by_words(const hf_noun_sql *sql, size_t count, hf_buf *out)
{
    hf_buf_add_format(out,
                      "SELECT t.row FROM \"%s\" t WHERE t.\"compartments\" IS NOT NULL AND NOT ",
                      sql->noun->name);
    hf_sql_within("t", "compartments", 1, count, out);
}

bool hf_sql_hidden_by_marking(const hf_noun_sql *sql, int32_t clearance, hf_buf *out)
{
    int32_t left_out = hf_sql_left_out(sql, hf_noun_field(sql->noun, HF_STR("marking"), NULL));
    bool is_known = left_out > clearance;
    hf_buf_add_format(out, "SELECT row FROM \"%s\" WHERE ", sql->noun->name);
    if (left_out >= 0) // as the index says it
        hf_buf_add_format(out, "\"marking\" <> %d AND ", left_out);
    hf_buf_add_format(out, "\"marking\" %s ?1", is_known ? "<=" : ">");
    return is_known;
}

// --- links -----------------------------------------------------------------------------------------------

void hf_sql_ends(const hf_noun_sql *sql, const char *compare, hf_buf *out)
{
    hf_buf_add_z(out, "SELECT row");
    for (size_t i = 0; i < sql->link_count; i++)
        hf_buf_add_format(out, ", \"%s\"", sql->noun->fields[sql->links[i]].name);
    hf_buf_add_format(out, " FROM \"%s\" WHERE row %s ?1", sql->noun->name, compare);
}

// --- orders ----------------------------------------------------------------------------------------------

void hf_sql_order(const hf_noun_sql *sql, const hf_field *field, hf_buf *out)
{
    const char *name = sql->noun->name;
    hf_buf_add_format(out, "SELECT t.row FROM \"%s\" t", name);
    hf_sql_hint(sql->words, name, field != NULL ? field->name : "key", out);
    hf_buf_add_z(out, " WHERE ");
    if (field != NULL)
        hf_buf_add_format(out, "t.\"%s\" IS NOT NULL AND ", field->name);
    hf_buf_add_z(out, "hf_has_bit(?1, t.row) ORDER BY ");
    if (field != NULL)
        hf_buf_add_format(out, "t.\"%s\", ", field->name);
    hf_buf_add_z(out, "t.\"key\"");
}

void hf_sql_order_value(const hf_noun_sql *sql, const hf_field *field, hf_buf *out)
{
    hf_buf_add_format(out, "SELECT \"key\", \"%s\" FROM \"%s\" WHERE row = ?1",
                      field != NULL ? field->name : "key", sql->noun->name);
}

void hf_sql_order_before(const hf_noun_sql *sql, const hf_field *field, bool is_behind, hf_buf *out)
{
    const char *compare = is_behind ? "<=" : "<";
    if (field != NULL)
        hf_buf_add_format(out, "SELECT (t.\"%s\", t.\"key\") %s (?3, ?2)", field->name, compare);
    else
        hf_buf_add_format(out, "SELECT t.\"key\" %s ?2", compare);
    hf_buf_add_format(out, " FROM \"%s\" t WHERE t.row = ?1", sql->noun->name);
}
