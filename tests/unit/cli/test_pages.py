# SPDX-License-Identifier: Apache-2.0
"""Manual pages and shell completions: every command and option stands in them, the shells take them, and bash
really completes. $HOLDFAST is the program, $INSTALL_PAGES what `meson install` runs."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HOLDFAST = os.environ["HOLDFAST"]
INSTALL_PAGES = os.environ["INSTALL_PAGES"]
LANGUAGES = ["ar", "zh", "en", "fr", "ru", "es"]


def ask(*words, status=0):
    result = subprocess.run([HOLDFAST, *words], capture_output=True, text=True, encoding="utf-8", check=False)
    if result.returncode != status:
        raise AssertionError(f"{words}: exit status {result.returncode}: {result.stderr}")
    return result.stdout


TABLES = json.loads(ask("man", "--json"))
COMMANDS = {command["name"]: command for command in TABLES["commands"]}


def names(options):
    return [option["name"] for option in options]


def complete(line):
    """What bash offers at the end of a line; words are cut as readline cuts them."""
    words = re.findall(r"[^\s=]+|=", line)
    if line.endswith(" "):
        words.append("")
    script = ask("completion", "bash") + 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdfast\n' \
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], capture_output=True, text=True, check=True)
    if done.stderr:
        raise AssertionError(done.stderr)
    return done.stdout.split()


class Bash(unittest.TestCase):
    def test_offers_every_command(self):
        self.assertEqual(complete("holdfast "), list(COMMANDS))
        self.assertEqual(complete("holdfast ca"), ["cascade"])

    def test_offers_every_option_of_every_command(self):
        for name, command in COMMANDS.items():
            self.assertEqual(complete(f"holdfast {name} -"), names(TABLES["options"]) + names(command["options"]))

    def test_knows_the_words_of_a_value(self):
        self.assertEqual(complete("holdfast rank --by "), ["people", "failed", "people_hours"])
        self.assertEqual(complete("holdfast rank --by=f"), ["failed"])
        self.assertEqual(complete("holdfast --lang "), LANGUAGES)
        self.assertEqual(complete("holdfast --lang="), LANGUAGES)

    def test_passes_over_values_on_the_way_to_the_command(self):
        self.assertEqual(complete("holdfast --db rank --lang=fr casc"), ["cascade"])
        self.assertEqual(complete("holdfast --db=x.db list dep"), ["dependencies"])

    def test_offers_a_kind_of_record_once(self):
        self.assertIn("assets", complete("holdfast show "))
        self.assertEqual(complete("holdfast show assets "), [])

    def test_offers_files_where_files_go(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "plants.csv").touch()
            self.assertEqual(complete(f"holdfast import {folder}/pl"), [f"{folder}/plants.csv"])
            self.assertEqual(complete(f"holdfast import a.csv {folder}/pl"), [f"{folder}/plants.csv"])
            self.assertEqual(complete(f"holdfast cascade --fail-file {folder}/pl"), [f"{folder}/plants.csv"])
            self.assertEqual(complete(f"holdfast serve --web-dir {folder}/pl"), [])


class OtherShells(unittest.TestCase):
    def test_zsh_and_fish_know_every_command_and_option(self):
        zsh, fish = ask("completion", "zsh"), ask("completion", "fish")
        for name, command in COMMANDS.items():
            self.assertRegex(zsh, rf"(?m)^ +'{name}:")
            self.assertIn(f"__fish_use_subcommand -a {name} ", fish)
            line = re.search(rf"(?m)^ +{name}\) .*$", zsh).group()
            for option in names(command["options"]):
                self.assertRegex(line, rf"'{option}[=+\[]")
                word = f"-l {option[2:]} " if option.startswith("--") else f"-s {option[1:]} "
                self.assertIn(f"'__fish_seen_subcommand_from {name}' {word}", fish)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not there")
    def test_zsh_takes_its_script(self):
        done = subprocess.run(["zsh", "-f", "-c", "autoload -Uz compinit && compinit -D && source /dev/stdin && "
                               "(( $+functions[_holdfast] )) && print $_comps[holdfast]"],
                              input=ask("completion", "zsh"), capture_output=True, text=True, check=False)
        self.assertEqual((done.stdout, done.stderr), ("_holdfast\n", ""))

    @unittest.skipUnless(shutil.which("fish"), "fish is not there")
    def test_fish_completes(self):
        with tempfile.TemporaryDirectory() as home:
            script = ask("completion", "fish") + 'complete -C "holdfast rank --by p"\ncomplete -C "holdfast ca"\n'
            done = subprocess.run(["fish", "--no-config"], input=script, capture_output=True, text=True,
                                  check=True, env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home})
        offered = [line.split("\t")[0] for line in done.stdout.splitlines()]
        self.assertEqual(offered, ["people", "people_hours", "cascade"])

    def test_an_unknown_shell_is_refused(self):
        self.assertIn("tcsh", ask("completion", "tcsh", "--json", status=64))


class Help(unittest.TestCase):
    def test_help_is_a_word_too(self):
        self.assertEqual(ask("help"), ask("--help"))
        self.assertEqual(ask("help", "cascade"), ask("cascade", "--help"))
        ask("help", "nonsense", status=64)

    def test_no_line_is_wider_than_80_columns(self):
        for words in [["help"]] + [["help", name] for name in COMMANDS]:
            lines = ask(*words).split("\n\nExample:")[0].splitlines()  # an example is one command, to be copied
            self.assertEqual([line for line in lines if len(line) > 80], [], words)

    def test_a_chain_goes_on_under_its_first_word(self):
        with tempfile.TemporaryDirectory() as folder:
            store = ["--db", str(Path(folder) / "d.db")]
            ask(*store, "demo", "--size", "1k", "--seed", "1", "--quiet")
            lines = ask(*store, "chains", "--top", "2").splitlines()
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertEqual([line[:3] for line in lines if line[0] != " "], ["1. ", "2. "])
        self.assertTrue(all(line.startswith("   ") for line in lines if line[0] == " "))


class Manual(unittest.TestCase):
    def test_names_every_command_option_variable_and_status(self):
        page = ask("man").replace("\\-", "-")
        for name, command in COMMANDS.items():
            self.assertIn(f"\\fBholdfast-{name}\\fR(1)", page)
            own = ask("man", name).replace("\\-", "-")
            for option in names(command["options"]) + names(TABLES["options"]):
                self.assertIn(f"\\fB{option}\\fR", own, name)
            self.assertIn(".SH EXAMPLE\n", own)
        for variable in TABLES["environment"]:
            self.assertIn(f".B {variable['name']}\n", page)
        self.assertIn(".B 77\nnot permitted\n", page)

    def test_an_unknown_command_is_refused(self):
        ask("man", "nonsense", status=64)

    @unittest.skipUnless(shutil.which("groff"), "groff is not there")
    def test_groff_has_no_complaint(self):
        for words in [[]] + [[name] for name in COMMANDS]:
            done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8"], input=ask("man", *words), capture_output=True,
                                  text=True, check=True)
            self.assertEqual(done.stderr, "", words)

    @unittest.skipUnless(shutil.which("man"), "man is not there")
    def test_man_has_no_complaint_and_shows_the_text(self):
        done = subprocess.run(["man", "--warnings", "-l", "-"], input=ask("man", "cascade"), capture_output=True, text=True,
                              check=True, env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
        self.assertEqual(done.stderr, "")
        self.assertIn("--fail-file FILE", done.stdout)


class Install(unittest.TestCase):
    def test_puts_pages_and_completions_where_systems_look(self):
        with tempfile.TemporaryDirectory() as root:
            subprocess.run([sys.executable, INSTALL_PAGES, HOLDFAST, "share/man", "share"], check=True,
                           env={**os.environ, "MESON_INSTALL_DESTDIR_PREFIX": root})
            found = {str(path.relative_to(root)) for path in Path(root).rglob("*") if path.is_file()}
        pages = {f"share/man/man1/holdfast-{name}.1" for name in COMMANDS} | {"share/man/man1/holdfast.1"}
        self.assertEqual(found, pages | {
            "share/bash-completion/completions/holdfast", "share/zsh/site-functions/_holdfast",
            "share/fish/vendor_completions.d/holdfast.fish"})


if __name__ == "__main__":
    unittest.main()
