// SPDX-License-Identifier: Apache-2.0
//
// Files for records: names, kinds, and the look into archives. The first byte chooses the suffix, the rest is the file.
#include "base/file_kind.h"
#include "base/limits.h"
#include "base/zip_look.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a.zip", "a.docx", "a.xlsx", "a.odt", "a.pdf", "a.txt",
                                        "a.doc", "a.json", "a.png",  "a.mp3", "a.xml", "a"};
    if (size < 1)
        return 0;
    hf_str bytes = {(const char *)data + 1, size - 1};
    const char *media_type = NULL;
    hf_zip_facts facts = {0};
    hf_error err = {0};
    if (hf_file_kind_of(hf_str_of(names[data[0] % HF_COUNT(names)]), HF_STR_EMPTY, bytes,
                        &media_type, &err))
        HF_ASSERT(media_type != NULL && bytes.len > 0);
    else
        HF_ASSERT(err.code != NULL && err.message[0] != '\0');
    err = (hf_error){0};
    if (hf_zip_look(bytes, &facts, &err))
        HF_ASSERT(facts.unpacked_bytes <= HF_ARCHIVE_BYTES_MAX);
    HF_ASSERT(facts.entries <= HF_ARCHIVE_ENTRIES_MAX + 1);
    err = (hf_error){0};
    (void)!hf_file_name_check(bytes, &err);
    return 0;
}
