// SPDX-License-Identifier: Apache-2.0
//
// The two counter generators in plain C, and the choice of the quickest way that the processor has.
// The ways with hardware AES stand in kernel/ars_x86.c and give the same bits.
#include "engine/random.h"

#include "engine/kernel/ars.h"

const char *hf_generator_name(hf_generator generator)
{
    switch (generator) {
    case HF_GENERATOR_ARS:
        return "ars4x32-5";
    case HF_GENERATOR_PHILOX:
        return "philox4x32-10";
    }
    return "";
}

// ---- ARS: AES rounds over a Weyl sequence of keys ----

// The S-box of FIPS 197, figure 7.
static const uint8_t s_box[256] = {
    0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5, 0x30, 0x01, 0x67, 0x2b, 0xfe, 0xd7, 0xab, 0x76,
    0xca, 0x82, 0xc9, 0x7d, 0xfa, 0x59, 0x47, 0xf0, 0xad, 0xd4, 0xa2, 0xaf, 0x9c, 0xa4, 0x72, 0xc0,
    0xb7, 0xfd, 0x93, 0x26, 0x36, 0x3f, 0xf7, 0xcc, 0x34, 0xa5, 0xe5, 0xf1, 0x71, 0xd8, 0x31, 0x15,
    0x04, 0xc7, 0x23, 0xc3, 0x18, 0x96, 0x05, 0x9a, 0x07, 0x12, 0x80, 0xe2, 0xeb, 0x27, 0xb2, 0x75,
    0x09, 0x83, 0x2c, 0x1a, 0x1b, 0x6e, 0x5a, 0xa0, 0x52, 0x3b, 0xd6, 0xb3, 0x29, 0xe3, 0x2f, 0x84,
    0x53, 0xd1, 0x00, 0xed, 0x20, 0xfc, 0xb1, 0x5b, 0x6a, 0xcb, 0xbe, 0x39, 0x4a, 0x4c, 0x58, 0xcf,
    0xd0, 0xef, 0xaa, 0xfb, 0x43, 0x4d, 0x33, 0x85, 0x45, 0xf9, 0x02, 0x7f, 0x50, 0x3c, 0x9f, 0xa8,
    0x51, 0xa3, 0x40, 0x8f, 0x92, 0x9d, 0x38, 0xf5, 0xbc, 0xb6, 0xda, 0x21, 0x10, 0xff, 0xf3, 0xd2,
    0xcd, 0x0c, 0x13, 0xec, 0x5f, 0x97, 0x44, 0x17, 0xc4, 0xa7, 0x7e, 0x3d, 0x64, 0x5d, 0x19, 0x73,
    0x60, 0x81, 0x4f, 0xdc, 0x22, 0x2a, 0x90, 0x88, 0x46, 0xee, 0xb8, 0x14, 0xde, 0x5e, 0x0b, 0xdb,
    0xe0, 0x32, 0x3a, 0x0a, 0x49, 0x06, 0x24, 0x5c, 0xc2, 0xd3, 0xac, 0x62, 0x91, 0x95, 0xe4, 0x79,
    0xe7, 0xc8, 0x37, 0x6d, 0x8d, 0xd5, 0x4e, 0xa9, 0x6c, 0x56, 0xf4, 0xea, 0x65, 0x7a, 0xae, 0x08,
    0xba, 0x78, 0x25, 0x2e, 0x1c, 0xa6, 0xb4, 0xc6, 0xe8, 0xdd, 0x74, 0x1f, 0x4b, 0xbd, 0x8b, 0x8a,
    0x70, 0x3e, 0xb5, 0x66, 0x48, 0x03, 0xf6, 0x0e, 0x61, 0x35, 0x57, 0xb9, 0x86, 0xc1, 0x1d, 0x9e,
    0xe1, 0xf8, 0x98, 0x11, 0x69, 0xd9, 0x8e, 0x94, 0x9b, 0x1e, 0x87, 0xe9, 0xce, 0x55, 0x28, 0xdf,
    0x8c, 0xa1, 0x89, 0x0d, 0xbf, 0xe6, 0x42, 0x68, 0x41, 0x99, 0x2d, 0x0f, 0xb0, 0x54, 0xbb, 0x16,
};

// One AES round without its key: SubBytes, ShiftRows and, but for the last, MixColumns. Columns are
// 32-bit words with row 0 in the lowest byte.
static void aes_round(uint32_t state[4], bool mixes)
{
    uint32_t out[4];
    for (uint32_t c = 0; c < 4; c++) {
        uint32_t w = 0;
        for (uint32_t row = 0; row < 4; row++)
            w |= (uint32_t)s_box[state[(c + row) & 3] >> (8 * row) & 255] << (8 * row);
        if (mixes) {
            uint32_t doubled = (w & 0x7f7f7f7f) << 1 ^ (w >> 7 & 0x01010101) * 0x1b;
            uint32_t tripled = doubled ^ w;
            w = doubled ^ (tripled >> 8 | tripled << 24) ^ (w >> 16 | w << 16) ^ (w >> 24 | w << 8);
        }
        out[c] = w;
    }
    for (uint32_t c = 0; c < 4; c++)
        state[c] = out[c];
}

static void add_key(uint32_t state[4], const uint64_t key[2])
{
    state[0] ^= (uint32_t)key[0];
    state[1] ^= (uint32_t)(key[0] >> 32);
    state[2] ^= (uint32_t)key[1];
    state[3] ^= (uint32_t)(key[1] >> 32);
}

static void ars_pair(const hf_random *random, uint64_t key, uint64_t pair, uint32_t digit,
                     uint64_t out[2])
{
    uint64_t high = hf_random_counter(pair, digit);
    uint32_t state[4] = {(uint32_t)key, (uint32_t)(key >> 32), (uint32_t)high,
                         (uint32_t)(high >> 32)};
    add_key(state, random->round_key[0]);
    for (uint32_t round = 1; round <= HF_ARS_ROUNDS; round++) {
        aes_round(state, round < HF_ARS_ROUNDS);
        add_key(state, random->round_key[round]);
    }
    out[0] = (uint64_t)state[1] << 32 | state[0];
    out[1] = (uint64_t)state[3] << 32 | state[2];
}

static void ars_line(const hf_random *random, uint64_t key, uint64_t block, uint32_t digit,
                     uint64_t out[HF_LINE_WORDS])
{
    for (uint32_t i = 0; i < 4; i++)
        ars_pair(random, key, 4 * block + i, digit, out + 2 * (size_t)i);
}

static void open_ars(hf_random *random, uint64_t seed, uint64_t purpose)
{
    for (uint64_t round = 0; round <= HF_ARS_ROUNDS; round++) {
        random->round_key[round][0] = seed + round * 0x9E3779B97F4A7C15u;    // golden ratio
        random->round_key[round][1] = purpose + round * 0xBB67AE8584CAA73Bu; // sqrt(3) - 1
    }
}

uint32_t hf_ars_ways(hf_ars_way ways[4])
{
    uint32_t count = hf_ars_hardware_ways(ways);
    ways[count++] = (hf_ars_way){"plain", ars_line, ars_pair};
    return count;
}

void hf_random_use(hf_random *random, const hf_ars_way *way)
{
    random->line = way->line;
    random->pair = way->pair;
}

// ---- Philox: multiplications and exclusive ors ----

static void philox_pair(const hf_random *random, uint64_t key, uint64_t pair, uint32_t digit,
                        uint64_t out[2])
{
    uint64_t high = hf_random_counter(pair, digit);
    uint32_t c0 = (uint32_t)key, c1 = (uint32_t)(key >> 32);
    uint32_t c2 = (uint32_t)high, c3 = (uint32_t)(high >> 32);
    uint32_t k0 = (uint32_t)random->round_key[0][0];
    uint32_t k1 = (uint32_t)(random->round_key[0][0] >> 32);
    for (uint32_t round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = (uint64_t)c1 << 32 | c0;
    out[1] = (uint64_t)c3 << 32 | c2;
}

static void philox_line(const hf_random *random, uint64_t key, uint64_t block, uint32_t digit,
                        uint64_t out[HF_LINE_WORDS])
{
    for (uint32_t i = 0; i < 4; i++)
        philox_pair(random, key, 4 * block + i, digit, out + 2 * (size_t)i);
}

// A bijection of 64 bits. Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
// generators", figure 17 (mix64variant13).
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

hf_random hf_random_of(hf_generator generator, uint64_t seed, hf_stream stream, uint32_t step)
{
    hf_random random = {0};
    uint64_t purpose = (uint64_t)stream << 32 | step;
    switch (generator) {
    case HF_GENERATOR_ARS: {
        hf_ars_way ways[4];
        (void)hf_ars_ways(ways);
        hf_random_use(&random, &ways[0]);
        open_ars(&random, seed, purpose);
        break;
    }
    case HF_GENERATOR_PHILOX:
        random.line = philox_line;
        random.pair = philox_pair;
        random.round_key[0][0] = seed ^ mix(purpose);
        break;
    }
    return random;
}
