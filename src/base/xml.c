// SPDX-License-Identifier: Apache-2.0
//
// The pull reader over libxml2's text reader. What makes XML dangerous is turned away before or beside the
// library: other encodings and document types (with them all entities) before it sees a byte, depth here.
#include "base/xml.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

struct hf_xml {
    xmlTextReaderPtr reader;
    hf_xml_event event;
    uint64_t line;
    uint32_t depth;
    bool has_pending_end; // <a/>: its END follows
    bool was_complete;
    char problem[256]; // libxml2's first complaint
    uint64_t problem_line;
};

static void keep_problem(void *context, xmlErrorPtr fault)
{
    hf_xml *xml = context;
    // What is less than fatal (an unknown prefix) does not make a document unreadable.
    if (xml->problem[0] != 0 || fault == NULL || fault->message == NULL ||
        fault->level < XML_ERR_FATAL)
        return;
    size_t len = strcspn(fault->message, "\n");
    if (len >= sizeof xml->problem)
        len = sizeof xml->problem - 1;
    memcpy(xml->problem, fault->message, len);
    xml->problem[len] = 0;
    xml->problem_line = fault->line > 0 ? (uint64_t)fault->line : 0;
}

static uint64_t line_of(hf_str text, size_t offset)
{
    uint64_t line = 1;
    for (size_t at = hf_str_find_byte(text, '\n', 0); at < offset;
         at = hf_str_find_byte(text, '\n', at + 1))
        line++;
    return line;
}

static bool fail_at_offset(hf_error *err, hf_str text, size_t offset, const char *code,
                           const char *what)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, NULL, line_of(text, offset), NULL);
}

// Looks through comments and CDATA, too: a file that only talks of a document type is turned away with the rest.
static bool check_bytes(hf_str bytes, hf_error *err)
{
    size_t bad = 0;
    if (!hf_utf8_valid(bytes, &bad))
        return fail_at_offset(err, bytes, bad, "xml.encoding",
                              "the XML file is not UTF-8; save it as UTF-8");
    bad = hf_str_find(bytes, HF_STR("<!DOCTYPE"));
    if (bad < bytes.len)
        return fail_at_offset(err, bytes, bad, "xml.doctype",
                              "the XML file has a document type (DOCTYPE), which is not read; "
                              "remove that line");
    return true;
}

bool hf_xml_open(hf_str bytes, hf_xml **out, hf_error *err)
{
    if (hf_str_starts(bytes, "\xEF\xBB\xBF"))
        bytes = hf_str_slice(bytes, 3, bytes.len);
    if (bytes.len > INT32_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "xml.too_large",
                       "an XML file of %zu bytes; at most 2 GiB are read", bytes.len);
    if (!check_bytes(bytes, err))
        return false;
    hf_xml *xml = calloc(1, sizeof *xml);
    HF_ASSERT(xml != NULL);
    xmlInitParser();
    // What the file says of its encoding does not count: it was checked to be UTF-8.
    xml->reader =
        xmlReaderForMemory(bytes.ptr != NULL ? bytes.ptr : "", (int)bytes.len, NULL, "UTF-8",
                           XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOBLANKS |
                               XML_PARSE_COMPACT | XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC);
    HF_ASSERT(xml->reader != NULL);
    xmlTextReaderSetStructuredErrorHandler(xml->reader, keep_problem, xml);
    *out = xml;
    return true;
}

void hf_xml_close(hf_xml **xml)
{
    if (*xml == NULL)
        return;
    xmlFreeTextReader((*xml)->reader);
    free(*xml);
    *xml = NULL;
}

static bool fail_broken(hf_xml *xml, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "xml.broken", "not well-formed XML: %s",
            xml->problem[0] != 0 ? xml->problem : "the document ends early");
    return hf_fail_at(err, NULL, xml->problem_line != 0 ? xml->problem_line : xml->line, NULL);
}

static bool begin_element(hf_xml *xml, hf_error *err)
{
    // The parser reads ahead; an element knows its own line.
    long line = xmlGetLineNo(xmlTextReaderCurrentNode(xml->reader));
    if (line > 0)
        xml->line = (uint64_t)line;
    if (++xml->depth > HF_XML_DEPTH_MAX) {
        hf_fail(err, HF_ERR_INPUT, "xml.depth", "elements are nested more than %u deep",
                HF_XML_DEPTH_MAX);
        return hf_fail_at(err, NULL, xml->line, NULL);
    }
    xml->event = HF_XML_START;
    xml->has_pending_end = xmlTextReaderIsEmptyElement(xml->reader) == 1;
    return true;
}

// One node of the library. Sets *is_event when it is one of ours.
static bool take_node(hf_xml *xml, bool *is_event, hf_error *err)
{
    *is_event = true;
    switch (xmlTextReaderNodeType(xml->reader)) {
    case XML_READER_TYPE_ELEMENT:
        return begin_element(xml, err);
    case XML_READER_TYPE_END_ELEMENT:
        xml->event = HF_XML_END;
        return true;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        xml->event = HF_XML_TEXT;
        return true;
    case XML_READER_TYPE_ENTITY_REFERENCE:
        hf_fail(err, HF_ERR_INPUT, "xml.broken", "an entity that XML itself does not know");
        return hf_fail_at(err, NULL, xml->line, NULL);
    default: // comments, instructions, white space between elements
        *is_event = false;
        return true;
    }
}

bool hf_xml_next(hf_xml *xml, hf_xml_event *event, hf_error *err)
{
    if (xml->event == HF_XML_END && xml->depth > 0)
        xml->depth--;
    if (xml->has_pending_end) {
        xml->has_pending_end = false;
        xml->event = HF_XML_END;
        *event = xml->event;
        return true;
    }
    for (;;) {
        int status = xml->was_complete ? 0 : xmlTextReaderRead(xml->reader);
        int line = xmlTextReaderGetParserLineNumber(xml->reader);
        if (line > 0)
            xml->line = (uint64_t)line;
        if (status < 0 || xml->problem[0] != 0)
            return fail_broken(xml, err);
        if (status == 0) {
            xml->was_complete = true;
            xml->event = HF_XML_DONE;
            *event = xml->event;
            return true;
        }
        bool is_event = false;
        if (!take_node(xml, &is_event, err))
            return false;
        if (is_event) {
            *event = xml->event;
            return true;
        }
    }
}

static hf_str view_of(const xmlChar *text)
{
    return hf_str_of((const char *)text);
}

hf_str hf_xml_name(const hf_xml *xml)
{
    return view_of(xmlTextReaderConstLocalName(xml->reader));
}

hf_str hf_xml_namespace(const hf_xml *xml)
{
    return view_of(xmlTextReaderConstNamespaceUri(xml->reader));
}

hf_str hf_xml_text(const hf_xml *xml)
{
    return view_of(xmlTextReaderConstValue(xml->reader));
}

bool hf_xml_attribute_at(hf_xml *xml, size_t index, hf_str *name, hf_str *value)
{
    if (xml->event != HF_XML_START || index > INT32_MAX ||
        xmlTextReaderMoveToAttributeNo(xml->reader, (int)index) != 1)
        return false;
    *name = view_of(xmlTextReaderConstLocalName(xml->reader));
    *value = view_of(xmlTextReaderConstValue(xml->reader));
    (void)xmlTextReaderMoveToElement(xml->reader);
    return true;
}

bool hf_xml_attribute(hf_xml *xml, const char *name, hf_str *value)
{
    hf_str found = HF_STR_EMPTY;
    for (size_t i = 0; hf_xml_attribute_at(xml, i, &found, value); i++) {
        if (hf_str_equal_z(found, name))
            return true;
    }
    *value = HF_STR_EMPTY;
    return false;
}

uint64_t hf_xml_line(const hf_xml *xml)
{
    return xml->line;
}

uint32_t hf_xml_depth(const hf_xml *xml)
{
    return xml->depth;
}

// Control characters cannot stand in XML 1.0 at all, not even as numbers.
static bool is_forbidden(unsigned char c)
{
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

void hf_xml_escape(hf_buf *out, hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '&')
            hf_buf_add_z(out, "&amp;");
        else if (c == '<')
            hf_buf_add_z(out, "&lt;");
        else if (c == '>')
            hf_buf_add_z(out, "&gt;");
        else if (c == '"')
            hf_buf_add_z(out, "&quot;");
        else if (c == '\'')
            hf_buf_add_z(out, "&#39;");
        else if (is_forbidden((unsigned char)c))
            hf_buf_add_z(out, "\xEF\xBF\xBD");
        else
            hf_buf_add_byte(out, c);
    }
}
