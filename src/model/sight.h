// SPDX-License-Identifier: Apache-2.0
//
// What somebody may know of, as data: clearance, compartments and places. The access rule of usecase/ makes it
// from an actor's grants; here single records are held against it, and the store makes the same of it in SQL
// (store/sql_sight.c). Which fields of a noun say where a record belongs is told here, once, for both.
#ifndef HF_MODEL_SIGHT_H
#define HF_MODEL_SIGHT_H

#include "model/grant.h"

// A place: what one grant reaches. The lists are of the state of the store that it was made from.
typedef struct {
    hf_scope_kind kind;
    hf_str of;             // sector, region, organisation; of HF_SCOPE_OWN the account
    const hf_str *regions; // of HF_SCOPE_REGION: it and all inside, in byte order
    size_t region_count;
    const int64_t *events; // of HF_SCOPE_OWN: all events of the account, ascending
    size_t event_count;
} hf_scope;

typedef struct {
    int32_t clearance; // highest marking
    hf_str compartments;
    bool is_national;       // the places below do not matter
    const hf_scope *scopes; // one is enough
    size_t scope_count;     // 0 and not national: nothing that has a place
    hf_str actor;           // sees the runs that it asked for
} hf_sight;

// How records of a noun come to their place.
typedef enum {
    HF_BELONGS_TO_ALL,      // no marking and no place: the profile, what the platform keeps
    HF_BELONGS_BY_FIELDS,   // by the fields below, or by who added it
    HF_BELONGS_TO_ITS_ENDS, // joins assets: whoever may know of all of them
    HF_BELONGS_ANYWHERE // a marking, but no place: regions are the map itself, offers and what is of the nation are everybody's
} hf_belonging;

typedef struct {
    hf_belonging how;
    const hf_field *sector, *region, *organisation, *section; // NULL: the noun has none
    const hf_field *round; // an assessment: it is read by who answers for a section of it
    const hf_field *owner; // the account that it belongs to
} hf_noun_place;

hf_belonging hf_noun_belongs(const hf_noun *noun);
hf_noun_place hf_noun_place_of(const hf_noun *noun);
// Does this place hold the record? place: of its noun.
bool hf_scope_holds(const hf_scope *scope, const hf_noun_place *place, const void *record);

// The sight as text, equal for equal sights: without what follows from the store (regions inside, events).
void hf_sight_write(const hf_sight *sight, hf_buf *out);

// Are a marking and compartments within a clearance and one's own compartments?
bool hf_is_cleared(int32_t clearance, hf_str own, int32_t marking, hf_str compartments);

#endif
