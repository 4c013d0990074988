// SPDX-License-Identifier: Apache-2.0
//
// Templates of reports: read or refused with a code, and what was read makes a report.
#include "fuzz.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_template *template = NULL;
    hf_error err = {0};
    const hf_assessment_data empty = {.head = {.lang = HF_LANG_FR}, .title = HF_STR("T")};
    hf_doc doc;
    if (!hf_assessment_template((hf_str){(const char *)data, size}, "t", &arena, &template, &err)) {
        HF_ASSERT(err.code != NULL);
        return 0;
    }
    hf_report_assessment(&empty, template, &arena, &doc);
    HF_ASSERT(doc.lang == HF_LANG_FR);
    return 0;
}
