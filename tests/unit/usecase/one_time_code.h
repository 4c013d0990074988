// SPDX-License-Identifier: Apache-2.0
//
// What an authenticator of one-time codes shows.
#ifndef HF_TEST_ONE_TIME_CODE_H
#define HF_TEST_ONE_TIME_CODE_H

#include "usecase/second_factor.h"

// The code that an authenticator shows, from the secret as people see it.
static inline void one_time_code(hf_str secret, int64_t now_ms, char text[9])
{
    char bytes[HF_TOTP_SECRET_BYTES + 4];
    size_t len = 0;
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < secret.len; i++) {
        char c = secret.ptr[i];
        held = held << 5 | (uint32_t)(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes[len++] = (char)(held >> bits);
        }
    }
    HF_ASSERT(len == HF_TOTP_SECRET_BYTES);
    hf_hotp((hf_str){bytes, len}, (uint64_t)(now_ms / 1000 / HF_TOTP_STEP_S), HF_TOTP_DIGITS, text);
}

#endif
