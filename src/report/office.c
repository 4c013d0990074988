// SPDX-License-Identifier: Apache-2.0
//
// What DOCX and ODT share.
#include "report/office.h"

#include <math.h>
#include <string.h>

#include "report/map.h"
#include "report/picture.h"

static bool take(void *context, hf_str bytes, hf_error *err)
{
    hf_buf *out = context;
    (void)err; // the caller looks at out->overflow
    hf_buf_add_str(out, bytes);
    return true;
}

hf_office hf_office_of(const hf_doc *doc, hf_buf *out)
{
    return (hf_office){.doc = doc,
                       .zip = hf_zip_of(out, take),
                       .text = hf_buf_of(out->max_bytes * 4),
                       .is_rtl = hf_lang_is_rtl(doc->lang)};
}

void hf_office_done(hf_office *office)
{
    hf_zip_done(&office->zip);
    hf_buf_done(&office->text);
    hf_arena_done(&office->arena);
}

bool hf_office_member(hf_office *office, const char *name, hf_error *err)
{
    if (office->text.overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "report.too_large",
                       "the report is longer than this format may be");
    bool ok = hf_zip_open(&office->zip, hf_str_of(name), err) &&
              hf_zip_add(&office->zip, hf_buf_str(&office->text), err) &&
              hf_zip_close(&office->zip, err);
    hf_buf_clear(&office->text);
    return ok;
}

bool hf_office_pictures(hf_office *office, const char *folder, hf_error *err)
{
    uint32_t number = 0;
    for (size_t i = 0; i < office->doc->blocks.count; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf png = hf_buf_of(64u << 20);
        const hf_block *block = &office->doc->blocks.items[i];
        if (block->kind != HF_BLOCK_MAP)
            continue;
        hf_str name = hf_str_format(&office->arena, "%s/map%u.png", folder, ++number);
        if (!hf_map_png(block, &png, err) ||
            !hf_zip_store(&office->zip, name, hf_buf_str(&png), err))
            return false;
    }
    return true;
}

void hf_office_picture_size(const hf_block *block, double *width, double *height)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_map map;
    hf_map_place(block, &scratch, &map);
    double scale = hf_map_scale(&map, HF_OFFICE_INNER);
    *width = map.width * scale;
    *height = map.height * scale;
}

void hf_office_escape(hf_office *office, hf_str text)
{
    hf_xml_escape(&office->text, text);
}

void hf_office_tag(hf_office *office, const char *open, hf_str text, const char *close)
{
    hf_buf_add_z(&office->text, open);
    hf_office_escape(office, text);
    hf_buf_add_z(&office->text, close);
}

hf_str hf_office_ltr(hf_office *office, hf_str text)
{
    return office->is_rtl ? hf_str_format(&office->arena, "\xe2\x80\x8e%.*s", HF_STR_ARG(text))
                          : text;
}

bool hf_office_leads(const hf_office *office, size_t index)
{
    const hf_doc *doc = office->doc;
    if (index + 1 >= doc->blocks.count)
        return false;
    hf_block_kind next = doc->blocks.items[index + 1].kind;
    return next == HF_BLOCK_TABLE || next == HF_BLOCK_MAP;
}

hf_str hf_office_number(hf_office *office, const hf_cell *cell)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
    hf_message_number(office->doc->lang, cell->number, cell->decimals, &text);
    return hf_office_ltr(office, hf_buf_copy(&office->arena, &text));
}

const char *hf_office_country(hf_lang lang)
{
    switch (lang) {
    case HF_LANG_AR:
        return "SA";
    case HF_LANG_ZH:
        return "CN";
    case HF_LANG_EN:
        return "GB";
    case HF_LANG_FR:
        return "FR";
    case HF_LANG_RU:
        return "RU";
    case HF_LANG_ES:
        return "ES";
    case HF_LANG_COUNT:
        break;
    }
    return "GB";
}

hf_str hf_office_word(hf_office *office, const char *key)
{
    return hf_message_text(office->doc->lang, key, &office->arena);
}

const char *hf_office_tlp(hf_str marking)
{
    if (hf_str_equal_z(marking, "TLP:RED"))
        return "FF2B2B";
    if (hf_str_equal_z(marking, "TLP:GREEN"))
        return "33FF00";
    return hf_str_equal_z(marking, "TLP:CLEAR") ? "FFFFFF" : "FFC000";
}

// The numbers are fields of the document: two marks stand for them while the sentence is made.
hf_office_pages hf_office_page_words(hf_office *office)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    const hf_message_value values[] = {{.name = "n", .text = HF_STR("\x01")},
                                       {.name = "all", .text = HF_STR("\x02")}};
    hf_message(office->doc->lang, "report.page", values, HF_COUNT(values), &text);
    hf_str all = hf_buf_copy(&office->arena, &text);
    size_t n = hf_str_find_byte(all, '\x01', 0);
    size_t whole = hf_str_find_byte(all, '\x02', 0);
    size_t first = n < whole ? n : whole;
    size_t second = n < whole ? whole : n;
    return (hf_office_pages){.before = hf_str_slice(all, 0, first),
                             .between = hf_str_slice(all, first + 1, second),
                             .after = hf_str_slice(all, second + 1, all.len),
                             .is_all_first = whole < n};
}

hf_str hf_office_data_line(hf_office *office)
{
    const hf_doc *doc = office->doc;
    hf_str digest = hf_str_slice(doc->snapshot, 0, 16);
    return hf_str_format(&office->arena, "%.*s · %.*s \xe2\x81\xa6%.*s\xe2\x81\xa9",
                         HF_STR_ARG(doc->data_date),
                         HF_STR_ARG(hf_office_word(office, "report.snapshot")), HF_STR_ARG(digest));
}
