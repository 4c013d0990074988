// SPDX-License-Identifier: Apache-2.0
//
// A new key for the log: the old one signs, in the chain itself, which key follows it and after which line.
#include <string.h>

#include "base/json.h"
#include "format/format_audit.h"

#define RENEWAL_FORMAT "holdfast-key/1"

enum { RENEWAL_BYTES_MAX = 4096 };

static void add_hex(hf_json_writer *json, const char *name, const uint8_t *bytes, size_t count)
{
    char hex[2 * sizeof(hf_signature) + 1];
    hf_hex(bytes, count, hex);
    hf_json_name(json, name);
    hf_json_add_z(json, hex);
}

// The members in the byte order of RFC 8785. has_signature false: what the signature covers.
static void write_members(const hf_audit_renewal *renewal, bool has_signature, hf_buf *out)
{
    hf_json_writer json = {.out = out};
    hf_json_begin_object(&json);
    hf_json_name(&json, "format");
    hf_json_add_z(&json, RENEWAL_FORMAT);
    add_hex(&json, "new", renewal->new_key.bytes, sizeof(renewal->new_key.bytes));
    add_hex(&json, "old", renewal->old_key.bytes, sizeof(renewal->old_key.bytes));
    add_hex(&json, "previous", renewal->previous.bytes, sizeof(renewal->previous.bytes));
    if (has_signature)
        add_hex(&json, "signature", renewal->signature.bytes, sizeof(renewal->signature.bytes));
    hf_json_name(&json, "size");
    hf_json_add_i64(&json, renewal->size);
    hf_json_end_object(&json);
}

void hf_audit_sign_renewal(hf_audit_renewal *renewal, const hf_sign_secret *old)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(RENEWAL_BYTES_MAX);
    write_members(renewal, false, &text);
    renewal->signature = hf_sign(hf_buf_str(&text), old);
}

void hf_audit_write_renewal(const hf_audit_renewal *renewal, hf_buf *out)
{
    write_members(renewal, true, out);
}

static bool read_hex(const hf_json *detail, const char *name, uint8_t *bytes, size_t count)
{
    return hf_hex_parse(hf_json_text(detail, name), bytes, count);
}

static bool fail(hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "audit.key",
                   "a new key for the log is told that the old one did not sign for this place: "
                   "somebody changed the log; restore a backup, or ask for the export again");
}

bool hf_audit_read_renewal(const hf_json *detail, int64_t sequence, const hf_sha256 *previous,
                           hf_audit_renewal *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(RENEWAL_BYTES_MAX);
    hf_audit_renewal found = {.size = sequence - 1};
    if (detail == NULL || detail->type != HF_JSON_OBJECT ||
        !read_hex(detail, "new", found.new_key.bytes, sizeof(found.new_key.bytes)) ||
        !read_hex(detail, "old", found.old_key.bytes, sizeof(found.old_key.bytes)) ||
        !read_hex(detail, "previous", found.previous.bytes, sizeof(found.previous.bytes)) ||
        !read_hex(detail, "signature", found.signature.bytes, sizeof(found.signature.bytes)) ||
        memcmp(&found.previous, previous, sizeof(found.previous)) != 0)
        return fail(err);
    // The size is not read but put in: what was signed for another place does not fit here.
    write_members(&found, false, &text);
    if (!hf_sign_is_good(hf_buf_str(&text), &found.old_key, &found.signature))
        return fail(err);
    *out = found;
    return true;
}
