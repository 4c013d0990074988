// SPDX-License-Identifier: Apache-2.0
//
// Inside the PDF writer: the pen that lays text on pages (pdf_pen.c), what it is told by the blocks (pdf.c, pdf_table.c),
// pictures (pdf_map.c), and what Cairo cannot write (pdf_finish.c). Private to report/.
#ifndef HF_REPORT_PDF_H
#define HF_REPORT_PDF_H

#include <pango/pangocairo.h>

#include "report/widths.h"

// Points, of A4.
#define HF_PDF_WIDTH  595.276
#define HF_PDF_HEIGHT 841.89
#define HF_PDF_SIDE   45.0 // margins
#define HF_PDF_TOP    64.0
#define HF_PDF_BOTTOM 62.0
#define HF_PDF_INNER  (HF_PDF_WIDTH - 2 * HF_PDF_SIDE)
#define HF_PDF_END    (HF_PDF_HEIGHT - HF_PDF_BOTTOM) // where the text of a page ends

typedef enum {
    HF_INK,
    HF_INK_SOFT,
    HF_INK_LINE,
    HF_INK_HEAD, // ground of the heads of tables
    HF_INK_BAR,
    HF_INK_DOT,
    HF_INK_SEA,
    HF_INK_MARK, // of the banner
    HF_INK_PAPER,
    HF_INK_COUNT
} hf_ink;

// How a text looks.
typedef struct {
    double size; // points
    bool is_bold;
    hf_ink ink;
} hf_look;

typedef enum { HF_SIDE_START, HF_SIDE_END, HF_SIDE_MIDDLE } hf_side;

// What a structure element is told besides its kind, by its number in the order of the document (pdf_finish.c).
typedef struct {
    uint32_t element;
    hf_str alternative; // text instead of a picture
    hf_str language;
} hf_pdf_note;
typedef HF_VEC(hf_pdf_note) hf_pdf_notes;

// The pen. With cr NULL nothing is drawn and pages are only counted.
typedef struct {
    const hf_doc *doc;
    hf_arena *arena;
    bool is_rtl;
    PangoContext *context;
    PangoLayout *layout;                        // of running text
    PangoLayout *columns[HF_TABLE_COLUMNS_MAX]; // of the cells of a row
    cairo_surface_t *surface;
    cairo_t *cr;
    double y; // where the next block begins
    uint32_t page, page_count;
    uint32_t element_count; // structure elements begun
    uint32_t heading_count; // destinations h1 …
    int outline_id;         // of the last heading of level 2
    hf_str heading;         // the last one
    hf_pdf_notes notes;
    bool is_untagged;      // what is drawn now is repeated: no element of its own
    uint32_t picture_loss; // characters of ours that no font has
} hf_pdf;

// --- pdf_pen.c: text, lines, pages, structure
void hf_pdf_set_ink(const hf_pdf *pdf, hf_ink ink);
// Sets the text of `layout`, in words of the document's language. width < 0: one line as long as it is.
void hf_pdf_set(PangoLayout *layout, hf_look look, hf_str text, double width);
// The same for what somebody wrote down: its first letter says how it reads. A '\n' begins a smaller grey part (the key
// under a name).
void hf_pdf_set_data(PangoLayout *layout, hf_look look, hf_str text, double width);
// The same for what reads from left to right in any language: numbers, keys, digests.
void hf_pdf_set_ltr(hf_pdf *pdf, PangoLayout *layout, hf_look look, hf_str text, double width);
double hf_pdf_height(PangoLayout *layout);
double hf_pdf_text_width(PangoLayout *layout);
typedef struct {
    double x, top;
} hf_pdf_place;
// Draws lines from..to (to -1: all) of a layout into the column that begins at `left` and is `width` wide. Returns
// their height; *end is where the last one ends, in the direction of reading, and where its letters begin above.
double hf_pdf_draw(hf_pdf *pdf, PangoLayout *layout, double left, double top, double width,
                   hf_side side, int from, int to, hf_pdf_place *end);
// Lines from `from` on that fit into `room`; at least 0. *height is theirs.
int hf_pdf_fitting(PangoLayout *layout, int from, double room, double *height);
void hf_pdf_rule(const hf_pdf *pdf, double y, double width, hf_ink ink);
void hf_pdf_box(const hf_pdf *pdf, double left, double top, double width, double height,
                hf_ink ink);
// Where something `width` wide begins, counted from the side where reading begins.
double hf_pdf_left(const hf_pdf *pdf, double from_start, double width);
void hf_pdf_begin(hf_pdf *pdf, const char *element); // "P", "Table" …
void hf_pdf_end(hf_pdf *pdf, const char *element);
void hf_pdf_note_alternative(hf_pdf *pdf, hf_str text); // of the next element
void hf_pdf_note_language(hf_pdf *pdf, hf_str language);
// "[3]", as a link to the note, behind a text that ended at `end`.
void hf_pdf_reference(hf_pdf *pdf, uint32_t derivation, hf_pdf_place end);
#define HF_PDF_REFERENCE_ROOM 24.0 // beside a text, so that it stands on the last line
void hf_pdf_new_page(hf_pdf *pdf);
// A new page unless so much room is left.
void hf_pdf_want(hf_pdf *pdf, double height);

// --- pdf_table.c
void hf_pdf_table(hf_pdf *pdf, const hf_block *block);
double hf_pdf_table_least(hf_pdf *pdf, const hf_block *block); // caption, head and first row

// --- pdf_map.c
double hf_pdf_map_height(const hf_block *block); // as wide as the page, or as high as it may be
void hf_pdf_map(hf_pdf *pdf, const hf_block *block, double height);

// --- pdf_finish.c: language, alternative texts and what else Cairo leaves out
bool hf_pdf_finish(const hf_doc *doc, const hf_pdf_notes *notes, hf_str bytes, hf_buf *out,
                   hf_error *err) HF_CHECKED;

#endif
