// SPDX-License-Identifier: Apache-2.0
//
// What the writers of text documents (DOCX, ODT) share: the archive, its members, words and pictures. Private to
// report/.
#ifndef HF_REPORT_OFFICE_H
#define HF_REPORT_OFFICE_H

#include "base/text.h"
#include "base/xml.h"
#include "base/zip.h"
#include "report/widths.h"

#define HF_OFFICE_INNER 505.0 // points between the margins of A4, as in PDF
#define HF_XML_HEAD     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

typedef struct {
    const hf_doc *doc;
    hf_zip zip;
    hf_buf text; // of the member that is being made
    hf_arena arena;
    bool is_rtl;
    uint32_t picture_count;
} hf_office;

hf_office hf_office_of(const hf_doc *doc, hf_buf *out); // the archive goes to `out`
void hf_office_done(hf_office *office);                 // for HF_CLEANUP
// What stands in office->text becomes a member, and the text is empty again.
bool hf_office_member(hf_office *office, const char *name, hf_error *err) HF_CHECKED;
// The maps of the document as pictures, "<folder>/map1.png" …
bool hf_office_pictures(hf_office *office, const char *folder, hf_error *err) HF_CHECKED;
// Size of a map on paper, in points.
void hf_office_picture_size(const hf_block *block, double *width, double *height);

void hf_office_escape(hf_office *office, hf_str text);
// "open" escaped text "close"
void hf_office_tag(hf_office *office, const char *open, hf_str text, const char *close);
// Keys, digests and numbers read from left to right in any language: a mark of direction (UAX #9) goes before them
// where the document reads the other way.
hf_str hf_office_ltr(hf_office *office, hf_str text);
// Does the block lead to a table or a picture, so that it must stay with it?
bool hf_office_leads(const hf_office *office, size_t index);
hf_str hf_office_number(hf_office *office, const hf_cell *cell); // as the language writes it
const char *hf_office_country(hf_lang lang);                     // "FR"
hf_str hf_office_word(hf_office *office, const char *key);
// Six hexadecimal digits: the colour of the marking (TLP 2.0), to stand on black.
const char *hf_office_tlp(hf_str marking);
// The parts of "Page {n} of {all}" around its two numbers; is_all_first: the language names the whole first.
typedef struct {
    hf_str before, between, after;
    bool is_all_first;
} hf_office_pages;
hf_office_pages hf_office_page_words(hf_office *office);
// "Data of … · Snapshot 3dfc7402…"
hf_str hf_office_data_line(hf_office *office);

#endif
