// SPDX-License-Identifier: Apache-2.0
//
// The map of a document drawn with Cairo: into a PDF, or as a PNG for documents that take no drawings.
#include "report/pdf.h"

#include <math.h>

#include "report/picture.h"

#define HEIGHT_MAX 300.0 // points
#define PNG_SCALE  2.0   // pixels for each unit of the picture
#define LABEL_SIZE 11.0

double hf_map_scale(const hf_map *map, double room)
{
    return fmin(room / map->width, HEIGHT_MAX / map->height);
}

double hf_pdf_map_height(const hf_block *block)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_map map;
    hf_map_place(block, &scratch, &map);
    return map.height * hf_map_scale(&map, HF_PDF_INNER);
}

static void draw_outlines(const hf_pdf *pen, const hf_map *map)
{
    for (size_t i = 0; i < map->outline_count; i++) {
        const hf_map_outline *outline = &map->outlines[i];
        for (size_t k = 0; k < outline->count; k++)
            if (k == 0)
                cairo_move_to(pen->cr, outline->points[k].x, outline->points[k].y);
            else
                cairo_line_to(pen->cr, outline->points[k].x, outline->points[k].y);
        cairo_close_path(pen->cr);
        hf_pdf_set_ink(pen, HF_INK_PAPER);
        cairo_fill_preserve(pen->cr);
        hf_pdf_set_ink(pen, HF_INK_LINE);
        cairo_set_line_width(pen->cr, 1);
        cairo_stroke(pen->cr);
    }
}

static void draw_dots(const hf_pdf *pen, const hf_map *map, bool ranked)
{
    double radius = ranked ? HF_MAP_RANKED_R : HF_MAP_PLAIN_R;
    hf_pdf_set_ink(pen, ranked ? HF_INK_BAR : HF_INK_DOT);
    for (size_t i = 0; i < map->dot_count; i++)
        if (map->dots[i].is_ranked == ranked) {
            cairo_new_sub_path(pen->cr);
            cairo_arc(pen->cr, map->dots[i].place.x, map->dots[i].place.y, radius, 0,
                      2 * 3.14159265358979323846);
        }
    cairo_fill(pen->cr);
}

// The number as an outline with a seam of paper around it: part of the picture, whose text says what it shows.
static void draw_label(const hf_pdf *pen, const hf_map_label *label)
{
    char text[16];
    cairo_text_extents_t extents;
    if (label->is_led) {
        hf_pdf_set_ink(pen, HF_INK_SOFT);
        cairo_set_line_width(pen->cr, 0.8);
        cairo_move_to(pen->cr, label->dot.x, label->dot.y);
        cairo_line_to(pen->cr, label->line_end.x, label->line_end.y);
        cairo_stroke(pen->cr);
    }
    (void)snprintf(text, sizeof text, "%u", label->rank);
    cairo_text_extents(pen->cr, text, &extents);
    cairo_move_to(pen->cr, label->middle.x - extents.x_advance / 2, label->middle.y + 4);
    cairo_text_path(pen->cr, text);
    hf_pdf_set_ink(pen, HF_INK_PAPER);
    cairo_set_line_width(pen->cr, 3);
    cairo_set_line_join(pen->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke_preserve(pen->cr);
    hf_pdf_set_ink(pen, HF_INK);
    cairo_fill(pen->cr);
}

static void draw(const hf_pdf *pen, const hf_map *map)
{
    hf_pdf_box(pen, 0, 0, map->width, map->height, HF_INK_SEA);
    cairo_rectangle(pen->cr, 0, 0, map->width, map->height);
    cairo_clip(pen->cr);
    draw_outlines(pen, map);
    draw_dots(pen, map, false);
    draw_dots(pen, map, true);
    cairo_select_font_face(pen->cr, "Noto Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(pen->cr, LABEL_SIZE);
    for (size_t i = 0; i < map->label_count; i++)
        draw_label(pen, &map->labels[i]);
}

void hf_pdf_map(hf_pdf *pdf, const hf_block *block, double height)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_map map;
    if (pdf->cr == NULL)
        return;
    hf_map_place(block, &scratch, &map);
    double scale = height / map.height;
    hf_pdf_note_alternative(pdf, block->text);
    hf_pdf_begin(pdf, "Figure");
    cairo_save(pdf->cr);
    cairo_translate(pdf->cr, (HF_PDF_WIDTH - map.width * scale) / 2, pdf->y);
    cairo_scale(pdf->cr, scale, scale);
    draw(pdf, &map);
    cairo_restore(pdf->cr);
    hf_pdf_end(pdf, "Figure");
}

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int count)
{
    hf_buf *out = closure;
    hf_buf_add(out, bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

bool hf_map_png(const hf_block *block, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_map map;
    hf_map_place(block, &scratch, &map);
    cairo_surface_t *picture = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)ceil(map.width * PNG_SCALE), (int)ceil(map.height * PNG_SCALE));
    hf_pdf pen = {.cr = cairo_create(picture)};
    cairo_scale(pen.cr, PNG_SCALE, PNG_SCALE);
    draw(&pen, &map);
    cairo_destroy(pen.cr);
    cairo_status_t status = cairo_surface_write_to_png_stream(picture, take_bytes, out);
    cairo_surface_destroy(picture);
    return status == CAIRO_STATUS_SUCCESS ||
           hf_fail(err, HF_ERR_INTERNAL, "report.not_written", "the map could not be made: %s",
                   cairo_status_to_string(status));
}
