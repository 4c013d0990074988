# SPDX-License-Identifier: Apache-2.0
"""Bars on a logarithmic axis as SVG: what the benches draw beside their tables."""
import math
from xml.sax.saxutils import escape

ROW, LEFT, WIDTH, RIGHT, TOP = 22, 330, 520, 110, 56


def bars(path, title, axis, sections):
    """sections: (heading, [(label, value > 0, is ours)])."""
    values = [value for _, rows in sections for _, value, _ in rows]
    low = math.floor(math.log10(min(values)))
    high = max(math.ceil(math.log10(max(values))), low + 1)
    lines = sum(len(rows) + 1 for _, rows in sections)
    height = TOP + lines * ROW + 40

    def x_of(value):
        return LEFT + WIDTH * (math.log10(value) - low) / (high - low)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" '
           f'font-family="sans-serif" font-size="13" role="img"><title>{escape(title)}</title>',
           '<rect width="100%" height="100%" fill="#fff"/>',
           f'<text x="12" y="24" font-size="16">{escape(title)}</text>']
    for power in range(low, high + 1):
        x = x_of(10.0**power)
        out.append(f'<path d="M{x:.1f} {TOP - 8}V{height - 34}" stroke="#ccc"/>'
                   f'<text x="{x:.1f}" y="{height - 18}" text-anchor="middle">{10.0**power:g}</text>')
    y = TOP
    for heading, rows in sections:
        out.append(f'<text x="12" y="{y + 14}" font-weight="bold">{escape(heading)}</text>')
        y += ROW
        for label, value, is_ours in rows:
            width = max(x_of(value) - LEFT, 1)
            out.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>'
                       f'<rect x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{ROW - 7}" '
                       f'fill="{"#1f5fa8" if is_ours else "#8a8a8a"}"/>'
                       f'<text x="{LEFT + width + 6:.1f}" y="{y + 14}">{value:.3g}</text>')
            y += ROW
    out.append(f'<text x="{LEFT + WIDTH}" y="{height - 3}" text-anchor="end">{escape(axis)}</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")
