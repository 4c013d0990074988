// SPDX-License-Identifier: Apache-2.0
//
// Signatures against the published examples of JOSE (RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4), and what
// is no key and no signature.
#include "check.h"

#include "base/crypto.h"
#include "base/public_key.h"

#define CLAIMS                                                                                     \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl" \
    "fQ"
#define RSA_N                                                                                      \
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4" \
    "d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5re" \
    "xMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX" \
    "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
#define RSA_SIGNATURE                                                                              \
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5" \
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb" \
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO" \
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"

static const struct {
    hf_sign_algorithm algorithm;
    const char *x, *y, *message, *signature;
} published[] = {
    {HF_SIGNS_ES256, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "eyJhbGciOiJFUzI1NiJ9." CLAIMS,
     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
    {HF_SIGNS_EDDSA, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
    {HF_SIGNS_RS256, RSA_N, "AQAB", "eyJhbGciOiJSUzI1NiJ9." CLAIMS, RSA_SIGNATURE},
};

static hf_str bytes_of(hf_arena *arena, const char *text)
{
    hf_str bytes = HF_STR_EMPTY;
    assert_true(hf_base64url_parse(hf_str_of(text), arena, &bytes));
    return bytes;
}

static hf_public_key key_of(hf_arena *arena, size_t i)
{
    return (hf_public_key){published[i].algorithm, bytes_of(arena, published[i].x),
                           bytes_of(arena, published[i].y)};
}

static void the_published_signatures_fit(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < HF_COUNT(published); i++) {
        hf_public_key key = key_of(&arena, i);
        hf_str message = hf_str_of(published[i].message);
        hf_str signature = bytes_of(&arena, published[i].signature);
        assert_true(hf_public_key_is_good(&key));
        assert_true(hf_public_key_fits(&key, HF_ECDSA_PAIR, message, signature));
    }
}

static void a_changed_bit_of_message_or_signature_fits_no_more(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < HF_COUNT(published); i++) {
        hf_public_key key = key_of(&arena, i);
        char *message = hf_str_z(&arena, hf_str_of(published[i].message));
        hf_str signature = bytes_of(&arena, published[i].signature);
        char *bent = hf_str_z(&arena, signature);
        message[5] ^= 1;
        assert_false(hf_public_key_fits(&key, HF_ECDSA_PAIR, hf_str_of(message), signature));
        message[5] ^= 1;
        for (size_t at = 0; at < signature.len; at += 7) {
            bent[at] ^= 64;
            assert_false(hf_public_key_fits(&key, HF_ECDSA_PAIR, hf_str_of(message),
                                            (hf_str){bent, signature.len}));
            bent[at] ^= 64;
        }
        for (size_t len = 0; len < signature.len; len += 9)
            assert_false(hf_public_key_fits(&key, HF_ECDSA_PAIR, hf_str_of(message),
                                            hf_str_slice(signature, 0, len)));
        // A key of one kind takes no signature of another.
        hf_public_key other = key_of(&arena, (i + 1) % HF_COUNT(published));
        assert_false(hf_public_key_fits(&other, HF_ECDSA_PAIR, hf_str_of(message), signature));
    }
}

// "0" and "0" as a pair are a signature of everything for whoever forgets to look.
static void an_empty_pair_fits_nothing(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char zeros[64];
    (void)state;
    hf_public_key key = key_of(&arena, 0);
    assert_false(hf_public_key_fits(&key, HF_ECDSA_PAIR, hf_str_of(published[0].message),
                                    (hf_str){zeros, sizeof zeros}));
}

static void what_is_no_key_is_none(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    (void)state;
    hf_public_key key = key_of(&arena, 0);
    char *y = hf_str_z(&arena, key.y);
    y[31] ^= 1; // off the curve
    key.y.ptr = y;
    assert_false(hf_public_key_is_good(&key));
    key = key_of(&arena, 0);
    key.x.len = 31;
    assert_false(hf_public_key_is_good(&key));
    key = key_of(&arena, 1);
    key.x.len = 31;
    assert_false(hf_public_key_is_good(&key));
    key = key_of(&arena, 2);
    key.x.len = 128; // 1024 bits
    assert_false(hf_public_key_is_good(&key));
    key = key_of(&arena, 2);
    key.y = HF_STR("\x01");
    assert_false(hf_public_key_is_good(&key));
    key.y = HF_STR("\x02");
    assert_false(hf_public_key_is_good(&key));
    key.y = HF_STR_EMPTY;
    assert_false(hf_public_key_is_good(&key));
    assert_false(hf_public_key_is_good(&(hf_public_key){.algorithm = HF_SIGNS_RS256}));
    assert_false(hf_public_key_is_good(&(hf_public_key){.algorithm = HF_SIGNS_ES256}));
    assert_false(hf_public_key_is_good(&(hf_public_key){.algorithm = HF_SIGNS_EDDSA}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_signatures_fit),
        cmocka_unit_test(a_changed_bit_of_message_or_signature_fits_no_more),
        cmocka_unit_test(an_empty_pair_fits_nothing),
        cmocka_unit_test(what_is_no_key_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
