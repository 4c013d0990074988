// SPDX-License-Identifier: Apache-2.0
//
// Named views: addresses within the web application (a list with its filters, order and columns) that a person
// keeps under a name of their own. They belong to the account and follow it from browser to browser.
#ifndef HF_USECASE_VIEWS_H
#define HF_USECASE_VIEWS_H

#include "usecase/record.h"

typedef struct {
    hf_str name;
    hf_str address; // "/register/assets?kind=hospital": path and query, never another site
} hf_view;

// The actor's own, in the order in which they were made.
bool hf_list_views(const hf_session *session, hf_arena *arena, hf_view **views, size_t *count,
                   hf_error *err) HF_CHECKED;
// Keeps a view; one of the same name is replaced.
// Errors  HF_ERR_INPUT "view.name", "view.address"; HF_ERR_TOO_LARGE "view.too_many"; HF_ERR_SIGN_IN
bool hf_put_view(const hf_session *session, const hf_view *view, hf_error *err) HF_CHECKED;
// Errors  HF_ERR_NOT_FOUND "view.unknown"
bool hf_remove_view(const hf_session *session, hf_str name, hf_error *err) HF_CHECKED;
void hf_write_views(const hf_view *views, size_t count, hf_json_writer *out);

#endif
