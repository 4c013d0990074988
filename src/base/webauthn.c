// SPDX-License-Identifier: Apache-2.0
//
// The checks of Web Authentication, in the order of the recommendation. Pure functions: no clock, no store.
#include "base/webauthn.h"

#include <string.h>

#include "base/cbor.h"
#include "base/crypto.h"
#include "base/json.h"

// Flags of the authenticator data (section 6.1).
enum {
    USER_PRESENT = 1u << 0,
    USER_VERIFIED = 1u << 2,
    BACKED_UP = 1u << 4,
    HAS_KEY = 1u << 6,
    HAS_EXTENSIONS = 1u << 7
};

// COSE (RFC 9053, RFC 8230): labels of a key's members and what they may say.
enum { KEY_TYPE = 1, KEY_ALGORITHM = 3, KEY_CURVE = -1, KEY_X = -2, KEY_Y = -3 };
enum { TYPE_OKP = 1, TYPE_EC2 = 2, TYPE_RSA = 3, CURVE_P256 = 1, CURVE_ED25519 = 6 };
enum { ALGORITHM_ES256 = -7, ALGORITHM_EDDSA = -8, ALGORITHM_RS256 = -257 };

#define HEAD_BYTES   37u // hash of the rp, flags, counter
#define AAGUID_BYTES 16u

typedef struct {
    unsigned flags;
    uint32_t counter;
    hf_str id;       // with HAS_KEY
    hf_str cose_key; // with HAS_KEY
} authenticator_data;

static bool unreadable(hf_error *err, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, "passkey.unreadable", "%s", what);
}

// --- what the browser says -------------------------------------------------------------------------

static bool foreign(hf_error *err, const char *what, hf_str said)
{
    return hf_fail(err, HF_ERR_INPUT, "passkey.foreign", "%s: '%.*s'", what,
                   (int)(said.len < 100 ? said.len : 100), said.ptr != NULL ? said.ptr : "");
}

static bool check_client(const hf_webauthn_wanted *wanted, const char *type, hf_str client_data,
                         hf_arena *arena, hf_error *err)
{
    hf_json *client = NULL;
    if (client_data.len > HF_WEBAUTHN_CLIENT_BYTES_MAX)
        return unreadable(err, "the client data are too long");
    if (!hf_json_parse(client_data, arena, &client, err))
        return unreadable(err, "the client data are no JSON");
    hf_str is_for = hf_json_text(client, "type");
    hf_str origin = hf_json_text(client, "origin");
    const hf_json *crossed = hf_json_get(client, "crossOrigin");
    if (!hf_str_equal_z(is_for, type))
        return foreign(err, "the passkey was used for something else", is_for);
    if (!hf_equal_constant_time(hf_json_text(client, "challenge"), wanted->challenge) ||
        wanted->challenge.len == 0)
        return hf_fail(err, HF_ERR_INPUT, "passkey.challenge",
                       "the passkey answered another question; begin again");
    if (wanted->origin.len == 0 || !hf_str_equal(origin, wanted->origin))
        return foreign(err, "the passkey was used at another site", origin);
    if ((crossed != NULL && (crossed->type != HF_JSON_BOOL || crossed->boolean)) ||
        hf_json_get(client, "topOrigin") != NULL)
        return foreign(err, "the passkey was used inside of another site's page",
                       hf_json_text(client, "topOrigin"));
    return true;
}

// --- what the authenticator says ---------------------------------------------------------------------

static unsigned byte_at(hf_str bytes, size_t at)
{
    return (unsigned char)bytes.ptr[at];
}

static bool read_key(hf_str *rest, hf_arena *arena, authenticator_data *out, hf_error *err)
{
    hf_cbor *key = NULL;
    size_t used = 0;
    if (rest->len < AAGUID_BYTES + 2)
        return unreadable(err, "the authenticator data end before the key");
    size_t id_bytes = byte_at(*rest, AAGUID_BYTES) << 8 | byte_at(*rest, AAGUID_BYTES + 1);
    *rest = hf_str_slice(*rest, AAGUID_BYTES + 2, rest->len);
    if (id_bytes == 0 || id_bytes > HF_WEBAUTHN_ID_BYTES_MAX || id_bytes > rest->len)
        return unreadable(err, "the id of the passkey is too long, or cut off");
    out->id = hf_str_slice(*rest, 0, id_bytes);
    *rest = hf_str_slice(*rest, id_bytes, rest->len);
    if (!hf_cbor_read(*rest, arena, &key, &used, err))
        return false;
    out->cose_key = hf_str_slice(*rest, 0, used);
    *rest = hf_str_slice(*rest, used, rest->len);
    return true;
}

static bool read_data(hf_str bytes, hf_arena *arena, authenticator_data *out, hf_error *err)
{
    hf_cbor *extensions = NULL;
    size_t used = 0;
    if (bytes.len < HEAD_BYTES || bytes.len > HF_WEBAUTHN_ATTESTATION_BYTES_MAX)
        return unreadable(err, "the authenticator data are too short or too long");
    *out = (authenticator_data){.flags = byte_at(bytes, 32)};
    for (size_t i = 33; i < HEAD_BYTES; i++)
        out->counter = out->counter << 8 | byte_at(bytes, i);
    hf_str rest = hf_str_slice(bytes, HEAD_BYTES, bytes.len);
    if ((out->flags & HAS_KEY) != 0 && !read_key(&rest, arena, out, err))
        return false;
    if ((out->flags & HAS_EXTENSIONS) != 0) {
        if (!hf_cbor_read(rest, arena, &extensions, &used, err))
            return false;
        rest = hf_str_slice(rest, used, rest.len);
    }
    return rest.len == 0 || unreadable(err, "there is more behind the authenticator data");
}

static bool check_data(const hf_webauthn_wanted *wanted, hf_str bytes, hf_arena *arena,
                       authenticator_data *out, hf_error *err)
{
    hf_sha256 rp = hf_sha256_of(wanted->rp_id);
    if (!read_data(bytes, arena, out, err))
        return false;
    if (memcmp(bytes.ptr, rp.bytes, sizeof rp.bytes) != 0)
        return foreign(err, "the passkey is of another site than", wanted->rp_id);
    if ((out->flags & USER_PRESENT) == 0 || (out->flags & USER_VERIFIED) == 0)
        return hf_fail(err, HF_ERR_INPUT, "passkey.unverified",
                       "the authenticator did not make sure who uses it; set a PIN or a finger on "
                       "it");
    return true;
}

// --- keys --------------------------------------------------------------------------------------------

static hf_str bytes_of(const hf_cbor *value)
{
    return value != NULL && value->type == HF_CBOR_BYTES ? value->text : HF_STR_EMPTY;
}

static bool is_integer(const hf_cbor *map, int64_t name, int64_t wanted)
{
    const hf_cbor *value = hf_cbor_at(map, name);
    return value != NULL && value->type == HF_CBOR_INTEGER && value->integer == wanted;
}

static bool read_cose(hf_str bytes, hf_arena *arena, hf_public_key *out, hf_error *err)
{
    hf_cbor *key = NULL;
    size_t used = 0;
    if (!hf_cbor_read(bytes, arena, &key, &used, err))
        return false;
    hf_str x = bytes_of(hf_cbor_at(key, KEY_X));
    hf_str y = bytes_of(hf_cbor_at(key, KEY_Y));
    if (is_integer(key, KEY_TYPE, TYPE_EC2) && is_integer(key, KEY_ALGORITHM, ALGORITHM_ES256) &&
        is_integer(key, KEY_CURVE, CURVE_P256))
        *out = (hf_public_key){HF_SIGNS_ES256, x, y};
    else if (is_integer(key, KEY_TYPE, TYPE_OKP) &&
             is_integer(key, KEY_ALGORITHM, ALGORITHM_EDDSA) &&
             is_integer(key, KEY_CURVE, CURVE_ED25519))
        *out = (hf_public_key){HF_SIGNS_EDDSA, x, HF_STR_EMPTY};
    else if (is_integer(key, KEY_TYPE, TYPE_RSA) && is_integer(key, KEY_ALGORITHM, ALGORITHM_RS256))
        // RFC 8230: the modulus stands where others have the curve.
        *out = (hf_public_key){HF_SIGNS_RS256, bytes_of(hf_cbor_at(key, KEY_CURVE)), x};
    else
        return hf_fail(err, HF_ERR_INPUT, "passkey.key",
                       "the passkey signs by none of ES256, EdDSA and RS256");
    return hf_public_key_is_good(out) ||
           hf_fail(err, HF_ERR_INPUT, "passkey.key", "the passkey's public key is none");
}

// --- the two acts ------------------------------------------------------------------------------------

bool hf_webauthn_register(const hf_webauthn_wanted *wanted, hf_str client_data, hf_str attestation,
                          hf_arena *arena, hf_webauthn_key *out, hf_error *err)
{
    hf_cbor *object = NULL;
    authenticator_data data = {0};
    hf_public_key key = {0};
    size_t used = 0;
    if (!check_client(wanted, "webauthn.create", client_data, arena, err))
        return false;
    if (attestation.len > HF_WEBAUTHN_ATTESTATION_BYTES_MAX)
        return unreadable(err, "the attestation is too long");
    if (!hf_cbor_read(attestation, arena, &object, &used, err))
        return false;
    const hf_cbor *form = hf_cbor_get(object, "fmt");
    const hf_cbor *statement = hf_cbor_get(object, "attStmt");
    if (used != attestation.len || form == NULL || form->type != HF_CBOR_TEXT ||
        statement == NULL || statement->type != HF_CBOR_MAP)
        return unreadable(err, "this is no attestation object");
    if (!hf_str_equal_z(form->text, "none") || statement->child != NULL)
        return unreadable(err, "an attestation was sent that nobody asked for; ask for 'none'");
    if (!check_data(wanted, bytes_of(hf_cbor_get(object, "authData")), arena, &data, err))
        return false;
    if ((data.flags & HAS_KEY) == 0)
        return unreadable(err, "there is no key in the attestation object");
    if (!read_cose(data.cose_key, arena, &key, err))
        return false;
    *out = (hf_webauthn_key){.id = data.id,
                             .cose_key = data.cose_key,
                             .counter = data.counter,
                             .is_backed_up = (data.flags & BACKED_UP) != 0};
    return true;
}

bool hf_webauthn_check(const hf_webauthn_wanted *wanted, const hf_webauthn_proof *proof,
                       hf_str cose_key, hf_arena *arena, uint32_t *counter, hf_error *err)
{
    HF_CLEANUP(hf_buf_done)
    hf_buf message = hf_buf_of(HF_WEBAUTHN_DATA_BYTES_MAX + sizeof(hf_sha256));
    authenticator_data data = {0};
    hf_public_key key = {0};
    hf_sha256 client = hf_sha256_of(proof->client_data);
    if (proof->authenticator_data.len > HF_WEBAUTHN_DATA_BYTES_MAX)
        return unreadable(err, "the authenticator data are too long");
    if (!check_client(wanted, "webauthn.get", proof->client_data, arena, err) ||
        !check_data(wanted, proof->authenticator_data, arena, &data, err) ||
        !read_cose(cose_key, arena, &key, err))
        return false;
    hf_buf_add_str(&message, proof->authenticator_data);
    hf_buf_add(&message, client.bytes, sizeof client.bytes);
    if (!hf_public_key_fits(&key, HF_ECDSA_DER, hf_buf_str(&message), proof->signature))
        return hf_fail(err, HF_ERR_INPUT, "passkey.wrong",
                       "the signature is not of the passkey that was registered");
    *counter = data.counter;
    return true;
}

bool hf_webauthn_counts_on(uint32_t before, uint32_t now)
{
    return (before == 0 && now == 0) || now > before;
}

// --- where -------------------------------------------------------------------------------------------

static bool is_port(hf_str text)
{
    uint64_t port = 0;
    return hf_parse_u64(text, &port) && port > 0 && port <= 65535;
}

// A name of labels, the last of which begins with a letter: no address of numbers.
static bool is_host(hf_str host)
{
    size_t label = 0;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool is_inner = i > label && i + 1 < host.len && host.ptr[i + 1] != '.';
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (c == '.' && i > label)
            label = i + 1;
        else if (!is_plain && !(c == '-' && is_inner))
            return false;
    }
    return label < host.len && host.len <= 253 && host.ptr[label] >= 'a' && host.ptr[label] <= 'z';
}

hf_str hf_webauthn_rp_id(hf_str origin)
{
    bool is_plain = hf_str_starts(origin, "http://");
    bool is_safe = hf_str_starts(origin, "https://");
    hf_str rest = hf_str_slice(origin, is_plain ? 7 : 8, origin.len);
    size_t colon = hf_str_find_byte(rest, ':', 0);
    hf_str host = hf_str_slice(rest, 0, colon);
    if ((!is_plain && !is_safe) || !is_host(host) ||
        (is_plain && !hf_str_equal_z(host, "localhost")) ||
        (colon < rest.len && !is_port(hf_str_slice(rest, colon + 1, rest.len))))
        return HF_STR_EMPTY;
    return host;
}
