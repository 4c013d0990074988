# SPDX-License-Identifier: Apache-2.0
#
# Joins content/messages/<area>/<lang>.json into one catalogue per language, after checking that all languages
# have the same keys, use the same values in them, name all plural categories that their grammar has and say how
# to mend a file that is wrong.
#
#   pack_messages.py [--c FILE] [--json DIR] [--depfile FILE] content/messages
#
# --c writes the tables behind base/message.c, --json one flat file per language for the web.
import argparse
import json
import os
import re
import sys

LANGUAGES = ["ar", "zh", "en", "fr", "ru", "es"]  # order of hf_lang
PLURALS = {
    "ar": ["zero", "one", "two", "few", "many", "other"],
    "zh": ["other"],
    "en": ["one", "other"],
    "fr": ["one", "other"],
    "ru": ["one", "few", "many", "other"],
    "es": ["one", "other"],
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CATEGORY = re.compile(r"=?[A-Za-z0-9_]+")
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
# What may be wrong with a file that somebody brings: these say what is wrong, and in a sentence more how to mend it.
MENDED = re.compile(r"error\.(csv|deflate|dump|epanet|field|file|format|gdal|geojson|graphml|group|import|json|layer|matpower"
                    r"|noun|place|recipe|record|reference|rule|sandbox|store|write|xlsx|xml)\.")
SENTENCE_END = re.compile(r"[.!?\u061f](?=\s|$)|[\u3002\uff01\uff1f]")


class Fault(Exception):
    pass


class Pattern:
    """A message taken apart: which values it uses, and its choices."""

    def __init__(self, text):
        self.text, self.at = text, 0
        self.values = {}  # name -> kinds: "text", "plural", or the set of a select's cases
        self.plurals = []  # categories of each plural
        self.parts()
        if self.at < len(text):
            raise Fault(f"a stray }} at {self.at}")

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def space(self):
        while self.peek().isspace():
            self.at += 1

    def take(self, pattern, what):
        match = pattern.match(self.text, self.at)
        if match is None:
            raise Fault(f"{what} is expected at {self.at}")
        self.at = match.end()
        return match.group()

    def expect(self, byte):
        if self.peek() != byte:
            raise Fault(f"{byte} is expected at {self.at}")
        self.at += 1

    def parts(self):
        while self.at < len(self.text) and self.peek() != "}":
            if self.peek() == "{":
                self.argument()
            else:
                self.at += 1

    def argument(self):
        self.at += 1
        self.space()
        name = self.take(NAME, "a name")
        self.space()
        kinds = self.values.setdefault(name, set())
        if self.peek() == "}":
            self.at += 1
            kinds.add("text")
            return
        self.expect(",")
        self.space()
        kind = self.take(NAME, "plural or select")
        if kind not in ("plural", "select"):
            raise Fault(f"unknown kind {kind}")
        self.space()
        self.expect(",")
        cases = []
        self.space()
        while self.peek() != "}":
            case = self.take(CATEGORY, "a case")
            if case in cases:
                raise Fault(f"the case {case} stands twice")
            cases.append(case)
            self.space()
            self.expect("{")
            self.parts()
            self.expect("}")
            self.space()
        self.at += 1
        if "other" not in cases:
            raise Fault("the case other is missing")
        if kind == "plural":
            kinds.add("plural")
            self.plurals.append([case for case in cases if not case.startswith("=")])
        else:
            kinds.add("select " + " ".join(sorted(cases)))


def shape(pattern):
    """What must agree between languages: the values. A number may stand plainly or in a plural."""
    out = {}
    for name, kinds in pattern.values.items():
        out[name] = frozenset(kind for kind in kinds if kind.startswith("select"))
    return out


def no_duplicates(pairs):
    seen = {}
    for key, value in pairs:
        if key in seen:
            raise Fault(f"the key {key} stands twice")
        seen[key] = value
    return seen


def read_area(path, faults):
    try:
        with open(path, encoding="utf-8") as file:
            messages = json.load(file, object_pairs_hook=no_duplicates)
    except (OSError, ValueError, Fault) as fault:
        faults.append(f"{path}: {fault}")
        return {}
    for key, text in messages.items():
        if not isinstance(text, str) or not KEY.fullmatch(key):
            faults.append(f"{path}: {key}: a key is dotted words, a message is a text")
    return {key: text for key, text in messages.items() if isinstance(text, str)}


def read_all(root, faults):
    catalogues = {language: {} for language in LANGUAGES}
    files = []
    for area in sorted(os.listdir(root)):
        if not os.path.isdir(os.path.join(root, area)):
            continue
        for language in LANGUAGES:
            path = os.path.join(root, area, language + ".json")
            files.append(path)
            for key, text in read_area(path, faults).items():
                if key in catalogues[language]:
                    faults.append(f"{path}: {key} stands in another area, too")
                catalogues[language][key] = (text, path)
    return catalogues, files


def check_language(language, catalogue, english, faults):
    for key in sorted(english.keys() - catalogue.keys()):
        faults.append(f"{english[key][1]}: {key} is missing in {language}")
    for key in sorted(catalogue.keys() - english.keys()):
        faults.append(f"{catalogue[key][1]}: {key} is missing in en")
    for key, (text, path) in catalogue.items():
        try:
            pattern = Pattern(text)
            for categories in pattern.plurals:
                if sorted(categories) != sorted(PLURALS[language]):
                    raise Fault(f"plural categories are {categories}, {language} has "
                                f"{PLURALS[language]}")
            if text.strip() == "":
                raise Fault("the message is empty")
            if MENDED.match(key) and len(SENTENCE_END.findall(text)) < 2:
                raise Fault("it does not say how to mend it")
            if key in english and shape(pattern) != shape(Pattern(english[key][0])):
                raise Fault("its values are not those of en")
        except Fault as fault:
            faults.append(f"{path}: {key}: {fault}")


def c_text(text):
    out = []
    for byte in text.encode("utf-8"):
        if byte in (0x22, 0x5C):
            out.append("\\" + chr(byte))
        elif 0x20 <= byte < 0x7F and byte != 0x3F:  # no question mark: trigraphs
            out.append(chr(byte))
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def write_c(path, catalogues):
    keys = sorted(catalogues["en"], key=lambda key: key.encode("utf-8"))
    lines = ["// Made by tools/pack_messages.py.", '#include "base/catalogue.h"', ""]
    # An empty list still needs one element in C.
    lines += ["static const char *const keys[] = {"] + [f"    {c_text(key)}," for key in keys]
    lines += ["    NULL", "};"]
    for language in LANGUAGES:
        lines.append(f"static const char *const texts_{language}[] = {{")
        lines += [f"    {c_text(catalogues[language][key][0])}," for key in keys]
        lines += ["    NULL", "};"]
    lines.append("const hf_catalogue hf_catalogues[HF_LANG_COUNT] = {")
    for language in LANGUAGES:
        lines.append(f"    [HF_LANG_{language.upper()}] = "
                     f"{{keys, texts_{language}, {len(keys)}}},")
    lines += ["};", ""]
    with open(path, "w", encoding="ascii") as out:
        out.write("\n".join(lines))


def write_json(directory, catalogues):
    os.makedirs(directory, exist_ok=True)
    for language in LANGUAGES:
        flat = {key: text for key, (text, _) in sorted(catalogues[language].items())}
        with open(os.path.join(directory, language + ".json"), "w", encoding="utf-8") as out:
            json.dump(flat, out, ensure_ascii=False, indent=0)
            out.write("\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--c", dest="c_file")
    parser.add_argument("--json", dest="json_dir")
    parser.add_argument("--depfile")
    parser.add_argument("root")
    options = parser.parse_args()
    faults = []
    catalogues, files = read_all(options.root, faults)
    for language in LANGUAGES:
        check_language(language, catalogues[language], catalogues["en"], faults)
    if faults:
        for fault in faults[:50]:
            print(fault, file=sys.stderr)
        print(f"{len(faults)} faults in the messages", file=sys.stderr)
        return 1
    if options.c_file:
        write_c(options.c_file, catalogues)
    if options.json_dir:
        write_json(options.json_dir, catalogues)
    if options.depfile and options.c_file:
        # The folders stand here too: a new area or file changes them.
        folders = sorted({os.path.dirname(path) for path in files})
        sources = [path.replace(" ", "\\ ") for path in files + folders + [options.root]]
        with open(options.depfile, "w", encoding="utf-8") as out:
            out.write(f"{options.c_file}: {' '.join(sources)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
