// SPDX-License-Identifier: Apache-2.0
//
// The table of `project` and the rules between its fields.
#include "model/project.h"

#include <math.h>
#include <stddef.h>

static const char *const status_words[] = {"planned", "under_way", "finished", "stopped", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "assessment",
     .type = HF_LINK,
     .offset = offsetof(hf_project, part.assessment),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "assessment"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_project, part.sector),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 40},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_project, part.organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .refers = "organisation"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_project, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "need",
     .type = HF_LINK,
     .offset = offsetof(hf_project, need),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "need"},
    {.name = "offer",
     .type = HF_LINK,
     .offset = offsetof(hf_project, offer),
     .flags = HF_FIELD_FILTER,
     .refers = "offer"},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_project, starts_at),
     .flags = HF_FIELD_FILTER},
    {.name = "ends_at",
     .type = HF_TIME,
     .offset = offsetof(hf_project, ends_at),
     .flags = HF_FIELD_FILTER},
    {.name = "partners",
     .type = HF_TEXT,
     .offset = offsetof(hf_project, partners),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "indicator",
     .type = HF_TEXT,
     .offset = offsetof(hf_project, indicator),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "unit", .type = HF_TEXT, .offset = offsetof(hf_project, unit), .max_bytes = 60},
    {.name = "value_before", .type = HF_NUMBER, .offset = offsetof(hf_project, value_before)},
    {.name = "target", .type = HF_NUMBER, .offset = offsetof(hf_project, target)},
    {.name = "value_after", .type = HF_NUMBER, .offset = offsetof(hf_project, value_after)},
    {.name = "measured_in",
     .type = HF_LINK,
     .offset = offsetof(hf_project, measured_in),
     .flags = HF_FIELD_FILTER,
     .refers = "assessment"},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_project, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "planned"},
    {.name = "remarks", .type = HF_TEXT, .offset = offsetof(hf_project, remarks)},
};

// A need and an offer are joined once, unless somebody says a key of their own.
static void complete(void *record, hf_arena *arena)
{
    hf_project *project = record;
    if (project->part.head.key.len == 0 && project->need.len > 0)
        project->part.head.key =
            hf_str_format(arena, "%.*s/%.*s", HF_STR_ARG(project->need),
                          HF_STR_ARG(project->offer.len > 0 ? project->offer : HF_STR("P")));
}

static bool fail(hf_error *err, const char *column, const char *code, const char *message)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

static bool check(const void *record, hf_error *err)
{
    const hf_project *project = record;
    if (project->starts_at != HF_INTEGER_NONE && project->ends_at != HF_INTEGER_NONE &&
        project->ends_at < project->starts_at)
        return fail(err, "ends_at", "assistance.ends_first", "it would end before it starts");
    if (project->measured_in.len > 0 &&
        hf_str_equal(project->measured_in, project->part.assessment))
        return fail(err, "measured_in", "project.measured_in",
                    "the round that found the need does not measure its end; name a later one");
    return true;
}

const hf_noun hf_noun_project = {
    .name = "project",
    .plural = "projects",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_project),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};

bool hf_project_is_open(const hf_project *project)
{
    return project->status == HF_PROJECT_PLANNED || project->status == HF_PROJECT_UNDER_WAY;
}

double hf_project_progress(const hf_project *project)
{
    double way = project->target - project->value_before;
    return way < 0 || way > 0 ? (project->value_after - project->value_before) / way : (double)NAN;
}
