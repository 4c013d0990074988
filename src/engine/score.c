// SPDX-License-Identifier: Apache-2.0
#include "engine/score.h"

#include <math.h>
#include <string.h>

#include "engine/cascade.h"

static bool scale_weights(const hf_score_question *question, double *out, hf_error *err)
{
    double sum = 0;
    bool is_sound = question->criterion_count <= HF_SCORE_CRITERIA_MAX && question->change >= 0 &&
                    question->change <= 1;
    for (uint32_t c = 0; c < question->criterion_count && is_sound; c++) {
        is_sound = question->weights[c] >= 0 && isfinite(question->weights[c]);
        sum += question->weights[c];
    }
    if (!is_sound || !(sum > 0) || !isfinite(sum))
        return hf_fail(err, HF_ERR_INPUT, "engine.weights",
                       "weights must be 0 or more, and one of them above 0");
    for (uint32_t c = 0; c < question->criterion_count; c++)
        out[c] = question->weights[c] / sum;
    return true;
}

double hf_score_part(const hf_score_question *question, const hf_scores *scores, uint32_t criterion,
                     uint32_t row)
{
    double greatest = scores->greatest[criterion];
    if (!(greatest > 0))
        return 0;
    return scores->weights[criterion] *
           (question->values[(size_t)criterion * question->row_count + row] / greatest);
}

static void add_up(const hf_score_question *question, const hf_scores *scores)
{
    for (uint32_t row = 0; row < question->row_count; row++) {
        double sum = 0;
        for (uint32_t c = 0; c < question->criterion_count; c++)
            sum += hf_score_part(question, scores, c, row);
        scores->score[row] = sum;
    }
    hf_order_descending(scores->score, question->row_count, scores->order);
}

static void note_places(const hf_scores *scores, uint32_t row_count, hf_scores *out)
{
    for (uint32_t place = 0; place < row_count; place++) {
        uint32_t row = scores->order[place];
        if (place + 1 < out->best[row])
            out->best[row] = place + 1;
        if (place + 1 > out->worst[row])
            out->worst[row] = place + 1;
    }
}

// The weights with one of them at another value, the others scaled so that the sum stays 1.
static void change_weight(const hf_scores *from, uint32_t criterion_count, uint32_t changed,
                          double value, hf_scores *out)
{
    double others = 1 - from->weights[changed];
    for (uint32_t c = 0; c < criterion_count; c++)
        out->weights[c] = c == changed ? value : from->weights[c] * ((1 - value) / others);
}

bool hf_score_rows(const hf_score_question *question, hf_arena *arena, hf_scores *scores,
                   hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t rows = question->row_count, criteria = question->criterion_count;
    *scores = (hf_scores){.weights = HF_NEW_N(arena, double, criteria),
                          .greatest = HF_NEW_N(arena, double, criteria),
                          .score = HF_NEW_N(arena, double, rows),
                          .order = HF_NEW_N(arena, uint32_t, rows),
                          .best = HF_NEW_N(arena, uint32_t, rows),
                          .worst = HF_NEW_N(arena, uint32_t, rows)};
    if (!scale_weights(question, scores->weights, err))
        return false;
    for (size_t i = 0; i < (size_t)criteria * rows; i++)
        if (question->values[i] > scores->greatest[i / rows])
            scores->greatest[i / rows] = question->values[i];
    memset(scores->best, 0xff, rows * sizeof(scores->best[0]));
    add_up(question, scores);
    note_places(scores, rows, scores);
    hf_scores changed = {.weights = HF_NEW_N(&scratch, double, criteria),
                         .greatest = scores->greatest,
                         .score = HF_NEW_N(&scratch, double, rows),
                         .order = HF_NEW_N(&scratch, uint32_t, rows)};
    for (uint32_t c = 0; c < criteria; c++) {
        double weight = scores->weights[c];
        for (int sign = -1; sign <= 1 && weight > 0 && weight < 1; sign += 2) {
            change_weight(scores, criteria, c, fmin(1, weight * (1 + sign * question->change)),
                          &changed);
            add_up(question, &changed);
            note_places(&changed, rows, scores);
        }
    }
    return true;
}
