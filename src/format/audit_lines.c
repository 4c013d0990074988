// SPDX-License-Identifier: Apache-2.0
//
// Events as lines of other systems: syslog (RFC 5424), CEF and ECS. The proof stays with the JSON lines; here each
// line carries sequence and hash, by which it is found and proved again.
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "format/format_audit.h"

const char *const hf_audit_as_words[] = {"jsonl", "syslog", "cef", "ecs", NULL};

// RFC 5424, 6.2.1: facility 13 (log audit), severity 5 (notice), or 4 (warning) for what was refused or failed, and alarms.
enum { FACILITY = 13, NOTICE = 5, WARNING = 4 };
#define ENTERPRISE                                                                                 \
    "32473" // RFC 5612: the number for documentation; structured data of our own carry it

static bool is_warning(const hf_event *event)
{
    static const char *const words[] = {"failed", "refused", "denied",
                                        "broken", "alarm.",  "paused"};
    for (size_t i = 0; i < HF_COUNT(words); i++)
        if (hf_str_find(event->action, hf_str_of(words[i])) < event->action.len)
            return true;
    return false;
}

// HOSTNAME and MSGID: printable ASCII without spaces, bounded; nothing is "-".
static void add_name(hf_str text, size_t max_bytes, hf_buf *out)
{
    size_t count = text.len < max_bytes ? text.len : max_bytes;
    for (size_t i = 0; i < count; i++)
        hf_buf_add_byte(out, text.ptr[i] > 32 && text.ptr[i] < 127 ? text.ptr[i] : '-');
    if (count == 0)
        hf_buf_add_byte(out, '-');
}

// Value of a parameter: '"', '\\' and ']' are escaped (RFC 5424, 6.3.3); control characters would break the line.
static void add_param(const char *name, hf_str value, hf_buf *out)
{
    if (value.len == 0)
        return;
    hf_buf_add_format(out, " %s=\"", name);
    for (size_t i = 0; i < value.len; i++) {
        char byte = value.ptr[i];
        if (byte == '"' || byte == '\\' || byte == ']')
            hf_buf_add_byte(out, '\\');
        hf_buf_add_byte(out, (unsigned char)byte < 32 || byte == 127 ? ' ' : byte);
    }
    hf_buf_add_byte(out, '"');
}

static void write_syslog(const hf_event *event, hf_str previous, hf_str host, hf_buf *out)
{
    char at[32], sequence[24];
    hf_time_format(event->at, at);
    (void)snprintf(sequence, sizeof(sequence), "%lld", (long long)event->sequence);
    hf_buf_add_format(out, "<%d>1 %s ", FACILITY * 8 + (is_warning(event) ? WARNING : NOTICE), at);
    add_name(host, 255, out);
    hf_buf_add_z(out, " holdfast - ");
    add_name(event->action, 32, out);
    hf_buf_add_z(out, " [event@" ENTERPRISE);
    add_param("sequence", hf_str_of(sequence), out);
    add_param("actor", event->actor, out);
    add_param("action", event->action, out);
    add_param("noun", event->noun_name, out);
    add_param("record", event->record_key, out);
    add_param("source", event->head.source, out);
    add_param("previous", previous, out);
    add_param("hash", event->hash, out);
    hf_buf_add_z(out, "] \xEF\xBB\xBF"); // the message is UTF-8: RFC 5424, 6.4, wants its mark
    hf_buf_add_str(out, event->detail.len > 0 ? event->detail : HF_STR("{}"));
}

// CEF: in the header '|' and '\\' are escaped, in values '=' and '\\'; ends of line as \n.
static void add_cef(hf_str text, char escaped, hf_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '\n' || byte == '\r') {
            hf_buf_add_z(out, byte == '\n' ? "\\n" : "\\r");
            continue;
        }
        if (byte == escaped || byte == '\\')
            hf_buf_add_byte(out, '\\');
        hf_buf_add_byte(out, byte);
    }
}

static void add_extension(const char *name, hf_str value, hf_buf *out)
{
    if (value.len == 0)
        return;
    hf_buf_add_format(out, " %s=", name);
    add_cef(value, '=', out);
}

static void add_custom(int number, const char *label, hf_str value, hf_buf *out)
{
    if (value.len == 0)
        return;
    hf_buf_add_format(out, " cs%dLabel=%s cs%d=", number, label, number);
    add_cef(value, '=', out);
}

static void write_cef(const hf_event *event, hf_str previous, hf_str host, hf_buf *out)
{
    hf_buf_add_z(out, "CEF:0|Holdfast|Holdfast|" HF_VERSION "|");
    add_cef(event->action, '|', out);
    hf_buf_add_byte(out, '|');
    add_cef(event->action, '|', out);
    hf_buf_add_format(out, "|%d|externalId=%lld rt=%lld", is_warning(event) ? 6 : 3,
                      (long long)event->sequence, (long long)event->at);
    add_extension("dvchost", host, out);
    add_extension("suser", event->actor, out);
    add_extension("act", event->action, out);
    add_custom(1, "noun", event->noun_name, out);
    add_custom(2, "record", event->record_key, out);
    add_custom(3, "source", event->head.source, out);
    add_custom(4, "previous", previous, out);
    add_custom(5, "hash", event->hash, out);
    add_extension("msg", event->detail, out);
}

static void add_text(hf_json_writer *json, const char *name, hf_str text)
{
    if (text.len == 0)
        return;
    hf_json_name(json, name);
    hf_json_add_str(json, text);
}

// "asset.added" → one of ECS's words for event.type.
static const char *type_of(const hf_event *event)
{
    static const struct {
        const char *part, *type;
    } words[] = {{"added", "creation"},   {"made", "creation"}, {"restored", "creation"},
                 {"removed", "deletion"}, {"export", "access"}, {"denied", "denied"},
                 {"signed_in", "start"},  {"signed_out", "end"}};
    for (size_t i = 0; i < HF_COUNT(words); i++)
        if (hf_str_find(event->action, hf_str_of(words[i].part)) < event->action.len)
            return words[i].type;
    return "change";
}

static void add_words(hf_json_writer *json, const char *name, const char *word)
{
    hf_json_name(json, name);
    hf_json_begin_array(json);
    hf_json_add_z(json, word);
    hf_json_end_array(json);
}

static void add_ecs_event(hf_json_writer *json, const hf_event *event)
{
    hf_json_name(json, "event");
    hf_json_begin_object(json);
    add_text(json, "action", event->action);
    add_words(json, "category", hf_str_equal_z(event->noun_name, "user") ? "iam" : "configuration");
    add_text(json, "hash", event->hash);
    hf_json_name(json, "kind");
    hf_json_add_z(json, "event");
    hf_json_name(json, "module");
    hf_json_add_z(json, "holdfast");
    hf_json_name(json, "outcome");
    hf_json_add_z(json, is_warning(event) ? "failure" : "success");
    hf_json_name(json, "sequence");
    hf_json_add_i64(json, event->sequence);
    add_words(json, "type", type_of(event));
    hf_json_end_object(json);
}

// What ECS has no field for stands under a name of our own, as ECS asks.
static void add_ecs_own(hf_json_writer *json, const hf_event *event, hf_str previous)
{
    hf_json_name(json, "holdfast");
    hf_json_begin_object(json);
    hf_json_name(json,
                 "detail"); // as text: other members in each event would make fields without end
    hf_json_add_str(json, event->detail.len > 0 ? event->detail : HF_STR("{}"));
    add_text(json, "noun", event->noun_name);
    add_text(json, "previous", previous);
    add_text(json, "record", event->record_key);
    add_text(json, "source", event->head.source);
    hf_json_end_object(json);
}

static void write_ecs(const hf_event *event, hf_str previous, hf_str host, hf_buf *out)
{
    hf_json_writer json = {.out = out};
    char at[32];
    hf_time_format(event->at, at);
    hf_json_begin_object(&json);
    hf_json_name(&json, "@timestamp");
    hf_json_add_z(&json, at);
    hf_json_name(&json, "ecs");
    hf_json_begin_object(&json);
    hf_json_name(&json, "version");
    hf_json_add_z(&json, "8.11.0");
    hf_json_end_object(&json);
    add_ecs_event(&json, event);
    add_ecs_own(&json, event, previous);
    hf_json_name(&json, "host");
    hf_json_begin_object(&json);
    add_text(&json, "name", host);
    hf_json_end_object(&json);
    hf_json_name(&json, "user");
    hf_json_begin_object(&json);
    add_text(&json, "name", event->actor);
    hf_json_end_object(&json);
    hf_json_end_object(&json);
}

void hf_audit_write_event(hf_audit_as as, const hf_event *event, hf_str previous, hf_str host,
                          hf_buf *out)
{
    switch (as) {
    case HF_AUDIT_AS_JSONL:
        hf_event_write_line(event, previous, true, out);
        return;
    case HF_AUDIT_AS_SYSLOG:
        write_syslog(event, previous, host, out);
        return;
    case HF_AUDIT_AS_CEF:
        write_cef(event, previous, host, out);
        return;
    case HF_AUDIT_AS_ECS:
        write_ecs(event, previous, host, out);
        return;
    }
}
