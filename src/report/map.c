// SPDX-License-Identifier: Apache-2.0
//
// Where the parts of a document's map lie: its frame, areas, dots, and the ranks beside the dots that have one.
#include "report/map.h"

#include <math.h>

#define LETTER_WIDE 7.0 // of the ranks, in units of the picture
#define LETTER_HIGH 11.0
#define LABELS_MAX  100u // more ranks are drawn without looking for room

typedef struct {
    double west, north, scale, squeeze, width, height;
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
static frame frame_of(const hf_block *block)
{
    double west = INFINITY;
    double east = -INFINITY;
    double south = INFINITY;
    double north = -INFINITY;
    stretch(block->dots, block->dot_count, &west, &east, &south, &north);
    for (size_t i = 0; i < block->outline_count; i++)
        stretch(block->outlines[i].points, block->outlines[i].count, &west, &east, &south, &north);
    double squeeze = cos((south + north) / 2 * 3.14159265358979323846 / 180);
    double wide = fmax((east - west) * squeeze, 1e-6);
    double high = fmax(north - south, 1e-6);
    double scale = fmin(760 / wide, 480 / high);
    return (frame){west, north, scale, squeeze, wide * scale + 40, high * scale + 40};
}

static hf_map_point place_of(const frame *f, const hf_dot *dot)
{
    return (hf_map_point){
        floor((20 + ((double)dot->x - f->west) * f->squeeze * f->scale) * 10 + 0.5) / 10,
        floor((20 + (f->north - (double)dot->y) * f->scale) * 10 + 0.5) / 10};
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
    const double near = HF_MAP_RANKED_R + 2 + out->wide / 2;
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

// The number of one dot, with a line to it when it stands apart.
static hf_map_label label_of(labels *all, uint32_t rank, hf_map_point dot)
{
    box place = {.wide = LETTER_WIDE * (rank > 99 ? 3 : rank > 9 ? 2 : 1) + 2, .high = LETTER_HIGH};
    double reach = 0;
    bool is_found = find_place(all, dot.x, dot.y, &place, &reach);
    hf_map_label label = {.rank = rank, .dot = dot, .middle = {place.x, place.y}};
    if (is_found && reach > HF_MAP_RANKED_R + 2 + place.wide / 2) {
        double share = 1 - (place.high / 2) / reach;
        label.is_led = true;
        label.line_end =
            (hf_map_point){dot.x + (place.x - dot.x) * share, dot.y + (place.y - dot.y) * share};
    }
    if (all->count < HF_COUNT(all->taken))
        all->taken[all->count++] = place;
    return label;
}

static void place_dots(const hf_block *block, const frame *f, hf_arena *arena, hf_map *out)
{
    hf_map_dot *dots = HF_NEW_N(arena, hf_map_dot, block->dot_count);
    hf_map_label *ranked = HF_NEW_N(arena, hf_map_label, block->dot_count);
    labels *all = HF_NEW(arena, labels);
    all->frame = f;
    for (size_t i = 0; i < block->dot_count; i++) {
        dots[i] = (hf_map_dot){place_of(f, &block->dots[i]), block->dots[i].rank > 0};
        if (dots[i].is_ranked && all->count < LABELS_MAX)
            all->taken[all->count++] =
                (box){dots[i].place.x, dots[i].place.y, 2 * HF_MAP_RANKED_R, 2 * HF_MAP_RANKED_R};
    }
    for (size_t i = 0; i < block->dot_count; i++)
        if (dots[i].is_ranked)
            ranked[out->label_count++] = label_of(all, block->dots[i].rank, dots[i].place);
    out->dots = dots;
    out->dot_count = block->dot_count;
    out->labels = ranked;
}

void hf_map_place(const hf_block *block, hf_arena *arena, hf_map *out)
{
    frame f = frame_of(block);
    hf_map_outline *outlines = HF_NEW_N(arena, hf_map_outline, block->outline_count);
    *out = (hf_map){.width = ceil(f.width), .height = ceil(f.height), .outlines = outlines};
    for (size_t i = 0; i < block->outline_count; i++) {
        const hf_outline *outline = &block->outlines[i];
        hf_map_point *points = HF_NEW_N(arena, hf_map_point, outline->count);
        for (size_t k = 0; k < outline->count; k++)
            points[k] = place_of(&f, &outline->points[k]);
        outlines[out->outline_count++] = (hf_map_outline){points, outline->count};
    }
    place_dots(block, &f, arena, out);
}
