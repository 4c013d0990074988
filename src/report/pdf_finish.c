// SPDX-License-Identifier: Apache-2.0
//
// Adds to Cairo's PDF what it does not write: the language, alternative texts, which heads belong to columns, artifacts
// (what no reading program reads out), and that the title is shown. The one door to libqpdf.
#include <qpdf/qpdf-c.h>

#include "report/pdf.h"

#define DEPTH_MAX 16u // Document, Table, TR, TD, Span …

typedef struct {
    qpdf_data pdf;
    const hf_pdf_notes *notes;
    size_t note; // the next one
    uint32_t element;
    qpdf_oh column_head; // the attributes of all TH
} finishing;

static void set(const finishing *f, qpdf_oh of, const char *key, qpdf_oh value)
{
    qpdf_oh_replace_key(f->pdf, of, key, value);
    qpdf_oh_release(f->pdf, value);
}

static qpdf_oh text_of(const finishing *f, hf_str text)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    return qpdf_oh_new_unicode_string(f->pdf, hf_str_z(&scratch, text));
}

// --- the structure tree ----------------------------------------------------------------------------------

static void finish_element(finishing *f, qpdf_oh element)
{
    f->element++;
    for (; f->note < f->notes->count && f->notes->items[f->note].element < f->element; f->note++) {
        const hf_pdf_note *note = &f->notes->items[f->note];
        if (note->alternative.len > 0)
            set(f, element, "/Alt", text_of(f, note->alternative));
        if (note->language.len > 0)
            set(f, element, "/Lang", text_of(f, note->language));
    }
    qpdf_oh kind = qpdf_oh_get_key(f->pdf, element, "/S");
    if (qpdf_oh_is_name_and_equals(f->pdf, kind, "/TH"))
        qpdf_oh_replace_key(f->pdf, element, "/A", f->column_head);
    qpdf_oh_release(f->pdf, kind);
}

// Elements come in the order in which they were begun: parents before children, as they stand in /K.
static void walk(finishing *f, qpdf_oh element, uint32_t depth)
{
    qpdf_oh kids = qpdf_oh_get_key(f->pdf, element, "/K");
    bool is_array = qpdf_oh_is_array(f->pdf, kids);
    int count = is_array ? qpdf_oh_get_array_n_items(f->pdf, kids) : 1;
    for (int i = 0; i < count && depth < DEPTH_MAX; i++) {
        qpdf_oh kid =
            is_array ? qpdf_oh_get_array_item(f->pdf, kids, i) : qpdf_oh_new_object(f->pdf, kids);
        if (qpdf_oh_is_dictionary(f->pdf, kid) && qpdf_oh_has_key(f->pdf, kid, "/S")) {
            finish_element(f, kid);
            walk(f, kid, depth + 1);
        }
        qpdf_oh_release(f->pdf, kid);
    }
    qpdf_oh_release(f->pdf, kids);
}

static void finish_structure(finishing *f, qpdf_oh root)
{
    qpdf_oh tree = qpdf_oh_get_key(f->pdf, root, "/StructTreeRoot");
    qpdf_oh attributes = qpdf_oh_new_dictionary(f->pdf);
    set(f, attributes, "/O", qpdf_oh_new_name(f->pdf, "/Table"));
    set(f, attributes, "/Scope", qpdf_oh_new_name(f->pdf, "/Column"));
    f->column_head = qpdf_make_indirect_object(f->pdf, attributes);
    walk(f, tree, 0);
    qpdf_oh_release(f->pdf, attributes);
    qpdf_oh_release(f->pdf, tree);
}

static void finish_catalog(const finishing *f, const hf_doc *doc, qpdf_oh root)
{
    qpdf_oh marks = qpdf_oh_new_dictionary(f->pdf);
    qpdf_oh wishes = qpdf_oh_new_dictionary(f->pdf);
    set(f, marks, "/Marked", qpdf_oh_new_bool(f->pdf, QPDF_TRUE));
    set(f, root, "/MarkInfo", marks);
    set(f, wishes, "/DisplayDocTitle", qpdf_oh_new_bool(f->pdf, QPDF_TRUE));
    if (hf_lang_is_rtl(doc->lang))
        set(f, wishes, "/Direction", qpdf_oh_new_name(f->pdf, "/R2L"));
    set(f, root, "/ViewerPreferences", wishes);
    set(f, root, "/Lang", text_of(f, hf_str_of(hf_lang_code(doc->lang))));
}

// --- artifacts -------------------------------------------------------------------------------------------

// Whatever a page draws outside all elements (margins, rules, grounds, repeated heads) is an artifact. Cairo writes the
// operators that begin and end marked content at the end of lines.
static void mark_artifacts(hf_str content, hf_buf *out)
{
    uint32_t depth = 0;
    hf_str line;
    hf_buf_add_z(out, "/Artifact BMC\n");
    while (hf_str_split(&content, '\n', &line)) {
        bool begins = hf_str_ends(line, " BDC") || hf_str_ends(line, " BMC");
        bool ends = hf_str_equal_z(hf_str_trim(line), "EMC");
        if (begins && depth++ == 0)
            hf_buf_add_z(out, "EMC\n");
        hf_buf_add_str(out, line);
        hf_buf_add_byte(out, '\n');
        if (ends && depth > 0 && --depth == 0)
            hf_buf_add_z(out, "/Artifact BMC\n");
    }
    hf_buf_add_z(out, "EMC\n");
}

static void finish_page(const finishing *f, qpdf_oh page, hf_buf *content)
{
    unsigned char *bytes = NULL;
    size_t count = 0;
    set(f, page, "/Tabs", qpdf_oh_new_name(f->pdf, "/S"));
    if (qpdf_oh_get_page_content_data(f->pdf, page, &bytes, &count) > QPDF_WARNINGS)
        return;
    hf_buf_clear(content);
    mark_artifacts((hf_str){(const char *)bytes, count}, content);
    g_free(bytes); // of malloc, which GLib takes its memory from too
    qpdf_oh stream = qpdf_oh_new_stream(f->pdf);
    qpdf_oh none = qpdf_oh_new_null(f->pdf);
    qpdf_oh_replace_stream_data(f->pdf, stream, (const unsigned char *)content->ptr, content->len,
                                none, none);
    qpdf_oh_release(f->pdf, none);
    set(f, page, "/Contents", stream);
}

static bool fail(qpdf_data pdf, hf_error *err)
{
    qpdf_error fault = qpdf_get_error(pdf);
    return hf_fail(err, HF_ERR_INTERNAL, "report.not_written", "the PDF could not be made: %s",
                   fault != NULL ? qpdf_get_error_full_text(pdf, fault) : "its parts do not fit");
}

static bool finish(finishing *f, const hf_doc *doc, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf content = hf_buf_of(out->max_bytes);
    qpdf_oh root = qpdf_get_root(f->pdf);
    int page_count = qpdf_get_num_pages(f->pdf);
    finish_catalog(f, doc, root);
    finish_structure(f, root);
    qpdf_oh_release(f->pdf, root);
    for (int i = 0; i < page_count; i++) {
        qpdf_oh page = qpdf_get_page_n(f->pdf, (size_t)i);
        finish_page(f, page, &content);
        qpdf_oh_release(f->pdf, page);
    }
    if (qpdf_has_error(f->pdf) || qpdf_init_write_memory(f->pdf) > QPDF_WARNINGS)
        return fail(f->pdf, err);
    qpdf_set_deterministic_ID(f->pdf, QPDF_TRUE);
    qpdf_set_object_stream_mode(f->pdf, qpdf_o_generate);
    if (qpdf_write(f->pdf) > QPDF_WARNINGS)
        return fail(f->pdf, err);
    hf_buf_add(out, qpdf_get_buffer(f->pdf), qpdf_get_buffer_length(f->pdf));
    return true;
}

bool hf_pdf_finish(const hf_doc *doc, const hf_pdf_notes *notes, hf_str bytes, hf_buf *out,
                   hf_error *err)
{
    finishing f = {.pdf = qpdf_init(), .notes = notes};
    qpdf_silence_errors(f.pdf);
    qpdf_set_suppress_warnings(f.pdf, QPDF_TRUE);
    bool ok = qpdf_read_memory(f.pdf, "report", bytes.ptr, bytes.len, NULL) <= QPDF_WARNINGS
                  ? finish(&f, doc, out, err)
                  : fail(f.pdf, err);
    qpdf_cleanup(&f.pdf);
    return ok;
}
