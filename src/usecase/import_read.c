// SPDX-License-Identifier: Apache-2.0
//
// Files → patches → the store's bulk. Assets go in before what refers to them: files that hold only
// dependencies, layer rows or preparations wait, files that mix both are read twice.
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "model/preparation.h"
#include "model/sight.h"
#include "usecase/import.h"
#include "usecase/release.h"
#include "usecase/settings.h"

static bool is_late_noun(const hf_noun *noun)
{
    return hf_noun_belongs(noun) == HF_BELONGS_TO_ITS_ENDS;
}

hf_import_counts *hf_import_counts_of(hf_import_result *result, const hf_noun *noun)
{
    for (size_t i = 0; i < result->noun_count; i++) {
        if (result->by_noun[i].noun == noun)
            return &result->by_noun[i];
    }
    HF_ASSERT(result->noun_count < HF_COUNT(result->by_noun));
    result->by_noun[result->noun_count] = (hf_import_counts){.noun = noun};
    return &result->by_noun[result->noun_count++];
}

static void warn_of_code(hf_import_state *state, const hf_patch *patch, const char *name,
                         hf_str code, uint64_t line)
{
    size_t index = 0;
    uint32_t unused = 0;
    if (hf_noun_field(patch->noun, hf_str_of(name), &index) == NULL ||
        (patch->present >> index & 1u) == 0 || code.len == 0 || code.len > HF_KEY_BYTES_MAX)
        return;
    char lower[HF_KEY_BYTES_MAX];
    for (size_t i = 0; i < code.len; i++)
        lower[i] =
            code.ptr[i] >= 'A' && code.ptr[i] <= 'Z' ? (char)(code.ptr[i] | 0x20) : code.ptr[i];
    if (hf_map_get(&state->taxonomy, (hf_str){lower, code.len}, &unused))
        return;
    hf_problems_add(&state->result->problems, HF_WARNING, hf_import_file_name(state, state->file),
                    line, hf_str_of(name), "taxonomy.unknown_code",
                    "'%.*s' is not in the taxonomy; kept as it is, add it to the taxonomy or mend "
                    "the spelling",
                    HF_STR_ARG(code));
}

static void refuse(hf_import_state *state, const hf_noun *noun, uint64_t line,
                   const hf_error *fault)
{
    hf_problems_add(&state->result->problems, HF_REFUSED, hf_import_file_name(state, state->file),
                    line, hf_str_copy(state->arena, hf_str_of(fault->column)), fault->code,
                    fault->source[0] == '/' ? "%s: %s" : "%s%s",
                    fault->source[0] == '/' ? fault->source : "", fault->message);
    state->result->total.refused++;
    hf_import_counts_of(state->result, noun)->refused++;
}

static void see_place(hf_import_state_file *file, const hf_asset *asset, uint64_t line)
{
    if (file->seen_count < HF_IMPORT_PLACES_SEEN && !isnan(asset->lon) && !isnan(asset->lat))
        file->seen[file->seen_count++] = (hf_import_seen){line, asset->lon, asset->lat};
}

static bool may_import(const hf_import_state *state, const hf_noun *noun, hf_error *err)
{
    if (noun->group == HF_GROUP_PLATFORM)
        return hf_fail(err, HF_ERR_USAGE, "noun.no_import",
                       "records of '%s' are not taken from files; choose another kind", noun->name);
    return hf_can(&state->session->actor, HF_CAN_IMPORT, noun, NULL, err);
}

// Is there anything that this actor may not know of, or not write? Else no row need be looked at.
static bool find_limits(hf_import_state *state, hf_error *err)
{
    const hf_actor *actor = &state->session->actor;
    uint64_t known = 0;
    state->is_limited = false;
    for (size_t i = 0; !actor->is_local && !state->is_limited && hf_nouns[i] != NULL; i++) {
        if (hf_nouns[i]->group == HF_GROUP_PLATFORM)
            continue;
        if (!hf_count_known(actor, state->before, hf_nouns[i], &known, err))
            return false;
        state->is_limited = known < hf_read_count(state->before, hf_nouns[i]);
    }
    state->is_limited |= !actor->is_local && !hf_may_everywhere(actor, HF_CAN_IMPORT);
    return true;
}

typedef struct {
    const hf_import_state *state;
    const hf_patch *patch;
} import_look;

static bool may_change(import_look *look, const void *record, hf_error *fault)
{
    const hf_actor *actor = &look->state->session->actor;
    return !look->state->is_limited || (hf_can_record(actor, HF_CAN_READ, look->state->before,
                                                      look->patch->noun, record, fault) &&
                                        hf_can_record(actor, HF_CAN_IMPORT, look->state->before,
                                                      look->patch->noun, record, fault));
}

static bool may_leave(import_look *look, const void *before, const void *after, hf_error *fault)
{
    const hf_import_state *state = look->state;
    return (!state->is_limited || hf_can_leave(&state->session->actor, HF_CAN_IMPORT, state->before,
                                               look->patch->noun, after, fault)) &&
           hf_may_lower(state->session, state->before, look->patch->noun, before, after, fault);
}

// Does the row say how the record is protected?
static bool has_protection(const hf_patch *patch)
{
    static const char *const names[] = {"marking", "compartments"};
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        size_t index = 0;
        if (hf_noun_field(patch->noun, hf_str_of(names[i]), &index) != NULL &&
            (patch->present >> index & 1u) != 0)
            return true;
    }
    return false;
}

// A row must not change, nor tell of, a record that is hidden from this actor: it is refused like one that
// names what is not there. Nor may it leave one where the actor has nothing to write, nor lower a marking that takes two
// persons. What this import itself has put is nobody's secret. *is_refused: *fault says why.
static bool look_behind(hf_import_state *state, const hf_patch *patch, bool *is_refused,
                        hf_error *fault, hf_error *err)
{
    hf_arena *scratch = &state->scratch;
    import_look look = {state, patch};
    void *record = NULL;
    hf_error unused;
    *is_refused = false;
    if (state->session->actor.is_local) // there may be no `before`
        return true;
    if (!state->is_limited &&
        (!has_protection(patch) || hf_read_count(state->before, patch->noun) == 0))
        return true;
    hf_error_clear(&unused);
    if (!hf_store_get(state->before, patch->noun, ((const hf_head *)patch->record)->key, scratch,
                      &record, err)) {
        state->has_store_failed = true;
        return false;
    }
    if (record == NULL && !state->is_limited)
        return true;
    if (record != NULL && !may_change(&look, record, fault)) {
        *is_refused = true;
        return true;
    }
    void *after = hf_noun_new(patch->noun, scratch);
    hf_mark_new(patch, state->marking, after);
    if (record != NULL)
        memcpy(after, record, patch->noun->struct_bytes);
    if (!hf_patch_apply(patch, after, scratch, &unused) ||
        !hf_noun_check(patch->noun, after, scratch, &unused))
        return true; // putting it says what is wrong
    *is_refused = !may_leave(&look, record, after, fault);
    return true;
}

// A dependency that the import has put in. One that it changes, or has put in before, is read from the store at the end.
static void keep_row(hf_import_state *state)
{
    hf_plan_dependency added;
    hf_group_row row;
    state->keeps_rows &= hf_bulk_last_dependency(state->bulk, &added);
    if (!state->keeps_rows)
        return;
    if (hf_group_row_of(&added, &row))
        HF_VEC_ADD(&state->work, &state->group_rows, row);
    if (!hf_link_counts(&added))
        return;
    added.input = hf_str_copy(&state->work, added.input);
    HF_VEC_ADD(&state->work, &state->link_rows, added);
}

static bool take(void *context, const hf_patch *patch, uint64_t line, hf_error *err)
{
    hf_import_state *state = context;
    hf_import_state_file *file = &state->files[state->file];
    bool is_late = is_late_noun(patch->noun);
    hf_bulk_outcome outcome = HF_BULK_REFUSED;
    hf_error fault;
    hf_error_clear(&fault);
    file->has_late |= is_late;
    if (!file->is_ordered && is_late != state->is_second_read)
        return true;
    uint32_t unused = 0;
    if (hf_map_get_u64(&state->excluded, hf_import_place(state->file, line), &unused))
        return true;
    if (!may_import(state, patch->noun, err))
        return false;
    hf_arena_reset(&state->scratch);
    hf_mark_new(patch, state->marking, patch->record); // a record that is there keeps its own
    bool is_refused = false;
    if (!look_behind(state, patch, &is_refused, &fault, err))
        return false;
    if (is_refused) {
        refuse(state, patch->noun, line, &fault);
        return true;
    }
    if (patch->noun == &hf_noun_attachment) {
        if (!hf_import_judge_file(state, patch->record, &is_refused, &fault, err)) {
            state->has_store_failed = true;
            return false;
        }
        if (is_refused) {
            refuse(state, patch->noun, line, &fault);
            return true;
        }
    }
    if (!hf_bulk_put(state->bulk, patch, &state->scratch, &outcome, &fault, err)) {
        state->has_store_failed = true;
        return false;
    }
    (void)hf_import_counts_of(state->result, patch->noun);
    if (outcome == HF_BULK_REFUSED) {
        refuse(state, patch->noun, line, &fault);
        return true;
    }
    if (!hf_import_note_change(state, patch->noun, outcome, line, err)) {
        state->has_store_failed = true;
        return false;
    }
    if (outcome != HF_BULK_UNCHANGED)
        hf_import_note_named(state, patch->noun,
                             &(hf_touched){hf_bulk_last_row(state->bulk), line, state->file});
    if (patch->noun == &hf_noun_asset) {
        const hf_asset *asset = patch->record;
        warn_of_code(state, patch, "kind", asset->kind, line);
        warn_of_code(state, patch, "sector", asset->sector, line);
        see_place(file, asset, line);
    } else if (is_late && patch->noun != &hf_noun_preparation && outcome != HF_BULK_UNCHANGED) {
        hf_touched touched = {hf_bulk_last_row(state->bulk), line, state->file};
        HF_VEC_ADD(&state->work,
                   patch->noun == &hf_noun_layer ? &state->touched_layers : &state->touched,
                   touched);
        if (patch->noun == &hf_noun_dependency)
            keep_row(state);
    }
    return true;
}

// Rows that never became a record. Their problems are told by who read them.
static void count_refused(void *context, const hf_noun *noun)
{
    hf_import_state *state = context;
    if (state->is_again)
        return;
    state->result->total.refused++;
    if (noun != NULL)
        hf_import_counts_of(state->result, noun)->refused++;
}

static bool tell(void *context, uint64_t row_count)
{
    hf_import_state *state = context;
    const hf_progress *progress = &state->request->progress;
    uint64_t done = 0, total = 0;
    (void)row_count;
    if (progress->tell == NULL)
        return true;
    hf_input_progress(state->files[state->file].input, &done, &total);
    done += state->bytes_before;
    return progress->tell(progress->context, done,
                          state->bytes_total > done ? state->bytes_total : done, "bytes");
}

static bool read_file(hf_import_state *state, hf_error *err)
{
    const hf_import_file *given = &state->request->files[state->file];
    hf_import_state_file *file = &state->files[state->file];
    HF_CLEANUP(hf_arena_done) hf_arena unused_arena = {0};
    HF_CLEANUP(hf_input_close) hf_input *input = NULL;
    hf_str directory = hf_str_of(given->path);
    hf_str name = hf_path_name(directory);
    directory.len = directory.len > name.len ? directory.len - name.len : 0;
    hf_input_options options = {.path = given->path,
                                .name = given->name != NULL ? given->name : given->path,
                                .directory = !state->request->may_open_files ? NULL
                                             : directory.len == 0
                                                 ? "."
                                                 : hf_str_z(&unused_arena, directory)};
    if (!hf_input_open(&options, &input, err))
        return false;
    const hf_format *format = state->format;
    if (format == NULL && !hf_format_guess(input, &format, err))
        return false;
    file->is_ordered = format->read_patches != NULL; // references come first
    file->input = input;
    // A second reading sees the same faults of rows again: they are told already.
    state->is_again = state->is_second_read && !file->is_late;
    hf_problems unused_problems = hf_problems_of(&unused_arena);
    hf_companion *others = HF_NEW_N(&unused_arena, hf_companion, state->request->file_count);
    for (size_t i = 0; i < state->request->file_count; i++)
        others[i] =
            (hf_companion){state->request->files[i].path,
                           hf_str_z(&unused_arena, hf_import_file_name(state, (uint32_t)i))};
    hf_read_request request = {.input = input,
                               .companions = others,
                               .companion_count = state->request->file_count,
                               .format = format,
                               .noun = state->request->as,
                               .recipe = state->recipe,
                               .parameters = state->parameters.items,
                               .parameter_count = state->parameters.count,
                               .recipes = &state->recipes,
                               .problems =
                                   state->is_again ? &unused_problems : &state->result->problems,
                               .context = state,
                               .take = take,
                               .take_content = hf_import_take_content,
                               .refused = count_refused,
                               .progress = tell};
    hf_read_result read = {0};
    bool is_read = hf_read_records(&request, &read, err);
    if (is_read && !hf_input_digest(input, file->digest))
        file->digest[0] = '\0';
    uint64_t total = 0, done = 0;
    hf_input_progress(input, &done, &total);
    file->input = NULL;
    state->bytes_before += done;
    if (!is_read)
        return false;
    file->row_count = read.row_count;
    if (read.recipe != NULL && state->result->recipe.len == 0)
        state->result->recipe = hf_str_copy(state->arena, hf_recipe_name(read.recipe));
    if (!state->is_again) {
        state->result->row_count += read.row_count;
        state->result->skipped_count += read.skipped_count;
    }
    return true;
}

// Only by what the user said or named; what a recipe gives is not known before it is read.
static bool is_late_file(const hf_import_state *state, uint32_t file)
{
    if (state->recipe != NULL)
        return false;
    if (state->request->as != NULL)
        return is_late_noun(state->request->as);
    hf_str name = hf_path_name(hf_import_file_name(state, file));
    return hf_str_starts(name, "dependencies.") || hf_str_starts(name, "layers.");
}

static bool read_files(hf_import_state *state, hf_error *err)
{
    for (uint32_t i = 0; i < state->request->file_count; i++) {
        hf_import_state_file *file = &state->files[i];
        state->file = i;
        bool is_wanted = state->is_second_read
                             ? file->is_late || (file->has_late && !file->is_ordered)
                             : !file->is_late;
        if (is_wanted && !read_file(state, err)) {
            hf_str name = hf_import_file_name(state, i);
            return hf_fail_at(err, hf_str_z(&state->work, name), 0, NULL);
        }
    }
    return true;
}

bool hf_import_read_all(hf_import_state *state, hf_error *err)
{
    state->bytes_total = 0;
    state->bytes_before = 0;
    for (uint32_t i = 0; i < state->request->file_count; i++) {
        struct stat facts;
        state->files[i] = (hf_import_state_file){.is_late = is_late_file(state, i)};
        if (stat(state->request->files[i].path, &facts) == 0 && facts.st_size > 0)
            state->bytes_total += (uint64_t)facts.st_size;
    }
    state->is_second_read = false;
    if (!find_limits(state, err) || !read_files(state, err))
        return false;
    state->is_second_read = true;
    return read_files(state, err);
}
