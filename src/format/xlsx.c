// SPDX-License-Identifier: Apache-2.0
//
// Spreadsheets (Office Open XML): one sheet a noun, the header frozen. Written here, packed as it goes; read by
// holdfast-gdal. A sheet holds 1,048,576 rows; more is refused with the mend.
#include <string.h>

#include "base/limits.h"
#include "base/xml.h"
#include "base/zip.h"
#include "format/gdal.h"
#include "format/write.h"

enum { SHEET_ROWS_MAX = 1048576, FLUSH_BYTES = 1 << 16 };

typedef struct {
    const hf_write_request *request;
    hf_arena arena;   // names
    hf_arena scratch; // of the record
    hf_zip zip;
    hf_buf plain, cell;
} archive;

// Packs what stands in a->plain when it is worth it (0 = always).
static bool pack(archive *a, size_t threshold, hf_error *err)
{
    if (a->plain.overflow)
        return hf_fail(
            err, HF_ERR_TOO_LARGE, "write.record_too_large",
            "one record is too large for a spreadsheet; shorten its texts or export CSV");
    if (a->plain.len < threshold)
        return true;
    bool ok = hf_zip_add(&a->zip, hf_buf_str(&a->plain), err);
    hf_buf_clear(&a->plain);
    return ok;
}

static bool close_member(archive *a, hf_error *err)
{
    return pack(a, 0, err) && hf_zip_close(&a->zip, err);
}

// --- sheets ----------------------------------------------------------------------------------------------

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define SHEET_NS "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE  "http://schemas.openxmlformats.org/package/2006/"

static void add_cell_name(hf_buf *out, size_t column, uint64_t row)
{
    char letters[4];
    size_t count = 0;
    for (size_t left = column + 1; left > 0 && count < sizeof letters; left = (left - 1) / 26)
        letters[count++] = (char)('A' + (left - 1) % 26);
    while (count > 0)
        hf_buf_add_byte(out, letters[--count]);
    hf_buf_add_u64(out, row);
}

static void add_text(hf_buf *out, size_t column, uint64_t row, hf_str text)
{
    if (text.len == 0)
        return;
    hf_buf_add_z(out, "<c r=\"");
    add_cell_name(out, column, row);
    hf_buf_add_z(out, "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    hf_xml_escape(out, text);
    hf_buf_add_z(out, "</t></is></c>");
}

static void add_number(hf_buf *out, size_t column, uint64_t row, hf_str text)
{
    hf_buf_add_z(out, "<c r=\"");
    add_cell_name(out, column, row);
    hf_buf_add_z(out, "\"><v>");
    hf_buf_add_str(out, text);
    hf_buf_add_z(out, "</v></c>");
}

static void begin_row(hf_buf *out, uint64_t row)
{
    hf_buf_add_z(out, "<row r=\"");
    hf_buf_add_u64(out, row);
    hf_buf_add_z(out, "\">");
}

static void add_header(archive *a, const hf_write_columns *columns)
{
    size_t column = 0;
    hf_buf_add_z(&a->plain,
                 XML_HEAD "<worksheet xmlns=\"" SHEET_NS "\"><sheetViews><sheetView "
                          "workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
                          "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
                          "<sheetData>\n");
    begin_row(&a->plain, 1);
    for (size_t i = 0; i < columns->noun->field_count; i++)
        if (hf_field_is_public(&columns->noun->fields[i]))
            add_text(&a->plain, column++, 1, hf_str_of(columns->noun->fields[i].name));
    for (size_t i = 0; i < columns->attribute_count; i++)
        add_text(&a->plain, column++, 1, columns->attributes[i]);
    hf_buf_add_z(&a->plain, "</row>\n");
}

static bool add_record(archive *a, const hf_write_columns *columns, const void *record,
                       uint64_t row, hf_error *err)
{
    size_t column = 0;
    hf_json *tree = NULL;
    hf_arena_reset(&a->scratch);
    if (columns->attribute_count > 0 && !hf_write_attribute_tree(record, &a->scratch, &tree, err))
        return false;
    begin_row(&a->plain, row);
    for (size_t i = 0; i < columns->noun->field_count; i++) {
        const hf_field *field = &columns->noun->fields[i];
        if (!hf_field_is_public(field))
            continue;
        hf_buf_clear(&a->cell);
        hf_field_write_text(field, record, &a->cell);
        bool is_number = (field->type == HF_NUMBER || field->type == HF_INTEGER) && a->cell.len > 0;
        if (is_number)
            add_number(&a->plain, column++, row, hf_buf_str(&a->cell));
        else
            add_text(&a->plain, column++, row, hf_buf_str(&a->cell));
    }
    for (size_t i = 0; i < columns->attribute_count; i++)
        add_text(&a->plain, column++, row,
                 hf_write_attribute(tree, columns->attributes[i], &a->scratch));
    hf_buf_add_z(&a->plain, "</row>\n");
    return pack(a, FLUSH_BYTES, err);
}

static bool check_sizes(const hf_write_columns *columns, size_t count, hf_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (columns[i].row_count >= SHEET_ROWS_MAX)
            return hf_fail(err, HF_ERR_TOO_LARGE, "xlsx.too_many_rows",
                           "%llu %s do not fit into a sheet of 1048576 rows; export CSV",
                           (unsigned long long)columns[i].row_count, columns[i].noun->plural);
    return true;
}

static bool open_sheet(archive *a, const hf_write_columns *columns, size_t number, hf_error *err)
{
    hf_str name = hf_str_format(&a->arena, "xl/worksheets/sheet%zu.xml", number + 1);
    if (!hf_zip_open(&a->zip, name, err))
        return false;
    add_header(a, columns);
    return true;
}

static bool close_sheet(archive *a, hf_error *err)
{
    hf_buf_add_z(&a->plain, "</sheetData></worksheet>\n");
    return close_member(a, err);
}

static bool write_sheets(archive *a, const hf_write_columns *columns, size_t count, hf_error *err)
{
    const hf_record_source *records = &a->request->records;
    size_t sheet = 0;
    uint64_t row = 1;
    if (count > 0 && !open_sheet(a, &columns[0], 0, err))
        return false;
    for (;;) {
        const hf_noun *noun = NULL;
        const void *record = NULL;
        if (!records->next(records->context, &noun, &record, err))
            return false;
        if (record == NULL)
            return count == 0 || close_sheet(a, err);
        if (a->request->noun != NULL && noun != a->request->noun)
            continue;
        if (noun != columns[sheet].noun) {
            HF_ASSERT(sheet + 1 < count && columns[sheet + 1].noun == noun);
            sheet++;
            row = 1;
            if (!close_sheet(a, err) || !open_sheet(a, &columns[sheet], sheet, err))
                return false;
        }
        if (!add_record(a, &columns[sheet], record, ++row, err))
            return false;
    }
}

static bool write_part(archive *a, const char *name, hf_error *err)
{
    return hf_zip_open(&a->zip, hf_str_of(name), err) && close_member(a, err);
}

// For whom it was made, where programs show the properties of a document.
static bool write_properties(archive *a, hf_error *err)
{
    hf_buf *out = &a->plain;
    if (a->request->made_for.len == 0)
        return true;
    hf_buf_add_z(out,
                 XML_HEAD "<cp:coreProperties xmlns:cp=\"" PACKAGE "metadata/core-properties\" "
                          "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:creator>");
    hf_xml_escape(out, a->request->title);
    hf_buf_add_z(out, "</dc:creator><dc:description>");
    hf_xml_escape(out, a->request->made_for);
    hf_buf_add_z(out, "</dc:description></cp:coreProperties>\n");
    return write_part(a, "docProps/core.xml", err);
}

static bool write_frame(archive *a, const hf_write_columns *columns, size_t count, hf_error *err)
{
    hf_buf *out = &a->plain;
    hf_buf_add_z(out,
                 XML_HEAD "<Types xmlns=\"" PACKAGE "content-types\">"
                          "<Default Extension=\"rels\" ContentType=\"application/"
                          "vnd.openxmlformats-package.relationships+xml\"/>"
                          "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
                          "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>");
    if (a->request->made_for.len > 0)
        hf_buf_add_z(out, "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
                          "vnd.openxmlformats-package.core-properties+xml\"/>");
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(out,
                          "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" "
                          "ContentType=\"application/vnd.openxmlformats-officedocument."
                          "spreadsheetml.worksheet+xml\"/>",
                          i + 1);
    hf_buf_add_z(out, "</Types>\n");
    if (!write_part(a, "[Content_Types].xml", err))
        return false;
    hf_buf_add_z(out, XML_HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
                               "<Relationship Id=\"rId1\" Type=\"" OFFICE "/officeDocument\" "
                               "Target=\"xl/workbook.xml\"/>");
    if (a->request->made_for.len > 0)
        hf_buf_add_z(out, "<Relationship Id=\"rId2\" Type=\"" PACKAGE
                          "relationships/metadata/core-properties\" "
                          "Target=\"docProps/core.xml\"/>");
    hf_buf_add_z(out, "</Relationships>\n");
    if (!write_part(a, "_rels/.rels", err) || !write_properties(a, err))
        return false;
    hf_buf_add_z(out, XML_HEAD "<workbook xmlns=\"" SHEET_NS "\" xmlns:r=\"" OFFICE "\"><sheets>");
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(out, "<sheet name=\"%s\" sheetId=\"%zu\" r:id=\"rId%zu\"/>",
                          columns[i].noun->plural, i + 1, i + 1);
    hf_buf_add_z(out, "</sheets></workbook>\n");
    if (!write_part(a, "xl/workbook.xml", err))
        return false;
    hf_buf_add_z(out, XML_HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">");
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(out,
                          "<Relationship Id=\"rId%zu\" Type=\"" OFFICE
                          "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>",
                          i + 1, i + 1);
    hf_buf_add_z(out, "</Relationships>\n");
    return write_part(a, "xl/_rels/workbook.xml.rels", err);
}

static bool write_xlsx(const hf_write_request *request, hf_error *err)
{
    archive a = {.request = request,
                 .plain = hf_buf_of(HF_JSON_BYTES_MAX),
                 .zip = hf_zip_of(request->output.context, request->output.write),
                 .cell = hf_buf_of(HF_JSON_BYTES_MAX)};
    hf_write_columns *columns = NULL;
    size_t count = 0;
    bool ok = hf_write_survey(request, &a.arena, &columns, &count, err) &&
              check_sizes(columns, count, err) && write_frame(&a, columns, count, err) &&
              write_sheets(&a, columns, count, err) && hf_zip_finish(&a.zip, err);
    hf_zip_done(&a.zip);
    hf_buf_done(&a.plain);
    hf_buf_done(&a.cell);
    hf_arena_done(&a.scratch);
    hf_arena_done(&a.arena);
    return ok;
}

static int looks_like(hf_str name, hf_str head)
{
    bool is_zip = hf_str_starts(head, "PK\x03\x04");
    return is_zip && (hf_name_ends(name, ".xlsx") || hf_name_ends(name, ".xlsm")) ? 95
           : hf_name_ends(name, ".xlsx")                                          ? 70
                                                                                  : 0;
}

const hf_format hf_format_xlsx = {
    .name = "xlsx",
    .title = "Spreadsheet (Office Open XML)",
    .media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    .extension = "xlsx",
    .looks_like = looks_like,
    .read = hf_gdal_read,
    .write = write_xlsx,
};
