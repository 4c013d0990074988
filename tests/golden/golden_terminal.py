#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the main commands say at 80 columns, in English and Arabic, byte by byte: golden_terminal.py HOLDFAST FOLDER
[--accept]. Standard output first, then standard error behind a line of dashes, then the exit status."""
import os
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

HOLDFAST, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
ACCEPTS = "--accept" in sys.argv[3:]
FILES = ["regions", "services", "organisations", "assets", "dependencies"]
SAID = {
    "cascade": ["cascade", "--fail", "G1"],
    "rank": ["rank"],
    "check": ["check"],
    "explain": ["explain", "H1", "--fail", "G1"],
    "import": ["import", "refused.csv", "--as", "assets", "--dry-run"],
}


def columns(line):
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) == "Cf" else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def run(folder, words):
    return subprocess.run([HOLDFAST, "--db", str(folder / "golden.db"), *words], cwd=FOLDER / "register",
                          capture_output=True, text=True, encoding="utf-8", check=False,
                          env={**os.environ, "LC_ALL": "C", "COLUMNS": ""})


def main():
    points = [(name, lang) for name in SAID for lang in ("en", "ar")]
    print(f"1..{len(points) + 1}", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="holdfast-golden-") as scratch:
        folder = Path(scratch)
        done = run(folder, ["import", "--json", *(f"{name}.csv" for name in FILES)])
        print(f"{'ok' if done.returncode == 0 else 'not ok'} 1 - the register is imported", flush=True)
        failed += done.returncode != 0
        for number, (name, lang) in enumerate(points, 2):
            done = run(folder, ["--lang", lang, *SAID[name]])
            is_ = f"{done.stdout}---\n{done.stderr}--- exit status {done.returncode}\n"
            path = FOLDER / "terminal" / f"{name}.{lang}.txt"
            if ACCEPTS:
                path.parent.mkdir(exist_ok=True)
                path.write_text(is_, encoding="utf-8")
            wanted = path.read_text(encoding="utf-8") if path.exists() else "(not there)\n"
            wide = [line for line in done.stdout.splitlines() if columns(line) > 80]
            is_good = is_ == wanted and not wide
            failed += not is_good
            print(f"{'ok' if is_good else 'not ok'} {number} - {name} in {lang}", flush=True)
            if not is_good:
                for line in [*wide, "wanted:", *wanted.splitlines(), "is:", *is_.splitlines()]:
                    print(f"# {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
