// SPDX-License-Identifier: Apache-2.0
//
// The ground of the demonstration nation. The island lies in the South Pacific, a thousand kilometres from
// any land. Its coast is a circle bent by a few waves; a middle region is ringed by outer ones; town sizes
// follow Zipf's law. Coordinates are rounded to 5 decimals, so that the digest does not hang on the last bit
// of a library's sine.
#include "usecase/demo_place.h"

#include <math.h>

#define MIDDLE_LON    (-128.0)
#define MIDDLE_LAT    (-44.5)
#define RADIUS_DEG    1.35 // of latitude
#define LON_STRETCH   1.4  // degrees of longitude are shorter this far south
#define WAVES         6u
#define PI            3.14159265358979323846
#define NATION_PEOPLE 4200000.0

uint64_t hf_demo_random(uint64_t seed, uint64_t stream, uint64_t index)
{
    // SplitMix64's finaliser (Steele, Lea, Flood 2014) over a combination of the three.
    uint64_t x =
        seed * 0x9E3779B97F4A7C15u + stream * 0xD1B54A32D192ED03u + index * 0x8CB92BA72F3D8DD7u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

double hf_demo_unit(uint64_t seed, uint64_t stream, uint64_t index)
{
    return (double)(hf_demo_random(seed, stream, index) >> 11) * 0x1p-53;
}

static double rounded(double degrees)
{
    return floor(degrees * 1e5 + 0.5) / 1e5;
}

// Distance of the coast from the middle in a direction, 1 = RADIUS_DEG.
static double coast(const hf_demo_land *land, double angle)
{
    double reach = 1.0;
    for (uint32_t wave = 1; wave <= WAVES; wave++) {
        double height = 0.22 * hf_demo_unit(land->seed, 1, wave) / (0.6 + 0.5 * wave);
        reach += height * sin((double)wave * angle + 2 * PI * hf_demo_unit(land->seed, 2, wave));
    }
    return reach;
}

static hf_demo_point at_polar(double angle, double reach)
{
    return (hf_demo_point){rounded(MIDDLE_LON + RADIUS_DEG * LON_STRETCH * reach * cos(angle)),
                           rounded(MIDDLE_LAT + RADIUS_DEG * reach * sin(angle))};
}

static void to_polar(hf_demo_point point, double *angle, double *reach)
{
    double x = (point.lon - MIDDLE_LON) / (RADIUS_DEG * LON_STRETCH);
    double y = (point.lat - MIDDLE_LAT) / RADIUS_DEG;
    *angle = atan2(y, x);
    if (*angle < 0)
        *angle += 2 * PI;
    *reach = sqrt(x * x + y * y);
}

hf_demo_point hf_demo_on_land(const hf_demo_land *land, double lon, double lat)
{
    double angle = 0;
    double reach = 0;
    to_polar((hf_demo_point){lon, lat}, &angle, &reach);
    double limit = 0.97 * coast(land, angle);
    return at_polar(angle, reach < limit ? reach : limit);
}

#define MIDDLE_REACH 0.38

uint32_t hf_demo_region_of(const hf_demo_land *land, hf_demo_point point)
{
    double angle = 0;
    double reach = 0;
    to_polar(point, &angle, &reach);
    if (reach < MIDDLE_REACH)
        return 0;
    uint32_t found = land->region_count - 1; // from its edge over 2π to the first edge
    for (uint32_t i = 1; i < land->region_count; i++)
        if (angle >= land->edge[i])
            found = i;
    return found;
}

double hf_demo_km(hf_demo_point a, hf_demo_point b)
{
    double x = (a.lon - b.lon) / LON_STRETCH;
    double y = a.lat - b.lat;
    return 111.2 * sqrt(x * x + y * y);
}

static void add_point(hf_buf *out, double angle, double reach, bool *is_first)
{
    hf_demo_point point = at_polar(angle, reach);
    hf_buf_add_z(out, *is_first ? "[" : ",[");
    hf_buf_add_double(out, point.lon);
    hf_buf_add_byte(out, ',');
    hf_buf_add_double(out, point.lat);
    hf_buf_add_byte(out, ']');
    *is_first = false;
}

void hf_demo_boundary(const hf_demo_land *land, uint32_t region, hf_buf *geojson)
{
    enum { STEPS = 48 };
    bool is_first = true;
    double from = region == 0 ? 0 : land->edge[region];
    double to = region == 0                       ? 2 * PI
                : region + 1 < land->region_count ? land->edge[region + 1]
                                                  : land->edge[1] + 2 * PI;
    hf_buf_add_z(geojson, "{\"coordinates\":[[");
    for (int i = 0; i <= STEPS; i++) {
        double angle = from + (to - from) * i / STEPS;
        add_point(geojson, angle, region == 0 ? MIDDLE_REACH : coast(land, angle), &is_first);
    }
    if (region != 0) {
        for (int i = STEPS; i >= 0; i--)
            add_point(geojson, from + (to - from) * i / STEPS, MIDDLE_REACH, &is_first);
        add_point(geojson, from, coast(land, from), &is_first);
    }
    hf_buf_add_z(geojson, "]],\"type\":\"Polygon\"}");
}

static void make_regions(hf_demo_land *land, uint64_t size)
{
    land->region_count = size < 2000 ? 8 : size < 50000 ? 12 : 15;
    double share = 2 * PI / (land->region_count - 1);
    for (uint32_t i = 1; i < land->region_count; i++)
        land->edge[i] = share * (i - 1 + 0.1 + 0.5 * hf_demo_unit(land->seed, 3, i));
}

static void make_towns(hf_demo_land *land, uint64_t size, hf_arena *arena)
{
    uint64_t wanted = size / 60;
    double harmonic = 0;
    land->town_count = wanted < 16                  ? 16
                       : wanted > HF_DEMO_TOWNS_MAX ? HF_DEMO_TOWNS_MAX
                                                    : (uint32_t)wanted;
    land->towns = HF_NEW_N(arena, hf_demo_town, land->town_count);
    for (uint32_t i = 0; i < land->town_count; i++)
        harmonic += 1.0 / (i + 2.0);
    for (uint32_t i = 0; i < land->town_count; i++) {
        // The capital stands near the middle; each region has one of the next towns; the rest lie anywhere.
        double angle = 2 * PI * hf_demo_unit(land->seed, 4, i);
        double reach = sqrt(hf_demo_unit(land->seed, 5, i)) * 0.93;
        if (i == 0)
            reach = 0.12;
        else if (i < land->region_count) {
            double next = i + 1 < land->region_count ? land->edge[i + 1] : land->edge[1] + 2 * PI;
            angle = land->edge[i] +
                    (next - land->edge[i]) * (0.35 + 0.3 * hf_demo_unit(land->seed, 6, i));
            reach = 0.7;
        }
        hf_demo_town *town = &land->towns[i];
        town->at = at_polar(angle, reach * coast(land, angle));
        town->region = hf_demo_region_of(land, town->at);
        town->people = (int64_t)(NATION_PEOPLE / harmonic / (i + 2.0));
        town->name = hf_demo_random(land->seed, 7, i);
    }
}

void hf_demo_land_make(uint64_t seed, uint64_t size, hf_arena *arena, hf_demo_land *out)
{
    *out = (hf_demo_land){.seed = seed};
    make_regions(out, size);
    make_towns(out, size, arena);
}

static const char *const syllables[][4] = {
    {"ka", "كا", "卡", "ка"},    {"lo", "لو", "洛", "ло"},    {"mi", "مي", "米", "ми"},
    {"ra", "را", "拉", "ра"},    {"su", "سو", "苏", "су"},    {"ven", "فين", "文", "вен"},
    {"ta", "تا", "塔", "та"},    {"no", "نو", "诺", "но"},    {"li", "لي", "利", "ли"},
    {"ber", "بير", "贝", "бер"}, {"do", "دو", "多", "до"},    {"sha", "شا", "沙", "ша"},
    {"ma", "ما", "马", "ма"},    {"ri", "ري", "里", "ри"},    {"tun", "تون", "通", "тун"},
    {"fa", "فا", "法", "фа"},    {"go", "غو", "戈", "го"},    {"nel", "نيل", "内", "нел"},
    {"si", "سي", "西", "си"},    {"bo", "بو", "博", "бо"},    {"wan", "وان", "万", "ван"},
    {"di", "دي", "迪", "ди"},    {"sol", "سول", "索", "сол"}, {"ne", "ني", "尼", "не"},
};

hf_demo_script hf_demo_script_of(uint32_t region)
{
    static const hf_demo_script scripts[] = {HF_SCRIPT_LATIN, HF_SCRIPT_ARABIC, HF_SCRIPT_HAN,
                                             HF_SCRIPT_CYRILLIC};
    return scripts[region % HF_COUNT(scripts)];
}

void hf_demo_name(uint64_t name, hf_demo_script script, hf_buf *out)
{
    uint32_t count = 2 + (uint32_t)(name % 100 < 60);
    size_t start = out->len;
    uint64_t rest = name / 100;
    for (uint32_t i = 0; i < count; i++) {
        hf_buf_add_z(out, syllables[rest % HF_COUNT(syllables)][script]);
        rest /= HF_COUNT(syllables);
    }
    if (script == HF_SCRIPT_LATIN && out->len > start)
        out->ptr[start] = (char)(out->ptr[start] - 'a' + 'A');
    if (script == HF_SCRIPT_CYRILLIC && out->len > start + 1) {
        // Small letters а…п and р…я stand in two blocks of UTF-8; the capitals are one block.
        unsigned char lead = (unsigned char)out->ptr[start];
        unsigned char tail = (unsigned char)out->ptr[start + 1];
        out->ptr[start] = (char)0xD0;
        out->ptr[start + 1] = (char)(lead == 0xD0 ? tail - 0x20 : tail + 0x20);
    }
}
