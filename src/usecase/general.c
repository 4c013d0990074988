// SPDX-License-Identifier: Apache-2.0
//
// Totals of a simulation by sector and region, and what of them may be told. See general.h.
#include "usecase/general.h"

#include <math.h>
#include <string.h>

#include "model/asset.h"
#include "model/region.h"
#include "usecase/each_known.h"
#include "usecase/region_tree.h"

// --- what may be told --------------------------------------------------------------------------------------

static bool is_safe(const hf_general_cell *cell, int64_t min_assets)
{
    return cell->unseen >= (uint64_t)min_assets && cell->most <= HF_GENERAL_SHARE_MAX * cell->sum;
}

static void join(hf_general_cell *sum, const hf_general_cell *cell)
{
    sum->unseen += cell->unseen;
    sum->sum += cell->sum;
    sum->most = fmax(sum->most, cell->most);
}

// All that is not told, as one; *next is the smallest cell that is, SIZE_MAX when there is none.
static hf_general_cell untold(const hf_general_cell *cells, size_t count, size_t *next)
{
    hf_general_cell sum = {0};
    *next = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        if (!cells[i].is_told)
            join(&sum, &cells[i]);
        else if (*next == SIZE_MAX || cells[i].unseen < cells[*next].unseen)
            *next = i;
    return sum;
}

bool hf_general_choose(hf_general_cell *cells, size_t count, int64_t min_assets)
{
    hf_general_cell all = {0};
    bool is_any_left_out = false;
    for (size_t i = 0; i < count; i++) {
        join(&all, &cells[i]);
        cells[i].is_told = is_safe(&cells[i], min_assets);
        is_any_left_out |= cells[i].count > 0 && !cells[i].is_told;
    }
    while (is_any_left_out) {
        size_t next = SIZE_MAX;
        hf_general_cell sum = untold(cells, count, &next);
        if (next == SIZE_MAX || is_safe(&sum, min_assets))
            break;
        cells[next].is_told = false;
    }
    return is_safe(&all, min_assets);
}

// --- the totals --------------------------------------------------------------------------------------------

typedef struct {
    const hf_session *reader;
    const hf_simulate_answer *answer;
    hf_arena arena;
    hf_row_set seen;
    hf_words regions; // codes of the cells, the first is none
    uint32_t *region; // cell of each asset
    hf_general_cell *by_sector, *by_region;
} telling;

// Of the share of time, or of trials, that it is down. The spread of a sum is at most the sum of the spreads, so the
// bounds of a total hold whatever falls together; they are wider than those of the whole loss.
static void add_asset(const telling *t, uint32_t index, hf_general_cell *cell)
{
    const hf_register_plan *plan = t->answer->plan;
    const hf_asset_summary *asset = &t->answer->summary.assets[index];
    double hours = t->answer->simulation.hours, people = (double)plan->people[index];
    double share = hours > 0 ? asset->mean_down_h / hours : asset->p_down;
    double weight = hours > 0 ? people * hours : people;
    double low = 0, high = 0;
    hf_share_bounds(fmin(1, share), (double)t->answer->summary.trials, &low, &high);
    cell->count++;
    cell->mean += weight * share;
    cell->low += weight * low;
    cell->high += weight * high;
    // What adds nothing hides nothing; what the reader sees can be taken off.
    if (hf_row_set_has(&t->seen, plan->rows[index]) || !(weight * share > 0))
        return;
    cell->unseen++;
    cell->sum += weight * share;
    cell->most = fmax(cell->most, weight * share);
}

// --- regions -----------------------------------------------------------------------------------------------

typedef struct {
    hf_region_tree tree; // all of them
    bool *is_known;      // to the reader; by number
} region_sight;

static void take_known(void *context, const void *record)
{
    region_sight *sight = context;
    sight->is_known[hf_region_number(&sight->tree, ((const hf_head *)record)->key)] = true;
}

static bool read_regions(telling *t, hf_read *read, region_sight *out, hf_error *err)
{
    static const char *const names[] = {"key", "marking", "compartments"};
    if (!hf_region_tree_read(NULL, read, &t->arena, &out->tree, err))
        return false;
    out->is_known = HF_NEW_N(&t->arena, bool, out->tree.parents.count + 1);
    return hf_each_known(&t->reader->actor, read, &hf_noun_region, names, HF_COUNT(names),
                         take_known, out, err);
}

// The region and what it lies in, outermost last. Returns how many.
static uint32_t path_of(region_sight *regions, hf_str key, uint32_t path[HF_REGION_DEPTH_MAX])
{
    hf_region_tree *tree = &regions->tree;
    uint32_t count = key.len == 0 ? 0 : hf_region_path(tree, hf_region_number(tree, key), path);
    while (count > 0 && !tree->is_region.items[path[count - 1]])
        count--;
    return count;
}

// The outermost regions, or those inside when one holds all the others.
static void fold_regions(telling *t, region_sight *regions)
{
    const hf_register_plan *plan = t->answer->plan;
    uint32_t path[HF_REGION_DEPTH_MAX], root = HF_NO_INDEX;
    bool is_one = true;
    for (uint32_t i = 1; i < plan->region_count; i++) {
        uint32_t count = path_of(regions, plan->regions[i], path);
        is_one &= count == 0 || root == HF_NO_INDEX || root == path[count - 1];
        root = count > 0 ? path[count - 1] : root;
    }
    t->regions = hf_words_of(&t->arena);
    (void)hf_words_add(&t->regions, HF_STR_EMPTY);
    uint32_t *cell = HF_NEW_N(&t->arena, uint32_t, plan->region_count);
    for (uint32_t i = 1; i < plan->region_count; i++) {
        uint32_t count = path_of(regions, plan->regions[i], path);
        if (count == 0)
            continue;
        uint32_t at = path[count - (is_one && count > 1 ? 2 : 1)];
        if (regions->is_known[at])
            cell[i] = hf_words_add(&t->regions, regions->tree.keys.texts.items[at]);
    }
    t->region = HF_NEW_N(&t->arena, uint32_t, plan->asset_count);
    for (uint32_t i = 0; i < plan->asset_count; i++)
        t->region[i] = cell[plan->region[i]];
}

static bool read_sight(telling *t, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    region_sight regions;
    if (!hf_read_begin(t->reader->store, &read, err))
        return false;
    if (hf_read_data_version(read) != t->answer->plan->data_version)
        return hf_fail(err, HF_ERR_BUSY, "question.moved_on",
                       "the register changed while the question was read; ask again");
    if (!hf_store_known_rows(read, &hf_noun_asset,
                             hf_sight_of(&t->reader->actor, HF_CAN_READ, &t->arena), &t->arena,
                             &t->seen, err) ||
        !read_regions(t, read, &regions, err))
        return false;
    fold_regions(t, &regions);
    return true;
}

// --- the document ------------------------------------------------------------------------------------------

static double three_digits(double value)
{
    if (!(fabs(value) > 0) || !isfinite(value))
        return value;
    double unit = pow(10, floor(log10(fabs(value))) - 2);
    return unit >= 1 ? round(value / unit) * unit : round(value * (1 / unit)) / (1 / unit);
}

static void name_figure(hf_json_writer *out, const char *name, double value)
{
    hf_json_name(out, name);
    hf_json_add_double(out, three_digits(value));
}

static void write_loss(const hf_simulate_answer *answer, hf_json_writer *out)
{
    static const struct {
        const char *name;
        size_t index; // in hf_summary.quantiles
    } told[] = {{"p50", 2}, {"p95", 4}};
    const hf_summary *summary = &answer->summary;
    hf_json_name(out, "loss");
    hf_json_begin_object(out);
    hf_json_name(out, "unit");
    hf_json_add_z(out, answer->simulation.hours > 0 ? "person_hours" : "people");
    name_figure(out, "mean", summary->mean);
    name_figure(out, "low", summary->low);
    name_figure(out, "high", summary->high);
    for (size_t i = 0; i < HF_COUNT(told); i++) {
        const hf_quantile *quantile = &summary->quantiles[told[i].index];
        hf_json_name(out, told[i].name);
        hf_json_begin_object(out);
        name_figure(out, "value", quantile->loss);
        name_figure(out, "low", quantile->low);
        name_figure(out, "high", quantile->high);
        hf_json_end_object(out);
    }
    hf_json_end_object(out);
}

static void write_cells(const char *name, const hf_general_cell *cells, size_t count,
                        hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        if (!cells[i].is_told)
            continue;
        hf_json_begin_object(out);
        hf_json_name(out, "code");
        if (cells[i].code.len > 0)
            hf_json_add_str(out, cells[i].code);
        else
            hf_json_add_null(out);
        name_figure(out, "mean", cells[i].mean);
        name_figure(out, "low", cells[i].low);
        name_figure(out, "high", cells[i].high);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_document(const telling *t, int64_t min_assets, hf_json_writer *out)
{
    const hf_simulate_answer *answer = t->answer;
    hf_json_begin_object(out);
    hf_json_name(out, "sight");
    hf_json_add_z(out, "general");
    hf_json_name(out, "trials");
    hf_json_add_u64(out, answer->summary.trials);
    hf_json_name(out, "seed");
    hf_json_add_i64(out, answer->asked.scenario.seed);
    hf_json_name(out, "generator");
    hf_json_add_z(out, answer->summary.generator);
    write_loss(answer, out);
    write_cells("by_sector", t->by_sector, answer->plan->sector_count, out);
    write_cells("by_region", t->by_region, t->regions.texts.count, out);
    hf_json_name(out, "min_assets");
    hf_json_add_i64(out, min_assets);
    hf_json_name(out, "question");
    hf_simulate_write_question(&answer->asked, out);
    hf_json_name(out, "model");
    hf_json_add_z(out, HF_ENGINE_MODEL);
    hf_json_end_object(out);
    hf_buf_add_byte(out->out, '\n');
}

static void gather(telling *t)
{
    const hf_register_plan *plan = t->answer->plan;
    t->by_sector = HF_NEW_N(&t->arena, hf_general_cell, plan->sector_count);
    t->by_region = HF_NEW_N(&t->arena, hf_general_cell, t->regions.texts.count);
    for (uint32_t i = 0; i < plan->sector_count; i++)
        t->by_sector[i].code = plan->sectors[i];
    for (size_t i = 0; i < t->regions.texts.count; i++)
        t->by_region[i].code = t->regions.texts.items[i];
    for (uint32_t i = 0; i < plan->asset_count; i++) {
        add_asset(t, i, &t->by_sector[plan->sector[i]]);
        add_asset(t, i, &t->by_region[t->region[i]]);
    }
}

// A question that harms one asset has that asset's consequences for an answer, also when others are hit for show: by a
// chance of next to nothing, or because the reader sees them and can take them off.
static bool hits_enough(const telling *t, int64_t min_assets)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_register_plan *plan = t->answer->plan;
    double *spared = HF_NEW_N(&scratch, double, plan->asset_count); // 1 - the chance of each
    hf_general_cell hit = {0};
    for (uint32_t i = 0; i < plan->asset_count; i++)
        spared[i] = 1;
    for (size_t i = 0; i < t->answer->simulation.hazard_count; i++)
        spared[t->answer->simulation.hazards[i].asset] *= 1 - t->answer->simulation.hazards[i].p;
    for (uint32_t i = 0; i < plan->asset_count; i++) {
        double part = (1 - spared[i]) * (double)plan->people[i];
        if (!(spared[i] < 1) || hf_row_set_has(&t->seen, plan->rows[i]))
            continue;
        hit.unseen++;
        hit.sum += part;
        hit.most = fmax(hit.most, part);
    }
    return is_safe(&hit, min_assets);
}

static void done(telling *t)
{
    hf_arena_done(&t->arena);
}

bool hf_general_write(const hf_session *reader, const hf_simulate_answer *answer,
                      int64_t min_assets, hf_buf *out, double *mean, hf_error *err)
{
    HF_CLEANUP(done) telling t = {.reader = reader, .answer = answer};
    hf_json_writer writer = {.out = out};
    if (!read_sight(&t, err))
        return false;
    gather(&t);
    bool is_told = hf_general_choose(t.by_sector, answer->plan->sector_count, min_assets) &&
                   hf_general_choose(t.by_region, t.regions.texts.count, min_assets);
    if (!is_told || !hits_enough(&t, min_assets))
        return hf_fail(err, HF_ERR_PERMISSION, "general.too_few",
                       "the answer would rest on so few assets that it told of single ones; ask "
                       "for more of them to be hit");
    write_document(&t, min_assets, &writer);
    *mean = three_digits(answer->summary.mean);
    return !out->overflow || hf_fail(err, HF_ERR_TOO_LARGE, "simulate.too_large",
                                     "the result is larger than %u MB", HF_RESULT_BYTES_MAX >> 20);
}
