// SPDX-License-Identifier: Apache-2.0
//
// Draws the map of a document: its frame, areas, dots, and the ranks beside the dots that have one.
#include "report/html_map.h"

#include <math.h>

#define DOT_R       5.0 // of a dot with a rank
#define LETTER_WIDE 7.0 // of the ranks, in units of the picture
#define LETTER_HIGH 11.0
#define LABELS_MAX  100u // more ranks are drawn without looking for room

typedef struct {
    double west, north, scale, width, height;
} frame;

static void stretch(const hf_dot *dots, size_t count, double *west, double *east, double *south,
                    double *north)
{
    for (size_t i = 0; i < count; i++) {
        *west = fmin(*west, (double)dots[i].x);
        *east = fmax(*east, (double)dots[i].x);
        *south = fmin(*south, (double)dots[i].y);
        *north = fmax(*north, (double)dots[i].y);
    }
}

// Fits areas and dots into a picture 800 wide; degrees of longitude shrink with the cosine of the latitude.
static frame frame_of(const hf_block *block, double *squeeze)
{
    double west = INFINITY;
    double east = -INFINITY;
    double south = INFINITY;
    double north = -INFINITY;
    stretch(block->dots, block->dot_count, &west, &east, &south, &north);
    for (size_t i = 0; i < block->outline_count; i++)
        stretch(block->outlines[i].points, block->outlines[i].count, &west, &east, &south, &north);
    *squeeze = cos((south + north) / 2 * 3.14159265358979323846 / 180);
    double wide = fmax((east - west) * *squeeze, 1e-6);
    double high = fmax(north - south, 1e-6);
    double scale = fmin(760 / wide, 480 / high);
    return (frame){west, north, scale, wide * scale + 40, high * scale + 40};
}

static void add_place(const frame *f, const hf_dot *dot, double squeeze, double *x, double *y)
{
    *x = floor((20 + ((double)dot->x - f->west) * squeeze * f->scale) * 10 + 0.5) / 10;
    *y = floor((20 + (f->north - (double)dot->y) * f->scale) * 10 + 0.5) / 10;
}

// Areas lie under the dots: coast and regions.
static void add_outline(const frame *f, const hf_outline *outline, double squeeze, hf_buf *out)
{
    hf_buf_add_z(out, "<path d=\"M");
    for (size_t i = 0; i < outline->count; i++) {
        double x = 0;
        double y = 0;
        add_place(f, &outline->points[i], squeeze, &x, &y);
        hf_buf_add_byte(out, i == 0 ? ' ' : 'L');
        hf_buf_add_double(out, x);
        hf_buf_add_byte(out, ' ');
        hf_buf_add_double(out, y);
    }
    hf_buf_add_z(out, "Z\"/>\n");
}

// --- the ranks -------------------------------------------------------------------------------------------

typedef struct {
    double x, y; // its middle
    double wide, high;
} box;

typedef struct {
    const frame *frame;
    box taken[2 * LABELS_MAX]; // ranked dots and the labels set so far
    size_t count;
} labels;

static bool overlap(const box *a, const box *b)
{
    return fabs(a->x - b->x) * 2 < a->wide + b->wide && fabs(a->y - b->y) * 2 < a->high + b->high;
}

static bool is_free(const labels *all, const box *wanted)
{
    if (wanted->x < wanted->wide / 2 || wanted->x > all->frame->width - wanted->wide / 2 ||
        wanted->y < wanted->high / 2 || wanted->y > all->frame->height - wanted->high / 2)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (overlap(&all->taken[i], wanted))
            return false;
    return true;
}

// The free place nearest to the dot: beside it if there is room, else further out. False: beside it, over others.
static bool find_place(const labels *all, double x, double y, box *out, double *reach)
{
    static const double ways[][2] = {{1, 0},        {-1, 0},        {0, -1},      {0, 1},
                                     {0.7, -0.7},   {-0.7, -0.7},   {0.7, 0.7},   {-0.7, 0.7},
                                     {0.92, -0.38}, {-0.92, -0.38}, {0.92, 0.38}, {-0.92, 0.38},
                                     {0.38, -0.92}, {-0.38, -0.92}, {0.38, 0.92}, {-0.38, 0.92}};
    const double near = DOT_R + 2 + out->wide / 2;
    for (*reach = near; *reach < near + 90; *reach += 8)
        for (size_t i = 0; i < HF_COUNT(ways); i++) {
            out->x = x + ways[i][0] * *reach;
            out->y = y + ways[i][1] * *reach;
            if (is_free(all, out))
                return true;
        }
    *reach = near;
    out->x = x + near;
    out->y = y;
    return false;
}

static void add_attribute(const char *before, double value, hf_buf *out)
{
    hf_buf_add_z(out, before);
    hf_buf_add_double(out, floor(value * 10 + 0.5) / 10);
}

// The rank of one dot, with a line to it when it stands apart.
static void add_rank(labels *all, uint32_t rank, double x, double y, hf_buf *out)
{
    box place = {.wide = LETTER_WIDE * (rank > 99 ? 3 : rank > 9 ? 2 : 1) + 2, .high = LETTER_HIGH};
    double reach = 0;
    bool is_found = find_place(all, x, y, &place, &reach);
    if (is_found && reach > DOT_R + 2 + place.wide / 2) {
        double share = 1 - (place.high / 2) / reach;
        add_attribute("<line x1=\"", x, out);
        add_attribute("\" y1=\"", y, out);
        add_attribute("\" x2=\"", x + (place.x - x) * share, out);
        add_attribute("\" y2=\"", y + (place.y - y) * share, out);
        hf_buf_add_z(out, "\"/>");
    }
    add_attribute("<text text-anchor=\"middle\" x=\"", place.x, out);
    add_attribute("\" y=\"", place.y + 4, out);
    hf_buf_add_format(out, "\">%u</text>\n", rank);
    if (all->count < HF_COUNT(all->taken))
        all->taken[all->count++] = place;
}

static void add_dots(const hf_block *block, const frame *f, double squeeze, hf_buf *out)
{
    labels all = {.frame = f};
    for (size_t i = 0; i < block->dot_count; i++) {
        box dot = {.wide = 2 * DOT_R, .high = 2 * DOT_R};
        add_place(f, &block->dots[i], squeeze, &dot.x, &dot.y);
        add_attribute(block->dots[i].rank > 0 ? "<circle class=\"r\" r=\"5\" cx=\""
                                              : "<circle class=\"d\" r=\"1.4\" cx=\"",
                      dot.x, out);
        add_attribute("\" cy=\"", dot.y, out);
        hf_buf_add_z(out, "\"/>");
        if (block->dots[i].rank > 0 && all.count < LABELS_MAX)
            all.taken[all.count++] = dot;
    }
    for (size_t i = 0; i < block->dot_count; i++) {
        double x = 0;
        double y = 0;
        if (block->dots[i].rank == 0)
            continue;
        add_place(f, &block->dots[i], squeeze, &x, &y);
        add_rank(&all, block->dots[i].rank, x, y, out);
    }
}

void hf_write_map_svg(const hf_block *block, hf_buf *out)
{
    double squeeze = 1;
    frame f = frame_of(block, &squeeze);
    hf_buf_add_z(out, " viewBox=\"0 0 ");
    hf_buf_add_double(out, ceil(f.width));
    hf_buf_add_byte(out, ' ');
    hf_buf_add_double(out, ceil(f.height));
    hf_buf_add_z(out, "\">\n");
    for (size_t i = 0; i < block->outline_count; i++)
        add_outline(&f, &block->outlines[i], squeeze, out);
    add_dots(block, &f, squeeze, out);
    hf_buf_add_z(out, "</svg>");
}
