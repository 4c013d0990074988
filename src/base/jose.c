// SPDX-License-Identifier: Apache-2.0
//
// Reading JWS and JWK. The algorithm that a token names only chooses among the keys that are for it: a key never takes
// part in an algorithm of another kind.
#include "base/jose.h"

#include "base/crypto.h"

static bool bad_token(hf_error *err, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, "oidc.token", "the token is not taken: %s", what);
}

static bool read_part(hf_str text, hf_arena *arena, hf_json **out, hf_error *err)
{
    hf_str bytes = HF_STR_EMPTY;
    if (!hf_base64url_parse(text, arena, &bytes) || !hf_json_parse(bytes, arena, out, err) ||
        (*out)->type != HF_JSON_OBJECT)
        return bad_token(err, "a part of it is no JSON object in base64url");
    return true;
}

static bool algorithm_of(hf_str name, hf_sign_algorithm *out)
{
    static const char *const names[] = {"ES256", "EdDSA",
                                        "RS256"}; // in the order of hf_sign_algorithm
    for (hf_sign_algorithm i = HF_SIGNS_ES256; i <= HF_SIGNS_RS256; i++)
        if (hf_str_equal_z(name, names[i])) {
            *out = i;
            return true;
        }
    return false;
}

static hf_str number_of(const hf_json *key, const char *name, hf_arena *arena)
{
    hf_str bytes = HF_STR_EMPTY;
    return hf_base64url_parse(hf_json_text(key, name), arena, &bytes) ? bytes : HF_STR_EMPTY;
}

static bool is_text(const hf_json *object, const char *name, const char *wanted)
{
    return hf_str_equal_z(hf_json_text(object, name), wanted);
}

// Is this key of the set for such a signature? What it says of itself must not say otherwise.
static bool read_key(const hf_json *key, hf_sign_algorithm algorithm, hf_arena *arena,
                     hf_public_key *out)
{
    hf_sign_algorithm named = algorithm;
    hf_str says = hf_json_text(key, "alg");
    if ((hf_json_get(key, "use") != NULL && !is_text(key, "use", "sig")) ||
        (says.len > 0 && (!algorithm_of(says, &named) || named != algorithm)))
        return false;
    *out = (hf_public_key){.algorithm = algorithm};
    switch (algorithm) {
    case HF_SIGNS_ES256:
        out->x = number_of(key, "x", arena);
        out->y = number_of(key, "y", arena);
        return is_text(key, "kty", "EC") && is_text(key, "crv", "P-256");
    case HF_SIGNS_EDDSA:
        out->x = number_of(key, "x", arena);
        return is_text(key, "kty", "OKP") && is_text(key, "crv", "Ed25519");
    case HF_SIGNS_RS256:
        out->x = number_of(key, "n", arena);
        out->y = number_of(key, "e", arena);
        return is_text(key, "kty", "RSA");
    }
    return false;
}

typedef struct {
    hf_str signed_text; // header and claims with their dot
    hf_str signature;
    hf_str key_id; // empty: the token names none
    hf_sign_algorithm algorithm;
} opened;

static bool check_keys(const opened *token, const hf_json *keys, hf_arena *arena, hf_error *err)
{
    const hf_json *list = hf_json_get(keys, "keys");
    bool is_any = false;
    size_t count = 0;
    for (const hf_json *each = list != NULL && list->type == HF_JSON_ARRAY ? list->child : NULL;
         each != NULL && count < HF_JOSE_KEYS_MAX; each = each->next, count++) {
        hf_public_key key;
        if ((token->key_id.len > 0 && !hf_str_equal(hf_json_text(each, "kid"), token->key_id)) ||
            !read_key(each, token->algorithm, arena, &key) || !hf_public_key_is_good(&key))
            continue;
        is_any = true;
        if (hf_public_key_fits(&key, HF_ECDSA_PAIR, token->signed_text, token->signature))
            return true;
    }
    return is_any ? hf_fail(err, HF_ERR_INPUT, "oidc.signature",
                            "the token was not signed by the key that it names")
                  : hf_fail(err, HF_ERR_INPUT, "oidc.key",
                            "the token names a key that the provider does not publish");
}

bool hf_jose_open(hf_str token, const hf_json *keys, hf_arena *arena, hf_json **claims,
                  hf_error *err)
{
    hf_json *header = NULL;
    hf_json *body = NULL;
    opened it = {0};
    if (token.len > HF_JOSE_TOKEN_BYTES_MAX)
        return bad_token(err, "it is too long");
    size_t first = hf_str_find_byte(token, '.', 0);
    size_t second = hf_str_find_byte(token, '.', first + 1);
    if (second >= token.len || hf_str_find_byte(token, '.', second + 1) < token.len)
        return bad_token(err, "it has not three parts");
    if (!read_part(hf_str_slice(token, 0, first), arena, &header, err))
        return false;
    if (!algorithm_of(hf_json_text(header, "alg"), &it.algorithm))
        return bad_token(err, "it is signed by none of RS256, ES256 and EdDSA");
    if (hf_json_get(header, "crit") != NULL || hf_json_get(header, "b64") != NULL)
        return bad_token(err, "it asks for what is not known here");
    if (!hf_base64url_parse(hf_str_slice(token, second + 1, token.len), arena, &it.signature) ||
        it.signature.len == 0)
        return bad_token(err, "it has no signature");
    it.signed_text = hf_str_slice(token, 0, second);
    it.key_id = hf_json_text(header, "kid");
    if (!check_keys(&it, keys, arena, err) ||
        !read_part(hf_str_slice(token, first + 1, second), arena, &body, err))
        return false;
    *claims = body;
    return true;
}
