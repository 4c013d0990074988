// SPDX-License-Identifier: Apache-2.0
//
// Two runs side by side: what differs in loss, in the fate of assets, and over time. Read from the two documents,
// so that runs of different registers and questions can be compared, and old ones too.
#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "usecase/run.h"

static double number(const hf_json *object, const char *name)
{
    const hf_json *value = hf_json_get(object, name);
    return value != NULL && (value->type == HF_JSON_INT || value->type == HF_JSON_DOUBLE)
               ? value->number
               : (double)NAN;
}

// --- documents ---------------------------------------------------------------------------------------------

// A document of a million assets has a quarter of a gigabyte, and its tree five times that: the list of assets is cut
// out and read one by one.
typedef struct {
    hf_json *tree; // of the rest, with an empty list of assets
    hf_str assets; // the list with its brackets; empty = there is none
} document;

// The end of the JSON value that begins at `at`; what is malformed is found when it is parsed.
static size_t end_of_value(hf_str text, size_t at)
{
    size_t depth = 0;
    bool is_text = false;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        if (is_text && c == '\\')
            at++;
        else if (c == '"')
            is_text = !is_text;
        else if (!is_text && (c == '[' || c == '{'))
            depth++;
        else if (!is_text && (c == ']' || c == '}') && depth-- == 0)
            return at; // of what holds the value
        else if (!is_text && c == ',' && depth == 0)
            return at;
        if (!is_text && depth == 0 && (c == ']' || c == '}' || c == '"'))
            return at + 1;
    }
    return text.len;
}

// Where the member begins among those of the whole document, after its colon; 0 when it is not there.
static size_t find_member(hf_str text, hf_str quoted)
{
    for (size_t at = 1; at < text.len;) {
        size_t end = end_of_value(text, at); // of the name
        if (end >= text.len || text.ptr[end] != ':')
            return 0;
        if (hf_str_equal(hf_str_slice(text, at, end), quoted))
            return end + 1;
        end = end_of_value(text, end + 1);
        if (end >= text.len || text.ptr[end] != ',')
            return 0;
        at = end + 1;
    }
    return 0;
}

static bool read_document(const hf_session *session, hf_str key, hf_arena *arena,
                          const hf_run **run, document *out, hf_error *err)
{
    hf_run *found = NULL;
    hf_str bytes;
    if (!hf_read_run(session, key, arena, &found, &bytes, err))
        return false;
    if (found->sight == HF_RUN_GENERAL)
        return hf_fail_general(found, err);
    *run = found;
    *out = (document){.assets = HF_STR_EMPTY};
    size_t from = find_member(bytes, HF_STR("\"assets\""));
    if (from == 0 || bytes.ptr[from] != '[')
        return hf_json_parse(bytes, arena, &out->tree, err);
    size_t to = end_of_value(bytes, from);
    HF_CLEANUP(hf_buf_done) hf_buf rest = hf_buf_of(bytes.len + 2);
    hf_buf_add_str(&rest, hf_str_slice(bytes, 0, from));
    hf_buf_add_str(&rest, HF_STR("[]"));
    hf_buf_add_str(&rest, hf_str_slice(bytes, to, bytes.len));
    out->assets = hf_str_slice(bytes, from, to);
    return hf_json_parse(hf_buf_copy(arena, &rest), arena, &out->tree, err);
}

// The next asset of the list; *has false at its end. Its key lives in `arena`.
static bool next_asset(hf_str list, size_t *at, hf_arena *arena, hf_str *key, double *p_down,
                       bool *has, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *asset = NULL;
    size_t from = *at + 1; // after the bracket or comma
    *has = from < list.len && list.ptr[from] != ']';
    if (!*has)
        return true;
    *at = end_of_value(list, from);
    if (!hf_json_parse(hf_str_slice(list, from, *at), &scratch, &asset, err))
        return false;
    *key = hf_str_copy(arena, hf_json_text(asset, "key"));
    *p_down = number(asset, "p_down");
    return true;
}

static void compare_loss(const hf_json *a, const hf_json *b, hf_comparison *out)
{
    static const char *const names[] = {"mean", "stderr", "p05", "p25",  "p50",
                                        "p75",  "p95",    "p99", "p_any"};
    const hf_json *loss_a = hf_json_get(a, "loss"), *loss_b = hf_json_get(b, "loss");
    for (size_t i = 0; i < HF_COUNT(names); i++)
        out->loss[out->loss_count++] =
            (hf_compared){hf_str_of(names[i]), number(loss_a, names[i]), number(loss_b, names[i])};
    out->mean_stderr = hypot(number(loss_a, "stderr"), number(loss_b, "stderr"));
}

// --- assets ------------------------------------------------------------------------------------------------

static double size_of(const hf_compared *one)
{
    return isnan(one->a) || isnan(one->b) ? (double)INFINITY : fabs(one->b - one->a);
}

static int by_difference(const void *left, const void *right)
{
    const hf_compared *a = left, *b = right;
    double of_a = size_of(a), of_b = size_of(b);
    if (of_a > of_b || of_a < of_b)
        return of_a > of_b ? -1 : 1;
    return hf_str_compare_natural(a->name, b->name);
}

typedef HF_VEC(hf_compared) compared_list;

static bool compare_assets(hf_str a, hf_str b, hf_arena *arena, hf_comparison *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    compared_list list = {0};
    hf_map places = hf_map_of(&scratch, 1024);
    hf_compared one = {.b = (double)NAN};
    bool has = true;
    for (size_t at = 0; has;) {
        if (!next_asset(a, &at, arena, &one.name, &one.a, &has, err))
            return false;
        if (has) {
            hf_map_set(&places, one.name, (uint32_t)list.count);
            HF_VEC_ADD(arena, &list, one);
        }
    }
    has = true;
    one.a = (double)NAN;
    for (size_t at = 0; has;) {
        uint32_t place = 0;
        if (!next_asset(b, &at, arena, &one.name, &one.b, &has, err))
            return false;
        if (has && hf_map_get(&places, one.name, &place))
            list.items[place].b = one.b;
        else if (has)
            HF_VEC_ADD(arena, &list, one);
    }
    out->assets = list.items;
    out->asset_count = list.count;
    if (out->asset_count > 0)
        qsort(out->assets, out->asset_count, sizeof(hf_compared), by_difference);
    return true;
}

// --- time --------------------------------------------------------------------------------------------------

static const double *numbers_of(const hf_json *list, uint32_t count, hf_arena *arena)
{
    double *numbers = HF_NEW_N(arena, double, count);
    const hf_json *item = list != NULL ? list->child : NULL;
    for (uint32_t i = 0; i < count && item != NULL; i++, item = item->next)
        numbers[i] = item->number;
    return numbers; // a sector or region that is not there has nobody without service
}

static uint32_t steps_of(const hf_json *courses)
{
    return courses != NULL && courses->child != NULL ? (uint32_t)courses->child->child_count : 0;
}

static void add_series(const hf_json *a, const hf_json *b, hf_str name, uint32_t step_count,
                       hf_arena *arena, hf_compared_courses *out)
{
    out->list[out->count++] = (hf_compared_series){name, numbers_of(a, step_count, arena),
                                                   numbers_of(b, step_count, arena)};
}

// By sector or by region; none when one of the runs does not tell of it.
static void compare_courses(const hf_json *a, const hf_json *b, uint32_t step_count,
                            hf_arena *arena, hf_compared_courses *out)
{
    if (steps_of(a) != step_count || steps_of(b) != step_count)
        return;
    out->list = HF_NEW_N(arena, hf_compared_series, a->child_count + b->child_count);
    for (const hf_json *item = a->child; item != NULL; item = item->next)
        add_series(item, hf_json_get(b, hf_str_z(arena, item->name)), item->name, step_count, arena,
                   out);
    for (const hf_json *item = b->child; item != NULL; item = item->next)
        if (hf_json_get(a, hf_str_z(arena, item->name)) == NULL)
            add_series(NULL, item, item->name, step_count, arena, out);
}

static void compare_series(const hf_json *a, const hf_json *b, hf_arena *arena, hf_comparison *out)
{
    const hf_json *series_a = hf_json_get(a, "series"), *series_b = hf_json_get(b, "series");
    const hf_json *sectors = hf_json_get(series_a, "sectors");
    double step_a = number(series_a, "step_h"), step_b = number(series_b, "step_h");
    out->step_count = steps_of(sectors);
    out->step_h = step_a;
    if (out->step_count == 0 || step_a < step_b || step_a > step_b)
        return;
    compare_courses(sectors, hf_json_get(series_b, "sectors"), out->step_count, arena,
                    &out->sectors);
    compare_courses(hf_json_get(series_a, "regions"), hf_json_get(series_b, "regions"),
                    out->step_count, arena, &out->regions);
}

bool hf_compare_runs(const hf_session *session, hf_str a, hf_str b, hf_arena *arena,
                     hf_comparison *out, hf_error *err)
{
    document of_a, of_b;
    *out = (hf_comparison){0};
    if (!read_document(session, a, arena, &out->a, &of_a, err) ||
        !read_document(session, b, arena, &out->b, &of_b, err))
        return false;
    const hf_json *tree_a = of_a.tree, *tree_b = of_b.tree;
    if (!hf_str_equal(out->a->unit, out->b->unit))
        return hf_fail(err, HF_ERR_INPUT, "run.units",
                       "one run counts %.*s, the other %.*s; compare runs of the same unit",
                       HF_STR_ARG(out->a->unit), HF_STR_ARG(out->b->unit));
    out->is_same_question = hf_str_equal(out->a->question, out->b->question);
    compare_loss(tree_a, tree_b, out);
    compare_series(tree_a, tree_b, arena, out);
    out->curve_a = hf_json_get(tree_a, "exceedance");
    out->curve_b = hf_json_get(tree_b, "exceedance");
    return compare_assets(of_a.assets, of_b.assets, arena, out, err);
}

// --- JSON --------------------------------------------------------------------------------------------------

static void add_text(hf_json_writer *out, const char *name, hf_str text)
{
    hf_json_name(out, name);
    hf_json_add_str(out, text);
}

static void write_run(const hf_run *run, hf_json_writer *out)
{
    hf_json_begin_object(out);
    add_text(out, "key", run->head.key);
    add_text(out, "title", run->title);
    add_text(out, "scenario", run->scenario);
    add_text(out, "snapshot", run->snapshot);
    add_text(out, "model", run->model);
    add_text(out, "generator", run->generator);
    hf_json_name(out, "seed");
    hf_json_add_i64(out, run->seed);
    hf_json_name(out, "trials");
    hf_json_add_i64(out, run->trials);
    add_text(out, "sha256", run->sha256);
    hf_json_end_object(out);
}

static void add_values(hf_json_writer *out, const hf_compared *one)
{
    hf_json_name(out, "a");
    hf_json_add_double(out, one->a); // NaN is written as null
    hf_json_name(out, "b");
    hf_json_add_double(out, one->b);
    hf_json_name(out, "difference");
    hf_json_add_double(out, one->b - one->a);
}

static void write_loss(const hf_comparison *comparison, hf_json_writer *out)
{
    hf_json_name(out, "loss");
    hf_json_begin_object(out);
    add_text(out, "unit", comparison->a->unit);
    for (size_t i = 0; i < comparison->loss_count; i++) {
        hf_json_name_str(out, comparison->loss[i].name);
        hf_json_begin_object(out);
        add_values(out, &comparison->loss[i]);
        hf_json_end_object(out);
    }
    hf_json_name(out, "mean_difference_stderr");
    hf_json_add_double(out, comparison->mean_stderr);
    hf_json_end_object(out);
}

static void write_assets(const hf_comparison *comparison, hf_json_writer *out)
{
    hf_json_name(out, "assets");
    hf_json_begin_array(out);
    for (size_t i = 0; i < comparison->asset_count; i++) {
        hf_json_begin_object(out);
        add_text(out, "key", comparison->assets[i].name);
        add_values(out, &comparison->assets[i]);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void add_numbers(hf_json_writer *out, const char *name, const double *numbers,
                        uint32_t count)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        hf_json_add_double(out, numbers[i]);
    hf_json_end_array(out);
}

static void write_courses(const hf_comparison *comparison, const hf_compared_courses *courses,
                          hf_json_writer *out)
{
    hf_json_begin_object(out);
    for (size_t i = 0; i < courses->count; i++) {
        hf_json_name_str(out, courses->list[i].name);
        hf_json_begin_object(out);
        add_numbers(out, "a", courses->list[i].a, comparison->step_count);
        add_numbers(out, "b", courses->list[i].b, comparison->step_count);
        hf_json_end_object(out);
    }
    hf_json_end_object(out);
}

static void write_series(const hf_comparison *comparison, hf_json_writer *out)
{
    hf_json_name(out, "series");
    if (comparison->sectors.count == 0) {
        hf_json_add_null(out);
        return;
    }
    hf_json_begin_object(out);
    hf_json_name(out, "step_h");
    hf_json_add_double(out, comparison->step_h);
    hf_json_name(out, "sectors");
    write_courses(comparison, &comparison->sectors, out);
    hf_json_name(out, "regions");
    if (comparison->regions.count > 0)
        write_courses(comparison, &comparison->regions, out);
    else
        hf_json_add_null(out);
    hf_json_end_object(out);
}

static void add_curve(hf_json_writer *out, const char *name, const hf_json *curve)
{
    hf_json_name(out, name);
    if (curve != NULL)
        hf_json_add_value(out, curve);
    else
        hf_json_add_null(out);
}

void hf_write_comparison(const hf_comparison *comparison, hf_json_writer *out)
{
    const hf_run *a = comparison->a, *b = comparison->b;
    hf_json_begin_object(out);
    hf_json_name(out, "a");
    write_run(a, out);
    hf_json_name(out, "b");
    write_run(b, out);
    hf_json_name(out, "same_question");
    hf_json_add_bool(out, comparison->is_same_question);
    hf_json_name(out, "same_snapshot");
    hf_json_add_bool(out, hf_str_equal(a->snapshot, b->snapshot));
    hf_json_name(out, "same_bytes");
    hf_json_add_bool(out, hf_str_equal(a->sha256, b->sha256));
    write_loss(comparison, out);
    write_assets(comparison, out);
    hf_json_name(out, "exceedance");
    hf_json_begin_object(out);
    add_curve(out, "a", comparison->curve_a);
    add_curve(out, "b", comparison->curve_b);
    hf_json_end_object(out);
    write_series(comparison, out);
    hf_json_end_object(out);
}
