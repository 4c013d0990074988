// SPDX-License-Identifier: Apache-2.0
//
// The generating units and the load of the IEEE Reliability Test System. Source: IEEE Committee Report 1979,
// "IEEE Reliability Test System", IEEE Transactions on Power Apparatus and Systems 98(6), tables 1 to 5.
#ifndef HF_TEST_RTS79_H
#define HF_TEST_RTS79_H

#include <stdint.h>

#define RTS79_MW      3405u
#define RTS79_PEAK_MW 2850.0
#define RTS79_DAYS    364u

static const struct {
    uint32_t mw, count;
    double outage;
} rts79_units[] = {
    {12, 5, 0.02},  {20, 4, 0.10},  {50, 6, 0.01},  {76, 4, 0.02},  {100, 3, 0.04},
    {155, 4, 0.04}, {197, 3, 0.05}, {350, 1, 0.08}, {400, 2, 0.12},
};
static const uint32_t rts79_unit_count = sizeof(rts79_units) / sizeof(rts79_units[0]);

// Thousandths of the annual peak.
static const uint16_t rts79_week[52] = {
    862, 900, 878, 834, 880, 841, 832, 806, 740, 737, 715, 727, 704, 750, 721,  800, 754, 837,
    870, 880, 856, 811, 900, 887, 896, 861, 755, 816, 801, 880, 722, 776, 800,  729, 726, 705,
    780, 695, 724, 724, 743, 744, 800, 881, 885, 909, 940, 890, 942, 970, 1000, 952};
static const uint8_t rts79_day[7] = {93, 100, 98, 96, 94, 77, 75};
// Per cent of the daily peak: winter, summer, spring and autumn; working days, then weekends.
static const uint8_t rts79_hour[3][2][24] = {{{67, 63, 60, 59, 59, 60,  74,  86, 95, 96, 96, 95,
                                               95, 95, 93, 94, 99, 100, 100, 96, 91, 83, 73, 63},
                                              {78, 72, 68, 66, 64, 65,  66, 70, 80, 88, 90, 91,
                                               90, 88, 87, 87, 91, 100, 99, 97, 94, 92, 87, 81}},
                                             {{64, 60,  58,  56, 56, 58, 64, 76, 87, 95, 99, 100,
                                               99, 100, 100, 97, 96, 96, 93, 92, 92, 93, 87, 72},
                                              {74, 70, 66, 65, 64, 62, 62, 66, 81,  86, 91, 93,
                                               93, 92, 91, 91, 92, 94, 95, 95, 100, 93, 88, 80}},
                                             {{63, 62, 60, 58, 59, 65, 72, 85, 95, 99, 100, 99,
                                               93, 92, 90, 88, 90, 92, 96, 98, 96, 90, 80,  70},
                                              {75, 73, 69, 66, 65, 65, 68, 74,  83, 89, 92, 94,
                                               91, 90, 90, 86, 85, 88, 92, 100, 97, 95, 90, 85}}};

static inline double rts79_load_mw(uint32_t day, uint32_t hour)
{
    uint32_t week = day / 7, weekday = day % 7;
    uint32_t season = week < 8 || week >= 43 ? 0 : week >= 17 && week < 30 ? 1 : 2;
    return RTS79_PEAK_MW * rts79_week[week] / 1000 * rts79_day[weekday] / 100 *
           rts79_hour[season][weekday >= 5][hour] / 100;
}

#endif
