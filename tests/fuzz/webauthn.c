// SPDX-License-Identifier: Apache-2.0
//
// Passkeys of any bytes: three parts, split at 0xFF. The client data are made to fit, so that what comes behind them is
// reached; a registration that is taken gives a key that is one.
#include "base/webauthn.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_webauthn_wanted wanted = {.challenge = HF_STR("AAAA"),
                                       .origin = HF_STR("https://example.org"),
                                       .rp_id = HF_STR("example.org")};
    static const char create[] =
        "{\"type\":\"webauthn.create\",\"challenge\":\"AAAA\",\"origin\":\"https://example.org\"}";
    static const char get[] =
        "{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\",\"origin\":\"https://example.org\"}";
    hf_str all = {(const char *)data, size};
    size_t cut = hf_str_find_byte(all, (char)0xFF, 0);
    hf_str first = hf_str_slice(all, 0, cut);
    hf_str second = hf_str_slice(all, cut + 1, size);
    hf_webauthn_key key = {0};
    hf_error err = {0};
    uint32_t counter = 0;
    const hf_webauthn_proof proof = {hf_str_of(get), first, second};
    (void)!hf_webauthn_register(&wanted, first, second, &arena, &key, &err);
    if (hf_webauthn_register(&wanted, hf_str_of(create), all, &arena, &key, &err))
        HF_ASSERT(key.id.len > 0 && key.cose_key.len > 0);
    (void)!hf_webauthn_check(&wanted, &proof, second, &arena, &counter, &err);
    HF_ASSERT(hf_webauthn_rp_id(all).len <= 253);
    return 0;
}
