#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/ from what the program says of itself: its help, its schema, its API description, and the
catalogue of error messages. Nothing in that folder is written by hand.

    tools/reference.py [--program FILE] [--check]

--check writes nothing and exits 1 when a page is out of date.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import flow  # noqa: E402  its server and its accounts

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/reference"
MADE = "<!-- Written by tools/reference.py from the program itself; change the tables, not this page. -->\n"


def messages(area):
    path = ROOT / "content/messages" / area / "en.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def cell(value):
    if value is None or value == "":
        return ""
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell(c) for c in r) + " |" for r in rows]
    return "\n".join(lines) + "\n"


def ask(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout


def cli_page(program, tables):
    text = MADE + "\n# Command line\n"
    for words in [[]] + [[command["name"]] for command in tables["commands"]]:
        text += f"\n## {' '.join(['holdfast', *words])}\n\n```\n{ask(program, *words, '--help').rstrip()}\n```\n"
    return text


def option_rows(options):
    return [(f"`{o['name']}{' ' + o['value'] if o['value'] else ''}`", o["help"]) for o in options]


def settings_page(tables):
    """Environment, options of every command and of the server, what an instance keeps in its store."""
    serve = next(c for c in tables["commands"] if c["name"] == "serve")
    text = MADE + "\n# Settings\n\nHoldfast has no configuration file. An option goes before the environment.\n"
    text += "\n## Environment\n\n" + table(("Variable", "Without it", "Meaning"), [
        (f"`{e['name']}`", f"`{e['fallback']}`" if " " not in e["fallback"] else e["fallback"], e["help"])
        for e in tables["environment"]])
    text += "\n## Options of every command\n\n" + table(("Option", "Meaning"), option_rows(tables["options"]))
    text += "\n## Options of the server\n\n`holdfast serve`; what holds without an option stands in brackets.\n\n"
    text += table(("Option", "Meaning"), option_rows(serve["options"]))
    text += ("\n## The instance\n\nGiven when the server is set up, kept in the store. The rest of a State's profile "
             "(taxonomy, import recipes, inference rules) are records: see the [data dictionary](nouns.md).\n\n")
    return text + table(("Setting", "Values", "Without it", "Meaning"), [
        (f"`{s['name']}`", values_of(s), f"`{s['default']}`" if s["default"] else "empty", s["help"]) for s in tables["settings"]])


def values_of(setting):
    words = " ".join(f"`{w}`" for w in setting.get("words", []))
    return f"{words}, separated by spaces" if setting["kind"] == "words" else words or setting["values"]


def bounds(field):
    if field.get("words"):
        return " ".join(f"`{w}`" for w in field["words"])
    parts = []
    if field.get("min") is not None:
        parts.append(f"≥ {field['min']:g}")
    if field.get("max") is not None:
        parts.append(f"≤ {field['max']:g}")
    if field.get("max_bytes"):
        parts.append(f"≤ {field['max_bytes']} bytes")
    if field.get("refers"):
        parts.append(f"key of {field['refers']}")
    return ", ".join(parts)


def nouns_page(schema):
    words = messages("noun")
    text = MADE + "\n# Data dictionary\n\nEvery kind of record and its fields. CSV columns, JSON members and SQL columns have these names.\n"
    for noun in schema["nouns"]:
        title = words.get(f"noun.{noun['name']}", noun["name"])
        text += f"\n## {title} (`{noun['name']}`)\n\n"
        rows = []
        for field in noun["fields"]:
            flags = [w for w in ("required", "filter", "sort", "read_only") if field.get(w)]
            rows.append((f"`{field['name']}`", field["type"], field.get("unit"), bounds(field),
                         field.get("default"), ", ".join(flags).replace("_", "-"),
                         words.get(f"help.{noun['name']}.{field['name']}")
                         or words.get(f"help.{field['name']}") or words.get(f"field.{noun['name']}.{field['name']}")
                         or words.get(f"field.{field['name']}") or ""))
        text += table(("Field", "Type", "Unit", "Bounds", "Default", "", "Meaning"), rows)
    return text


def api_page(openapi):
    text = MADE + (f"\n# API\n\nVersion {openapi['info']['version']}. The machine-readable form is "
                   "`/api/v1/openapi.json` of a running server.\n\n")
    rows = []
    for path, item in sorted(openapi["paths"].items()):
        for method, operation in item.items():
            if method in ("get", "post", "patch", "put", "delete"):
                names = [p.get("name", p.get("$ref", "").rsplit("/", 1)[-1]) for p in operation.get("parameters", [])]
                rows.append((f"`{method.upper()} {path}`", operation.get("summary", operation.get("operationId", "")),
                             " ".join(f"`{n}`" for n in names),
                             " ".join(sorted(operation.get("responses", {})))))
    return text + table(("Request", "Does", "Parameters", "Answers"), rows)


def errors_page():
    found = {key: message for folder in (ROOT / "content/messages").iterdir() for key, message in messages(folder.name).items()
             if key.startswith("error.")}
    rows = [(f"`{key.removeprefix('error.')}`", message) for key, message in sorted(found.items())]
    return MADE + ("\n# Error codes\n\nStable words for programs: `error.code` of `--json`, `code` of problem documents. "
                   "Words in braces are filled in.\n\n") + table(("Code", "Message"), rows)


def pages(program):
    with tempfile.TemporaryDirectory(prefix="holdfast-reference-") as folder:
        run = flow.Flow(program, "reference", [], Path(folder))
        run.account("administrator")
        run.actor = "administrator"
        run.start()
        try:
            run.request("GET", "/api/v1/schema")
            schema = json.loads(run.answer.body)
            run.request("GET", "/api/v1/openapi.json")
            openapi = json.loads(run.answer.body)
        finally:
            run.stop()
    tables = json.loads(ask(program, "man", "--json"))
    return {"cli.md": cli_page(program, tables), "settings.md": settings_page(tables), "nouns.md": nouns_page(schema), "api.md": api_page(openapi),
            "errors.md": errors_page()}


def main():
    parser = argparse.ArgumentParser(description="write docs/reference/ from the program itself")
    parser.add_argument("--program", default=str(ROOT / "build/release/src/cli/holdfast"))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = 0
    for name, text in pages(options.program).items():
        path = OUT / name
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if old == text:
            continue
        stale += 1
        if options.check:
            print(f"docs/reference/{name} is out of date; run tools/reference.py")
        else:
            OUT.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"docs/reference/{name} written")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
