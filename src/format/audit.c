// SPDX-License-Identifier: Apache-2.0
//
// Proof of the log: writes checkpoints and proofs, and checks files of them line by line.
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "format/format_audit.h"

#define CHECKPOINT_FORMAT "holdfast-checkpoint/1"
#define PROOF_FORMAT      "holdfast-proof/1"

enum { HEX_BYTES = 65, SMALL_BYTES_MAX = 16 << 10 };

const char *const hf_audit_kind_words[] = {"export", "checkpoint", "inclusion", "growth", NULL};

// --- writing ---------------------------------------------------------------------------------------------

static void add_hex(hf_json_writer *json, const char *name, const uint8_t *bytes, size_t count)
{
    char hex[2 * sizeof(hf_signature) + 1];
    hf_hex(bytes, count, hex);
    hf_json_name(json, name);
    hf_json_add_z(json, hex);
}

// The members in the byte order of RFC 8785. hash NULL, has_signature false: what the signature covers.
static void write_members(const hf_audit_checkpoint *checkpoint, const hf_sha256 *hash,
                          bool has_signature, hf_buf *out)
{
    hf_json_writer json = {.out = out};
    char at[32];
    hf_time_format(checkpoint->at, at);
    hf_json_begin_object(&json);
    hf_json_name(&json, "at");
    hf_json_add_z(&json, at);
    hf_json_name(&json, "first");
    hf_json_add_i64(&json, checkpoint->first);
    hf_json_name(&json, "format");
    hf_json_add_z(&json, CHECKPOINT_FORMAT);
    if (hash != NULL)
        add_hex(&json, "hash", hash->bytes, sizeof(hash->bytes));
    add_hex(&json, "key", checkpoint->key.bytes, sizeof(checkpoint->key.bytes));
    add_hex(&json, "previous", checkpoint->previous.bytes, sizeof(checkpoint->previous.bytes));
    add_hex(&json, "root", checkpoint->root.bytes, sizeof(checkpoint->root.bytes));
    hf_json_name(&json, "sequence");
    hf_json_add_i64(&json, checkpoint->size + 1);
    if (has_signature)
        add_hex(&json, "signature", checkpoint->signature.bytes,
                sizeof(checkpoint->signature.bytes));
    hf_json_name(&json, "size");
    hf_json_add_i64(&json, checkpoint->size);
    hf_json_end_object(&json);
}

void hf_audit_sign(hf_audit_checkpoint *checkpoint, const hf_sign_secret *secret)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SMALL_BYTES_MAX);
    write_members(checkpoint, NULL, false, &text);
    checkpoint->signature = hf_sign(hf_buf_str(&text), secret);
}

void hf_audit_write_checkpoint(const hf_audit_checkpoint *checkpoint, hf_buf *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SMALL_BYTES_MAX);
    write_members(checkpoint, NULL, true, &text);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    write_members(checkpoint, &hash, true, out);
}

static void add_checkpoint(hf_json_writer *json, const char *name,
                           const hf_audit_checkpoint *checkpoint)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SMALL_BYTES_MAX);
    hf_audit_write_checkpoint(checkpoint, &text);
    hf_json_name(json, name);
    hf_json_add_raw(json, hf_buf_str(&text));
}

static void add_path(hf_json_writer *json, const hf_merkle_path *path)
{
    hf_json_name(json, "path");
    hf_json_begin_array(json);
    for (size_t i = 0; i < path->count; i++) {
        char hex[HEX_BYTES];
        hf_hex(path->hashes[i].bytes, sizeof(path->hashes[i].bytes), hex);
        hf_json_add_z(json, hex);
    }
    hf_json_end_array(json);
}

void hf_audit_write_inclusion(hf_str event_line, const hf_merkle_path *path,
                              const hf_audit_checkpoint *checkpoint, hf_buf *out)
{
    hf_json_writer json = {.out = out};
    hf_json_begin_object(&json);
    add_checkpoint(&json, "checkpoint", checkpoint);
    hf_json_name(&json, "event");
    hf_json_add_raw(&json, event_line);
    hf_json_name(&json, "format");
    hf_json_add_z(&json, PROOF_FORMAT);
    add_path(&json, path);
    hf_json_end_object(&json);
}

void hf_audit_write_growth(const hf_audit_checkpoint *older, const hf_merkle_path *path,
                           const hf_audit_checkpoint *checkpoint, hf_buf *out)
{
    hf_json_writer json = {.out = out};
    hf_json_begin_object(&json);
    add_checkpoint(&json, "checkpoint", checkpoint);
    hf_json_name(&json, "format");
    hf_json_add_z(&json, PROOF_FORMAT);
    add_checkpoint(&json, "older", older);
    add_path(&json, path);
    hf_json_end_object(&json);
}

// --- reading ---------------------------------------------------------------------------------------------

// A line that is chained: an event or a checkpoint.
typedef struct {
    int64_t sequence;
    bool has_previous; // false: "", the very first
    hf_sha256 previous, hash;
} chained;

static bool fail_form(const char *what, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "audit.form", "%s; this is no line of an audit file", what);
}

// The RFC 8785 form of an object without one or two of its members.
static void write_without(const hf_json *object, const char *name, const char *other,
                          hf_arena *arena, hf_buf *out)
{
    hf_json copy = *object;
    hf_json **end = &copy.child;
    copy.child_count = 0;
    for (const hf_json *member = object->child; member != NULL; member = member->next) {
        if (hf_str_equal_z(member->name, name) ||
            (other != NULL && hf_str_equal_z(member->name, other)))
            continue;
        *end = HF_NEW(arena, hf_json);
        **end = *member;
        end = &(*end)->next;
        copy.child_count++;
    }
    *end = NULL;
    hf_json_canonical(&copy, out);
}

static bool read_hash(const hf_json *object, const char *name, hf_sha256 *out)
{
    return hf_hex_parse(hf_json_text(object, name), out->bytes, sizeof(out->bytes));
}

static bool read_i64(const hf_json *object, const char *name, int64_t min, int64_t *out)
{
    const hf_json *member = hf_json_get(object, name);
    if (member == NULL || member->type != HF_JSON_INT || member->integer < min ||
        member->integer == INT64_MAX)
        return false;
    *out = member->integer;
    return true;
}

// Reads what chains a line and checks its own hash.
static bool read_chained(const hf_json *line, hf_arena *arena, chained *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2u * HF_EVENT_LINE_BYTES_MAX);
    const hf_json *previous = hf_json_get(line, "previous");
    if (line->type != HF_JSON_OBJECT)
        return fail_form("not a JSON object", err);
    if (!read_i64(line, "sequence", 1, &out->sequence))
        return fail_form("'sequence' is not a whole number from 1 on", err);
    if (previous == NULL || previous->type != HF_JSON_TEXT ||
        (previous->text.len > 0 && !read_hash(line, "previous", &out->previous)))
        return fail_form("'previous' is neither empty nor a SHA-256 in hex", err);
    if (!read_hash(line, "hash", &out->hash))
        return fail_form("'hash' is not a SHA-256 in hex", err);
    out->has_previous = previous->text.len > 0;
    if (out->has_previous == (out->sequence == 1))
        return hf_fail(err, HF_ERR_INPUT, "audit.chain",
                       "only the line with sequence 1 has none before it");
    write_without(line, "hash", NULL, arena, &text);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    if (text.overflow || memcmp(&hash, &out->hash, sizeof(hash)) != 0)
        return hf_fail(err, HF_ERR_INPUT, "audit.hash",
                       "the line does not fit its own hash; it was changed after it was written");
    return true;
}

static bool is_checkpoint(const hf_json *line)
{
    return hf_str_equal_z(hf_json_text(line, "format"), CHECKPOINT_FORMAT);
}

static bool read_members(const hf_json *line, const chained *chain, hf_audit_checkpoint *out)
{
    out->previous = chain->previous;
    return hf_time_parse(hf_json_text(line, "at"), &out->at) &&
           read_i64(line, "size", 1, &out->size) && read_i64(line, "first", 1, &out->first) &&
           read_hash(line, "root", &out->root) && chain->sequence == out->size + 1 &&
           out->first <= chain->sequence && chain->has_previous &&
           hf_hex_parse(hf_json_text(line, "key"), out->key.bytes, sizeof(out->key.bytes)) &&
           hf_hex_parse(hf_json_text(line, "signature"), out->signature.bytes,
                        sizeof(out->signature.bytes));
}

static bool read_signed(const hf_json *line, hf_arena *arena, hf_audit_checkpoint *out,
                        hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2u * HF_EVENT_LINE_BYTES_MAX);
    chained chain = {0};
    if (!is_checkpoint(line))
        return fail_form("not a signed checkpoint", err);
    if (!read_chained(line, arena, &chain, err))
        return false;
    if (!read_members(line, &chain, out))
        return fail_form("a field of the checkpoint is missing or out of its range", err);
    write_without(line, "hash", "signature", arena, &text);
    if (text.overflow || !hf_sign_is_good(hf_buf_str(&text), &out->key, &out->signature))
        return hf_fail(err, HF_ERR_INPUT, "audit.signature",
                       "the signature of the checkpoint is not of its key; it is forged");
    return true;
}

static hf_str without_ending(hf_str bytes)
{
    if (bytes.len > 0 && bytes.ptr[bytes.len - 1] == '\n')
        bytes.len--;
    return bytes;
}

static hf_str last_line(hf_str bytes)
{
    bytes = without_ending(bytes);
    size_t begin = bytes.len;
    while (begin > 0 && bytes.ptr[begin - 1] != '\n')
        begin--;
    return hf_str_slice(bytes, begin, bytes.len);
}

static bool parse_line(hf_str line, hf_arena *arena, hf_json **out, hf_error *err)
{
    if (line.len > HF_EVENT_LINE_BYTES_MAX)
        return fail_form("longer than a line can be", err);
    if (hf_json_parse(line, arena, out, err))
        return true;
    err->line = 0; // of the line itself; the reader is told which line of the file it is
    return false;
}

bool hf_audit_read_checkpoint(hf_str text, hf_audit_checkpoint *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_json *tree = NULL;
    hf_audit_checkpoint found = {0};
    if (!parse_line(last_line(text), &arena, &tree, err) || !read_signed(tree, &arena, &found, err))
        return false;
    *out = found;
    return true;
}

// --- trust -----------------------------------------------------------------------------------------------

static bool check_key(const hf_sign_key *wanted, const hf_sign_key *key, hf_error *err)
{
    if (wanted == NULL || memcmp(wanted, key, sizeof(*key)) == 0)
        return true;
    return hf_fail(err, HF_ERR_INPUT, "audit.key",
                   "the checkpoint is signed with another key than the one that is trusted");
}

static bool fail_other_past(const hf_audit_checkpoint *known, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "audit.other_past",
                   "the checkpoint of %lld events shows another past; one of the two was rewritten",
                   (long long)known->size);
}

static bool fail_not_covered(const hf_audit_checkpoint *known, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "audit.not_covered",
                   "the checkpoint covers %lld events, of which this file cannot tell; get a whole "
                   "export or a proof that begins there",
                   (long long)known->size);
}

static bool is_same_head(const hf_audit_checkpoint *a, const hf_audit_checkpoint *b)
{
    return a->size == b->size && memcmp(&a->root, &b->root, sizeof(a->root)) == 0 &&
           memcmp(&a->previous, &b->previous, sizeof(a->previous)) == 0;
}

static bool check_trust(const hf_audit_trust *trust, const hf_audit_checkpoint *checkpoint,
                        hf_error *err)
{
    return check_key(trust->key, &checkpoint->key, err) &&
           (trust->known == NULL || check_key(&checkpoint->key, &trust->known->key, err));
}

// --- exports ---------------------------------------------------------------------------------------------

typedef struct {
    const hf_audit_trust *trust;
    hf_audit_report *out;
    chained before;       // the line before; sequence 0 = none yet
    hf_merkle tree;       // of the events, when the file begins with the first
    bool has_known;       // the line of the known checkpoint was passed
    uint64_t misfit_line; // and it does not fit; 0 = it does
    hf_sign_key trusted;  // the key of `trust`, and then those that follow it
    hf_sign_key expected; // the same of the known checkpoint
    hf_sign_key newest;   // with key_count > 0: who alone can have signed the end
} walk;

static bool check_place(const walk *w, const chained *line, hf_error *err)
{
    if (w->before.sequence == 0)
        return true;
    if (line->sequence != w->before.sequence + 1)
        return hf_fail(err, HF_ERR_INPUT, "audit.gap",
                       "sequence %lld follows %lld; a line was taken out, put in or moved",
                       (long long)line->sequence, (long long)w->before.sequence);
    if (memcmp(&line->previous, &w->before.hash, sizeof(line->previous)) != 0)
        return hf_fail(err, HF_ERR_INPUT, "audit.chain",
                       "'previous' is not the hash of the line before");
    return true;
}

// What was known before must lie on the way. Whether it is a word of this log at all, the key at the end says first.
static void pass_known(walk *w, const chained *line)
{
    const hf_audit_checkpoint *known = w->trust->known;
    if (known == NULL || line->sequence != known->size)
        return;
    hf_sha256 root = hf_merkle_root(&w->tree);
    bool is_whole = w->tree.size == (uint64_t)known->size;
    w->has_known = true;
    if (memcmp(&line->hash, &known->previous, sizeof(line->hash)) != 0 ||
        (is_whole && memcmp(&root, &known->root, sizeof(root)) != 0))
        w->misfit_line = w->out->event_count;
}

// Whom the old key named as its successor is trusted as it was; nobody else is.
static bool follow_key(walk *w, const hf_json *tree, const chained *line, hf_error *err)
{
    const hf_audit_checkpoint *known = w->trust->known;
    hf_audit_renewal renewal;
    if (!hf_str_equal_z(hf_json_text(tree, "action"), "log.key_changed"))
        return true;
    if (!hf_audit_read_renewal(hf_json_get(tree, "detail"), line->sequence, &line->previous,
                               &renewal, err))
        return false;
    if (w->out->key_count > 0 && !check_key(&w->newest, &renewal.old_key, err))
        return false;
    if (memcmp(&w->trusted, &renewal.old_key, sizeof(w->trusted)) == 0)
        w->trusted = renewal.new_key;
    if (known != NULL && known->size <= renewal.size &&
        memcmp(&w->expected, &renewal.old_key, sizeof(w->expected)) == 0)
        w->expected = renewal.new_key;
    w->newest = renewal.new_key;
    w->out->key_count++;
    return true;
}

static bool read_event(walk *w, const hf_json *tree, hf_arena *arena, hf_error *err)
{
    chained line = {0};
    if (!read_chained(tree, arena, &line, err) || !check_place(w, &line, err) ||
        !follow_key(w, tree, &line, err))
        return false;
    if (w->out->first == 0)
        w->out->first = line.sequence;
    if (w->out->first == 1) {
        hf_sha256 leaf = hf_merkle_leaf((hf_str){(const char *)line.hash.bytes, sizeof(line.hash)});
        hf_merkle_add(&w->tree, &leaf);
    }
    w->before = line;
    w->out->last = line.sequence;
    w->out->event_count++;
    pass_known(w, &line);
    return true;
}

// Both the file and the tree must say what the checkpoint says.
static bool fits_lines(const walk *w, const hf_audit_checkpoint *checkpoint, hf_error *err)
{
    hf_sha256 root = hf_merkle_root(&w->tree);
    if (checkpoint->size != w->before.sequence)
        return hf_fail(
            err, HF_ERR_INPUT, "audit.gap",
            "the checkpoint covers %lld events, but the line before is event %lld; lines "
            "were taken out or put in",
            (long long)checkpoint->size, (long long)w->before.sequence);
    if (memcmp(&checkpoint->previous, &w->before.hash, sizeof(root)) != 0)
        return hf_fail(err, HF_ERR_INPUT, "audit.chain",
                       "the checkpoint was signed over another last line; lines before it were "
                       "rewritten");
    if (w->out->first == 1 && memcmp(&root, &checkpoint->root, sizeof(root)) != 0)
        return hf_fail(err, HF_ERR_INPUT, "audit.chain",
                       "the lines do not give the root that the checkpoint signs; they were "
                       "rewritten");
    return true;
}

static bool read_end(walk *w, const hf_json *tree, hf_arena *arena, hf_error *err)
{
    hf_audit_checkpoint *checkpoint = &w->out->checkpoint;
    if (!read_signed(tree, arena, checkpoint, err))
        return false;
    w->out->has_checkpoint = true;
    const hf_audit_checkpoint *known = w->trust->known;
    if (!fits_lines(w, checkpoint, err) ||
        (w->out->key_count > 0 && !check_key(&w->newest, &checkpoint->key, err)) ||
        (w->trust->key != NULL && !check_key(&w->trusted, &checkpoint->key, err)) ||
        (known != NULL && !check_key(&w->expected, &checkpoint->key, err)))
        return false;
    if (w->misfit_line > 0) {
        (void)fail_other_past(known, err);
        err->line = w->misfit_line;
        return false;
    }
    if (known == NULL || w->has_known || is_same_head(known, checkpoint))
        return true;
    return known->size == checkpoint->size ? fail_other_past(known, err)
                                           : fail_not_covered(known, err);
}

// The end tells with which line the file began: its loss is the first fault, whatever else is broken.
static void look_at_head(hf_str bytes, hf_str first_line, hf_audit_report *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_audit_checkpoint checkpoint = {0};
    hf_error unused = {0};
    hf_json *tree = NULL;
    int64_t sequence = 0;
    if (!hf_audit_read_checkpoint(bytes, &checkpoint, &unused) ||
        !parse_line(first_line, &arena, &tree, &unused) ||
        !read_i64(tree, "sequence", 1, &sequence) || sequence == checkpoint.first)
        return;
    out->fault = (hf_error){0};
    (void)hf_fail(&out->fault, HF_ERR_INPUT, "audit.gap",
                  "the file began with sequence %lld, now with %lld; lines at its head were taken "
                  "out or moved",
                  (long long)checkpoint.first, (long long)sequence);
    out->fault.line = 1;
}

static bool walk_lines(walk *w, hf_str bytes, uint64_t *line, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str rest = without_ending(bytes), text;
    bool is_ended = false;
    if (rest.len == 0)
        rest = HF_STR_EMPTY; // an empty file has no line, not an empty one
    for (*line = 1; hf_str_split(&rest, '\n', &text); (*line)++) {
        hf_json *tree = NULL;
        hf_arena_reset(&arena);
        if (is_ended)
            return hf_fail(err, HF_ERR_INPUT, "audit.tail",
                           "something follows the checkpoint, which is the end of an export");
        if (!parse_line(text, &arena, &tree, err))
            return false;
        is_ended = is_checkpoint(tree);
        if (is_ended ? !read_end(w, tree, &arena, err) : !read_event(w, tree, &arena, err))
            return false;
    }
    return is_ended || hf_fail(err, HF_ERR_INPUT, "audit.cut",
                               "the signed checkpoint that ends every export is missing; the tail "
                               "was cut off");
}

static void verify_export(hf_str bytes, hf_str first_line, const hf_audit_trust *trust,
                          hf_audit_report *out)
{
    walk w = {.trust = trust, .out = out};
    uint64_t line = 0;
    if (trust->key != NULL)
        w.trusted = *trust->key;
    if (trust->known != NULL)
        w.expected = trust->known->key;
    if (!walk_lines(&w, bytes, &line, &out->fault) && out->fault.line == 0)
        out->fault.line = line;
    look_at_head(bytes, first_line, out);
}

// --- single checkpoints and proofs ------------------------------------------------------------------------

static bool verify_checkpoint(const hf_json *tree, hf_arena *arena, const hf_audit_trust *trust,
                              hf_audit_report *out)
{
    hf_error *err = &out->fault;
    if (!read_signed(tree, arena, &out->checkpoint, err))
        return false;
    out->has_checkpoint = true;
    if (out->checkpoint.first <= out->checkpoint.size)
        return hf_fail(err, HF_ERR_INPUT, "audit.gap",
                       "the checkpoint ends an export whose lines are missing");
    if (!check_trust(trust, &out->checkpoint, err))
        return false;
    if (trust->known == NULL || is_same_head(trust->known, &out->checkpoint))
        return true;
    return trust->known->size == out->checkpoint.size ? fail_other_past(trust->known, err)
                                                      : fail_not_covered(trust->known, err);
}

static bool read_path(const hf_json *tree, hf_merkle_path *out, hf_error *err)
{
    const hf_json *path = hf_json_get(tree, "path");
    out->count = 0;
    if (path == NULL || path->type != HF_JSON_ARRAY || path->child_count > HF_MERKLE_PATH_MAX)
        return fail_form("'path' is not a list of hashes", err);
    for (const hf_json *hash = path->child; hash != NULL; hash = hash->next) {
        hf_sha256 *to = &out->hashes[out->count++];
        if (hash->type != HF_JSON_TEXT || !hf_hex_parse(hash->text, to->bytes, sizeof(to->bytes)))
            return fail_form("'path' is not a list of hashes", err);
    }
    return true;
}

static bool verify_inclusion(const hf_json *event, const hf_merkle_path *path, hf_arena *arena,
                             const hf_audit_trust *trust, hf_audit_report *out)
{
    hf_error *err = &out->fault;
    const hf_audit_checkpoint *checkpoint = &out->checkpoint;
    chained line = {0};
    if (!read_chained(event, arena, &line, err))
        return false;
    hf_sha256 leaf = hf_merkle_leaf((hf_str){(const char *)line.hash.bytes, sizeof(line.hash)});
    if (!hf_merkle_includes(&leaf, (uint64_t)line.sequence - 1, (uint64_t)checkpoint->size, path,
                            &checkpoint->root))
        return hf_fail(err, HF_ERR_INPUT, "audit.proof",
                       "the event is not proved to be in the log of the checkpoint");
    out->first = out->last = line.sequence;
    out->event_count = 1;
    if (trust->known == NULL || is_same_head(trust->known, checkpoint))
        return true;
    return trust->known->size == checkpoint->size ? fail_other_past(trust->known, err)
                                                  : fail_not_covered(trust->known, err);
}

static bool verify_growth(const hf_json *tree, const hf_merkle_path *path, hf_arena *arena,
                          const hf_audit_trust *trust, hf_audit_report *out)
{
    hf_error *err = &out->fault;
    const hf_audit_checkpoint *checkpoint = &out->checkpoint;
    hf_audit_checkpoint older = {0};
    if (!read_signed(tree, arena, &older, err) || !check_key(&checkpoint->key, &older.key, err))
        return false;
    if (!hf_merkle_grew((uint64_t)older.size, &older.root, (uint64_t)checkpoint->size,
                        &checkpoint->root, path))
        return hf_fail(err, HF_ERR_INPUT, "audit.proof",
                       "the newer log is not proved to go on from the older one");
    const hf_audit_checkpoint *known = trust->known;
    if (known == NULL || is_same_head(known, &older) || is_same_head(known, checkpoint))
        return true;
    return known->size == older.size || known->size == checkpoint->size
               ? fail_other_past(known, err)
               : fail_not_covered(known, err);
}

static bool verify_proof(const hf_json *tree, hf_arena *arena, const hf_audit_trust *trust,
                         hf_audit_report *out)
{
    hf_error *err = &out->fault;
    const hf_json *checkpoint = hf_json_get(tree, "checkpoint");
    const hf_json *event = hf_json_get(tree, "event"), *older = hf_json_get(tree, "older");
    hf_merkle_path path;
    out->kind = older != NULL ? HF_AUDIT_GROWTH : HF_AUDIT_INCLUSION;
    if (checkpoint == NULL || (event == NULL) == (older == NULL))
        return fail_form("a proof has a checkpoint and either an event or an older checkpoint",
                         err);
    if (!read_path(tree, &path, err) || !read_signed(checkpoint, arena, &out->checkpoint, err))
        return false;
    out->has_checkpoint = true;
    if (!check_trust(trust, &out->checkpoint, err))
        return false;
    return event != NULL ? verify_inclusion(event, &path, arena, trust, out)
                         : verify_growth(older, &path, arena, trust, out);
}

void hf_audit_verify(hf_str bytes, const hf_audit_trust *trust, hf_audit_report *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str rest = without_ending(bytes), first_line = HF_STR_EMPTY;
    hf_json *tree = NULL;
    hf_error unused = {0};
    *out = (hf_audit_report){.kind = HF_AUDIT_EXPORT};
    (void)hf_str_split(&rest, '\n', &first_line);
    bool is_alone = rest.len == 0 && parse_line(first_line, &arena, &tree, &unused);
    if (is_alone && is_checkpoint(tree)) {
        out->kind = HF_AUDIT_CHECKPOINT;
        (void)verify_checkpoint(tree, &arena, trust, out);
    } else if (is_alone && hf_str_equal_z(hf_json_text(tree, "format"), PROOF_FORMAT)) {
        (void)verify_proof(tree, &arena, trust, out);
    } else {
        verify_export(bytes, first_line, trust, out);
        return;
    }
    if (out->fault.kind != HF_ERR_NONE)
        out->fault.line = 1;
}
