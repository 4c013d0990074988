// SPDX-License-Identifier: Apache-2.0
//
// Rules over the rows of one requirement group: they agree in need and buffer, and the need can be
// met. Used by single edits and by imports; private to usecase/.
#ifndef HF_USECASE_GROUPS_H
#define HF_USECASE_GROUPS_H

#include "base/vec.h"
#include "store/store_bulk.h"

#define HF_GROUP_NEIGHBOURS_MAX 1000000u // suppliers of one asset that are looked at

// One dependency as far as its group is concerned.
typedef struct {
    uint64_t group; // hash of consumer and input
    int64_t row;
    int64_t need;     // thousandths, or HF_GROUP_NEED_*
    int64_t capacity; // thousandths
    double buffer_h;  // NaN = no opinion
} hf_group_row;
typedef HF_VEC(hf_group_row) hf_group_rows;
enum { HF_GROUP_NEED_NONE = -1, HF_GROUP_NEED_ALL = -2, HF_GROUP_NEED_ANY = -3 };

typedef enum { HF_GROUP_FINE, HF_GROUP_CONFLICT, HF_GROUP_EXCEEDS } hf_group_verdict;

// False for rows that form no group: links, and proposals that do not count.
bool hf_group_row_of(const hf_plan_dependency *dependency, hf_group_row *out);
void hf_group_rows_sort(hf_group_row *rows, size_t count); // by group, then row
// Of one group's rows (consecutive after the sort). *first is the first row with an opinion on the
// matter in question, for HF_GROUP_CONFLICT; *blamed the first that disagrees or, for
// HF_GROUP_EXCEEDS, that states the need.
hf_group_verdict hf_group_judge(const hf_group_row *rows, size_t count, size_t *blamed);
bool hf_group_disagrees(const hf_group_row *a, const hf_group_row *b);
// Fills err with the verdict in words. False always.
bool hf_group_fail(hf_group_verdict verdict, hf_str consumer, hf_str input, hf_error *err);

// Checks all groups of one consumer as they stand in this transaction.
// Errors: HF_ERR_INPUT "group.conflict", "group.need_exceeds_capacity"
bool hf_groups_check_consumer(hf_read *read, hf_str consumer_key, hf_error *err) HF_CHECKED;

#endif
