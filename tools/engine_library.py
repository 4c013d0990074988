#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a program outside needs of the engine, made from its public headers.

    engine_library.py VERSION SOURCE_ROOT PAGE_TEMPLATE HEADER_OUT MAP_OUT PAGE_OUT HEADER…

HEADER…      public headers below SOURCE_ROOT; what they include with quotes comes with them, each once
HEADER_OUT   one header that stands alone, for C11 and later and for C++14 and later
MAP_OUT      the linker's list of what the shared library exports: each function that the header declares
PAGE_OUT     the manual page: PAGE_TEMPLATE with @VERSION@ and, for @FUNCTIONS@, each function with the first
             sentence of its comment
"""
import re
import sys
from pathlib import Path

SOVERSION = 0
INCLUDE = re.compile(r'^#include "(.+)"$')
SYSTEM = re.compile(r"^#include <(.+)>$")
GUARD = re.compile(r"^#(ifndef|define) HF_\w+_H$")
# A declaration begins at the margin; what the house's form indents goes on from the line before.
FUNCTION = re.compile(r"^(?!typedef\b|static\b|return\b)[A-Za-z].*?\b(hf_\w+)\(")

HEAD = """\
// SPDX-License-Identifier: Apache-2.0
//
// libholdfast-engine {version}: cascades through dependent infrastructure. Made by tools/engine_library.py
// from the headers of src/engine/ and those of src/base/ that they need; see libholdfast-engine(3).
#ifndef HOLDFAST_ENGINE_H
#define HOLDFAST_ENGINE_H

#define HOLDFAST_ENGINE_VERSION "{version}"

{includes}

#ifdef __cplusplus
#include <atomic>
#define HF_ATOMIC(type) std::atomic<type>
extern "C" {{
#endif
"""

FOOT = """
#ifdef __cplusplus
}
#endif

#endif
"""


class Headers:
    """The headers as one text: each once, without guards, licence lines and includes."""

    def __init__(self, root):
        self.root, self.seen, self.system, self.lines = root, set(), [], []

    def take(self, name):
        if name in self.seen:
            return
        self.seen.add(name)
        text = (self.root / name).read_text(encoding="utf-8").rstrip("\n").split("\n")
        if text[-1] != "#endif" or not GUARD.match(next(line for line in text if line.startswith("#"))):
            sys.exit(f"engine_library: {name} has no guard around it")
        own = []
        for line in text[:-1]:
            quoted, system = INCLUDE.match(line), SYSTEM.match(line)
            if quoted:
                # What it needs stands before it, unless it has begun: then what was read so far goes first.
                if quoted.group(1) not in self.seen:
                    self.lines += own
                    own = []
                    self.take(quoted.group(1))
            elif system:
                if system.group(1) not in self.system:
                    self.system.append(system.group(1))
            elif not GUARD.match(line) and not line.startswith("// SPDX"):
                own.append(line)
        self.lines += own

    def text(self, version):
        includes = "\n".join(f"#include <{name}>" for name in sorted(self.system))
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines).strip("\n"))
        body = re.sub(r"(?m)^//\n(?=//)", "//\n", body)
        return HEAD.format(version=version, includes=includes) + "\n" + body + "\n" + FOOT


def functions(text):
    """[(name, first sentence of the comment above it or "")] in the order of the header."""
    found, comment = [], []
    for line in text.split("\n"):
        if line.startswith("//"):
            comment.append(line[2:].strip())
            continue
        match = FUNCTION.match(line)
        if match:
            words = " ".join(comment[:comment.index("")] if "" in comment else comment)
            sentence = re.match(r".*?[.:;](?=\s|$)", words)
            found.append((match.group(1), (sentence.group(0) if sentence else words).rstrip(".:;")))
        comment = []
    return found


def linker_map(names):
    return (f"HOLDFAST_ENGINE_{SOVERSION} {{\nglobal:\n" + "".join(f"    {name};\n" for name in names) +
            "local:\n    *;\n};\n")


def roff(text):
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")


def page(template, version, found):
    lines = []
    for name, sentence in found:
        lines += [".TP", f".B {roff(name)}", roff(sentence) if sentence else "See the header."]
    return template.replace("@VERSION@", version).replace("@FUNCTIONS@", "\n".join(lines))


def main():
    version, root, template, header_out, map_out, page_out, *names = sys.argv[1:]
    headers = Headers(Path(root))
    for name in names:
        headers.take(name)
    text = headers.text(version)
    found = functions(text)
    Path(header_out).write_text(text, encoding="utf-8")
    Path(map_out).write_text(linker_map([name for name, _ in found]), encoding="ascii")
    Path(page_out).write_text(page(Path(template).read_text(encoding="utf-8"), version, found), encoding="utf-8")


if __name__ == "__main__":
    main()
