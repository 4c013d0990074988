// SPDX-License-Identifier: Apache-2.0
//
// Audit files from strangers: any bytes are valid or have a first broken line; and proofs of any hashes are refused
// or hold, without a step outside the path.
#include "format/format_audit.h"

#include <string.h>

#include "fuzz.h"

static uint64_t lines_of(hf_str bytes)
{
    uint64_t count = 0;
    for (size_t i = 0; i < bytes.len; i++)
        count += bytes.ptr[i] == '\n' || i + 1 == bytes.len;
    return count;
}

static void check(hf_str bytes, const hf_audit_trust *trust)
{
    hf_audit_report report;
    hf_audit_verify(bytes, trust, &report);
    if (report.fault.kind == HF_ERR_NONE) {
        HF_ASSERT(report.has_checkpoint && report.checkpoint.size > 0);
        HF_ASSERT(report.kind != HF_AUDIT_EXPORT || report.last == report.checkpoint.size);
    } else {
        HF_ASSERT(report.fault.code != NULL && report.fault.message[0] != '\0');
        HF_ASSERT(report.fault.line >= 1 && report.fault.line <= lines_of(bytes) + 1);
    }
}

// The bytes as numbers and hashes of a proof.
static void check_proof(const uint8_t *data, size_t size)
{
    uint64_t numbers[2];
    hf_sha256 leaf, root;
    hf_merkle_path path = {0};
    if (size < sizeof(numbers) + sizeof(leaf) + sizeof(root))
        return;
    memcpy(numbers, data, sizeof(numbers));
    memcpy(&leaf, data + sizeof(numbers), sizeof(leaf));
    memcpy(&root, data + sizeof(numbers) + sizeof(leaf), sizeof(root));
    size_t at = sizeof(numbers) + sizeof(leaf) + sizeof(root);
    for (; at + sizeof(leaf) <= size && path.count < HF_MERKLE_PATH_MAX; at += sizeof(leaf))
        memcpy(&path.hashes[path.count++], data + at, sizeof(leaf));
    (void)hf_merkle_includes(&leaf, numbers[0], numbers[1], &path, &root);
    (void)hf_merkle_grew(numbers[0], &leaf, numbers[1], &root, &path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_str bytes = {(const char *)data, size};
    hf_audit_checkpoint known;
    hf_error err = {0};
    hf_audit_trust trust = {0};
    if (!hf_crypto_init(&err))
        return 0;
    check(bytes, &trust);
    if (hf_audit_read_checkpoint(bytes, &known, &err)) {
        trust.known = &known;
        trust.key = &known.key;
        check(bytes, &trust);
    }
    check_proof(data, size);
    return 0;
}
