// SPDX-License-Identifier: Apache-2.0
//
// The table of `event` and the rules between its fields.
#include "model/event.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/json.h"

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "sequence",
     .type = HF_INTEGER,
     .offset = offsetof(hf_event, sequence),
     .flags = HF_FIELD_FILTER,
     .min = 1,
     .max = 9e15},
    {.name = "at", .type = HF_TIME, .offset = offsetof(hf_event, at), .flags = HF_FIELD_FILTER},
    {.name = "actor",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, actor),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "action",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, action),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 80},
    {.name = "noun",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, noun_name),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "record",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, record_key),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "detail",
     .type = HF_JSON,
     .offset = offsetof(hf_event, detail),
     .max_bytes = 64u << 10},
    {.name = "hash", .type = HF_TEXT, .offset = offsetof(hf_event, hash), .max_bytes = 64},
};

const hf_noun hf_noun_event = {
    .name = "event",
    .plural = "events",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_event),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};

static void add_text(hf_json_writer *json, const char *name, hf_str text)
{
    hf_json_name(json, name);
    hf_json_add_str(json, text);
}

// Names in byte order, as RFC 8785 wants.
void hf_event_write_line(const hf_event *event, hf_str previous, bool with_hash, hf_buf *out)
{
    hf_json_writer json = {.out = out};
    char at[32];
    hf_time_format(event->at, at);
    hf_json_begin_object(&json);
    add_text(&json, "action", event->action);
    add_text(&json, "actor", event->actor);
    add_text(&json, "at", hf_str_of(at));
    hf_json_name(&json, "detail");
    hf_json_add_raw(&json, event->detail.len > 0 ? event->detail : HF_STR("{}"));
    if (with_hash)
        add_text(&json, "hash", event->hash);
    add_text(&json, "noun", event->noun_name);
    add_text(&json, "previous", previous);
    add_text(&json, "record", event->record_key);
    hf_json_name(&json, "sequence");
    hf_json_add_i64(&json, event->sequence);
    add_text(&json, "source", event->head.source);
    hf_json_end_object(&json);
}
