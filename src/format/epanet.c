// SPDX-License-Identifier: Apache-2.0
//
// EPANET input files: the sections of nodes and links as tables. Demands of [DEMANDS] replace those of
// [JUNCTIONS], as EPANET does. Coordinates are of a drawing, hardly ever degrees: they come as columns x and y,
// never as a place.
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "format/input.h"

typedef struct {
    const char *section;
    bool is_node;
    size_t needed; // words that a row must have
    const char *columns[9];
    size_t count;
} section;

static const section sections[] = {
    {"JUNCTIONS", true, 1, {"id", "elevation", "demand", "pattern", "x", "y", "units"}, 7},
    {"RESERVOIRS", true, 1, {"id", "head", "pattern", "x", "y", "units"}, 6},
    {"TANKS",
     true,
     1,
     {"id", "elevation", "init_level", "min_level", "max_level", "diameter", "x", "y", "units"},
     9},
    {"PIPES",
     false,
     3,
     {"id", "node1", "node2", "length", "diameter", "roughness", "minor_loss", "status"},
     8},
    {"PUMPS", false, 3, {"id", "node1", "node2", "properties"}, 4},
    {"VALVES", false, 3, {"id", "node1", "node2", "diameter", "type", "setting", "minor_loss"}, 7},
};
enum { MADE_COLUMNS = 3, WORDS_MAX = 16 }; // x, y, units

typedef struct {
    double x, y;
} place;
typedef struct {
    hf_arena *arena;
    hf_input *input;
    const char *file;
    hf_row_sink *sink;
    hf_map place_of, demand_of; // node id → index
    HF_VEC(place) places;
    HF_VEC(double) demands;
    hf_str units;
    size_t row_count;
} reader;

typedef struct {
    hf_str rest;
    uint64_t line;
    hf_str section; // upper case as in the file, without brackets
    hf_str words[WORDS_MAX];
    size_t count;
} cursor;

static void cut_words(cursor *c, hf_str text)
{
    c->count = 0;
    for (size_t i = 0; i < text.len && c->count < WORDS_MAX;) {
        while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\r'))
            i++;
        size_t from = i;
        while (i < text.len && text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '\r')
            i++;
        if (i > from)
            c->words[c->count++] = hf_str_slice(text, from, i);
    }
}

// The next row with at least one word; section heads are taken on the way.
static bool next_row(cursor *c)
{
    hf_str line;
    while (hf_str_split(&c->rest, '\n', &line)) {
        c->line++;
        line = hf_str_trim(hf_str_slice(line, 0, hf_str_find_byte(line, ';', 0)));
        if (line.len == 0)
            continue;
        if (line.ptr[0] == '[') {
            c->section = hf_str_slice(line, 1, hf_str_find_byte(line, ']', 0));
            continue;
        }
        cut_words(c, line);
        return true;
    }
    return false;
}

static bool in_section(const cursor *c, const char *name)
{
    return hf_str_equal_ascii_case(c->section, hf_str_of(name));
}

static bool bad_number(const reader *r, const cursor *c, hf_str word, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "epanet.no_number",
            "'%.*s' is no number; write digits and a decimal point",
            HF_STR_ARG(hf_str_slice(word, 0, 60)));
    return hf_fail_at(err, r->file, c->line, NULL);
}

static bool gather(reader *r, const cursor *c, hf_error *err)
{
    uint32_t at = 0;
    if (in_section(c, "COORDINATES") && c->count >= 3) {
        place p;
        if (!hf_parse_double(c->words[1], &p.x))
            return bad_number(r, c, c->words[1], err);
        if (!hf_parse_double(c->words[2], &p.y))
            return bad_number(r, c, c->words[2], err);
        hf_map_set(&r->place_of, c->words[0], (uint32_t)r->places.count);
        HF_VEC_ADD(r->arena, &r->places, p);
    } else if (in_section(c, "DEMANDS") && c->count >= 2) {
        double demand = 0;
        if (!hf_parse_double(c->words[1], &demand))
            return bad_number(r, c, c->words[1], err);
        if (hf_map_add(&r->demand_of, c->words[0], (uint32_t)r->demands.count, &at))
            HF_VEC_ADD(r->arena, &r->demands, demand);
        else
            r->demands.items[at] += demand;
    } else if (in_section(c, "OPTIONS") && c->count >= 2 &&
               hf_str_equal_ascii_case(c->words[0], HF_STR("UNITS"))) {
        r->units = c->words[1];
    }
    return true;
}

static hf_str number_text(hf_arena *arena, double value)
{
    char text[32];
    size_t len = hf_format_double(value, text);
    return hf_str_copy(arena, (hf_str){text, len});
}

static void set_place_and_demand(reader *r, const section *s, hf_str *cells, hf_arena *scratch)
{
    uint32_t at = 0;
    size_t x = s->count - MADE_COLUMNS;
    if (hf_map_get(&r->place_of, cells[0], &at)) {
        cells[x] = number_text(scratch, r->places.items[at].x);
        cells[x + 1] = number_text(scratch, r->places.items[at].y);
    }
    cells[x + 2] = r->units;
    if (s == &sections[0] && hf_map_get(&r->demand_of, cells[0], &at))
        cells[2] = number_text(scratch, r->demands.items[at]);
}

static bool emit(reader *r, const cursor *c, const section *s, hf_arena *scratch, hf_error *err)
{
    hf_str cells[HF_COUNT(s->columns)];
    size_t own = s->is_node ? s->count - MADE_COLUMNS : s->count;
    hf_row row = {.line = c->line, .cells = cells};
    hf_arena_reset(scratch);
    if (c->count < s->needed) {
        hf_problems_add(r->sink->problems, HF_REFUSED, hf_input_name(r->input), c->line,
                        HF_STR_EMPTY, "epanet.short_row",
                        "%zu words where [%s] needs %zu; complete the row or remove it", c->count,
                        s->section, s->needed);
        r->sink->refused_count++;
        return true;
    }
    for (size_t i = 0; i < s->count; i++)
        cells[i] = i < own && i < c->count ? c->words[i] : HF_STR("");
    if (s->is_node)
        set_place_and_demand(r, s, cells, scratch);
    r->row_count++;
    return r->sink->row(r->sink->context, &row, err);
}

static bool announce(reader *r, const section *s, hf_error *err)
{
    hf_str *names = HF_NEW_N(r->arena, hf_str, s->count);
    for (size_t i = 0; i < s->count; i++)
        names[i] = hf_str_of(s->columns[i]);
    hf_table table = {
        .layer = hf_str_of(s->section), .names = names, .count = s->count, .has_header = true};
    return r->sink->table(r->sink->context, &table, err);
}

static bool deliver(reader *r, hf_str bytes, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const section *current = NULL;
    cursor c = {.rest = bytes};
    while (next_row(&c)) {
        const section *s = NULL;
        for (size_t i = 0; i < HF_COUNT(sections); i++)
            if (in_section(&c, sections[i].section))
                s = &sections[i];
        if (s == NULL)
            continue;
        if (s != current && !announce(r, s, err))
            return false;
        current = s;
        if (!emit(r, &c, s, &scratch, err))
            return false;
    }
    return true;
}

static bool read_epanet(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                        hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str bytes;
    (void)options;
    reader r = {.arena = &arena, .input = input, .sink = sink, .units = HF_STR("GPM")};
    r.file = hf_str_z(&arena, hf_input_name(input));
    r.place_of = hf_map_of(&arena, 1024);
    r.demand_of = hf_map_of(&arena, 1024);
    if (!hf_input_rest(input, HF_NETWORK_FILE_BYTES_MAX, &bytes, err) ||
        !hf_input_check_text(input, bytes, 1, err))
        return hf_fail_at(err, r.file, 0, NULL);
    cursor c = {.rest = bytes};
    while (next_row(&c))
        if (!gather(&r, &c, err))
            return false;
    if (!deliver(&r, bytes, err))
        return false;
    if (r.row_count == 0 && r.sink->refused_count == 0) {
        hf_fail(err, HF_ERR_INPUT, "epanet.no_network",
                "no section with nodes or links has rows; export the network with [JUNCTIONS] and "
                "[PIPES]");
        return hf_fail_at(err, r.file, 0, NULL);
    }
    return true;
}

static int looks_like(hf_str name, hf_str head)
{
    bool has_section = hf_str_find(head, HF_STR("[TITLE]")) < head.len ||
                       hf_str_find(head, HF_STR("[JUNCTIONS]")) < head.len;
    return has_section ? (hf_name_ends(name, ".inp") ? 95 : 85) : 0;
}

const hf_format hf_format_epanet = {
    .name = "epanet",
    .title = "EPANET network",
    .media_type = "text/plain",
    .extension = "inp",
    .looks_like = looks_like,
    .read = read_epanet,
};
