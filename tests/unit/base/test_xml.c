// SPDX-License-Identifier: Apache-2.0
//
// The XML reader: events in order, and everything dangerous turned away with its line.
#include "check.h"

#include "base/limits.h"
#include "base/xml.h"

// Spells the events of a document: "<a x=1>text</a>." or the code of the fault.
static const char *spell(const char *document, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_xml_close) hf_xml *xml = NULL;
    hf_xml_event event = HF_XML_DONE;
    if (!hf_xml_open(hf_str_of(document), &xml, err))
        return err->code;
    do {
        if (!hf_xml_next(xml, &event, err))
            return err->code;
        hf_str name = HF_STR_EMPTY;
        hf_str value = HF_STR_EMPTY;
        switch (event) {
        case HF_XML_START:
            hf_buf_add_format(out, "<%.*s", HF_STR_ARG(hf_xml_name(xml)));
            for (size_t i = 0; hf_xml_attribute_at(xml, i, &name, &value); i++)
                hf_buf_add_format(out, " %.*s=%.*s", HF_STR_ARG(name), HF_STR_ARG(value));
            hf_buf_add_byte(out, '>');
            break;
        case HF_XML_END:
            hf_buf_add_format(out, "</%.*s>", HF_STR_ARG(hf_xml_name(xml)));
            break;
        case HF_XML_TEXT:
            hf_buf_add_str(out, hf_xml_text(xml));
            break;
        case HF_XML_DONE:
            hf_buf_add_byte(out, '.');
            break;
        }
    } while (event != HF_XML_DONE);
    hf_buf_add_byte(out, 0);
    return out->ptr;
}

#define CHECK_SPELLS(document, wanted)                                                             \
    do {                                                                                           \
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 16);                                   \
        hf_error err = {0};                                                                        \
        assert_string_equal(spell(document, &out, &err), wanted);                                  \
    } while (false)

static void gives_events_in_order(void **state)
{
    (void)state;
    CHECK_SPELLS("<a><b x='1' y=\"zwei\"/>t&amp;u<c>&#x6C34;<![CDATA[<raw>]]></c>\n  </a>",
                 "<a><b x=1 y=zwei></b>t&u<c>水<raw></c></a>.");
    CHECK_SPELLS("\xEF\xBB\xBF<?xml version='1.0'?><!-- note --><r/>", "<r></r>.");
}

static void names_come_without_prefix_and_with_namespace(void **state)
{
    (void)state;
    HF_CLEANUP(hf_xml_close) hf_xml *xml = NULL;
    hf_error err = {0};
    hf_xml_event event = HF_XML_DONE;
    hf_str value = HF_STR_EMPTY;
    assert_true(hf_xml_open(HF_STR("<g:r xmlns:g='urn:g' g:id='7'/>"), &xml, &err));
    assert_true(hf_xml_next(xml, &event, &err));
    CHECK_STR(hf_xml_name(xml), "r");
    CHECK_STR(hf_xml_namespace(xml), "urn:g");
    assert_true(hf_xml_attribute(xml, "id", &value));
    CHECK_STR(value, "7");
    assert_false(hf_xml_attribute(xml, "absent", &value));
    assert_int_equal(hf_xml_depth(xml), 1);
}

static void says_the_line(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 16);
    hf_error err = {0};
    assert_string_equal(spell("<a>\n<b>\n</a>", &out, &err), "xml.broken");
    assert_int_equal(err.line, 3);
    assert_int_equal(err.kind, HF_ERR_INPUT);
}

static void refuses_documents_that_end_early(void **state)
{
    (void)state;
    CHECK_SPELLS("<a><b>", "xml.broken");
    CHECK_SPELLS("", "xml.broken");
    CHECK_SPELLS("<a></a><b/>", "xml.broken");
    CHECK_SPELLS("no xml", "xml.broken");
}

static void refuses_document_types_and_entities(void **state)
{
    (void)state;
    CHECK_SPELLS("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "xml.doctype");
    CHECK_SPELLS("<a>&unknown;</a>", "xml.broken");
    CHECK_SPELLS("<a x='&unknown;'/>", "xml.broken");
}

static void refuses_other_encodings(void **state)
{
    (void)state;
    CHECK_SPELLS("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>", "xml.encoding");
    // What the file claims does not matter, only what it is.
    CHECK_SPELLS("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>", "<a>é</a>.");
}

static void bounds_the_depth(void **state)
{
    (void)state;
    for (uint32_t depth = HF_XML_DEPTH_MAX; depth <= HF_XML_DEPTH_MAX + 1; depth++) {
        HF_CLEANUP(hf_buf_done) hf_buf document = hf_buf_of(1 << 16);
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 16);
        hf_error err = {0};
        for (uint32_t i = 0; i < depth; i++)
            hf_buf_add_z(&document, "<a>");
        for (uint32_t i = 0; i < depth; i++)
            hf_buf_add_z(&document, "</a>");
        hf_buf_add_byte(&document, 0);
        const char *answer = spell(document.ptr, &out, &err);
        if (depth <= HF_XML_DEPTH_MAX)
            assert_string_equal(answer + strlen(answer) - 1, ".");
        else
            assert_string_equal(answer, "xml.depth");
    }
}

static void escapes_for_writing(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 16);
    hf_xml_escape(&out, HF_STR("a<b>&\"'\x01水"));
    CHECK_STR(hf_buf_str(&out), "a&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD水");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_events_in_order),
        cmocka_unit_test(names_come_without_prefix_and_with_namespace),
        cmocka_unit_test(says_the_line),
        cmocka_unit_test(refuses_documents_that_end_early),
        cmocka_unit_test(refuses_document_types_and_entities),
        cmocka_unit_test(refuses_other_encodings),
        cmocka_unit_test(bounds_the_depth),
        cmocka_unit_test(escapes_for_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
