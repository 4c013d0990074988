#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets the program write its manual pages and shell completions and puts them where they belong.

    install_pages.py PROGRAM MANDIR DATADIR

Run by `meson install`; the folders are relative to $MESON_INSTALL_DESTDIR_PREFIX.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

COMPLETIONS = {"bash": "bash-completion/completions/holdfast", "zsh": "zsh/site-functions/_holdfast",
               "fish": "fish/vendor_completions.d/holdfast.fish"}


def pages(program):
    """{file name under man1: roff}"""
    def ask(*words):
        return subprocess.run([program, *words], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    names = [command["name"] for command in json.loads(ask("man", "--json"))["commands"]]
    return {"holdfast.1": ask("man"), **{f"holdfast-{name}.1": ask("man", name) for name in names}}


def completions(program):
    """{file name under the data folder: script}"""
    return {path: subprocess.run([program, "completion", shell], capture_output=True, text=True, encoding="utf-8",
                                 check=True).stdout for shell, path in COMPLETIONS.items()}


def main():
    program, mandir, datadir = sys.argv[1:]
    prefix = Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"])
    files = {prefix / mandir / "man1" / name: text for name, text in pages(program).items()}
    files |= {prefix / datadir / name: text for name, text in completions(program).items()}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)


if __name__ == "__main__":
    main()
