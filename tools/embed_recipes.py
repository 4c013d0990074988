#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Packs content/recipes/*.json into a C file that src/format links. The text is kept as written (the program
# shows it); only its JSON is checked here, so that a slip stops the build and not a user.
import json
import pathlib
import sys


def main():
    out, *files = sys.argv[1:]
    lines = ['// Made by tools/embed_recipes.py from content/recipes.',
             '#include "format/shipped_recipes.h"', '']
    entries = []
    for index, name in enumerate(sorted(files)):
        data = pathlib.Path(name).read_bytes()
        try:
            json.loads(data)
        except ValueError as fault:
            sys.exit(f'{name}: {fault}')
        lines.append(f'static const unsigned char recipe_{index}[] = {{')
        lines += ['    ' + ', '.join(f'{byte}' for byte in data[i:i + 24]) + ','
                  for i in range(0, len(data), 24)]
        lines.append('};')
        entries.append(f'    {{"{pathlib.Path(name).name}", (const char *)recipe_{index}, '
                       f'sizeof recipe_{index}}},')
    lines += ['', 'const hf_shipped_recipe hf_shipped_recipes[] = {', *entries,
              '    {NULL, NULL, 0},', '};',
              f'const size_t hf_shipped_recipe_count = {len(entries)};', '']
    pathlib.Path(out).write_text('\n'.join(lines), encoding='utf-8')


main()
