// SPDX-License-Identifier: Apache-2.0
//
// Representative points. All coordinates of a geometry are gathered into rings (a line is an open ring), the
// longest line or largest area decides. Plain degrees are enough here: the point is for a map, not for survey.
#include "format/geometry.h"

#include <math.h>
#include <string.h>

#include "base/vec.h"

typedef struct {
    double x, y;
} point;
typedef struct {
    size_t from, count;
} ring;
typedef struct {
    hf_arena arena;
    HF_VEC(point) points;
    HF_VEC(ring) rings; // outer rings and lines; holes are not kept
} shape;

enum { DIMENSION_POINT, DIMENSION_LINE, DIMENSION_AREA };

static double line_length(const point *points, size_t count)
{
    double sum = 0;
    for (size_t i = 1; i < count; i++)
        sum += hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
    return sum;
}

static point line_middle(const point *points, size_t count)
{
    double left = line_length(points, count) / 2;
    for (size_t i = 1; i < count; i++) {
        double step = hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
        if (step >= left && step > 0) {
            double share = left / step;
            return (point){points[i - 1].x + share * (points[i].x - points[i - 1].x),
                           points[i - 1].y + share * (points[i].y - points[i - 1].y)};
        }
        left -= step;
    }
    return points[0];
}

// Twice the signed area, relative to the first point so that far coordinates lose no digits.
static double ring_area(const point *points, size_t count, point *centre)
{
    double area = 0, x = 0, y = 0;
    point o = points[0];
    for (size_t i = 1; i + 1 < count; i++) {
        double ax = points[i].x - o.x, ay = points[i].y - o.y;
        double bx = points[i + 1].x - o.x, by = points[i + 1].y - o.y;
        double cross = ax * by - ay * bx;
        area += cross;
        x += cross * (ax + bx);
        y += cross * (ay + by);
    }
    *centre = area != 0 ? (point){o.x + x / (3 * area), o.y + y / (3 * area)} : o;
    return area;
}

static bool is_inside(const point *points, size_t count, point at)
{
    bool inside = false;
    for (size_t i = 0, j = count - 1; i < count; j = i++)
        if ((points[i].y > at.y) != (points[j].y > at.y) &&
            at.x <
                (points[j].x - points[i].x) * (at.y - points[i].y) / (points[j].y - points[i].y) +
                    points[i].x)
            inside = !inside;
    return inside;
}

// The middle of the widest stretch of the ring at the height of `at`.
static point widest_stretch(const point *points, size_t count, point at)
{
    point best = points[0];
    double best_width = -1;
    for (size_t i = 0, j = count - 1; i < count; j = i++) {
        if ((points[i].y > at.y) == (points[j].y > at.y))
            continue;
        double x = points[i].x +
                   (at.y - points[i].y) / (points[j].y - points[i].y) * (points[j].x - points[i].x);
        double next = INFINITY; // nearest crossing to the right
        for (size_t k = 0, m = count - 1; k < count; m = k++) {
            if ((points[k].y > at.y) == (points[m].y > at.y))
                continue;
            double other = points[k].x + (at.y - points[k].y) / (points[m].y - points[k].y) *
                                             (points[m].x - points[k].x);
            if (other > x && other < next)
                next = other;
        }
        point middle = {(x + next) / 2, at.y};
        if (isfinite(next) && next - x > best_width && is_inside(points, count, middle)) {
            best_width = next - x;
            best = middle;
        }
    }
    return best;
}

static point shape_point(const shape *s, int dimension)
{
    double best = -1;
    point result = s->points.items[0];
    for (size_t i = 0; i < s->rings.count && dimension != DIMENSION_POINT; i++) {
        const point *points = s->points.items + s->rings.items[i].from;
        size_t count = s->rings.items[i].count;
        point centre;
        double size = dimension == DIMENSION_LINE ? line_length(points, count)
                                                  : fabs(ring_area(points, count, &centre));
        if (size <= best)
            continue;
        best = size;
        if (dimension == DIMENSION_LINE)
            result = line_middle(points, count);
        else // the quadratic search only for rings of a sane size
            result = is_inside(points, count, centre) || count > 20000
                         ? centre
                         : widest_stretch(points, count, centre);
    }
    return result;
}

static bool shape_done(shape *s, int dimension, double *lon, double *lat)
{
    bool found = s->points.count > 0;
    if (found) {
        point at = shape_point(s, dimension);
        found = isfinite(at.x) && isfinite(at.y);
        *lon = at.x;
        *lat = at.y;
    }
    hf_arena_done(&s->arena);
    return found;
}

// --- GeoJSON ---------------------------------------------------------------------------------------------

static bool is_number(const hf_json *value)
{
    return value != NULL && (value->type == HF_JSON_INT || value->type == HF_JSON_DOUBLE);
}

static void add_json_point(shape *s, const hf_json *position)
{
    if (position->type == HF_JSON_ARRAY && is_number(position->child) &&
        is_number(position->child->next))
        HF_VEC_ADD(&s->arena, &s->points,
                   ((point){position->child->number, position->child->next->number}));
}

static void add_json_ring(shape *s, const hf_json *positions)
{
    size_t from = s->points.count;
    for (const hf_json *p = positions->child; p != NULL; p = p->next)
        add_json_point(s, p);
    if (s->points.count > from)
        HF_VEC_ADD(&s->arena, &s->rings, ((ring){from, s->points.count - from}));
}

static int add_geometry(shape *s, const hf_json *geometry, int depth)
{
    hf_str type = hf_json_text(geometry, "type");
    const hf_json *at = hf_json_get(geometry, "coordinates");
    int dimension = DIMENSION_POINT;
    if (hf_str_equal_z(type, "GeometryCollection") && depth < 4) {
        const hf_json *parts = hf_json_get(geometry, "geometries");
        for (const hf_json *g = parts != NULL ? parts->child : NULL; g != NULL; g = g->next) {
            int part = add_geometry(s, g, depth + 1);
            dimension = part > dimension ? part : dimension;
        }
        return dimension;
    }
    if (at == NULL || at->type != HF_JSON_ARRAY)
        return dimension;
    if (hf_str_equal_z(type, "Point"))
        add_json_point(s, at);
    else if (hf_str_equal_z(type, "MultiPoint"))
        add_json_ring(s, at);
    else if (hf_str_equal_z(type, "LineString")) {
        add_json_ring(s, at);
        dimension = DIMENSION_LINE;
    } else if (hf_str_equal_z(type, "MultiLineString")) {
        for (const hf_json *line = at->child; line != NULL; line = line->next)
            add_json_ring(s, line);
        dimension = DIMENSION_LINE;
    } else if (hf_str_equal_z(type, "Polygon")) {
        if (at->child != NULL)
            add_json_ring(s, at->child);
        dimension = DIMENSION_AREA;
    } else if (hf_str_equal_z(type, "MultiPolygon")) {
        for (const hf_json *polygon = at->child; polygon != NULL; polygon = polygon->next)
            if (polygon->child != NULL)
                add_json_ring(s, polygon->child);
        dimension = DIMENSION_AREA;
    }
    return dimension;
}

bool hf_geometry_point(const hf_json *geometry, double *lon, double *lat)
{
    shape s = {0};
    if (geometry == NULL || geometry->type != HF_JSON_OBJECT)
        return false;
    int dimension = add_geometry(&s, geometry, 0);
    return shape_done(&s, dimension, lon, lat);
}

// --- well-known text -------------------------------------------------------------------------------------

// Two numbers of "x y[ z[ m]]".
static bool wkt_position(hf_str text, point *out)
{
    hf_str rest = hf_str_trim(text), x, y;
    if (!hf_str_split(&rest, ' ', &x))
        return false;
    rest = hf_str_trim(rest);
    if (!hf_str_split(&rest, ' ', &y))
        return false;
    return hf_parse_double(x, &out->x) && hf_parse_double(y, &out->y);
}

// Each innermost bracket is a ring; of a polygon only the first one after "((" is an outer ring.
static bool add_wkt(shape *s, hf_str text)
{
    bool is_outer = true;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '(' && i > 0 && text.ptr[i - 1] == '(')
            is_outer = true;
        if (text.ptr[i] != '(')
            continue;
        size_t end = i + 1;
        while (end < text.len && text.ptr[end] != ')' && text.ptr[end] != '(')
            end++;
        if (end >= text.len)
            return false;
        if (text.ptr[end] == '(')
            continue;
        size_t from = s->points.count;
        hf_str rest = hf_str_slice(text, i + 1, end), part;
        while (is_outer && hf_str_split(&rest, ',', &part)) {
            point p;
            if (!wkt_position(part, &p))
                return false;
            HF_VEC_ADD(&s->arena, &s->points, p);
        }
        if (s->points.count > from)
            HF_VEC_ADD(&s->arena, &s->rings, ((ring){from, s->points.count - from}));
        if (hf_str_find(text, HF_STR("POLYGON")) < text.len)
            is_outer = false;
        i = end;
    }
    return true;
}

bool hf_wkt_point(hf_str text, double *lon, double *lat)
{
    shape s = {0};
    int dimension = hf_str_find(text, HF_STR("POLYGON")) < text.len      ? DIMENSION_AREA
                    : hf_str_find(text, HF_STR("LINESTRING")) < text.len ? DIMENSION_LINE
                                                                         : DIMENSION_POINT;
    if (!add_wkt(&s, text))
        s.points.count = 0;
    return shape_done(&s, dimension, lon, lat);
}
