#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What must never slip: who may include whom, banned calls, licence lines and a few more.

    tools/lint.py [--root DIR] [--tap] [--longest N]

Each finding is FILE:LINE: what is wrong; exit status 1 if there is one. --tap prints one point for each rule.
Taste is left to readers: the longest functions are only listed, as a place to look.
"""
import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

# The house (style.md, section 3): what a folder of src/ may include besides itself. Stairs go down.
MAY_INCLUDE = {
    "cli": {"api", "usecase", "model", "base"},
    "api": {"usecase", "wire", "model", "base"},
    "usecase": {"report", "store", "format", "channel", "engine", "model", "wire", "base"},
    "report": {"engine", "model", "base"},
    "store": {"model", "base"},
    "format": {"model", "base"},
    "channel": {"wire", "model", "base"},
    "engine": {"base"},
    "model": {"base"},
    "wire": {"base"},
    "reader": {"base"},
    "base": set(),
}

# Folders with one header per tool, noun or subject; every other folder has doors: headers that others may
# include. A door is FOLDER/FOLDER.h or FOLDER/FOLDER_<part>.h.
OPEN_FOLDERS = {"base", "model", "usecase"}
# And their headers that are private all the same.
PRIVATE_HEADERS = {"usecase/plan_read.h", "usecase/result_json.h"}

BANNED = ("strcpy strcat sprintf vsprintf gets strtok atoi atol atof strtod rand srand time localtime "
          "gmtime system popen alloca setjmp longjmp").split()
MEMORY = "malloc calloc realloc free strdup strndup".split()

# A library has one home (style.md, section 2): header → files that may include it.
LIBRARY_HOMES = {
    "sqlite3.h": {"src/store/sqlite.c", "src/store/sqlite_copy.c", "src/store/sqlite_copy.h"},
    "libpq-fe.h": {"src/store/postgres.c"},
    "json-c/": {"src/base/json.c"},
    "utf8proc.h": {"src/base/text.c"},
    "zlib.h": {"src/base/deflate.c"},
    "libxml/": {"src/base/xml.c"},
    "sodium": {"src/base/crypto.c"},
    "openssl/": {"src/base/crypto.c", "src/base/public_key.c"},
    "microhttpd.h": {"src/wire/"},
    "gnutls/": {"src/wire/"},
    "curl/": {"src/wire/"},
    "gdal": {"src/reader/"},
    "ogr_": {"src/reader/"},
    "cpl_": {"src/reader/"},
    "seccomp.h": {"src/base/sandbox.c"},
    "pango/": {"src/report/pdf.h"},
    "cairo": {"src/report/pdf"},
    "qpdf/": {"src/report/pdf_finish.c"},
}

# Threads start here and nowhere else.
THREAD_HOMES = {"src/base/pool.c", "src/wire/server.c"}

# The environment is read in one place, whose table the manual and the reference are made from.
ENVIRONMENT_HOME = "src/base/environment.c"

# Where SQL is put together from the noun tables, and nowhere else: names of columns cannot be bound.
SQL_GENERATORS = re.compile(r"^src/store/sql_(gen|list|sets|sight)\.c$")
SQL_WORD = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP)\s', re.IGNORECASE)
FORMATTING = re.compile(r"\b(snprintf|hf_buf_add_format|hf_str_format)\s*\(")

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 800


def blank(text):
    """C text with comments and the insides of literals turned to spaces; lines and columns stay."""
    out = list(text)
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
    for match in pattern.finditer(text):
        start, end = match.span()
        if match.group()[0] in "\"'":
            start, end = start + 1, end - 1
        for i in range(start, end):
            if out[i] != "\n":
                out[i] = " "
    return "".join(out)


class Source:
    """One C file: its text, its lines, and the same without comments and literals."""

    def __init__(self, root, path):
        self.path = path
        self.text = (root / path).read_text(encoding="utf-8", errors="replace")
        self.code = blank(self.text)
        self.lines = self.text.split("\n")
        self.code_lines = self.code.split("\n")
        parts = path.split("/")
        self.folder = parts[1] if parts[0] == "src" and len(parts) > 2 else None

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def includes(self):
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', self.text, re.M):
            yield self.line_of(match.start()), match.group(1), match.group(2)

    def functions(self):
        """(name, first line, line count) of each function body; brace of a function on its own line."""
        start = None
        for number, line in enumerate(self.code_lines, 1):
            if line.startswith("{") and number > 1:
                start = number
            elif line.startswith("}") and start is not None:
                head = " ".join(self.code_lines[max(0, start - 8):start - 1])
                if not line.startswith("};") and re.search(r"\)\s*$", head):
                    names = re.findall(r"\b(\w+)\s*\((?=[^()]*(?:\([^()]*\)[^()]*)*\)\s*$)", head)
                    yield (names[-1] if names else "?"), start - 1, number - start + 2
                start = None


class Tree:
    """The files that git knows or would take, and findings about them."""

    def __init__(self, root):
        self.root = Path(root)
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True).stdout.decode().split("\0")
        self.paths = sorted({p for p in listed if p and (self.root / p).is_file()})
        self.sources = [Source(self.root, p) for p in self.paths if p.endswith((".c", ".h"))]

    def under(self, *prefixes):
        return [s for s in self.sources if s.path.startswith(prefixes)]


def check_directions(tree):
    """includes go down the stairs only"""
    for source in tree.under("src/"):
        if source.folder is None:
            continue
        if source.folder not in MAY_INCLUDE:
            yield source.path, 1, f"src/{source.folder}/ has no floor; give it one in tools/lint.py"
            continue
        for line, kind, name in source.includes():
            target = name.split("/")[0]
            if kind != '"' or target not in MAY_INCLUDE or "/" not in name:
                continue
            if target != source.folder and target not in MAY_INCLUDE[source.folder]:
                yield source.path, line, f"{source.folder}/ may not include {target}/ ({name})"


def is_door(name):
    folder, _, file = name.partition("/")
    if name in PRIVATE_HEADERS:
        return False
    return folder in OPEN_FOLDERS or re.fullmatch(rf"{folder}(_\w+)?\.h", file) is not None


def check_doors(tree):
    """others enter a folder by its door"""
    for source in tree.under("src/"):
        for line, kind, name in source.includes():
            target = name.split("/")[0]
            if kind == '"' and "/" in name and target in MAY_INCLUDE and target != source.folder \
                    and not is_door(name):
                yield source.path, line, f"{name} is private to {target}/"


def check_libraries(tree):
    """each library has one home"""
    for source in tree.under("src/", "tools/"):
        for line, kind, name in source.includes():
            if kind != "<":
                continue
            for prefix, homes in LIBRARY_HOMES.items():
                if name.startswith(prefix) and not any(source.path.startswith(h) for h in homes):
                    yield source.path, line, f"<{name}> belongs to {', '.join(sorted(homes))}"


def calls(source, names):
    for match in re.finditer(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(", source.code):
        before = source.code[:match.start()].rstrip()[-1:]
        yield source.line_of(match.start()), match.group(1), before


def check_banned_calls(tree):
    """no banned call"""
    for source in tree.under("src/", "tools/", "tests/", "bench/"):
        for line, name, _ in calls(source, BANNED):
            if source.path.startswith("src/base/clock") and name == "time":
                continue
            yield source.path, line, f"{name}() is banned; base/ has what to use instead"


def check_memory(tree):
    """memory is taken and given back in base/ only"""
    for source in tree.under("src/"):
        if source.folder == "base":
            continue
        for line, name, _ in calls(source, MEMORY):
            yield source.path, line, f"{name}() outside base/; take it from an arena"


def check_threads(tree):
    """threads start in two files"""
    for source in tree.under("src/"):
        if source.path in THREAD_HOMES:
            continue
        for line, name, _ in calls(source, ["pthread_create", "thrd_create"]):
            yield source.path, line, f"{name}() outside {' and '.join(sorted(THREAD_HOMES))}"


def check_environment(tree):
    """the environment is read in one place"""
    for source in tree.under("src/"):
        if source.path == ENVIRONMENT_HOME:
            continue
        for line, name, _ in calls(source, ["getenv", "secure_getenv"]):
            yield source.path, line, f"{name}() outside {ENVIRONMENT_HOME}; add a line to its table"


def check_licence(tree):
    """every source begins with its licence"""
    wanted = "SPDX-License-Identifier: Apache-2.0"
    endings = (".c", ".h", ".py", ".sh", ".mjs", ".ts", ".svelte", ".sql")
    for path in tree.paths:
        if not path.endswith(endings) or path.startswith("tests/data/"):
            continue
        with open(tree.root / path, encoding="utf-8", errors="replace") as file:
            head = [file.readline() for _ in range(2)]
        first = head[1] if head[0].startswith("#!") else head[0]
        if wanted not in first:
            yield path, 1, f"the first line shall say {wanted}"


def check_sql(tree):
    """SQL is not built from text outside its generators"""
    for source in tree.under("src/"):
        if SQL_GENERATORS.match(source.path):
            continue
        for match in FORMATTING.finditer(source.code):
            end = source.code.find(";", match.end())
            call = source.text[match.start():end if end > 0 else len(source.text)]
            if SQL_WORD.search(call):
                line = source.line_of(match.start())
                yield source.path, line, "SQL glued together; bind values, let store/ name columns"


GLOBAL = re.compile(r"^(?:static\s+)?(?:_Thread_local\s+|_Atomic\s+|volatile\s+)*"
                    r"(?:struct\s+|enum\s+)?[a-z_]\w*(?:\s+|\s*\*+\s*)"
                    r"(?P<name>[a-z_]\w*)(?:\[[^\]]*\])*\s*(?:=.*|;)\s*$")


def check_globals(tree):
    """no mutable globals outside base/log.c"""
    for source in tree.under("src/"):
        if source.path == "src/base/log.c" or not source.path.endswith(".c"):
            continue
        for number, line in enumerate(source.code_lines, 1):
            if re.match(r"(typedef|extern|return|goto|#|\}|else)\b", line) or "const" in line:
                continue
            match = GLOBAL.match(line)
            if match and "(" not in line.split("=")[0]:
                yield source.path, number, f"{match.group('name')} is a mutable global; pass it as state"


def check_todos(tree):
    """a TODO names its issue"""
    for source in tree.sources:
        for number, line in enumerate(source.lines, 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b(?!\s*\(?#\d+)", line):
                yield source.path, number, "a TODO without an issue number is forgotten at once"


def check_architecture(tree):
    """ARCHITECTURE.md names every file of src/, and no other"""
    page = tree.root / "ARCHITECTURE.md"
    if not page.is_file():
        yield "ARCHITECTURE.md", 1, "missing"
        return
    there = {source.path for source in tree.under("src/")}
    named = set()
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        match = re.match(r"\|\s*`(src/[^`]+\.)(\[ch\]|[ch])`\s*\|\s*(.*?)\s*\|", line)
        if not match:
            continue
        if not match.group(3):
            yield "ARCHITECTURE.md", number, f"{match.group(1)}: say in one line what it is for"
        for path in (match.group(1) + ending for ending in match.group(2).strip("[]")):
            named.add(path)
            if path not in there:
                yield "ARCHITECTURE.md", number, f"{path} is not there; run tools/architecture.py"
    for path in sorted(there - named):
        yield "ARCHITECTURE.md", 1, f"{path} is missing; run tools/architecture.py"


# What is proved in docs/security/: `path` or `path:name`, in code marks.
SECURITY = "docs/security/"
PROOF = re.compile(r"`(?P<path>[\w.@/-]+)(?::(?P<name>[\w.-]+))?`")
ASVS_ROW = re.compile(r"\| (?P<id>V\d[\d.]*) \| (?P<what>[^|]+) \| (?P<state>[^|]*) \| (?P<proof>.*) \|")
ASVS_STATES = ("met", "not applicable", "open")


def is_path(tree, text):
    """Is it meant as one? A word with a slash, or the name of a file at the top."""
    return "/" in text or text in tree.paths


def check_proofs(tree):
    """what docs/security/ names as proof is there"""
    known, texts = set(tree.paths), {}
    for path in tree.paths:
        if not path.startswith(SECURITY) or not path.endswith(".md"):
            continue
        for number, line in enumerate((tree.root / path).read_text(encoding="utf-8").split("\n"), 1):
            for match in PROOF.finditer(line):
                proof, name = match["path"], match["name"]
                if not is_path(tree, proof):
                    continue
                if proof not in known:
                    yield path, number, f"{proof} is not there"
                elif name:
                    if proof not in texts:
                        texts[proof] = (tree.root / proof).read_text(encoding="utf-8", errors="replace")
                    if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", texts[proof]):
                        yield path, number, f"{proof} has no {name}"


def check_asvs(tree):
    """docs/security/asvs.md says of each requirement whether it is met, and by what"""
    page, listed = SECURITY + "asvs.md", SECURITY + "asvs-4.0.3.csv"
    if page not in tree.paths and listed not in tree.paths:
        return
    if page not in tree.paths or listed not in tree.paths:
        yield page, 1, f"{page} and {listed} go together"
        return
    wanted = [line.split(",")[0] for line in (tree.root / listed).read_text(encoding="utf-8").split()[1:]]
    seen = set()
    for number, line in enumerate((tree.root / page).read_text(encoding="utf-8").split("\n"), 1):
        if not re.match(r"\| *V\d", line):
            continue
        row = ASVS_ROW.fullmatch(line)
        if not row:
            yield page, number, "a line is `| V2.1.1 | what | state | proof |`"
            continue
        if row["id"] in seen:
            yield page, number, f"{row['id']} stands here twice"
        elif row["id"] not in wanted:
            yield page, number, f"{row['id']} is no requirement of {listed}"
        seen.add(row["id"])
        if row["state"] not in ASVS_STATES:
            yield page, number, f"{row['id']}: '{row['state']}' is none of {', '.join(ASVS_STATES)}"
        elif row["state"] == "met" and not any(is_path(tree, m["path"]) for m in PROOF.finditer(row["proof"])):
            yield page, number, f"{row['id']} is met, but names no file that proves it"
        elif not row["proof"].strip():
            yield page, number, f"{row['id']}: say why, or what is missing"
    for missing in (i for i in wanted if i not in seen):
        yield page, 1, f"{missing} is missing"


# What the mission asks: a line for each phrase, with screen, command and test.
MISSION, CATALOGUE = "docs/mission.md", "content/provisions/catalogue.json"
MISSION_INSTRUMENTS = ("sr2341", "sr2396", "sr-common", "sr2309", "sr2370", "compendium-2018", "compendium-2022",
                       "s2020-731", "ctc-visits-2018", "cted-survey", "council-2018")
MISSION_STATES = ("answered", "partly", "open")
MISSION_OWN = ("METHOD", "GUIDE", "S2020-731")
NONE = "\u2013"


def mission_places(tree, row, path, number):
    """Screens, commands and tests of a line that are not there."""
    routes = (tree.root / "web/src/app/routes.ts").read_text(encoding="utf-8")
    screens = {re.sub(r":\w+", "", p).rstrip("/"): name
               for name, p in re.findall(r"name: '([\w-]+)', path: '([^']+)'", routes)}
    for screen in re.findall(r"`(/[^`]*)`", row[3]):
        at = max((p for p in screens if screen == p or (p and screen.startswith(p + "/"))), key=len, default=None)
        if at is None or f"web/src/routes/{screens[at]}/Screen.svelte" not in tree.paths:
            yield path, number, f"{row[0]}: there is no screen {screen}"
    for command in re.findall(r"`holdfast ([\w-]+)[^`]*`", row[4]):
        if f"src/cli/{command.replace('-', '_')}.c" not in tree.paths:
            yield path, number, f"{row[0]}: there is no command {command}"
    for match in PROOF.finditer(row[5]):
        proof, name = match["path"], match["name"]
        if proof not in tree.paths:
            yield path, number, f"{row[0]}: {proof} is not there"
        elif name and not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])",
                                    (tree.root / proof).read_text(encoding="utf-8", errors="replace")):
            yield path, number, f"{row[0]}: {proof} has no {name}"


def mission_state(row):
    """What a line says that does not go with its state; None when all is well."""
    state, proved, missing = row[2], all(cell != NONE for cell in row[3:6]), row[6] != NONE
    if state not in MISSION_STATES:
        return f"'{state}' is none of {', '.join(MISSION_STATES)}"
    if state != "open" and not proved:
        return f"is {state}, but names no screen, command or test"
    if state == "open" and any(cell != NONE for cell in row[3:6]):
        return "is open, but names what answers it"
    return None if missing == (state != "answered") else "say what is missing where something is, and only there"


def check_mission(tree):
    """docs/mission.md has what the resolutions ask for, and all it names is there"""
    if MISSION not in tree.paths:
        if CATALOGUE in tree.paths:
            yield MISSION, 1, "missing"
        return
    provisions = {p["id"]: p["instrument"]
                  for p in json.loads((tree.root / CATALOGUE).read_text(encoding="utf-8"))["provisions"]}
    seen = set()
    for number, line in enumerate((tree.root / MISSION).read_text(encoding="utf-8").split("\n"), 1):
        row = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| ") or row[0] == "Code":
            continue
        if len(row) != 7 or not all(row):
            yield MISSION, number, "a line is `| code | what | state | screen | command | test | missing |`"
            continue
        code = row[0] if row[0] in provisions else row[0].rsplit(".", 1)[0]
        if row[0] in seen:
            yield MISSION, number, f"{row[0]} stands here twice"
        elif code not in provisions and code not in MISSION_OWN:
            yield MISSION, number, f"{row[0]} is no provision of the catalogue"
        seen |= {row[0], code}
        fault = mission_state(row)
        if fault:
            yield MISSION, number, f"{row[0]}: {fault}"
        yield from mission_places(tree, row, MISSION, number)
    for code, instrument in provisions.items():
        if instrument in MISSION_INSTRUMENTS and code not in seen:
            yield MISSION, 1, f"{code} is missing"


RULES = [
    ("directions", check_directions), ("doors", check_doors), ("libraries", check_libraries),
    ("banned calls", check_banned_calls), ("memory", check_memory),
    ("threads", check_threads), ("environment", check_environment), ("licence", check_licence),
    ("sql", check_sql), ("globals", check_globals), ("todos", check_todos),
    ("architecture", check_architecture), ("proofs", check_proofs), ("asvs", check_asvs),
    ("mission", check_mission),
]


def mirror(tree, count):
    """Lists what is long: a place to look, not a fault."""
    functions = sorted(
        ((lines, source.path, first, name) for source in tree.under("src/", "tools/")
         for name, first, lines in source.functions()), reverse=True)
    for lines, path, first, name in functions[:count]:
        mark = " (think again)" if lines > FUNCTION_LINES_MAX else ""
        print(f"# {lines:4} lines  {name}  {path}:{first}{mark}")
    for source in tree.under("src/", "tools/"):
        if len(source.lines) > FILE_LINES_MAX:
            print(f"# {len(source.lines):4} lines  {source.path} (think again)")


def main():
    parser = argparse.ArgumentParser(description="what must never slip")
    parser.add_argument("--root", default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--tap", action="store_true", help="one TAP point for each rule")
    parser.add_argument("--longest", type=int, default=10, metavar="N")
    options = parser.parse_args()

    tree = Tree(options.root)
    bad = 0
    if options.tap:
        print(f"1..{len(RULES)}")
    for number, (_, rule) in enumerate(RULES, 1):
        findings = [f"{path}:{line}: {what}" for path, line, what in rule(tree)]
        bad += len(findings)
        if options.tap:
            print(f"{'not ok' if findings else 'ok'} {number} - {rule.__doc__}")
        for finding in findings:
            print(f"# {finding}" if options.tap else finding)
    mirror(tree, options.longest)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
