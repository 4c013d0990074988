// SPDX-License-Identifier: Apache-2.0
//
// XML from outside, one event after the other, without a tree. No document type, no entities but
// the five of XML and character numbers, no network, nesting at most HF_XML_DEPTH_MAX. The one door
// to libxml2.
#ifndef HF_BASE_XML_H
#define HF_BASE_XML_H

#include "base/buf.h"
#include "base/error.h"

typedef enum {
    HF_XML_START, // an element begins; <a/> gives START and END
    HF_XML_END,
    HF_XML_TEXT, // character data (CDATA too), never only white space between elements
    HF_XML_DONE  // the document was complete
} hf_xml_event;

typedef struct hf_xml hf_xml;

// bytes   UTF-8 with or without byte order mark; borrowed until close
// Errors  HF_ERR_INPUT "xml.encoding", "xml.doctype", "xml.broken", "xml.depth", with the line
bool hf_xml_open(hf_str bytes, hf_xml **out, hf_error *err) HF_CHECKED;
bool hf_xml_next(hf_xml *xml, hf_xml_event *event, hf_error *err) HF_CHECKED;
// All views are valid until the next hf_xml_next.
hf_str hf_xml_name(const hf_xml *xml);      // of START and END, without prefix
hf_str hf_xml_namespace(const hf_xml *xml); // its URI, empty when none
hf_str hf_xml_text(const hf_xml *xml);      // of TEXT
bool hf_xml_attribute(hf_xml *xml, const char *name,
                      hf_str *value); // name without prefix; false = absent
// Visits all attributes of a START: index from 0; false behind the last.
bool hf_xml_attribute_at(hf_xml *xml, size_t index, hf_str *name, hf_str *value);
uint64_t hf_xml_line(const hf_xml *xml);
uint32_t hf_xml_depth(const hf_xml *xml); // 1 = the root element
void hf_xml_close(hf_xml **xml);

// Appends text with &, <, >, " and ' escaped; characters that XML 1.0 forbids become U+FFFD.
void hf_xml_escape(hf_buf *out, hf_str text);

#endif
