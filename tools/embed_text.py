#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Packs one file into a C array: embed_text.py FILE OUT.c NAME gives `const unsigned char NAME[]` and `NAME_bytes`.
import pathlib
import sys


def rows(data):
    """The bytes as the lines between the braces of an array."""
    return ['    ' + ', '.join(str(byte) for byte in data[i:i + 24]) + ',' for i in range(0, len(data), 24)]


def main():
    source, out, name = sys.argv[1:]
    data = pathlib.Path(source).read_bytes()
    pathlib.Path(out).write_text('\n'.join([
        f'// Made by tools/embed_text.py from {pathlib.Path(source).name}.', '#include <stddef.h>', '',
        f'extern const unsigned char {name}[];', f'extern const size_t {name}_bytes;',
        f'const unsigned char {name}[] = {{', *rows(data), '};', f'const size_t {name}_bytes = sizeof {name};', '']))


if __name__ == '__main__':
    main()
