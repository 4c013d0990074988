// SPDX-License-Identifier: Apache-2.0
//
// Secrets that must be read again (the key that signs the log, the secrets of one-time codes, that of a provider) are
// sealed by a key that is not in the database. Which key it is, by its name, stands among the settings; nothing does:
// they are readable, as they are without a key.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store/internal.h"
#include "store/store_system.h"

enum { BESIDE_BYTES_MAX = 4096, FORGET_TRIES = 10, FORGET_WAIT_NS = 200000000 };

static const char *const get_name = "SELECT value FROM setting WHERE name = 'seal.key'";
static const char *const set_name = "INSERT INTO setting(name, value) VALUES ('seal.key', ?1) ON "
                                    "CONFLICT (name) DO UPDATE SET value = excluded.value";

// --- with which key ----------------------------------------------------------------------------------------

static bool find_name(hf_conn *conn, char name[HF_SEAL_NAME_BYTES], hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    name[0] = '\0';
    if (!hf_stmt_take(conn, get_name, &stmt, err) || !hf_stmt_step(stmt, &has_row, err))
        return false;
    if (!has_row)
        return true;
    hf_str found = hf_stmt_get_str(stmt, 0);
    if (found.len != HF_SEAL_NAME_BYTES - 1)
        return hf_fail(err, HF_ERR_INPUT, "store.damaged",
                       "the store is damaged (it does not say which key seals its secrets); "
                       "restore a backup");
    memcpy(name, found.ptr, found.len);
    name[found.len] = '\0';
    return true;
}

// *out NULL: secrets are readable. Errors: HF_ERR_UNREACHABLE "seal.no_key", "seal.other_key"
static bool key_in_force(const hf_store *store, hf_conn *conn, const hf_seal_key **out,
                         hf_error *err)
{
    char name[HF_SEAL_NAME_BYTES], mine[HF_SEAL_NAME_BYTES];
    *out = NULL;
    if (!find_name(conn, name, err))
        return false;
    if (name[0] == '\0')
        return true;
    if (!store->has_seal)
        return hf_fail(err, HF_ERR_UNREACHABLE, "seal.no_key",
                       "the secrets of this store are sealed with the key %s; name its file: "
                       "--key-file FILE or $HOLDFAST_KEY_FILE",
                       name);
    hf_seal_key_name(&store->seal, mine);
    *out = &store->seal;
    return strcmp(name, mine) == 0 ||
           hf_fail(err, HF_ERR_UNREACHABLE, "seal.other_key",
                   "the secrets of this store are sealed with the key %s, not with %s; name the "
                   "file of that key: --key-file FILE or $HOLDFAST_KEY_FILE",
                   name, mine);
}

bool hf_seal_check(const hf_store *store, hf_conn *conn, bool needs_secrets, hf_error *err)
{
    const hf_seal_key *unused = NULL;
    return (!store->has_seal && !needs_secrets) || key_in_force(store, conn, &unused, err);
}

// --- one secret --------------------------------------------------------------------------------------------

// Whose it is. The parts that may be of any length come last, so that nothing can move from one into the other.
static hf_str beside_of(const char *kind, hf_str id, hf_str owner, hf_buf *out)
{
    hf_buf_add_format(out, "%s %zu ", kind, id.len);
    hf_buf_add_str(out, id);
    hf_buf_add_str(out, owner);
    HF_ASSERT(!out->overflow);
    return hf_buf_str(out);
}

static hf_str shut(const hf_seal_key *key, hf_str secret, hf_str beside, hf_arena *arena)
{
    if (key == NULL)
        return secret;
    char *bytes = hf_arena_take(arena, secret.len + HF_SEAL_MORE_BYTES);
    hf_seal_shut(key, secret, beside, (uint8_t *)bytes);
    return (hf_str){bytes, secret.len + HF_SEAL_MORE_BYTES};
}

static bool open_shut(const hf_seal_key *key, hf_str bytes, hf_str beside, hf_arena *arena,
                      hf_str *out)
{
    if (key == NULL) {
        *out = bytes;
        return true;
    }
    if (bytes.len < HF_SEAL_MORE_BYTES)
        return false;
    size_t len = bytes.len - HF_SEAL_MORE_BYTES;
    char *secret = hf_arena_take(arena, len + 1);
    *out = (hf_str){secret, len};
    return hf_seal_open(key, bytes, beside, (uint8_t *)secret);
}

static bool fail_damaged(const char *what, hf_str whose, const char *mend, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "seal.damaged",
                   "%s%.*s does not open: somebody changed it or put it there from elsewhere; %s",
                   what, HF_STR_ARG(whose), mend);
}

static const char set_anew[] = "set it anew, or restore a backup";
static const char restore[] = "restore a backup"; // nobody can set that

// --- of a credential: as text ------------------------------------------------------------------------------

static const hf_credential_kind secret_kinds[] = {HF_CREDENTIAL_TOTP, HF_CREDENTIAL_KEPT};

static bool is_secret(hf_credential_kind kind)
{
    for (size_t i = 0; i < HF_COUNT(secret_kinds); i++)
        if (secret_kinds[i] == kind)
            return true;
    return false;
}

static hf_str beside_credential(const hf_credential *c, hf_buf *out)
{
    char kind[32];
    (void)snprintf(kind, sizeof(kind), "credential %d", (int)c->kind);
    return beside_of(kind, (hf_str){(const char *)c->secret.bytes, sizeof(c->secret.bytes)},
                     c->user_key, out);
}

static hf_str shut_detail(const hf_seal_key *key, const hf_credential *c, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf beside = hf_buf_of(BESIDE_BYTES_MAX);
    if (key == NULL)
        return c->detail;
    return hf_base64url(arena, shut(key, c->detail, beside_credential(c, &beside), arena));
}

static bool open_detail(const hf_seal_key *key, const hf_credential *c, hf_arena *arena,
                        hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf beside = hf_buf_of(BESIDE_BYTES_MAX);
    hf_str bytes = c->detail;
    if ((key == NULL || hf_base64url_parse(c->detail, arena, &bytes)) &&
        open_shut(key, bytes, beside_credential(c, &beside), arena, out))
        return true;
    return c->kind == HF_CREDENTIAL_TOTP
               ? fail_damaged("the secret of the one-time codes of ", c->user_key, set_anew, err)
               : fail_damaged("the secret for the provider of identities", HF_STR_EMPTY, set_anew,
                              err);
}

bool hf_seal_detail(hf_tx *tx, const hf_credential *credential, hf_arena *arena, hf_str *out,
                    hf_error *err)
{
    const hf_seal_key *key = NULL;
    *out = credential->detail.ptr != NULL ? credential->detail : HF_STR("");
    if (!is_secret(credential->kind))
        return true;
    if (!key_in_force(tx->read.store, tx->read.conn, &key, err))
        return false;
    *out = shut_detail(key, credential, arena);
    return true;
}

bool hf_credential_reveal(hf_read *read, const hf_credential *credential, hf_arena *arena,
                          hf_str *out, hf_error *err)
{
    const hf_seal_key *key = NULL;
    HF_ASSERT(is_secret(credential->kind));
    return key_in_force(read->store, read->conn, &key, err) &&
           open_detail(key, credential, arena, out, err);
}

// --- of the log: as bytes ----------------------------------------------------------------------------------

static bool open_signer(const hf_seal_key *key, hf_str public_half, hf_str hidden,
                        hf_sign_secret *secret, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf beside = hf_buf_of(BESIDE_BYTES_MAX);
    hf_str open = HF_STR_EMPTY;
    if (!open_shut(key, hidden, beside_of("audit", public_half, HF_STR_EMPTY, &beside), &scratch,
                   &open))
        return fail_damaged("the key that signs the log", HF_STR_EMPTY, restore, err);
    if (open.len != sizeof(secret->bytes))
        return hf_fail(err, HF_ERR_INPUT, "audit.no_key",
                       "the store's key to sign with is damaged; restore a backup");
    memcpy(secret->bytes, open.ptr, sizeof(secret->bytes));
    if (key != NULL)
        hf_wipe((void *)(uintptr_t)open.ptr, open.len);
    return true;
}

bool hf_seal_signer(hf_read *read, hf_str public_half, hf_str hidden, hf_sign_secret *secret,
                    hf_error *err)
{
    const hf_seal_key *key = NULL;
    return key_in_force(read->store, read->conn, &key, err) &&
           open_signer(key, public_half, hidden, secret, err);
}

static hf_str shut_signer(const hf_seal_key *key, const hf_sign_key *public_half,
                          const hf_sign_secret *secret, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf beside = hf_buf_of(BESIDE_BYTES_MAX);
    hf_str id = {(const char *)public_half->bytes, sizeof(public_half->bytes)};
    return shut(key, (hf_str){(const char *)secret->bytes, sizeof(secret->bytes)},
                beside_of("audit", id, HF_STR_EMPTY, &beside), arena);
}

bool hf_seal_hidden(hf_tx *tx, const hf_sign_key *public_half, const hf_sign_secret *secret,
                    hf_arena *arena, hf_str *out, hf_error *err)
{
    const hf_seal_key *key = NULL;
    if (!key_in_force(tx->read.store, tx->read.conn, &key, err))
        return false;
    *out = shut_signer(key, public_half, secret, arena);
    return true;
}

// --- all of them -------------------------------------------------------------------------------------------

typedef HF_VEC(hf_credential) credential_list;

static bool list_secrets(hf_read *read, hf_arena *arena, credential_list *out, hf_error *err)
{
    for (size_t i = 0; i < HF_COUNT(secret_kinds); i++) {
        HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
        bool has_row = true;
        if (!hf_stmt_take(read->conn,
                          "SELECT secret, user_key, detail FROM credential WHERE kind = ?1", &stmt,
                          err))
            return false;
        hf_stmt_i64(stmt, 1, (int64_t)secret_kinds[i]);
        for (;;) {
            hf_credential c = {.kind = secret_kinds[i]};
            if (!hf_stmt_step(stmt, &has_row, err))
                return false;
            if (!has_row)
                break;
            hf_str secret = hf_stmt_get_str(stmt, 0);
            if (secret.len != sizeof(c.secret.bytes))
                return fail_damaged("a secret", HF_STR_EMPTY, restore, err);
            memcpy(c.secret.bytes, secret.ptr, secret.len);
            c.user_key = hf_str_copy(arena, hf_stmt_get_str(stmt, 1));
            c.detail = hf_str_copy(arena, hf_stmt_get_str(stmt, 2));
            HF_VEC_ADD(arena, out, c);
        }
    }
    return true;
}

static bool change_credential(hf_conn *conn, const hf_seal_key *from, const hf_seal_key *to,
                              const hf_credential *old, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_credential open = *old;
    if (!open_detail(from, old, arena, &open.detail, err) ||
        !hf_stmt_take(conn, "UPDATE credential SET detail = ?2 WHERE secret = ?1", &stmt, err))
        return false;
    hf_stmt_blob(stmt, 1, open.secret.bytes, sizeof(open.secret.bytes));
    hf_stmt_text(stmt, 2, shut_detail(to, &open, arena));
    bool is_done = hf_stmt_run(stmt, err);
    if (open.detail.len > 0)
        hf_wipe((void *)(uintptr_t)open.detail.ptr, open.detail.len); // of the arena's own copy
    return is_done;
}

static bool change_signer(hf_tx *tx, const hf_seal_key *to, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_sign_key key;
    hf_sign_secret secret;
    if (!hf_audit_key(&tx->read, &key, &secret, err) ||
        !hf_stmt_take(tx->read.conn, "UPDATE audit_key SET secret = ?2 WHERE public = ?1", &stmt,
                      err))
        return false;
    hf_str bytes = shut_signer(to, &key, &secret, arena);
    hf_stmt_blob(stmt, 1, key.bytes, sizeof(key.bytes));
    hf_stmt_blob(stmt, 2, bytes.ptr, bytes.len);
    bool is_done = hf_stmt_run(stmt, err);
    hf_wipe(&secret, sizeof(secret));
    return is_done;
}

static bool keep_name(hf_conn *conn, const hf_seal_key *to, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    char name[HF_SEAL_NAME_BYTES];
    if (to == NULL)
        return hf_conn_run(conn, "DELETE FROM setting WHERE name = 'seal.key'", err);
    hf_seal_key_name(to, name);
    if (!hf_stmt_take(conn, set_name, &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(name));
    return hf_stmt_run(stmt, err);
}

bool hf_seal_change(hf_tx *tx, const hf_seal_key *to, uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_seal_key *from = NULL;
    credential_list list = {0};
    tx->is_failed = true; // half of it is worse than none
    if (!key_in_force(tx->read.store, tx->read.conn, &from, err) ||
        !list_secrets(&tx->read, &arena, &list, err) || !change_signer(tx, to, &arena, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!change_credential(tx->read.conn, from, to, &list.items[i], &arena, err))
            return false;
    if (!keep_name(tx->read.conn, to, err))
        return false;
    *count = list.count + 1;
    tx->is_failed = false;
    return true;
}

bool hf_seal_read(hf_read *read, char name[HF_SEAL_NAME_BYTES], uint64_t *count, hf_error *err)
{
    *count = 1; // the key that signs the log
    if (!find_name(read->conn, name, err))
        return false;
    for (size_t i = 0; i < HF_COUNT(secret_kinds); i++) {
        HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
        bool has_row = false;
        if (!hf_stmt_take(read->conn, "SELECT count(*) FROM credential WHERE kind = ?1", &stmt,
                          err))
            return false;
        hf_stmt_i64(stmt, 1, (int64_t)secret_kinds[i]);
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        *count += has_row ? (uint64_t)hf_stmt_get_i64(stmt, 0) : 0;
    }
    return true;
}

bool hf_seal_try(hf_read *read, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_seal_key *key = NULL;
    credential_list list = {0};
    hf_sign_key unused;
    hf_sign_secret secret;
    if (!key_in_force(read->store, read->conn, &key, err) ||
        !list_secrets(read, &arena, &list, err) || !hf_audit_key(read, &unused, &secret, err))
        return false;
    hf_wipe(&secret, sizeof(secret));
    for (size_t i = 0; i < list.count; i++) {
        hf_str open = HF_STR_EMPTY;
        if (!open_detail(key, &list.items[i], &arena, &open, err))
            return false;
    }
    return true;
}

static bool write_anew(hf_conn *conn, bool *is_whole, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const hf_dialect *words = conn->driver->words;
    int64_t mark = 0;
    bool has_row = false;
    *is_whole = true;
    if (words->forget_mark != NULL && !hf_conn_number(conn, words->forget_mark, &mark, err))
        return false;
    for (const char *const *word = words->forget; *word != NULL; word++)
        if (!hf_conn_run(conn, *word, err))
            return false;
    if (words->forget_left == NULL)
        return true;
    if (!hf_stmt_once(conn, words->forget_left, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, mark);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *is_whole = has_row && hf_stmt_get_i64(stmt, 0) == 0;
    return true;
}

// What a row held before lies on in pages that nobody uses, until the database is written anew.
bool hf_store_forget(hf_store *store, hf_error *err)
{
    bool is_whole = false;
    (void)pthread_mutex_lock(&store->writer_lock);
    hf_conn_forget(store->writer);
    bool is_done = write_anew(store->writer, &is_whole, err);
    // Most look for a moment only.
    for (int i = 0; is_done && !is_whole && i < FORGET_TRIES; i++) {
        (void)nanosleep(&(struct timespec){.tv_nsec = FORGET_WAIT_NS}, NULL);
        is_done = write_anew(store->writer, &is_whole, err);
    }
    if (is_done && !is_whole)
        is_done = hf_fail(err, HF_ERR_BUSY, "store.busy",
                          "a transaction, a replica or a prepared transaction still looks at the "
                          "database as it was; let it end, then try again");
    is_done = is_done && hf_store_fold(store, err);
    (void)pthread_mutex_unlock(&store->writer_lock);
    return is_done;
}
