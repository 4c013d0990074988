// SPDX-License-Identifier: Apache-2.0
//
// The generators: the test vectors of docs/reference/randomness.md, and every way of this processor against
// plain C. test_random_peer.c compares with the library Random123 where that is installed.
#include "check.h"
#include "engine/random.h"

static void the_documented_vectors_hold(void **unused)
{
    (void)unused;
    static const struct {
        uint64_t seed;
        hf_stream stream;
        uint64_t key, word;
        uint32_t digit, step;
        uint64_t want[2]; // by generator
    } vectors[] = {
        {0, HF_STREAM_DAMAGE, 0, 0, 0, 0, {0x9fd766ee11162102, 0xc02f52c5303cc0cf}},
        {1, HF_STREAM_LINK, 0x0123456789abcdef, 1, 31, 0, {0x7b0679318865da25, 0x40440a900092dd61}},
        {UINT64_MAX,
         HF_STREAM_REPAIR,
         UINT64_MAX,
         0x1fffffffffffff,
         255,
         UINT32_MAX,
         {0xd056c2634df803d4, 0x9cdf3fea443a9929}},
    };
    for (size_t i = 0; i < HF_COUNT(vectors); i++)
        for (uint32_t g = 0; g < 2; g++) {
            hf_random random =
                hf_random_of((hf_generator)g, vectors[i].seed, vectors[i].stream, vectors[i].step);
            uint64_t got =
                hf_random_word(&random, vectors[i].key, vectors[i].word, vectors[i].digit);
            assert_true(got == vectors[i].want[g]);
        }
}

static void a_line_is_its_eight_words(const hf_random *random, uint64_t key, uint64_t block,
                                      uint32_t digit)
{
    uint64_t line[HF_LINE_WORDS];
    hf_random_line(random, key, block, digit, line);
    for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
        assert_true(line[w] == hf_random_word(random, key, 8 * block + w, digit));
}

static void all_ways_give_the_same_bits(void **unused)
{
    (void)unused;
    hf_ars_way ways[4];
    uint32_t count = hf_ars_ways(ways);
    assert_true(count >= 1);
    assert_string_equal(ways[count - 1].name, "plain");
    hf_test_random numbers = {1};
    for (uint32_t i = 0; i < 2000; i++) {
        uint64_t seed = hf_test_next(&numbers), key = hf_test_next(&numbers);
        uint64_t block = hf_test_next(&numbers) >> 10;
        uint32_t digit = hf_test_below(&numbers, 256), step = hf_test_below(&numbers, 1000000);
        hf_random first = hf_random_of(HF_GENERATOR_ARS, seed, HF_STREAM_REPAIR, step);
        hf_random philox = hf_random_of(HF_GENERATOR_PHILOX, seed, HF_STREAM_REPAIR, step);
        a_line_is_its_eight_words(&philox, key, block, digit);
        for (uint32_t k = 0; k < count; k++) {
            hf_random other = first;
            hf_random_use(&other, &ways[k]);
            a_line_is_its_eight_words(&other, key, block, digit);
            assert_true(hf_random_word(&other, key, 8 * block + 3, digit) ==
                        hf_random_word(&first, key, 8 * block + 3, digit));
        }
    }
}

// Each of the six numbers changes the word.
static void every_part_of_the_purpose_counts(void **unused)
{
    (void)unused;
    for (uint32_t g = 0; g < 2; g++) {
        hf_random base = hf_random_of((hf_generator)g, 5, HF_STREAM_DAMAGE, 3);
        uint64_t word = hf_random_word(&base, 7, 11, 2);
        hf_random other = hf_random_of((hf_generator)g, 6, HF_STREAM_DAMAGE, 3);
        assert_true(hf_random_word(&other, 7, 11, 2) != word);
        other = hf_random_of((hf_generator)g, 5, HF_STREAM_LINK, 3);
        assert_true(hf_random_word(&other, 7, 11, 2) != word);
        other = hf_random_of((hf_generator)g, 5, HF_STREAM_DAMAGE, 4);
        assert_true(hf_random_word(&other, 7, 11, 2) != word);
        assert_true(hf_random_word(&base, 8, 11, 2) != word);
        assert_true(hf_random_word(&base, 7, 10, 2) != word);
        assert_true(hf_random_word(&base, 7, 12, 2) != word);
        assert_true(hf_random_word(&base, 7, 11, 3) != word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documented_vectors_hold),
        cmocka_unit_test(all_ways_give_the_same_bits),
        cmocka_unit_test(every_part_of_the_purpose_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
