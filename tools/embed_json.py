#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Packs JSON files into a C table: embed_json.py OUT.c HEADER TABLE FILE… The text is kept as written; only its
# JSON is checked here, so that a slip stops the build and not a user.
import json
import pathlib
import sys

from embed_text import rows


def main():
    out, header, table, *files = sys.argv[1:]
    lines = ['// Made by tools/embed_json.py.', f'#include "{header}"', '']
    entries = []
    for index, name in enumerate(sorted(files)):
        data = pathlib.Path(name).read_bytes()
        try:
            json.loads(data)
        except ValueError as fault:
            sys.exit(f'{name}: {fault}')
        lines.append(f'static const unsigned char file_{index}[] = {{')
        lines += rows(data)
        lines.append('};')
        entries.append(f'    {{"{pathlib.Path(name).name}", (const char *)file_{index}, sizeof file_{index}}},')
    lines += ['', f'const hf_embedded_file {table}[] = {{', *entries, '    {NULL, NULL, 0},', '};', '']
    pathlib.Path(out).write_text('\n'.join(lines), encoding='utf-8')


main()
