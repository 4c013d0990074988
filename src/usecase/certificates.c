// SPDX-License-Identifier: Apache-2.0
//
// Certificates as they are kept: by the hash of one mark, in one spelling.
#include "usecase/certificates.h"

#include "base/limits.h"
#include "base/text.h"

#define DIGITS 64u

static bool bad_mark(hf_str mark, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "certificate.mark",
            "'%.*s' is no mark of a certificate; give its SHA-256 in hexadecimal, or dns:NAME, "
            "email:ADDRESS, uri:ADDRESS",
            HF_STR_ARG(mark));
    return hf_fail_at(err, "/mark", 0, "mark");
}

// "AB:CD:…" as openssl prints it, "sha256:abcd…" as we do: lower case, without colons.
static bool fingerprint_of(hf_str text, char out[DIGITS + 1])
{
    uint8_t bytes[DIGITS / 2];
    size_t len = 0;
    if (hf_str_starts(text, "sha256:"))
        text = hf_str_slice(text, 7, text.len);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ':')
            continue;
        if (len == DIGITS)
            return false;
        out[len++] = text.ptr[i];
    }
    if (!hf_hex_parse((hf_str){out, len}, bytes, sizeof bytes))
        return false;
    hf_hex(bytes, sizeof bytes, out);
    return true;
}

static bool is_name(hf_str text)
{
    static const char *const words[] = {"dns:", "email:", "uri:"};
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ')
            return false;
    for (size_t i = 0; i < HF_COUNT(words); i++)
        if (hf_str_starts(text, words[i]))
            return text.len > hf_str_of(words[i]).len && text.len <= HF_KEY_BYTES_MAX &&
                   hf_utf8_valid(text, NULL);
    return false;
}

static bool read_mark(hf_str given, hf_arena *arena, hf_str *out, hf_error *err)
{
    char digits[DIGITS + 1];
    hf_str text = hf_str_trim(given);
    if (fingerprint_of(text, digits))
        *out = hf_str_format(arena, "sha256:%s", digits);
    else if (is_name(text))
        *out = text;
    else
        return bad_mark(text, err);
    return true;
}

static bool find_user(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                      hf_user **out, hf_error *err)
{
    return hf_can(&session->actor, HF_CAN_USERS, &hf_noun_user, NULL, err) &&
           hf_find_managed(session, read, key, arena, out, err);
}

static bool note(hf_tx *tx, const hf_session *session, const char *action, hf_str user_key,
                 hf_str mark, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4096);
    hf_json_writer w = {.out = &text};
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "certificate", mark);
    hf_json_end_object(&w);
    return hf_note(tx, session, action, &hf_noun_user, user_key, HF_STR_EMPTY, hf_buf_str(&text),
                   err);
}

bool hf_certificate_add(const hf_session *session, hf_str user_key, hf_str given, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *there = NULL;
    hf_credential *list = NULL;
    size_t count = 0;
    hf_str mark = HF_STR_EMPTY;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find_user(session, hf_tx_read(tx), user_key, &scratch, &user, err) ||
        !read_mark(given, &scratch, &mark, err))
        return false;
    const hf_credential row = {.kind = HF_CREDENTIAL_CERTIFICATE,
                               .secret = hf_sha256_of(mark),
                               .user_key = user->head.key,
                               .label = mark,
                               .created_ms = session->now_ms,
                               .expires_ms = HF_INTEGER_NONE,
                               .last_seen_ms = HF_INTEGER_NONE};
    if (!hf_credential_find(hf_tx_read(tx), row.kind, &row.secret, INT64_MIN, &scratch, &there,
                            err) ||
        !hf_credential_list(hf_tx_read(tx), row.kind, user->head.key, &scratch, &list, &count, err))
        return false;
    if (there != NULL)
        return hf_fail(err, HF_ERR_CONFLICT, "certificate.known",
                       "this certificate belongs to an account already");
    if (count >= HF_CERTIFICATES_MAX)
        return hf_fail(err, HF_ERR_CONFLICT, "certificate.too_many",
                       "an account has at most %u certificates; remove one first",
                       HF_CERTIFICATES_MAX);
    return hf_credential_add(tx, &row, err) &&
           note(tx, session, "user.certificate_added", user->head.key, mark, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_certificate_list(const hf_session *session, hf_str user_key, hf_arena *arena,
                         hf_credential **list, size_t *count, hf_error *err)
{
    return hf_list_credentials(session, HF_CREDENTIAL_CERTIFICATE, user_key, arena, list, count,
                               err);
}

// By the mark, as the command line knows it, or by the short id of lists.
static bool find_one(hf_read *read, hf_str user_key, hf_str given, hf_arena *arena,
                     hf_credential **out, hf_error *err)
{
    hf_error unused = {0};
    hf_str mark = HF_STR_EMPTY;
    hf_credential *found = NULL;
    if (read_mark(given, arena, &mark, &unused)) {
        hf_sha256 row = hf_sha256_of(mark);
        if (!hf_credential_find(read, HF_CREDENTIAL_CERTIFICATE, &row, INT64_MIN, arena, &found,
                                err))
            return false;
    }
    if (found == NULL || !hf_str_equal(found->user_key, user_key))
        return hf_find_credential(read, HF_CREDENTIAL_CERTIFICATE, user_key, given, arena, out,
                                  err);
    *out = found;
    return true;
}

bool hf_certificate_remove(const hf_session *session, hf_str user_key, hf_str given, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *found = NULL;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           find_user(session, hf_tx_read(tx), user_key, &scratch, &user, err) &&
           find_one(hf_tx_read(tx), user->head.key, given, &scratch, &found, err) &&
           hf_credential_remove(tx, &found->secret, err) &&
           note(tx, session, "user.certificate_removed", user->head.key, found->label, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_certificate_find(hf_store *store, const hf_str *marks, size_t count, int64_t now_ms,
                         hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    *out = (hf_signed_in){0};
    for (size_t i = 0; i < count && !out->actor.is_signed_in; i++)
        if (!hf_find_actor(store, HF_CREDENTIAL_CERTIFICATE, marks[i], now_ms, arena, out, err))
            return false;
    return true;
}
