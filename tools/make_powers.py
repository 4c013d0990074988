# SPDX-License-Identifier: Apache-2.0
#
# Writes the table of powers of ten behind reading and writing numbers (src/base/number.c): for each k the
# 128-bit g with 2^127 <= g < 2^128 and g = ceil(10^k * 2^-r). Meson runs it; exact, with whole numbers only.
import sys

FIRST, LAST = -343, 324


def power(k):
    numerator, denominator = (10**k, 1) if k >= 0 else (1, 10**-k)
    shift = 128 - (numerator.bit_length() - denominator.bit_length())
    while True:
        scaled = numerator << max(shift, 0)
        divisor = denominator << max(-shift, 0)
        floor = scaled // divisor
        if floor >= 1 << 128:
            shift -= 1
        elif floor < 1 << 127:
            shift += 1
        else:
            return -(-scaled // divisor)


def main():
    lines = ["// Made by tools/make_powers.py.", "#include <stdint.h>",
             f"enum {{ POWER_FIRST = {FIRST}, POWER_LAST = {LAST} }};",
             "static const uint64_t powers[][2] = {"]
    for k in range(FIRST, LAST + 1):
        g = power(k)
        lines.append(f"    {{0x{g >> 64:016X}u, 0x{g & (1 << 64) - 1:016X}u}}, // {k}")
    lines.append("};")
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")


main()
