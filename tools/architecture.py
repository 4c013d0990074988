#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the list of files in ARCHITECTURE.md anew: one line for each file of src/, in its own words.

The line is the first sentence of the comment under the licence line: of the header where there is a pair, so
there is one place to mend it. tools/lint.py checks that the list is true.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- files: begin -->", "<!-- files: end -->"
FLOORS = ["cli", "api", "usecase", "report", "store", "format", "channel", "engine", "model", "wire",
          "reader", "base"]


def purpose(path):
    """The first sentence of the comment at the head of a file."""
    words = []
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        if not line.startswith("//"):
            break
        text = line[2:].strip()
        if not text and words:
            break
        words.append(text)
    text = " ".join(w for w in words if w)
    match = re.match(r".*?[.:;](?=\s|$)", text)
    return (match.group(0) if match else text).rstrip(".:; ").replace("|", "\\|")


def table(root):
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "src"],
        capture_output=True, check=True).stdout.decode().split("\0")
    paths = {p for p in listed if p.endswith((".c", ".h")) and (root / p).is_file()}
    lines = []
    for floor in FLOORS:
        stems = sorted({p[:-2] for p in paths if p.startswith(f"src/{floor}/")})
        if not stems:
            continue
        lines += [f"### `src/{floor}/`", "", "| File | For |", "|---|---|"]
        for stem in stems:
            endings = [e for e in "ch" if f"{stem}.{e}" in paths]
            name = f"{stem}.[ch]" if len(endings) == 2 else f"{stem}.{endings[0]}"
            lines.append(f"| `{name}` | {purpose(root / f'{stem}.{endings[-1]}')} |")
        lines.append("")
    return "\n".join(lines)


def main():
    page = ROOT / "ARCHITECTURE.md"
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n\n{table(ROOT)}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
