// SPDX-License-Identifier: Apache-2.0
//
// The map of a document as SVG.
#include "report/html_map.h"

#include <math.h>

#include "report/map.h"

// Areas lie under the dots: coast and regions.
static void add_outline(const hf_map_outline *outline, hf_buf *out)
{
    hf_buf_add_z(out, "<path d=\"M");
    for (size_t i = 0; i < outline->count; i++) {
        hf_buf_add_byte(out, i == 0 ? ' ' : 'L');
        hf_buf_add_double(out, outline->points[i].x);
        hf_buf_add_byte(out, ' ');
        hf_buf_add_double(out, outline->points[i].y);
    }
    hf_buf_add_z(out, "Z\"/>\n");
}

static void add_attribute(const char *before, double value, hf_buf *out)
{
    hf_buf_add_z(out, before);
    hf_buf_add_double(out, floor(value * 10 + 0.5) / 10);
}

static void add_dot(const hf_map_dot *dot, hf_buf *out)
{
    add_attribute(dot->is_ranked ? "<circle class=\"r\" r=\"" : "<circle class=\"d\" r=\"",
                  dot->is_ranked ? HF_MAP_RANKED_R : HF_MAP_PLAIN_R, out);
    add_attribute("\" cx=\"", dot->place.x, out);
    add_attribute("\" cy=\"", dot->place.y, out);
    hf_buf_add_z(out, "\"/>");
}

static void add_label(const hf_map_label *label, hf_buf *out)
{
    if (label->is_led) {
        add_attribute("<line x1=\"", label->dot.x, out);
        add_attribute("\" y1=\"", label->dot.y, out);
        add_attribute("\" x2=\"", label->line_end.x, out);
        add_attribute("\" y2=\"", label->line_end.y, out);
        hf_buf_add_z(out, "\"/>");
    }
    add_attribute("<text text-anchor=\"middle\" x=\"", label->middle.x, out);
    add_attribute("\" y=\"", label->middle.y + 4, out);
    hf_buf_add_format(out, "\">%u</text>\n", label->rank);
}

void hf_write_map_svg(const hf_block *block, hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_map map;
    hf_map_place(block, &scratch, &map);
    add_attribute(" viewBox=\"0 0 ", map.width, out);
    add_attribute(" ", map.height, out);
    hf_buf_add_z(out, "\">\n");
    for (size_t i = 0; i < map.outline_count; i++)
        add_outline(&map.outlines[i], out);
    for (size_t i = 0; i < map.dot_count; i++)
        add_dot(&map.dots[i], out);
    for (size_t i = 0; i < map.label_count; i++)
        add_label(&map.labels[i], out);
    hf_buf_add_z(out, "</svg>");
}
