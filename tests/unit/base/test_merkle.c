// SPDX-License-Identifier: Apache-2.0
//
// Merkle trees against the published vectors of Certificate Transparency (the eight inputs of its test suite,
// used since RFC 6962), and against the recursive definition of RFC 9162 written out slowly.
#include "check.h"

#include "base/merkle.h"

static const char *const inputs[] = {"",
                                     "00",
                                     "10",
                                     "2021",
                                     "3031",
                                     "40414243",
                                     "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

enum { SLOW_MAX = 70 };

static void known_leaves(hf_sha256 leaves[8])
{
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        size_t count = strlen(inputs[i]) / 2;
        assert_true(hf_hex_parse(hf_str_of(inputs[i]), bytes, count));
        leaves[i] = hf_merkle_leaf((hf_str){(const char *)bytes, count});
    }
}

static void check_hash(const hf_sha256 *hash, const char *wanted)
{
    char text[65];
    hf_hex(hash->bytes, sizeof(hash->bytes), text);
    assert_string_equal(text, wanted);
}

static void roots_are_the_published_ones(void **state)
{
    (void)state;
    hf_sha256 leaves[8];
    hf_merkle tree = {0};
    known_leaves(leaves);
    for (size_t size = 0; size <= 8; size++) {
        hf_sha256 root = hf_merkle_root(&tree);
        check_hash(&root, roots[size]);
        if (size < 8)
            hf_merkle_add(&tree, &leaves[size]);
    }
}

static void check_path(const hf_merkle_path *path, const char *const *wanted)
{
    size_t count = 0;
    for (; wanted[count] != NULL; count++) {
        assert_true(count < path->count);
        check_hash(&path->hashes[count], wanted[count]);
    }
    assert_int_equal(path->count, count);
}

#define H0  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define H1  "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define H01 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define H23 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define H47 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define H4  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define H45 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define H67 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define H03 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"

static void proofs_are_the_published_ones(void **state)
{
    (void)state;
    static const struct {
        uint64_t size, index;
        const char *path[4];
    } included[] = {{1, 0, {NULL}},
                    {8, 0, {H1, H23, H47, NULL}},
                    {8, 5, {H4, H67, H03, NULL}},
                    {3, 2, {H01, NULL}},
                    {5, 1, {H0, H23, H4, NULL}}};
    static const struct {
        uint64_t size, old_size;
        const char *path[4];
    } grown[] = {{1, 1, {NULL}},
                 {8, 1, {H1, H23, H47, NULL}},
                 {8, 6, {H45, H67, H03, NULL}},
                 {5, 2, {H23, H4, NULL}}};
    hf_sha256 leaves[8];
    hf_merkle_path path;
    known_leaves(leaves);
    for (size_t i = 0; i < HF_COUNT(included); i++) {
        hf_merkle_prove(leaves, included[i].size, included[i].index, &path);
        check_path(&path, included[i].path);
    }
    for (size_t i = 0; i < HF_COUNT(grown); i++) {
        hf_merkle_prove_growth(leaves, grown[i].size, grown[i].old_size, &path);
        check_path(&path, grown[i].path);
    }
}

// --- the definitions of RFC 9162, 2.1, as they stand there

static hf_sha256 slow_root(const hf_sha256 *leaves, size_t count)
{
    if (count == 0)
        return hf_sha256_of(HF_STR_EMPTY);
    if (count == 1)
        return leaves[0];
    size_t k = 1;
    while (2 * k < count)
        k *= 2;
    char bytes[65] = {1};
    hf_sha256 left = slow_root(leaves, k), right = slow_root(leaves + k, count - k);
    memcpy(bytes + 1, &left, 32);
    memcpy(bytes + 33, &right, 32);
    return hf_sha256_of((hf_str){bytes, sizeof(bytes)});
}

static void add_hash(hf_merkle_path *path, hf_sha256 hash)
{
    path->hashes[path->count++] = hash;
}

static void slow_path(const hf_sha256 *leaves, size_t count, size_t m, hf_merkle_path *out)
{
    size_t k = 1;
    if (count == 1)
        return;
    while (2 * k < count)
        k *= 2;
    if (m < k) {
        slow_path(leaves, k, m, out);
        add_hash(out, slow_root(leaves + k, count - k));
    } else {
        slow_path(leaves + k, count - k, m - k, out);
        add_hash(out, slow_root(leaves, k));
    }
}

static void slow_growth(const hf_sha256 *leaves, size_t count, size_t m, bool b,
                        hf_merkle_path *out)
{
    size_t k = 1;
    if (m == count) {
        if (!b)
            add_hash(out, slow_root(leaves, count));
        return;
    }
    while (2 * k < count)
        k *= 2;
    if (m <= k) {
        slow_growth(leaves, k, m, b, out);
        add_hash(out, slow_root(leaves + k, count - k));
    } else {
        slow_growth(leaves + k, count - k, m - k, false, out);
        add_hash(out, slow_root(leaves, k));
    }
}

static void random_leaves(hf_sha256 *leaves, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t number = i * 2654435761u + 17;
        leaves[i] = hf_merkle_leaf((hf_str){(const char *)&number, sizeof(number)});
    }
}

static void check_same_path(const hf_merkle_path *a, const hf_merkle_path *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->hashes, b->hashes, a->count * sizeof(hf_sha256));
}

// Any change of one bit, any hash too many or too few, any other place: refused.
static void check_forgeries(const hf_sha256 *leaf, uint64_t index, uint64_t size,
                            const hf_merkle_path *path, const hf_sha256 *root)
{
    hf_merkle_path forged = *path;
    hf_sha256 other = *root;
    other.bytes[size % 32] ^= 1;
    assert_false(hf_merkle_includes(leaf, index, size, path, &other));
    assert_false(hf_merkle_includes(&other, index, size, path, root));
    assert_false(hf_merkle_includes(leaf, size, size, path, root));
    if (size > 1)
        assert_false(hf_merkle_includes(leaf, index ^ 1, size, path, root));
    add_hash(&forged, other);
    assert_false(hf_merkle_includes(leaf, index, size, &forged, root));
    if (path->count == 0)
        return;
    forged.count = path->count - 1;
    assert_false(hf_merkle_includes(leaf, index, size, &forged, root));
    forged = *path;
    forged.hashes[size % path->count].bytes[index % 32] ^= 0x80;
    assert_false(hf_merkle_includes(leaf, index, size, &forged, root));
}

static void inclusion_fits_the_slow_definition_and_nothing_else_passes(void **state)
{
    (void)state;
    hf_sha256 leaves[SLOW_MAX];
    hf_merkle tree = {0};
    random_leaves(leaves, SLOW_MAX);
    for (size_t size = 1; size <= SLOW_MAX; size++) {
        hf_merkle_add(&tree, &leaves[size - 1]);
        hf_sha256 root = hf_merkle_root(&tree), slow = slow_root(leaves, size);
        assert_memory_equal(&root, &slow, sizeof(root));
        for (size_t index = 0; index < size; index++) {
            hf_merkle_path path, wanted = {0};
            hf_merkle_prove(leaves, size, index, &path);
            slow_path(leaves, size, index, &wanted);
            check_same_path(&path, &wanted);
            assert_true(hf_merkle_includes(&leaves[index], index, size, &path, &root));
            check_forgeries(&leaves[index], index, size, &path, &root);
        }
    }
}

static void growth_fits_the_slow_definition_and_nothing_else_passes(void **state)
{
    (void)state;
    hf_sha256 leaves[SLOW_MAX];
    random_leaves(leaves, SLOW_MAX);
    for (size_t size = 1; size <= SLOW_MAX; size++) {
        hf_sha256 root = slow_root(leaves, size);
        for (size_t old = 1; old <= size; old++) {
            hf_sha256 old_root = slow_root(leaves, old), other = old_root;
            hf_merkle_path path, wanted = {0};
            hf_merkle_prove_growth(leaves, size, old, &path);
            slow_growth(leaves, size, old, true, &wanted);
            check_same_path(&path, &wanted);
            assert_true(hf_merkle_grew(old, &old_root, size, &root, &path));
            other.bytes[old % 32] ^= 4;
            assert_false(hf_merkle_grew(old, &other, size, &root, &path));
            assert_false(hf_merkle_grew(old, &old_root, size, &other, &path));
            assert_false(hf_merkle_grew(0, &old_root, size, &root, &path));
            assert_false(hf_merkle_grew(size + 1, &old_root, size, &root, &path));
            if (path.count > 0) {
                path.count--;
                assert_false(hf_merkle_grew(old, &old_root, size, &root, &path));
                path.count++;
                path.hashes[old % path.count].bytes[1] ^= 1;
                assert_false(hf_merkle_grew(old, &old_root, size, &root, &path));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_the_published_ones),
        cmocka_unit_test(proofs_are_the_published_ones),
        cmocka_unit_test(inclusion_fits_the_slow_definition_and_nothing_else_passes),
        cmocka_unit_test(growth_fits_the_slow_definition_and_nothing_else_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
