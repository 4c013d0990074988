// SPDX-License-Identifier: Apache-2.0
//
// XML: every document is read to its end or refused; depth stays within its bound.
#include "base/xml.h"

#include "base/limits.h"
#include "fuzz.h"

static void look_at(hf_xml *xml)
{
    hf_str name, value;
    HF_ASSERT(hf_xml_depth(xml) <= HF_XML_DEPTH_MAX);
    HF_ASSERT(hf_xml_line(xml) >= 1);
    (void)hf_xml_namespace(xml);
    for (size_t i = 0; hf_xml_attribute_at(xml, i, &name, &value); i++)
        HF_ASSERT(name.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_xml *xml = NULL;
    hf_error err = {0};
    hf_xml_event event = HF_XML_TEXT;
    if (!hf_xml_open((hf_str){(const char *)data, size}, &xml, &err))
        return 0;
    while (event != HF_XML_DONE && hf_xml_next(xml, &event, &err)) {
        if (event == HF_XML_START)
            look_at(xml);
    }
    hf_xml_close(&xml);
    return 0;
}
