// SPDX-License-Identifier: Apache-2.0
//
// Questions to the engine. plan.c is the only bridge from nouns to numbers; an answer keeps the plan it was
// asked of, so that keys and names can be read from it.
#ifndef HF_USECASE_QUESTION_H
#define HF_USECASE_QUESTION_H

#include "engine/engine.h"
#include "usecase/exchange.h"

// A register as numbers, with the way back. Assets stand in natural key order. Read-only, shared, counted.
typedef struct {
    hf_plan *plan;
    uint32_t asset_count;
    const hf_str *keys;
    const int64_t *rows; // the store's row of each asset
    const float *lon;    // NaN = none
    const float *lat;
    const uint32_t *sector;  // index into sectors (without the sub-sector)
    const uint32_t *kind;    // index into kinds
    const uint32_t *service; // index into services
    const int64_t *people;
    const double *damage_p;       // as registered; NULL unless taken for a simulation
    const uint32_t *region;       // index into regions; NULL likewise
    const hf_engine_input *input; // what the plan was built from; NULL likewise
    const hf_str *sectors;        // "EN" …; the first is "" = not given
    uint32_t sector_count;
    const hf_str *kinds;
    uint32_t kind_count;
    const hf_str *services; // keys; the first is "" = none
    uint32_t service_count;
    const hf_str *regions; // keys as registered; the first is "" = none
    uint32_t region_count;
    const uint32_t *group_input; // of each group: index into inputs
    const hf_str *inputs;
    const hf_str *layers; // names
    char digest[65];      // snapshot
    int64_t data_version;
    int64_t total_people;
    bool
        is_visible_only; // holds what its asker may know of; keys, rows, digest and all else are of that alone
    const hf_row_set *dependencies; // rows of those that are in it; NULL = all
    int32_t max_marking; // highest marking of what went in: who may not read it may not ask
    hf_str compartments; // all of them, words
} hf_register_plan;

hf_plans *hf_plans_open(void);
void hf_plans_close(hf_plans **plans);
// Before the end: whoever is building a plan, or asks for one that is not there, gets HF_ERR_STOPPED
// "question.stopped".
void hf_plans_stop(hf_plans *plans);
// The plan of the register as it is now, or of the part of it that session->ask wants. Give it back with
// hf_plan_release.
// Errors  HF_ERR_PERMISSION "question.restricted": it holds records that this actor may not read (HF_ASK_WHOLE);
//         HF_ERR_INPUT "layer.not_a_member", "layer.unclear" a link does not fit its network layer;
//         HF_ERR_TOO_LARGE "plan.memory" it is to lie in memory and does not fit; HF_ERR_WRITE "plan.disk" nor on
//         the disk of the store
bool hf_plan_take(const hf_session *session, const hf_register_plan **out,
                  hf_error *err) HF_CHECKED;
// The same with damage_p and input, for simulations and measures: chances have names, and the numbers can be changed
// and built into a plan anew. A server keeps it in place of the plain one from then on. Cost: a hash for each key.
bool hf_plan_take_chances(const hf_session *session, const hf_register_plan **out,
                          hf_error *err) HF_CHECKED;
// What an answer was asked of, as the member "sight": "visible"; nothing for all of the register.
void hf_write_sight(const hf_register_plan *plan, hf_json_writer *out);
void hf_write_visible(hf_json_writer *out); // the member itself
void hf_plan_release(const hf_session *session, const hf_register_plan **plan);
// Index of a key; HF_NO_INDEX when unknown. Cost: binary search.
uint32_t hf_plan_find(const hf_register_plan *plan, hf_str key);
// Indices of several keys, in their order.
// Errors  HF_ERR_USAGE "cascade.nothing_to_fail" no key; HF_ERR_NOT_FOUND "asset.unknown"
bool hf_plan_find_all(const hf_register_plan *plan, const hf_str *keys, size_t count,
                      hf_arena *arena, uint32_t **out, hf_error *err) HF_CHECKED;
// Sets of assets that keep each other up without a supplier outside, found once for each plan.
const hf_loop *hf_plan_loops(const hf_register_plan *plan, uint32_t *count);
// Their keys for a sentence, the first few and how many more.
hf_str hf_loop_keys(const hf_session *session, const hf_register_plan *plan, const hf_loop *loop,
                    hf_arena *arena);
// The members "self_sustaining_loops", the first of them with the first of their keys, and
// "self_sustaining_loop_count"; nothing where there is none.
void hf_write_loops(const hf_register_plan *plan, hf_json_writer *out);
// Working memory for one question, kept with the plan between questions.
hf_engine_state *hf_plan_state_take(const hf_register_plan *plan);
void hf_plan_state_release(const hf_register_plan *plan, hf_engine_state *state);

typedef struct {
    const hf_str *fail;
    size_t fail_count;
    double hours;  // 0 = static question
    double step_h; // 0 = 1
    hf_restart restart;
    bool has_both_restarts; // also the other restart rule; needs hours
    bool
        is_outage; // the model of buffer times with return (engine/outage.h) instead of the cascade
} hf_cascade_request;

typedef struct {
    const hf_register_plan *plan;
    const hf_plan *engine; // what was asked: of `plan`, or with measures in place
    hf_cascade cascade;
    const hf_cascade *other; // by the other restart rule; NULL = not asked for
    hf_restart restart;
    bool has_hours;
    bool has_returns;  // falls have an end
    const char *model; // static
} hf_cascade_answer;
// Errors  HF_ERR_NOT_FOUND "asset.unknown" for a key; HF_ERR_USAGE "cascade.nothing_to_fail", "cascade.restarts" both
//         restart rules without hours, or of outages; the engine's
// The answer's plan must be released.
bool hf_ask_cascade(const hf_session *session, const hf_cascade_request *request, hf_arena *arena,
                    hf_cascade_answer *out, hf_error *err) HF_CHECKED;
void hf_write_cascade(const hf_cascade_answer *answer, hf_json_writer *out);
// What the map plays (application/vnd.holdfast.playback), little-endian: "HFPB", number of falls, hours (f32), bytes
// of names; for each fall, in the order of hf_write_cascade, 24 bytes: lon, lat, hour of the fall, hour of recovery
// (f32; infinity = not before the end), cause, sector (index, 255 = beyond), service (u16 index), people (u32);
// then the names: {"sectors":[codes],"services":[keys]}.
void hf_write_playback(const hf_cascade_answer *answer, hf_buf *out); // may overflow `out`

// What a loss is weighed by, where more than one thing counts at once.
enum { HF_RANK_CRITERIA = 4 };
extern const char
    *const hf_rank_criteria[]; // "people", "failed", "sectors", "people_hours"; NULL-ended
#define HF_RANK_WEIGHT_MAX 1e6
#define HF_RANK_CHANGE                                                                             \
    0.2 // by so much of itself each weight is changed, to see whose place hangs on it

typedef struct {
    hf_rank_by by;
    bool is_weighted; // by the weights instead
    double weights[HF_RANK_CRITERIA];
    const hf_str *among; // kinds; none = all
    size_t among_count;
    hf_str within; // only assets in this area, as hf_find_area reads it; empty = everywhere
    double hours, step_h;
    hf_restart restart;
    size_t top;      // 0 = all
    bool by_service; // also the worst loss of each service of the plan
    hf_watch *watch;
} hf_rank_request;
typedef struct {
    const hf_register_plan *plan;
    hf_ranking ranking;
    size_t top;
    bool has_hours;
    bool is_weighted;
    hf_score_question weighed; // rows are those of the ranking by people
    hf_scores scores;
} hf_rank_answer;
bool hf_ask_rank(const hf_session *session, const hf_rank_request *request, hf_arena *arena,
                 hf_rank_answer *out, hf_error *err) HF_CHECKED;
void hf_write_rank(const hf_rank_answer *answer, hf_json_writer *out);
// Which of the ranking's rows stands at the place, from 0.
uint32_t hf_rank_at(const hf_rank_answer *answer, uint32_t place);
// {"people": 3, "failed": 1, …}: sets weights, the others to 0. pointer: of the object, "/weights".
// Errors  HF_ERR_INPUT "rank.weights" at its place
bool hf_rank_weights_of_json(const hf_json *object, const char *pointer, hf_rank_request *out,
                             hf_error *err) HF_CHECKED;
void hf_rank_write_weights(const double weights[HF_RANK_CRITERIA], hf_json_writer *out);
// The assets of the kinds and the area that the request names, ascending; NULL when it names neither.
// Errors  HF_ERR_NOT_FOUND "kind.unknown"; those of hf_find_area
bool hf_rank_choose(const hf_session *session, const hf_register_plan *plan,
                    const hf_rank_request *request, hf_arena *arena, const uint32_t **among,
                    uint32_t *among_count, hf_error *err) HF_CHECKED;

#define HF_PAIRS_TRIED_MAX 20000000u // pairs that one question tries; minutes on a small machine

typedef struct {
    const hf_register_plan *plan;
    hf_pair_list list;
} hf_pairs_answer;
// Pairs of assets whose joint loss takes down more than both apart. by, among, top (0 = 100) and watch of
// the request count.
// Errors  HF_ERR_USAGE "pairs.hours", "pairs.measure"; the engine's
bool hf_ask_pairs(const hf_session *session, const hf_rank_request *request, hf_arena *arena,
                  hf_pairs_answer *out, hf_error *err) HF_CHECKED;
void hf_write_pairs(const hf_pairs_answer *answer, hf_json_writer *out);

// Why an asset fell, in words: a sentence for each step back to the damage.
typedef struct {
    uint32_t asset;
    hf_step step;
    hf_str name, kind;
    hf_str sentence;
} hf_reason;
typedef struct {
    hf_reason *steps;
    size_t count; // 0 = it did not fall
    hf_str text;  // all sentences, or one that says it did not fall
} hf_reasons;
bool hf_explain_fall(const hf_session *session, const hf_cascade_answer *answer, hf_str key,
                     hf_arena *arena, hf_reasons *out, hf_error *err) HF_CHECKED;
void hf_write_reasons(const hf_cascade_answer *answer, hf_str key, const hf_reasons *reasons,
                      hf_json_writer *out);

#endif
