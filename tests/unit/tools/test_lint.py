# SPDX-License-Identifier: Apache-2.0
"""tools/lint.py against small trees with one planted defect each."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LINT = Path(__file__).resolve().parents[3] / "tools/lint.py"
# A hook runs with git's own variables set: a tree of the test must not be taken for the repository that is committed to.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
HEAD = "// SPDX-License-Identifier: Apache-2.0\n//\n// For a test.\n"


class Lint(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.root = Path(self.dir.name)
        subprocess.run(["git", "init", "-q", str(self.root)], check=True, env=ENVIRONMENT)
        self.files = []

    def plant(self, path, body, head=HEAD):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(head + body, encoding="utf-8")
        if path.startswith("src/"):
            self.files.append(path)

    def run_lint(self, *options):
        if not (self.root / "ARCHITECTURE.md").exists():
            rows = "".join(f"| `{path}` | for a test |\n" for path in self.files)
            (self.root / "ARCHITECTURE.md").write_text(rows, encoding="utf-8")
        return subprocess.run([sys.executable, str(LINT), "--root", str(self.root), *options],
                              capture_output=True, text=True, check=False,
                              env=ENVIRONMENT)

    def assert_found(self, text):
        result = self.run_lint()
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn(text, result.stdout)

    def assert_clean(self):
        result = self.run_lint()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_finds_a_reader_of_the_environment(self):
        self.plant("src/cli/a.c", 'static const char *home(void)\n{\n    return getenv("HOME");\n}\n')
        self.assert_found("getenv() outside src/base/environment.c")

    def test_a_tidy_tree_is_clean(self):
        self.plant("src/store/asset.c", '#include "model/asset.h"\n#include "base/str.h"\n'
                   'static const char *const words[] = {"malloc(", "strcpy("};\n'
                   "// strcpy(a, b) is only spoken of here\n")
        self.assert_clean()

    def test_finds_an_include_up_the_stairs(self):
        self.plant("src/model/asset.c", '#include "store/store.h"\n')
        self.assert_found("src/model/asset.c:4: model/ may not include store/")

    def test_finds_an_include_of_a_neighbour(self):
        self.plant("src/store/asset.c", '#include "format/format.h"\n')
        self.assert_found("store/ may not include format/")

    def test_finds_a_private_header(self):
        self.plant("src/usecase/asset.c", '#include "store/sql.h"\n')
        self.assert_found("store/sql.h is private to store/")

    def test_an_open_folder_may_have_private_headers(self):
        self.plant("src/api/rank.c", '#include "usecase/question.h"\n')
        self.assert_clean()
        self.plant("src/api/rank.c", '#include "usecase/result_json.h"\n')
        self.assert_found("usecase/result_json.h is private to usecase/")

    def test_takes_a_door_in_parts(self):
        self.plant("src/usecase/asset.c", '#include "store/store_bulk.h"\n#include "model/asset.h"\n')
        self.assert_clean()

    def test_finds_a_folder_without_a_floor(self):
        self.plant("src/misc/thing.c", "")
        self.assert_found("src/misc/ has no floor")

    def test_finds_a_library_away_from_home(self):
        self.plant("src/usecase/asset.c", "#include <sqlite3.h>\n")
        self.assert_found("<sqlite3.h> belongs to src/store/sqlite.c")

    def test_finds_each_banned_call(self):
        for name in ("strcpy", "sprintf", "atof", "localtime", "setjmp", "system"):
            with self.subTest(name):
                self.plant("src/base/str.c", f"int f(void)\n{{\n    return {name}(0);\n}}\n")
                self.assert_found(f"src/base/str.c:6: {name}() is banned")

    def test_a_longer_name_is_not_the_banned_one(self):
        self.plant("src/base/str.c", "int f(void)\n{\n    return hf_strcpy(0) + run_time(0) + my.time(1);\n}\n")
        self.assert_clean()

    def test_finds_memory_taken_outside_base(self):
        self.plant("src/store/asset.c", "void *f(void)\n{\n    return calloc(1, 2);\n}\n")
        self.assert_found("calloc() outside base/")

    def test_base_may_take_memory(self):
        self.plant("src/base/arena.c", "void *f(void)\n{\n    return calloc(1, 2);\n}\n")
        self.assert_clean()

    def test_finds_a_thread_started_elsewhere(self):
        self.plant("src/usecase/job.c", "int f(void)\n{\n    return pthread_create(0, 0, 0, 0);\n}\n")
        self.assert_found("pthread_create() outside")

    def test_finds_a_source_without_its_licence(self):
        self.plant("src/base/str.c", "int hf_x;\n", head="// Text.\n")
        self.assert_found("src/base/str.c:1: the first line shall say")

    def test_a_script_may_begin_with_its_interpreter(self):
        self.plant("tools/x.py", "", head="#!/usr/bin/env python3\n# SPDX-License-Identifier: Apache-2.0\n")
        self.assert_clean()

    def test_finds_sql_glued_together(self):
        self.plant("src/usecase/asset.c",
                   'void f(void)\n{\n    hf_buf_add_format(b, "select key from %s", name);\n}\n')
        self.assert_found("SQL glued together")

    def test_a_sentence_with_select_is_not_sql(self):
        self.plant("src/usecase/asset.c",
                   'void f(void)\n{\n    hf_buf_add_format(b, "cannot select %s", name);\n}\n')
        self.assert_clean()

    def test_finds_a_mutable_global(self):
        for line in ("static int counter;", "hf_pool *the_pool = NULL;", "static char text[20];"):
            with self.subTest(line):
                self.plant("src/usecase/asset.c", line + "\n")
                self.assert_found("is a mutable global")

    def test_constants_and_declarations_are_no_globals(self):
        self.plant("src/usecase/asset.c",
                   "static const int limit = 3;\nconst hf_noun *const nouns[] = {\nNULL,\n};\n"
                   "typedef struct hf_x hf_x;\nextern const int other;\nint f(void);\n"
                   "typedef struct {\n    int count;\n} thing;\n")
        self.assert_clean()

    def test_finds_a_todo_without_an_issue(self):
        self.plant("src/base/str.c", "// TODO later\n")
        self.assert_found("a TODO without an issue number")
        self.plant("src/base/str.c", "// TODO(#12) later\n")
        self.assert_clean()

    def test_finds_a_file_that_the_list_lacks(self):
        self.plant("src/base/str.c", "")
        (self.root / "ARCHITECTURE.md").write_text("nothing\n", encoding="utf-8")
        self.assert_found("src/base/str.c is missing")

    def test_finds_a_file_that_only_the_list_has(self):
        self.plant("src/base/str.c", "")
        self.plant("src/base/str.h", "")
        (self.root / "ARCHITECTURE.md").write_text(
            "| `src/base/str.[ch]` | text |\n| `src/base/old.c` | gone |\n", encoding="utf-8")
        self.assert_found("src/base/old.c is not there")

    def plant_asvs(self, *rows, listed=("V1.1.1,2", "V2.1.1,1")):
        self.plant("src/base/str.c", "void f(void);\n")
        self.plant("docs/security/asvs-4.0.3.csv", "id,level\n" + "".join(f"{line}\n" for line in listed), head="")
        self.plant("docs/security/asvs.md", "".join(f"| {row} |\n" for row in rows), head="")

    def test_each_requirement_has_a_line_with_its_state_and_proof(self):
        good = ("V1.1.1 | rules | met | `src/base/str.c:f`", "V2.1.1 | long | open | nothing yet")
        self.plant_asvs(*good)
        self.assert_clean()
        for rows, text in (((good[0],), "V2.1.1 is missing"),
                           ((*good, good[1]), "V2.1.1 stands here twice"),
                           ((*good, "V9.9.9 | x | open | y"), "V9.9.9 is no requirement"),
                           ((good[0], "V2.1.1 | long | nearly | soon"), "'nearly' is none of met"),
                           ((good[0], "V2.1.1 | long | met | of course"), "names no file that proves it"),
                           ((good[0], "V2.1.1 | long | open |  "), "say why"),
                           ((good[0], "V2.1.1 | long | open"), "a line is"),
                           (("V1.1.1 | rules | met | `src/base/old.c`", good[1]), "src/base/old.c is not there"),
                           (("V1.1.1 | rules | met | `src/base/str.c:g`", good[1]), "src/base/str.c has no g")):
            with self.subTest(text):
                self.plant_asvs(*rows)
                self.assert_found(text)

    def test_a_list_of_requirements_needs_its_page(self):
        self.plant_asvs()
        (self.root / "docs/security/asvs.md").unlink()
        self.assert_found("go together")

    def plant_mission(self, *rows):
        self.plant("src/cli/strategy.c", "void run(void);\n")
        self.plant("src/cli/strategy.h", "")
        (self.root / "ARCHITECTURE.md").write_text("| `src/cli/strategy.[ch]` | text |\n", encoding="utf-8")
        self.plant("web/src/app/routes.ts", "{ name: 'strategy', path: '/strategy' }\n")
        self.plant("web/src/routes/strategy/Screen.svelte", "")
        self.plant("tests/flow/a.flow", "GET /x\n", head="")
        self.plant("content/provisions/catalogue.json", '{"provisions": [{"id": "2341-OP1", "instrument": "sr2341"}, '
                   '{"id": "2341-OP2", "instrument": "sr2341"}, {"id": "X-1", "instrument": "other"}]}\n', head="")
        self.plant("docs/mission.md", "| Code | a | b | c | d | e | f |\n|---|---|\n"
                   + "".join(f"| {row} |\n" for row in rows), head="")

    def test_each_phrase_of_the_mission_has_a_line_and_what_it_names_is_there(self):
        good = ("2341-OP1 | aware | answered | `/strategy` | `holdfast strategy` | `tests/flow/a.flow:GET` | \u2013",
                "2341-OP2.a | plan | open | \u2013 | \u2013 | \u2013 | nothing yet",
                "METHOD.x | learn | partly | `/strategy` | `holdfast strategy check` | `tests/flow/a.flow` | half")
        self.plant_mission(*good)
        self.assert_clean()
        for rows, text in (((good[0],), "2341-OP2 is missing"),
                           ((*good, good[0]), "2341-OP1 stands here twice"),
                           ((*good, "2341-OP9 | x | open | \u2013 | \u2013 | \u2013 | y"), "is no provision"),
                           ((good[0].replace("answered", "done"), good[1]), "'done' is none of"),
                           ((good[0].replace("`/strategy`", "\u2013"), good[1]), "names no screen, command or test"),
                           ((good[0], good[1].replace("nothing yet", "\u2013")), "say what is missing"),
                           ((good[0].replace("`/strategy`", "`/nowhere`"), good[1]), "there is no screen /nowhere"),
                           ((good[0].replace("holdfast strategy", "holdfast plan"), good[1]), "there is no command plan"),
                           ((good[0].replace("a.flow:GET", "a.flow:POST"), good[1]), "has no POST"),
                           ((good[0].replace("a.flow:GET", "b.flow"), good[1]), "tests/flow/b.flow is not there"),
                           ((good[0], "2341-OP2 | plan | open"), "a line is")):
            with self.subTest(text):
                self.plant_mission(*rows)
                self.assert_found(text)

    def test_tap_has_one_point_for_each_rule(self):
        self.plant("src/store/asset.c", '#include "format/format.h"\n')
        lines = self.run_lint("--tap").stdout.split("\n")
        points = [line for line in lines if line.startswith(("ok ", "not ok "))]
        self.assertEqual(lines[0], f"1..{len(points)}")
        self.assertEqual([p for p in points if p.startswith("not ok")],
                         ["not ok 1 - includes go down the stairs only"])

    def test_lists_the_longest_functions(self):
        body = "int f(int a,\n      int b)\n{\n" + "    a += b;\n" * 80 + "    return a;\n}\n"
        self.plant("src/base/str.c", body)
        self.assertIn("  f  src/base/str.c:", self.run_lint().stdout)
        self.assertIn("(think again)", self.run_lint().stdout)


if __name__ == "__main__":
    unittest.main()
