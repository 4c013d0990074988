// SPDX-License-Identifier: Apache-2.0
//
// Whether the secrets of a store are sealed, and the change of that. The seals themselves: store/seal.c.
#include "usecase/seal.h"

#include <stdio.h>
#include <string.h>

bool hf_read_seal(const hf_session *session, hf_seal_facts *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    *out = (hf_seal_facts){0};
    return (hf_may(&session->actor, HF_CAN_CONFIGURE, NULL, NULL) ||
            hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err)) &&
           hf_read_begin(session->store, &read, err) &&
           hf_seal_read(read, out->key, &out->secrets, err);
}

static void write_key(hf_json_writer *out, const char *member, const char *key)
{
    hf_json_name(out, member);
    if (key[0] == '\0')
        hf_json_add_null(out);
    else
        hf_json_add_z(out, key);
}

void hf_write_seal(const hf_seal_facts *facts, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "sealed");
    hf_json_add_bool(out, facts->key[0] != '\0');
    write_key(out, "key", facts->key);
    hf_json_put_u64(out, "secrets", facts->secrets);
    hf_json_end_object(out);
}

static bool note(hf_tx *tx, const hf_session *session, const char *from, const hf_seal_facts *now,
                 hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(200);
    hf_json_writer out = {.out = &detail};
    hf_json_begin_object(&out);
    write_key(&out, "from", from);
    write_key(&out, "to", now->key);
    hf_json_put_u64(&out, "secrets", now->secrets);
    hf_json_end_object(&out);
    return hf_note(tx, session, "seal.changed", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err);
}

static bool change(const hf_session *session, const hf_seal_key *to, hf_seal_facts *out,
                   hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    char from[HF_SEAL_NAME_BYTES];
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_seal_read(hf_tx_read(tx), from, &out->secrets, err))
        return false;
    if (to == NULL && from[0] == '\0')
        return hf_fail(err, HF_ERR_CONFLICT, "seal.not_sealed",
                       "the secrets of this store are not sealed; nothing was changed");
    if (to != NULL)
        hf_seal_key_name(to, out->key);
    if (strcmp(from, out->key) == 0)
        return hf_seal_try(hf_tx_read(tx), err);
    return hf_seal_change(tx, to, &out->secrets, err) && note(tx, session, from, out, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_change_seal(const hf_session *session, const hf_seal_key *to, hf_seal_facts *out,
                    hf_error *err)
{
    *out = (hf_seal_facts){0};
    if (!hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) ||
        !hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err) || !change(session, to, out, err))
        return false;
    if (to == NULL)
        return true; // readable in the rows, and so in free space
    // Sealed is sealed: that a disk is too full for this, or somebody still reads, must not look like a failure of it.
    if (!hf_store_forget(session->store, &out->left))
        HF_ASSERT(out->left.kind != HF_ERR_NONE);
    return true;
}
