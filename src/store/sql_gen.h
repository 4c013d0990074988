// SPDX-License-Identifier: Apache-2.0
//
// SQL made from the noun tables, in this one place: names come from the tables, values are always bound.
// Private to store/.
#ifndef HF_STORE_SQL_GEN_H
#define HF_STORE_SQL_GEN_H

#include "base/buf.h"
#include "model/sight.h"
#include "store/db.h"
#include "store/dialect.h"

// What is prepared once per noun when a store is opened. Columns of every `SELECT` of records: 0 row, then the
// fields in table order (HF_REF fields as keys), then version, created, updated, event, salt, hash,
// attributes, then the rows that the HF_REF fields name. Values of insert and update stand in the same order
// from $1 on, HF_REF fields as rows, without the trailing rows.
typedef struct {
    const hf_dialect *words;
    const hf_noun *noun;
    uint32_t index;   // in hf_nouns
    bool is_digested; // register
    bool is_data;     // register or profile: changes the data version
    bool has_history;
    bool has_search;
    bool has_place;
    bool has_tree;          // of its places, which must be kept up
    hf_canonical canonical; // what the hash of a row covers
    bool is_link;           // has HF_REF fields: lists go in row order
    uint8_t links[2];       // field indexes of HF_REF fields
    size_t link_count;
    size_t lon, lat; // field indexes, if has_place
    int head_column; // of version
    int link_column; // of the first trailing row
    const char *create_table, *create_search, *create_place, *create_key;
    const char *drop_key;
    const char *const *create_indexes; // of declared fields, index_count
    const char *const *drop_indexes;
    const char *const *any_indexed;   // is anything in it? NULL: every row is
    const char *const *index_columns; // field name of each
    size_t index_count;
    const char *insert, *update, *remove;
    const char *by_row, *row_of_key, *scan_rows, *scan_keys, *of_event, *of_prefix;
    const char *keys;      // row, key in row order
    const char *hashes;    // row, hash in row order
    const char *key_order; // row in key order
    const char *search_add, *search_drop, *search_clear;
    const char
        *search_texts; // row and the fields that are searched, of $2 rows above $1, in row order
    size_t search_field_count;
    const char *search_tune, *search_untune; // around a rebuild; NULL: nothing
    const char *place_add, *place_drop, *place_clear, *place_all, *place_node, *place_rowid,
        *place_parent;   // place_all: row, lon, lat; the last three: the nodes of the tree
    const char *loaded;  // after many new rows; NULL: nothing
    const char *plan;    // see store_bulk.h; NULL for other nouns
    const char *chances; // the same with what simulations need
} hf_noun_sql;

void hf_sql_make(const hf_dialect *words, const hf_noun *noun, uint32_t index, hf_arena *arena,
                 hf_noun_sql *out);
// The columns of a record of table t, as above, without SELECT.
void hf_sql_columns(const hf_noun_sql *sql, hf_buf *out);
// " INDEXED BY …" where the database can be told so.
void hf_sql_hint(const hf_dialect *words, const char *noun, const char *index, hf_buf *out);

bool hf_sql_has_index(const hf_noun_sql *sql, const hf_field *field);
// The default of a field whose index leaves the default out, or -1.
int32_t hf_sql_left_out(const hf_noun_sql *sql, const hf_field *field);
// Row and some fields of all records, in row order.
void hf_sql_fields(const hf_noun *noun, const hf_field *const *fields, size_t count, hf_buf *out);
void hf_sql_group(const hf_noun_sql *sql, const hf_field *field, const hf_field *sum, hf_buf *out);
// Is there a record that a filter of the access rule could hide? Of compartments, or of the marking: above $1, which
// must be the default or more.
void hf_sql_hidden(const hf_noun_sql *sql, const hf_field *field, hf_buf *out);
void hf_sql_box_count(const hf_noun_sql *sql, bool box_crosses, hf_buf *out);
// All columns of all records, in the order of the values of `insert`: HF_REF fields as rows.
void hf_sql_raw(const hf_noun_sql *sql, hf_buf *out);
// ALTER TABLE … ADD for a field that an older store lacks.
void hf_sql_add_column(const hf_noun_sql *sql, const hf_field *field, hf_buf *out);
// The same number in this column of all rows; the first row above $1; the hash $2 of row $1.
void hf_sql_fill_column(const hf_noun_sql *sql, const hf_field *field, int32_t number, hf_buf *out);
void hf_sql_row_above(const hf_noun_sql *sql, hf_buf *out);
void hf_sql_set_hash(const hf_noun_sql *sql, hf_buf *out);
// --- lists (sql_list.c)

typedef struct {
    const hf_field *field;
    int how;            // hf_filter_operator
    size_t value_count; // of HF_IS: one of so many
    bool is_default;    // the value is the default of a field whose index leaves that out
} hf_sql_filter;

typedef enum { HF_SQL_RECORDS, HF_SQL_COUNT, HF_SQL_ROWS, HF_SQL_GROUPS } hf_sql_what;
typedef enum { HF_SQL_ALL, HF_SQL_FULL_ONLY, HF_SQL_EMPTY_ONLY } hf_sql_part; // of the sort field

// The shape of a list. Values are bound in this order: search text (once per place: hf_sql_text_count),
// filters as given, sight (hf_sql_sight_values), box (west, south, east, north), area, cursor (sort value unless part is EMPTY_ONLY or the order
// is the noun's own; then the tie: key or row), limit, offset.
typedef struct {
    hf_sql_what what;
    const hf_sql_filter *filters;
    size_t filter_count;
    const hf_field *sort; // NULL = own order
    hf_sql_part part;
    bool is_descending;
    bool is_ranked; // by search rank
    bool has_text;
    bool has_box, box_crosses, box_by_index;
    bool has_area; // only with a box around it
    bool has_cursor;
    const hf_field *driver; // field whose index shall be used; NULL = the database's choice
    // What the asker may know of, beyond the filters on marking and compartments (sql_sight.c).
    const hf_sight *sight; // NULL, or what the conditions below are made of
    bool has_scope;        // the record's own place must lie in one of the sight's
    bool has_ends;         // all assets that it joins must be known
    bool are_ends_guarded; // by marking and compartments too
    bool scope_by_index;   // what lies in the places is found by their indexes
    bool scope_leads;      // and gone through one by one, without an order: for counts
    // Or a set of the rows that may be known (sets.c): one value in place of the sight's.
    bool has_rows;
    bool rows_lead;        // they are gone through, in the order of the rows
    const hf_field *group; // of HF_SQL_GROUPS: a text
    bool is_narrowed;      // something is hidden: it must not take a hit's place in a ranked list
} hf_sql_list_shape;
void hf_sql_list(const hf_noun_sql *sql, const hf_sql_list_shape *shape, hf_buf *out);
size_t hf_sql_text_count(const hf_noun_sql *sql, bool is_ranked);

// --- sight (sql_sight.c)

#define HF_SQL_SCOPE_VALUES 2u // values of one place, at most

// Has the noun an index over who added a record? Links have none: they are known by their ends.
bool hf_sql_has_added_index(const hf_noun_sql *sql);
// The conditions of the shape's sight on table t, without the leading AND; values from `first` on.
void hf_sql_sight(const hf_noun_sql *sql, const hf_sql_list_shape *shape, int first, hf_buf *out);
// Their values, in order; texts live in the arena.
size_t hf_sql_sight_values(const hf_noun_sql *sql, const hf_sql_list_shape *shape, hf_arena *arena,
                           hf_value **values);
// "FROM … WHERE …" of a statement that the places lead: each row once.
void hf_sql_scope_from(const hf_noun_sql *sql, const hf_sql_list_shape *shape, int first,
                       hf_buf *out);
// Can all places of the sight be found by indexes of this noun?
bool hf_sql_scope_has_indexes(const hf_noun_sql *sql, const hf_sight *sight);
// The rows of all places by their indexes; values from 1 on.
void hf_sql_scope_rows(const hf_noun_sql *sql, const hf_sight *sight, hf_buf *out);
// The compartments of a sight, each with a space on both sides; they live in the arena.
size_t hf_sql_sight_words(const hf_sight *sight, hf_arena *arena, hf_value **values);
// How many rows lie in the places, up to the limit, which is the value after those of the places.
void hf_sql_scope_count(const hf_noun_sql *sql, const hf_sight *sight, hf_buf *out);
size_t hf_sql_scope_values(const hf_noun *noun, const hf_sight *sight, hf_arena *arena,
                           hf_value **values);
// "(x IS NULL OR …)": all words of the column are among `count` values, each with a space on both sides.
void hf_sql_within(const char *table, const char *column, int first, size_t count, hf_buf *out);
// A region and all inside it: ?position.
void hf_sql_regions_inside(const hf_dialect *words, int position, hf_buf *out);

// --- sets and orders (sql_sets.c)

void hf_sql_all_rows(const hf_noun_sql *sql, hf_buf *out);
void hf_sql_rows_above(const hf_noun_sql *sql, hf_buf *out); // $1, at most $2 of them
// Is row $1 known? $2 the clearance, from $3 the words of the sight, then the values of its places if it says true.
bool hf_sql_known_row(const hf_noun_sql *sql, const hf_sight *sight, size_t word_count,
                      hf_buf *out);
// Rows that the marking hides from a clearance, $1; true: the other way round, those that it does not hide, which all
// stand in the index.
bool hf_sql_hidden_by_marking(const hf_noun_sql *sql, int32_t clearance, hf_buf *out);
// Rows with a compartment beyond `count` words (hf_sql_sight_words), from 1 on.
void hf_sql_hidden_by_words(const hf_noun_sql *sql, size_t count, hf_buf *out);
// Row and ends of the links whose row compares to $1 (">", "=").
void hf_sql_ends(const hf_noun_sql *sql, const char *compare, hf_buf *out);
// The rows of set $1 that have a value, by the field and the key, along its index; field NULL: by the key.
void hf_sql_order(const hf_noun_sql *sql, const hf_field *field, hf_buf *out);
// Key and value of row $1.
void hf_sql_order_value(const hf_noun_sql *sql, const hf_field *field, hf_buf *out);
// 1: row $1 stands before key $2 and value $3; is_behind: or is that very one.
void hf_sql_order_before(const hf_noun_sql *sql, const hf_field *field, bool is_behind,
                         hf_buf *out);

#endif
