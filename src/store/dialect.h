// SPDX-License-Identifier: Apache-2.0
//
// In what the SQL of the two databases differs, as words. All statements are written once, in what both understand;
// where they do not, the statement takes a word from here, and no other file asks which database it is.
// Private to store/.
#ifndef HF_STORE_DIALECT_H
#define HF_STORE_DIALECT_H

#include "base/area.h"
#include "base/buf.h"

// In a template "$n" is the name of a noun, "$x" and "$y" its fields of longitude and latitude, "$p" the position of a
// bound value; "$t", "$i", "$r", "$b", "$a" are the types below, "$k" and "$w" the two about keys.
typedef struct {
    // Columns. Texts compare byte by byte.
    const char *text, *integer, *real, *bytes;
    const char *any;         // text or number, as it was bound
    const char *counted_key; // of a table whose rows number themselves
    const char *own_index;   // behind a table that lives in the index of its key

    // The database as a whole.
    const char *prelude;    // in a new one, before all tables; NULL: nothing
    const char *functions;  // what statements call and the driver does not bring; NULL: none
    const char *get_schema; // the version that set_schema, with a number behind it, wrote
    const char *set_schema;
    const char *columns;   // template: names of the columns of a table
    const char *bytes_all; // size of the database
    const char *check;     // answers "ok"; NULL: the database looks after itself
    const char
        *fold; // what lies in a log beside the file goes into the file; NULL: there is no such file
    const char *const *forget; // what rows of credentials held before is gone then; NULL-ended
    // Is it, although somebody may still look at the database as it was? A number before, and how many tables may hold more
    // than that when it is bound; NULL: nothing is left.
    const char *forget_mark, *forget_left;
    bool is_one_file; // that can be copied before it is changed

    // Statements.
    bool has_hints;         // "INDEXED BY"
    const char *plus;       // before a column whose index must not be used
    const char *text_value; // template: a bound text where nothing tells that it is one
    bool drops_indexes;     // a load into a new table takes indexes away and builds them at its end
    const char *loaded;     // template: after many new rows; NULL: nothing

    // Jobs: several programs may take them. The one that works on job ?1 holds it as long as it lives; NULL: there is one
    // program, and what was running when it starts was interrupted.
    const char *job_hold, *job_release;
    const char *job_is_left; // a condition on the row of a running job: nobody holds it
    const char *job_is_ours; // the same: nobody but this connection holds it
    const char *
        job_end_left; // ends at ?1 those that were to be cancelled when who held them went; NULL: none can be
    const char *job_is_free; // a condition on the row of any job: it can be taken

    // Full text: a table "$n_search" beside the noun.
    const char *search_create, *search_add, *search_drop, *search_clear;
    const char *search_tune, *search_untune; // around a rebuild; NULL: nothing
    const char *search_row;                  // the column that names the row
    const char *search_match,
        *search_rank; // templates: a hit of the question $p; the less, the better
    // The folded words of base/text.h and the question made of them, as the database takes them; NULL: as they are.
    void (*write_words)(hf_str words, hf_buf *out);
    void (*write_question)(hf_str question, hf_buf *out);

    // Places: "$n_place" with row, west, east, south, north.
    const char *place_create;
    bool has_tree; // it is an R*Tree that the store keeps up
    void (*write_area)(const hf_area *area,
                       hf_buf *out); // for hf_in_area; NULL: the text as it was given
} hf_dialect;

extern const hf_dialect hf_dialect_sqlite;
extern const hf_dialect hf_dialect_postgres;

typedef struct {
    const char *noun, *lon, *lat; // NULL where the template does not name them
    int position;
} hf_sql_blanks;
void hf_sql_fill(const hf_dialect *words, const char *template, const hf_sql_blanks *blanks,
                 hf_buf *out);

#endif
