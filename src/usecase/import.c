// SPDX-License-Identifier: Apache-2.0
//
// Files into the register: asked before a byte is read, all or nothing, one event. A dry run does the
// same in a transaction that is rolled back.
#include "usecase/import.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/pool.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/recipe.h"
#include "model/taxonomy.h"
#include "usecase/question.h"
#include "usecase/settings.h"

#define PASSES_MAX 8 // each pass takes out at least one more row

static bool load_taxonomy(hf_import_state *state, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    state->taxonomy = hf_map_of(&state->work, 256);
    if (!hf_read_begin(state->session->store, &read, err) ||
        !hf_scan_open(read, &hf_noun_taxonomy, true, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            break;
        hf_str key = hf_str_copy(&state->work, ((const hf_taxonomy *)record)->head.key);
        char *lower = hf_arena_take(&state->work, key.len);
        for (size_t i = 0; i < key.len; i++)
            lower[i] =
                key.ptr[i] >= 'A' && key.ptr[i] <= 'Z' ? (char)(key.ptr[i] | 0x20) : key.ptr[i];
        (void)hf_map_add(&state->taxonomy, (hf_str){lower, key.len}, 0, NULL);
    }
    return true;
}

// --- recipes

static bool load_recipes(hf_import_state *state, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    if (!hf_recipes_load(&state->work, &state->recipes, err) ||
        !hf_read_begin(state->session->store, &read, err) ||
        !hf_scan_open(read, &hf_noun_recipe, true, &scan, err))
        return false;
    for (;;) {
        const hf_import_recipe *recipe = NULL;
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            return true;
        const hf_recipe *own = record;
        if (own->is_shipped)
            continue;
        if (!hf_recipe_parse(hf_str_copy(&state->work, own->body), &state->work, &recipe, err))
            return false;
        hf_recipes_add(&state->recipes, recipe);
    }
}

static bool choose_recipe(hf_import_state *state, hf_error *err)
{
    hf_str text = state->request->recipe;
    if (text.len == 0)
        return true;
    hf_str name = HF_STR_EMPTY;
    if (!hf_recipe_split_name(text, &state->work, &name, &state->parameters, err))
        return false;
    state->recipe = hf_recipe_find(&state->recipes, name);
    if (state->recipe != NULL)
        return true;
    const char *path = hf_str_z(&state->work, name);
    if (!state->request->may_open_files || !hf_file_exists(path))
        return hf_fail(err, HF_ERR_USAGE, "recipe.unknown",
                       "there is no recipe '%.*s'; see them with: holdfast list recipes",
                       HF_STR_ARG(name));
    hf_str json;
    if (!hf_file_read(path, HF_JSON_BYTES_MAX, &state->work, &json, err))
        return false;
    return hf_recipe_parse(json, &state->work, &state->recipe, err) ||
           hf_fail_at(err, path, 0, NULL);
}

bool hf_import_check_files(const hf_import_request *request, hf_error *err)
{
    if (request->file_count == 0)
        return hf_fail(err, HF_ERR_USAGE, "import.no_file", "no file is named; name at least one");
    for (size_t i = 0; i < request->file_count; i++) {
        const char *path = request->files[i].path;
        if (!hf_str_equal_z(hf_str_of(path), "-") && !hf_file_exists(path)) {
            hf_fail(err, HF_ERR_NOT_FOUND, "file.not_found", "no such file; check the name");
            return hf_fail_at(err, request->files[i].name != NULL ? request->files[i].name : path,
                              0, NULL);
        }
    }
    return true;
}

static bool prepare(hf_import_state *state, hf_error *err)
{
    const hf_import_request *request = state->request;
    if (!hf_import_check_files(request, err))
        return false;
    if (request->format.len > 0) {
        state->format = hf_format_find(request->format);
        if (state->format == NULL ||
            (state->format->read == NULL && state->format->read_patches == NULL))
            return hf_fail(
                err, HF_ERR_USAGE, "format.unknown",
                "the format '%.*s' cannot be read; choose another, or leave it to be guessed",
                HF_STR_ARG(request->format));
    }
    state->files = HF_NEW_N(&state->work, hf_import_state_file, request->file_count);
    state->excluded = hf_map_of(&state->work, 0);
    state->excluded_problems = hf_problems_of(state->arena);
    return load_taxonomy(state, err) && load_recipes(state, err) && choose_recipe(state, err);
}

// --- one pass

static void count_up(hf_import_state *state)
{
    hf_import_result *result = state->result;
    for (size_t i = 0; i < result->noun_count; i++) {
        hf_bulk_counts counts = hf_bulk_counts_of(state->bulk, result->by_noun[i].noun);
        result->by_noun[i].added = counts.added;
        result->by_noun[i].changed = counts.changed;
        result->by_noun[i].unchanged = counts.unchanged;
    }
    hf_bulk_counts all = hf_bulk_counts_of(state->bulk, NULL);
    result->total.added = all.added;
    result->total.changed = all.changed;
    result->total.unchanged = all.unchanged;
}

// A file as a whole is wrong: the import is refused, the reason is its first problem.
static bool refuse_file(hf_import_state *state, hf_error *err)
{
    bool is_fault =
        !state->has_store_failed && (err->kind == HF_ERR_INPUT || err->kind == HF_ERR_TOO_LARGE);
    if (!is_fault)
        return false;
    hf_import_result *result = state->result;
    result->fault = *err;
    result->total.refused++;
    hf_problems_put_first(&result->problems, err);
    return true;
}

static void begin_pass(hf_import_state *state)
{
    hf_import_result *result = state->result;
    *result = (hf_import_result){.problems = hf_problems_of(state->arena)};
    state->touched.count = 0;
    state->touched_layers.count = 0;
    state->group_rows.count = state->link_rows.count = 0;
    state->named.count = 0;
    state->added.count = state->changed.count = 0;
    hf_import_forget_files(state);
    state->has_store_failed = false;
}

static void add_excluded(hf_import_state *state)
{
    hf_import_result *result = state->result;
    for (size_t i = 0; i < state->excluded_problems.list.count; i++) {
        const hf_problem *problem = &state->excluded_problems.list.items[i];
        hf_problems_add(&result->problems, problem->severity, problem->file, problem->line,
                        problem->column, problem->code, "%.*s", HF_STR_ARG(problem->message));
    }
    result->total.refused += state->excluded.count;
    for (size_t i = 0; i < state->excluded_nouns.count; i++)
        hf_import_counts_of(result, state->excluded_nouns.items[i])->refused++;
}

// The command line may write the first register straight into the file: it sees everything, so nothing is asked of
// the store as it was, which then was empty. A dry run writes no more than it must.
static bool begin(hf_import_state *state, hf_error *err)
{
    const hf_session *session = state->session;
    bool is_alone = false;
    if (!session->actor.is_local || state->request->is_dry_run)
        return hf_tx_begin(session->store, session->now_ms, &state->tx, err) &&
               hf_marking_of_new(hf_tx_read(state->tx), &state->marking, err) &&
               hf_read_begin(session->store, &state->before, err);
    return hf_tx_begin_first(session->store, session->now_ms, &state->tx, &is_alone, err) &&
           hf_marking_of_new(hf_tx_read(state->tx), &state->marking, err) &&
           (is_alone || hf_read_begin(session->store, &state->before, err));
}

static void sort_kept(void *context)
{
    hf_import_state *state = context;
    hf_group_rows_sort(state->group_rows.items, state->group_rows.count);
}

// What is kept of the dependencies is sorted while the store builds its indexes.
static bool finish(hf_import_state *state, hf_error *err)
{
    hf_thread *sorting = state->keeps_rows ? hf_thread_start(sort_kept, state) : NULL;
    bool is_done = hf_bulk_finish(state->bulk, err);
    hf_thread_join(&sorting);
    return is_done;
}

// Reads everything into an open transaction. *again: rows were excluded, another pass is needed.
static bool run_pass(hf_import_state *state, bool *again, hf_error *err)
{
    uint64_t excluded = 0;
    *again = false;
    begin_pass(state);
    if (!begin(state, err))
        return false;
    state->keeps_rows = hf_read_count(hf_tx_read(state->tx), &hf_noun_dependency) == 0;
    if (!hf_bulk_open(state->tx, state->request->is_dry_run, &state->bulk, err))
        return false;
    if (!hf_import_read_all(state, err)) {
        count_up(state);
        return refuse_file(state, err);
    }
    if (!hf_import_judge_places(state, err) || !finish(state, err) ||
        !hf_import_judge(state, &excluded, err))
        return false;
    count_up(state);
    *again = excluded > 0 && (state->request->skip_refused || state->request->is_dry_run);
    return true;
}

static void end_pass(hf_import_state *state)
{
    hf_bulk_close(&state->bulk);
    hf_read_end(&state->before);
    hf_tx_end(&state->tx);
}

static void end_import(hf_import_state *state)
{
    end_pass(state);
    hf_import_forget_files(state);
    hf_arena_done(&state->scratch);
    hf_arena_done(&state->work);
}

// --- the event

static void write_counts(const hf_import_counts *counts, hf_json_writer *out)
{
    hf_json_name(out, "added");
    hf_json_add_u64(out, counts->added);
    hf_json_name(out, "changed");
    hf_json_add_u64(out, counts->changed);
    hf_json_name(out, "unchanged");
    hf_json_add_u64(out, counts->unchanged);
    hf_json_name(out, "refused");
    hf_json_add_u64(out, counts->refused);
}

static bool note_import(hf_import_state *state, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_buf_done) hf_buf names = hf_buf_of(400);
    hf_json_writer out = {.out = &detail};
    hf_json_begin_object(&out);
    hf_json_name(&out, "files");
    hf_json_begin_array(&out);
    for (uint32_t i = 0; i < state->request->file_count; i++) {
        hf_str name = hf_path_name(hf_import_file_name(state, i));
        if (names.len + name.len + 2 < names.max_bytes) {
            hf_buf_add_z(&names, names.len > 0 ? ", " : "");
            hf_buf_add_str(&names, name);
        }
        hf_json_begin_object(&out);
        hf_json_name(&out, "name");
        hf_json_add_str(&out, name);
        hf_json_name(&out, "sha256");
        hf_json_add_z(&out, state->files[i].digest[0] != '\0' ? state->files[i].digest : NULL);
        hf_json_name(&out, "rows");
        hf_json_add_u64(&out, state->files[i].row_count);
        hf_json_end_object(&out);
    }
    hf_json_end_array(&out);
    write_counts(&state->result->total, &out);
    hf_json_end_object(&out);
    state->result->event = hf_event_next(state->tx);
    return hf_note(state->tx, state->session, "import.done", NULL, HF_STR_EMPTY, hf_buf_str(&names),
                   hf_buf_str(&detail), err);
}

static bool has_new_dependencies(const hf_import_result *result)
{
    for (size_t i = 0; i < result->noun_count; i++)
        if (result->by_noun[i].noun == &hf_noun_dependency)
            return result->by_noun[i].added + result->by_noun[i].changed > 0;
    return false;
}

// Beyond this a plan takes seconds, and as much memory as the import itself: whoever asks is told then (check, cascade).
#define LOOPS_LOOKED_MAX 1000000u

static bool is_worth_looking(const hf_session *session, const hf_import_result *result)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error unused = {0};
    return has_new_dependencies(result) && hf_read_begin(session->store, &read, &unused) &&
           hf_read_count(read, &hf_noun_asset) <= LOOPS_LOOKED_MAX &&
           hf_read_count(read, &hf_noun_dependency) <= LOOPS_LOOKED_MAX;
}

// What is stored now makes a plan that can be looked at: a loop may close over several imports. Who may not ask of all
// of the register is told of what that account may see. What gives no plan is told by those who ask (check.no_plan).
static void warn_of_loops(const hf_session *session, const hf_import_state *state)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_session asking = *session;
    const hf_register_plan *plan = NULL;
    hf_error why = {0};
    uint32_t count = 0;
    if (!is_worth_looking(session, state->result))
        return;
    if (!hf_plan_take(&asking, &plan, &why)) {
        asking.ask = HF_ASK_VISIBLE;
        if (why.kind != HF_ERR_PERMISSION || !hf_plan_take(&asking, &plan, &why))
            return;
    }
    const hf_loop *loops = hf_plan_loops(plan, &count);
    for (uint32_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
        const hf_message_value keys = {.name = "detail",
                                       .text = hf_loop_keys(session, plan, &loops[i], &scratch)};
        hf_message(session->lang, "told.check.self_sustaining_loop", &keys, 1, &text);
        hf_problems_add(&state->result->problems, HF_WARNING, hf_import_file_name(state, 0), 0,
                        HF_STR_EMPTY, "import.self_sustaining_loop", "%.*s",
                        HF_STR_ARG(hf_buf_str(&text)));
        hf_arena_reset(&scratch);
    }
    hf_plan_release(&asking, &plan);
}

bool hf_import(const hf_session *session, const hf_import_request *request, hf_arena *arena,
               hf_import_result *out, hf_error *err)
{
    HF_CLEANUP(end_import)
    hf_import_state state = {.session = session, .request = request, .result = out, .arena = arena};
    bool again = true;
    if (!hf_can(&session->actor, HF_CAN_IMPORT, NULL, NULL, err))
        return false;
    if (!prepare(&state, err))
        return false;
    for (int pass = 0; again && pass < PASSES_MAX; pass++) {
        end_pass(&state);
        if (!run_pass(&state, &again, err))
            return false;
    }
    add_excluded(&state);
    bool is_refused = out->fault.kind != HF_ERR_NONE || again ||
                      (out->total.refused > 0 && !request->skip_refused);
    if (request->is_dry_run && out->fault.kind == HF_ERR_NONE && !again &&
        !hf_import_tell_changes(&state, err))
        return false;
    if (request->is_dry_run || is_refused)
        return true; // rolled back
    hf_bulk_close(&state.bulk);
    if (!hf_import_settle_named(&state, err) || !hf_import_keep_files(&state, err) ||
        !note_import(&state, err) || !hf_tx_commit(&state.tx, err))
        return false;
    out->is_stored = true;
    warn_of_loops(session, &state);
    return true;
}

// --- JSON

static void write_problem(const hf_problem *problem, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "file");
    hf_json_add_str(out, problem->file);
    hf_json_name(out, "line");
    hf_json_add_u64(out, problem->line);
    hf_json_name(out, "column");
    if (problem->column.len > 0)
        hf_json_add_str(out, problem->column);
    else
        hf_json_add_null(out);
    hf_json_name(out, "severity");
    hf_json_add_z(out, problem->severity == HF_REFUSED ? "error" : "warning");
    hf_json_name(out, "code");
    hf_json_add_z(out, problem->code);
    hf_json_name(out, "message");
    hf_json_add_str(out, problem->message);
    hf_json_end_object(out);
}

void hf_write_import(const hf_import_result *result, hf_json_writer *out)
{
    hf_json_begin_object(out);
    write_counts(&result->total, out);
    hf_json_name(out, "rows");
    hf_json_add_u64(out, result->row_count);
    hf_json_name(out, "skipped");
    hf_json_add_u64(out, result->skipped_count);
    hf_json_name(out, "by_noun");
    hf_json_begin_object(out);
    for (size_t i = 0; i < result->noun_count; i++) {
        hf_json_name(out, result->by_noun[i].noun->name);
        hf_json_begin_object(out);
        write_counts(&result->by_noun[i], out);
        hf_json_end_object(out);
    }
    hf_json_end_object(out);
    hf_import_write_changes(result, out);
    hf_json_name(out, "problems");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->problems.list.count; i++)
        write_problem(&result->problems.list.items[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "problem_count");
    hf_json_add_u64(out, result->problems.error_count + result->problems.warning_count);
    hf_json_name(out, "stored");
    hf_json_add_bool(out, result->is_stored);
    hf_json_name(out, "event");
    if (result->event > 0)
        hf_json_add_i64(out, result->event);
    else
        hf_json_add_null(out);
    hf_json_name(out, "recipe");
    if (result->recipe.len > 0)
        hf_json_add_str(out, result->recipe);
    else
        hf_json_add_null(out);
    hf_json_end_object(out);
}
