// SPDX-License-Identifier: Apache-2.0
//
// GraphML, also as yEd writes it: tables "node" (id, label, x, y, and the file's own keys) and "edge" (id,
// source, target, label, and keys). yEd hides names in y:NodeLabel; its x and y are of the drawing, not degrees.
#include <string.h>

#include "base/limits.h"
#include "base/xml.h"
#include "format/json_rows.h"
#include "format/write.h"

typedef struct {
    hf_xml *xml;
    hf_arena *arena; // of the whole file: keys
    const char *file;
    hf_row_sink *sink;
    hf_columns columns[2]; // node, edge
    int current;           // which of them the sink saw last, -1 = none
    hf_map keys;           // id of <key> → index into key_names
    HF_VEC(hf_str) key_names;
    uint64_t edge_count;
    hf_buf text; // of the <data> or label being read
} reader;

enum { NODE, EDGE };

static bool fail(const reader *r, const char *code, const char *what, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, r->file, hf_xml_line(r->xml), NULL);
}

static void read_key(reader *r)
{
    hf_str id, name;
    if (!hf_xml_attribute(r->xml, "id", &id))
        return;
    id = hf_str_copy(r->arena, id);
    if (!hf_xml_attribute(r->xml, "attr.name", &name))
        return; // yEd's graphics; their texts are not data
    HF_VEC_ADD(r->arena, &r->key_names, hf_str_copy(r->arena, name));
    hf_map_set(&r->keys, id, (uint32_t)(r->key_names.count - 1));
}

static bool set(reader *r, int kind, hf_str name, hf_str value, hf_arena *scratch, hf_error *err)
{
    if (hf_columns_set(&r->columns[kind], name, hf_str_copy(scratch, value)))
        return true;
    return fail(r, "graphml.too_many_keys",
                "too many different keys; export only the attributes that are needed", err);
}

static bool has_cell(const reader *r, int kind, hf_str name)
{
    uint32_t at = 0;
    return hf_map_get(&r->columns[kind].index, name, &at) && r->columns[kind].cells[at].ptr != NULL;
}

// Gathers the text up to the end of the element that just began.
static bool element_text(reader *r, hf_error *err)
{
    uint32_t depth = hf_xml_depth(r->xml);
    hf_xml_event event = HF_XML_START;
    hf_buf_clear(&r->text);
    while (!(event == HF_XML_END && hf_xml_depth(r->xml) <= depth)) {
        if (!hf_xml_next(r->xml, &event, err))
            return false;
        if (event == HF_XML_DONE)
            return true;
        if (event == HF_XML_TEXT)
            hf_buf_add_str(&r->text, hf_xml_text(r->xml));
    }
    return true;
}

static bool label_or_place(reader *r, int kind, hf_arena *scratch, hf_error *err)
{
    hf_str name = hf_xml_name(r->xml), x, y;
    if (hf_str_equal_z(name, "NodeLabel") || hf_str_equal_z(name, "EdgeLabel")) {
        if (!element_text(r, err))
            return false;
        hf_str label = hf_str_trim(hf_buf_str(&r->text));
        if (label.len == 0 || has_cell(r, kind, HF_STR("label")))
            return true;
        return set(r, kind, HF_STR("label"), label, scratch, err);
    }
    if (kind == NODE && hf_str_equal_z(name, "Geometry") && !has_cell(r, kind, HF_STR("x")) &&
        hf_xml_attribute(r->xml, "x", &x)) {
        if (!set(r, kind, HF_STR("x"), x, scratch, err))
            return false;
        if (hf_xml_attribute(r->xml, "y", &y))
            return set(r, kind, HF_STR("y"), y, scratch, err);
    }
    return true;
}

static bool data(reader *r, int kind, hf_arena *scratch, hf_error *err)
{
    hf_str key;
    uint32_t index = 0;
    if (!hf_xml_attribute(r->xml, "key", &key) || !hf_map_get(&r->keys, key, &index))
        return true; // what is inside is looked at as it comes: labels and places of yEd
    if (!element_text(r, err))
        return false;
    return set(r, kind, r->key_names.items[index], hf_str_trim(hf_buf_str(&r->text)), scratch, err);
}

static bool deliver(reader *r, int kind, uint64_t line, hf_error *err)
{
    hf_row row = {.line = line};
    if (r->current != kind)
        r->columns[kind].is_announced = false;
    r->current = kind;
    return hf_columns_deliver(&r->columns[kind], r->sink, &row, err);
}

// The children of a node or edge, up to its end. A graph inside a node ends the node's own row.
static bool children(reader *r, int kind, uint32_t depth, hf_arena *scratch, hf_error *err)
{
    hf_xml_event event = HF_XML_START;
    for (;;) {
        if (!hf_xml_next(r->xml, &event, err))
            return false;
        if (event == HF_XML_DONE || (event == HF_XML_END && hf_xml_depth(r->xml) <= depth))
            return true;
        if (event != HF_XML_START)
            continue;
        if (hf_str_equal_z(hf_xml_name(r->xml), "graph"))
            return true;
        bool ok = hf_str_equal_z(hf_xml_name(r->xml), "data")
                      ? data(r, kind, scratch, err)
                      : label_or_place(r, kind, scratch, err);
        if (!ok)
            return false;
    }
}

static bool edge_ends(reader *r, hf_arena *scratch, hf_error *err)
{
    hf_str source, target, id;
    if (!hf_xml_attribute(r->xml, "source", &source) ||
        !hf_xml_attribute(r->xml, "target", &target))
        return fail(r, "graphml.edge_ends",
                    "an edge without source or target; give it both or remove it", err);
    hf_arena_reset(scratch);
    char number[24];
    hf_str fallback = {number, 0};
    hf_buf text = hf_buf_of(sizeof number);
    hf_buf_add_z(&text, "e");
    hf_buf_add_u64(&text, ++r->edge_count);
    fallback = hf_buf_copy(scratch, &text);
    hf_buf_done(&text);
    if (!hf_xml_attribute(r->xml, "id", &id))
        id = fallback;
    return set(r, EDGE, HF_STR("id"), id, scratch, err) &&
           set(r, EDGE, HF_STR("source"), source, scratch, err) &&
           set(r, EDGE, HF_STR("target"), target, scratch, err);
}

static bool item(reader *r, int kind, hf_arena *scratch, hf_error *err)
{
    hf_str id;
    uint64_t line = hf_xml_line(r->xml);
    uint32_t depth = hf_xml_depth(r->xml);
    hf_arena_reset(scratch);
    hf_columns_clear(&r->columns[kind]);
    if (kind == EDGE && !edge_ends(r, scratch, err))
        return false;
    if (kind == NODE) {
        if (!hf_xml_attribute(r->xml, "id", &id))
            return fail(r, "graphml.node_id", "a node without an id; give it one", err);
        if (!set(r, NODE, HF_STR("id"), id, scratch, err))
            return false;
    }
    return children(r, kind, depth, scratch, err) && deliver(r, kind, line, err);
}

static bool walk(reader *r, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_xml_event event = HF_XML_START;
    bool is_graphml = false;
    for (;;) {
        if (!hf_xml_next(r->xml, &event, err))
            return false;
        if (event == HF_XML_DONE)
            return is_graphml ||
                   fail(r, "graphml.no_graph",
                        "there is no <graph> in it; export the network as GraphML again", err);
        if (event != HF_XML_START)
            continue;
        hf_str name = hf_xml_name(r->xml);
        if (hf_str_equal_z(name, "graph"))
            is_graphml = true;
        if (hf_str_equal_z(name, "key"))
            read_key(r);
        else if (hf_str_equal_z(name, "node") && !item(r, NODE, &scratch, err))
            return false;
        else if (hf_str_equal_z(name, "edge") && !item(r, EDGE, &scratch, err))
            return false;
    }
}

static void init_columns(hf_columns *columns, hf_arena *arena, hf_str layer)
{
    hf_columns_init(columns, arena);
    columns->layer = layer;
    // The usual columns are always there, so that recipes can name them.
    hf_columns_set(columns, HF_STR("id"), HF_STR_EMPTY);
    hf_columns_set(columns, HF_STR("label"), HF_STR_EMPTY);
}

static bool read_graphml(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_xml_close) hf_xml *xml = NULL;
    hf_str bytes;
    (void)options;
    reader r = {.arena = &arena, .sink = sink, .current = -1};
    r.file = hf_str_z(&arena, hf_input_name(input));
    r.keys = hf_map_of(&arena, 64);
    init_columns(&r.columns[NODE], &arena, HF_STR("node"));
    init_columns(&r.columns[EDGE], &arena, HF_STR("edge"));
    if (!hf_input_rest(input, HF_NETWORK_FILE_BYTES_MAX, &bytes, err) ||
        !hf_xml_open(bytes, &xml, err))
        return hf_fail_at(err, r.file, 0, NULL);
    r.xml = xml;
    r.text = hf_buf_of(HF_CSV_FIELD_BYTES_MAX);
    bool ok = walk(&r, err);
    hf_buf_done(&r.text);
    return ok || hf_fail_at(err, r.file, 0, NULL);
}

static int looks_like(hf_str name, hf_str head)
{
    if (hf_str_find(head, HF_STR("<graphml")) < head.len)
        return 95;
    return hf_name_ends(name, ".graphml") ? 80 : 0;
}

// --- writing: assets become nodes, dependencies edges --------------------------------------------------------

static void write_data(hf_buf *out, hf_str key, hf_str value)
{
    if (value.len == 0)
        return;
    hf_buf_add_z(out, "<data key=\"");
    hf_xml_escape(out, key);
    hf_buf_add_z(out, "\">");
    hf_xml_escape(out, value);
    hf_buf_add_z(out, "</data>");
}

static hf_str field_text(const hf_noun *noun, const void *record, const char *name, hf_buf *cell)
{
    const hf_field *field = hf_noun_field(noun, hf_str_of(name), NULL);
    hf_buf_clear(cell);
    if (field != NULL)
        hf_field_write_text(field, record, cell);
    return hf_buf_str(cell);
}

static void write_keys(hf_buf *out, const hf_noun *noun, const char *domain)
{
    for (size_t i = 0; i < noun->field_count; i++) {
        if (!hf_field_is_public(&noun->fields[i]))
            continue;
        const hf_field *field = &noun->fields[i];
        const char *type = field->type == HF_NUMBER    ? "double"
                           : field->type == HF_INTEGER ? "long"
                                                       : "string";
        hf_buf_add_format(out, "<key id=\"%s_%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n",
                          domain, field->name, domain, field->name, type);
    }
}

static void write_fields(hf_buf *out, hf_buf *cell, const hf_noun *noun, const void *record,
                         const char *domain)
{
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (!hf_field_is_public(field) || hf_field_is_empty(field, record))
            continue;
        char key[96];
        hf_buf name = hf_buf_of(sizeof key);
        hf_buf_add_format(&name, "%s_%s", domain, field->name);
        hf_buf_clear(cell);
        hf_field_write_text(field, record, cell);
        write_data(out, hf_buf_str(&name), hf_buf_str(cell));
        hf_buf_done(&name);
    }
}

static void write_item(hf_buf *out, hf_buf *cell, const hf_noun *noun, const void *record)
{
    bool is_node = strcmp(noun->name, "asset") == 0;
    hf_buf_add_z(out, is_node ? "<node id=\"" : "<edge id=\"");
    hf_xml_escape(out, field_text(noun, record, "key", cell));
    if (!is_node) {
        hf_buf_add_z(out, "\" source=\"");
        hf_xml_escape(out, field_text(noun, record, "supplier", cell));
        hf_buf_add_z(out, "\" target=\"");
        hf_xml_escape(out, field_text(noun, record, "consumer", cell));
        if (hf_str_equal_z(field_text(noun, record, "type", cell), "link"))
            hf_buf_add_z(out, "\" directed=\"false");
    }
    hf_buf_add_z(out, "\">");
    write_fields(out, cell, noun, record, is_node ? "node" : "edge");
    hf_buf_add_z(out, is_node ? "</node>\n" : "</edge>\n");
}

static bool write_graphml(const hf_write_request *request, hf_error *err)
{
    const hf_noun *noun = NULL;
    const void *record = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(HF_JSON_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf cell = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_buf_add_z(&buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    if (request->made_for.len > 0) {
        hf_buf_add_z(&buf, "<desc>");
        hf_xml_escape(&buf, request->made_for);
        hf_buf_add_z(&buf, "</desc>\n");
    }
    write_keys(&buf, hf_noun_find(HF_STR("asset")), "node");
    write_keys(&buf, hf_noun_find(HF_STR("dependency")), "edge");
    hf_buf_add_z(&buf, "<graph id=\"register\" edgedefault=\"directed\">\n");
    for (;;) {
        if (!request->records.next(request->records.context, &noun, &record, err))
            return false;
        if (record == NULL)
            break;
        if (strcmp(noun->name, "asset") == 0 || strcmp(noun->name, "dependency") == 0)
            write_item(&buf, &cell, noun, record);
        if (!hf_write_flush(request, &buf, 1 << 16, err))
            return false;
    }
    hf_buf_add_z(&buf, "</graph>\n</graphml>\n");
    return hf_write_flush(request, &buf, 0, err);
}

const hf_format hf_format_graphml = {
    .name = "graphml",
    .title = "GraphML",
    .media_type = "application/graphml+xml",
    .extension = "graphml",
    .looks_like = looks_like,
    .read = read_graphml,
    .write = write_graphml,
};
