// SPDX-License-Identifier: Apache-2.0
//
// Records on their way out and in at the command line.
#include "cli/query.h"

#include "base/limits.h"
#include "model/taxonomy.h"
#include "usecase/names.h"

enum { ATTRIBUTES_SHOWN_BYTES = 2000 };

// Names what many commands show: the key, then at most five fields that people look at first.
static size_t columns_of(const hf_noun *noun, const hf_field *fields[6])
{
    static const char *const wanted[] = {
        "key",         "name",          "kind",           "supplier",
        "consumer",    "input",         "layer",          "asset",
        "role",        "sector",        "region",         "state",
        "title",       "people_served", "progress",       "created_at",
        "instrument",  "theme",         "evidence_level", "text",
        "stage",       "starts_at",     "question",       "rating",
        "answered_by", "assessment",    "priority",       "status",
        "due"};
    // Of an event: its number (which undo wants), when, who, and what it was about.
    static const char *const of_event[] = {"key", "at", "actor", "action", "record", "source"};
    bool is_event = noun == &hf_noun_event;
    const char *const *names = is_event ? of_event : wanted;
    size_t name_count = is_event ? HF_COUNT(of_event) : HF_COUNT(wanted);
    size_t count = 0;
    for (size_t i = 0; i < name_count && count < 6; i++) {
        const hf_field *field = hf_noun_field(noun, hf_str_of(names[i]), NULL);
        if (field != NULL && (field->flags & HF_FIELD_SECRET) == 0)
            fields[count++] = field;
    }
    return count;
}

static hf_str label_key(hf_cli *cli, const hf_noun *noun, const hf_field *field)
{
    return hf_str_format(&cli->arena, "field.%s.%s%c", noun->name, field->name, 0);
}

static hf_str cell_of(hf_cli *cli, const hf_field *field, const void *record)
{
    HF_CLEANUP(hf_buf_done) hf_buf cell = hf_buf_of(1u << 20);
    hf_field_write_text(field, record, &cell);
    return hf_buf_copy(&cli->arena, &cell);
}

static void write_head(hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
}

static void write_foot(hf_cli *cli, hf_json_writer *out, hf_str next, const hf_page *page)
{
    hf_json_end_array(out);
    hf_json_name(out, "next");
    if (next.len > 0)
        hf_json_add_str(out, next);
    else
        hf_json_add_null(out);
    hf_json_name(out, "count");
    hf_json_begin_object(out);
    hf_json_name(out, "value");
    hf_json_add_u64(out, page->total);
    hf_json_name(out, "exact");
    hf_json_add_bool(out, page->is_total_exact);
    hf_json_end_object(out);
    hf_json_end_object(out);
    hf_cli_end_json(cli);
}

static void add_items(hf_cli *cli, const hf_query *query, const hf_page *page, hf_json_writer *out,
                      hf_table_text *table, const hf_field *const *fields, size_t field_count)
{
    for (size_t i = 0; i < page->count; i++) {
        if (cli->is_json) {
            hf_write_record(&cli->session, query->noun, page->records[i], out);
            continue;
        }
        for (size_t k = 0; k < field_count; k++)
            hf_table_add(cli, table, cell_of(cli, fields[k], page->records[i]));
    }
}

bool hf_cli_write_records(hf_cli *cli, hf_query *query, uint64_t limit, hf_error *err)
{
    const hf_field *fields[6];
    hf_column columns[6] = {0};
    hf_page first = {0}, page = {0};
    hf_json_writer out = hf_cli_json(cli);
    size_t field_count = columns_of(query->noun, fields);
    hf_table_text table = {.columns = columns, .column_count = field_count};
    for (size_t k = 0; k < field_count; k++)
        columns[k] =
            (hf_column){.heading = label_key(cli, query->noun, fields[k]).ptr,
                        .is_number = fields[k]->type == HF_INTEGER || fields[k]->type == HF_NUMBER,
                        .may_shrink = k > 0};
    query->want_count = true;
    if (cli->is_json)
        write_head(&out);
    for (uint64_t left = limit; left > 0; left -= page.count) {
        query->limit = left > HF_LIST_LIMIT_MAX ? HF_LIST_LIMIT_MAX : (uint32_t)left;
        if (!hf_list_records(&cli->session, query, &cli->arena, &page, err))
            return false;
        if (query->noun == &hf_noun_provision && !cli->is_json &&
            !hf_provisions_say(&cli->session, &page, &cli->arena, err))
            return false;
        if (query->noun == &hf_noun_taxonomy && !cli->is_json)
            hf_taxonomy_say(cli->session.lang, &page, &cli->arena);
        if (query->want_count)
            first = page;
        query->want_count = false;
        add_items(cli, query, &page, &out, &table, fields, field_count);
        query->cursor = page.next;
        if (page.next.len == 0)
            break;
    }
    if (cli->is_json)
        write_foot(cli, &out, page.next, &first);
    else if (table.cells.count > 0)
        hf_table_write(cli, &table);
    return true;
}

void hf_cli_write_record(hf_cli *cli, const hf_noun *noun, const void *record)
{
    const hf_head *head = record;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_record(&cli->session, noun, record, &out);
        hf_cli_end_json(cli);
        return;
    }
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (hf_field_is_empty(field, record) || (field->flags & HF_FIELD_SECRET) != 0)
            continue;
        hf_str label =
            hf_message_text(cli->session.lang, label_key(cli, noun, field).ptr, &cli->arena);
        hf_buf_add_str(&cli->out, label);
        hf_buf_add_z(&cli->out, ": ");
        hf_field_write_text(field, record, &cli->out);
        hf_buf_add_byte(&cli->out, '\n');
    }
    if (head->attributes.len >
        ATTRIBUTES_SHOWN_BYTES) { // a kept OSCAL control is no reading matter
        const hf_message_value value = {"count", HF_STR_EMPTY, true, (double)head->attributes.len};
        hf_cli_say(cli, "cli.show.long_attributes", &value, 1);
    } else if (head->attributes.len > 0) {
        hf_buf_add_str(&cli->out, head->attributes);
        hf_buf_add_byte(&cli->out, '\n');
    }
}

bool hf_cli_read_query(hf_cli *cli, hf_query *query, hf_error *err)
{
    const char *text = hf_cli_option(cli, "--filter");
    hf_str *parts = NULL;
    size_t count = 0;
    query->text = hf_str_of(hf_cli_option(cli, "--text"));
    if (text == NULL)
        return true;
    hf_cli_list(&cli->arena, hf_str_of(text), &parts, &count);
    hf_filter *filters = HF_NEW_N(&cli->arena, hf_filter, count);
    for (size_t i = 0; i < count; i++) {
        size_t equals = hf_str_find_byte(parts[i], '=', 0);
        filters[i].field = hf_noun_field(query->noun, hf_str_slice(parts[i], 0, equals), NULL);
        filters[i].value = hf_str_slice(parts[i], equals + 1, parts[i].len);
        if (filters[i].value.len == 0)
            filters[i].how = HF_IS_EMPTY;
        if (equals == parts[i].len || filters[i].field == NULL)
            return hf_fail(err, HF_ERR_USAGE, "query.field",
                           "'%.*s' is no filter; write FIELD=VALUE with a field of %s",
                           HF_STR_ARG(parts[i]), query->noun->plural);
    }
    query->filters = filters;
    query->filter_count = count;
    return true;
}

// Attributes are gathered as a JSON object of texts; the patch's reader puts them in order.
bool hf_cli_read_patch(hf_cli *cli, const hf_noun *noun, size_t first, hf_patch *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_json_writer attributes = {.out = &text};
    hf_json *tree = NULL;
    hf_patch fields = {.noun = noun, .record = hf_noun_new(noun, &cli->arena)};
    hf_json_begin_object(&attributes);
    for (size_t i = first; i < cli->word_count; i++) {
        hf_str word = hf_str_of(cli->words[i]);
        size_t equals = hf_str_find_byte(word, '=', 0), index = 0;
        hf_str name = hf_str_slice(word, 0, equals);
        hf_str value = hf_str_slice(word, equals + 1, word.len);
        const hf_field *field = hf_noun_field(noun, name, &index);
        if (equals == 0 || equals == word.len)
            return hf_fail(err, HF_ERR_USAGE, "usage.value",
                           "'%s' names no field; write FIELD=VALUE", cli->words[i]);
        if (field == NULL) {
            hf_json_name_str(&attributes, name);
            if (value.len > 0)
                hf_json_add_str(&attributes, value);
            else
                hf_json_add_null(&attributes);
            continue;
        }
        if (field->flags & (HF_FIELD_READ_ONLY | HF_FIELD_SECRET))
            return hf_fail(err, HF_ERR_USAGE, "field.read_only",
                           "%s is set by the program; leave it out", field->name);
        fields.present |= 1ull << index;
        if (!hf_field_set_text(field, fields.record, value, false, &cli->arena, err))
            return false;
    }
    hf_json_end_object(&attributes);
    if (!hf_json_parse(hf_buf_copy(&cli->arena, &text), &cli->arena, &tree, err) ||
        !hf_patch_from_json(noun, tree, &cli->arena, out, err))
        return false;
    // The attributes come from there, the fields from here.
    ((hf_head *)fields.record)->attributes = ((hf_head *)out->record)->attributes;
    fields.has_attributes = out->has_attributes;
    *out = fields;
    return true;
}
