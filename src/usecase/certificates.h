// SPDX-License-Identifier: Apache-2.0
//
// Certificates of accounts: whoever shows one over TLS that the server trusts is the account at which its fingerprint or one of
// its names is registered. For programs, and for cards of institutions. Only who has the right to accounts registers them.
#ifndef HF_USECASE_CERTIFICATES_H
#define HF_USECASE_CERTIFICATES_H

#include "usecase/account.h"

#define HF_CERTIFICATES_MAX 20u // of one account

// mark  SHA-256 of the certificate in hexadecimal, with or without colons, or one of its names: "dns:feed.example.org",
//       "email:mara@example.org", "uri:spiffe://…"
// Errors  HF_ERR_INPUT "certificate.mark"; HF_ERR_CONFLICT "certificate.known", "certificate.too_many"; HF_ERR_NOT_FOUND
//         "record.unknown"; those of hf_can
bool hf_certificate_add(const hf_session *session, hf_str user_key, hf_str mark,
                        hf_error *err) HF_CHECKED;
bool hf_certificate_list(const hf_session *session, hf_str user_key, hf_arena *arena,
                         hf_credential **list, size_t *count, hf_error *err) HF_CHECKED;
// short_id  as hf_write_credentials shows it, or the mark itself
bool hf_certificate_remove(const hf_session *session, hf_str user_key, hf_str short_id,
                           hf_error *err) HF_CHECKED;

// Whose is one that was shown and found good? out->actor.is_signed_in false: nobody's.
// marks  "sha256:…" first, then its names
bool hf_certificate_find(hf_store *store, const hf_str *marks, size_t count, int64_t now_ms,
                         hf_arena *arena, hf_signed_in *out, hf_error *err) HF_CHECKED;

#endif
