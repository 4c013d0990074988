// SPDX-License-Identifier: Apache-2.0
//
// Named views, kept as one small JSON list per account among the settings. They say where to look, not what is
// there: who opens one sees what their own rights show. No event: a bookmark changes nothing of the register.
#include "usecase/views.h"

#include "base/limits.h"

#define LIST_BYTES_MAX ((size_t)HF_VIEW_COUNT_MAX * (HF_VIEW_BYTES_MAX * 6u + 100u)) // \u00XX each
#define NAME_BYTES_MAX 200u

static const char *setting_of(const hf_session *session, hf_arena *arena)
{
    return hf_str_z(arena, hf_str_format(arena, "views/%.*s", HF_STR_ARG(session->actor.name)));
}

static hf_str text_of(const hf_json *object, const char *name)
{
    const hf_json *member = hf_json_get(object, name);
    return member != NULL && member->type == HF_JSON_TEXT ? member->text : HF_STR_EMPTY;
}

// views has room for one more than is there.
static bool read_views(const hf_session *session, hf_read *read, hf_arena *arena, hf_view **views,
                       size_t *count, hf_error *err)
{
    hf_str text = HF_STR_EMPTY;
    hf_json *list = NULL;
    *count = 0;
    *views = HF_NEW_N(arena, hf_view, HF_VIEW_COUNT_MAX + 1);
    if (!hf_setting_get(read, setting_of(session, arena), arena, &text, err))
        return false;
    if (text.len == 0)
        return true;
    if (!hf_json_parse(text, arena, &list, err))
        return false;
    for (const hf_json *item = list->child; item != NULL && *count < HF_VIEW_COUNT_MAX;
         item = item->next)
        (*views)[(*count)++] = (hf_view){text_of(item, "name"), text_of(item, "address")};
    return true;
}

static void write_list(const hf_view *views, size_t count, hf_json_writer *out)
{
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "name");
        hf_json_add_str(out, views[i].name);
        hf_json_name(out, "address");
        hf_json_add_str(out, views[i].address);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_views(const hf_view *views, size_t count, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    write_list(views, count, out);
    hf_json_end_object(out);
}

static bool keep(const hf_session *session, hf_tx **tx, const hf_view *views, size_t count,
                 hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(LIST_BYTES_MAX);
    hf_json_writer out = {.out = &text};
    write_list(views, count, &out);
    HF_ASSERT(!text.overflow);
    return hf_setting_set(*tx, setting_of(session, arena), hf_buf_str(&text), err) &&
           hf_tx_commit(tx, err);
}

static bool has_control(hf_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return true;
    return false;
}

static bool check(const hf_view *view, hf_error *err)
{
    hf_str name = hf_str_trim(view->name);
    if (name.len == 0 || name.len > NAME_BYTES_MAX || has_control(name))
        return hf_fail(err, HF_ERR_INPUT, "view.name",
                       "a view needs a name of at most %u bytes, on one line", NAME_BYTES_MAX);
    hf_str address = view->address;
    // "//host" and "/\host" would lead a browser to another site.
    bool is_own = address.len > 0 && address.ptr[0] == '/' &&
                  (address.len == 1 || (address.ptr[1] != '/' && address.ptr[1] != '\\'));
    if (!is_own || address.len > HF_VIEW_BYTES_MAX - NAME_BYTES_MAX || has_control(address))
        return hf_fail(err, HF_ERR_INPUT, "view.address",
                       "the address of a view is a path within Holdfast, of at most %u bytes",
                       HF_VIEW_BYTES_MAX - NAME_BYTES_MAX);
    return true;
}

bool hf_list_views(const hf_session *session, hf_arena *arena, hf_view **views, size_t *count,
                   hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) &&
           hf_read_begin(session->store, &read, err) &&
           read_views(session, read, arena, views, count, err);
}

bool hf_put_view(const hf_session *session, const hf_view *view, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_view *views = NULL;
    size_t count = 0;
    size_t at = 0;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) || !check(view, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !read_views(session, hf_tx_read(tx), &scratch, &views, &count, err))
        return false;
    hf_view kept = {hf_str_trim(view->name), view->address};
    while (at < count && !hf_str_equal(views[at].name, kept.name))
        at++;
    if (at == HF_VIEW_COUNT_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "view.too_many",
                       "there are %u views already; remove one first", HF_VIEW_COUNT_MAX);
    views[at] = kept;
    return keep(session, &tx, views, at == count ? count + 1 : count, &scratch, err);
}

bool hf_remove_view(const hf_session *session, hf_str name, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_view *views = NULL;
    size_t count = 0;
    size_t left = 0;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !read_views(session, hf_tx_read(tx), &scratch, &views, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!hf_str_equal(views[i].name, name))
            views[left++] = views[i];
    if (left == count)
        return hf_fail(err, HF_ERR_NOT_FOUND, "view.unknown", "there is no view '%.*s'",
                       HF_STR_ARG(name));
    return keep(session, &tx, views, left, &scratch, err);
}
