# SPDX-License-Identifier: Apache-2.0
"""tools/flow.py: the language of flows, and that a flow which should fail does."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOL = HERE.parents[2] / "tools/flow.py"
sys.path.insert(0, str(TOOL.parent))
import flow  # noqa: E402


class Parse(unittest.TestCase):
    def test_leaves_out_comments_and_empty_lines(self):
        steps = flow.parse("# words\n\nas      analyst\n")
        self.assertEqual([(s.line, s.word, s.rest) for s in steps], [(3, "as", "analyst")])

    def test_joins_lines_that_begin_with_white_space(self):
        steps = flow.parse('POST    /api/v1/assets\n        {"name":\n        "Dam"}\n')
        self.assertEqual(steps[0].rest, '/api/v1/assets {"name": "Dam"}')

    def test_reads_a_file_up_to_its_end_word(self):
        steps = flow.parse("file a.csv <<END\nkey,name\n # kept\nEND\ncli count a.csv\n")
        self.assertEqual((steps[0].rest, steps[0].text), ("a.csv", "key,name\n # kept\n"))
        self.assertEqual(steps[1].line, 5)

    def test_names_the_line_of_a_mistake(self):
        for text, message in (
                ("as analyst\nget /x\n", "line 2: unknown word 'get'"),
                ("  /x\n", "line 1: nothing to continue"),
                ("file a <<END\nx\n", "line 1: no line END ends this file"),
                ("expect ok\n", "line 1: expect a status"),
                ("expect 200 name == 1\n", "line 1: a check begins with"),
                ("expect 200 $.name = 1\n", "line 1: no operator at"),
                ("expect 200 $.name == Dam\n", "line 1: no JSON value at"),
                ("until\n", "line 1: until what?")):
            with self.subTest(text), self.assertRaises(flow.FlowError) as caught:
                flow.parse(text)
            self.assertIn(message, str(caught.exception))

    def test_reads_several_checks_of_one_line(self):
        step = flow.parse('expect 201 $.name == "Dam 3" $.items[0] exists header ETag == "\\"1\\"" body contains "x"\n')[0]
        self.assertEqual(step.status, "201")
        self.assertEqual(step.checks, [
            ("$.name", "==", "Dam 3"), ("$.items[0]", "exists", None),
            ("header ETag", "==", '"1"'), ("body", "contains", "x")])

    def test_a_path_may_hold_a_name_with_spaces(self):
        step = flow.parse('expect 200 $["a b"].c[key=DEMO-1].d == 1\n')[0]
        self.assertEqual(step.checks[0][0], '$["a b"].c[key=DEMO-1].d')


class LookUp(unittest.TestCase):
    document = {"items": [{"key": "A1", "n": 1}, {"key": "A2", "n": 2}], "a b": {"c": None}, "no": 1}

    def test_finds_by_name_number_and_key(self):
        for path, value in (("$.items[0].n", 1), ("$.items[-1].n", 2), ("$.items[key=A2].n", 2),
                            ('$["a b"].c', None), ("$", self.document)):
            with self.subTest(path):
                self.assertEqual(flow.look_up(self.document, path), value)

    def test_what_is_not_there_is_missing(self):
        for path in ("$.other", "$.items[2]", "$.items[key=A3]", "$.no.deeper", "$.items.key"):
            with self.subTest(path):
                self.assertIs(flow.look_up(self.document, path), flow.MISSING)

    def test_refuses_a_path_that_is_none(self):
        with self.assertRaises(flow.FlowError):
            flow.look_up(self.document, "$.items[zero]")


class Holds(unittest.TestCase):
    def test_operators(self):
        for found, operator, value in (
                (1, "==", 1), (1.0, "==", 1), ("a", "!=", "b"), ([1, 2], "contains", 2),
                ("abc", "contains", "b"), ({"a": 1}, "contains", "a"), ([1], "lacks", 2), ([1, 2], "count", 2),
                ("A12", "matches", r"^A\d+$"), (2, ">", 1), (2, ">=", 2), ("a", "<", "b"),
                (None, "exists", None), (flow.MISSING, "absent", None), ({"a": [1]}, "==", {"a": [1]})):
            with self.subTest(f"{found} {operator} {value}"):
                self.assertTrue(flow.holds(found, operator, value))

    def test_operators_that_do_not_hold(self):
        for found, operator, value in (
                (True, "==", 1), (0, "==", False), ([True], "==", [1]), ("1", "<", 2), (None, "<", 1),
                (flow.MISSING, "!=", 1), (flow.MISSING, "lacks", 1), (flow.MISSING, "count", 0),
                (1, "contains", 1), (1, "matches", "1"), (flow.MISSING, "exists", None)):
            with self.subTest(f"{found} {operator} {value}"):
                self.assertFalse(flow.holds(found, operator, value))


class Run(unittest.TestCase):
    def run_flow(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sample.flow"
            path.write_text(text, encoding="utf-8")
            result = subprocess.run(
                [sys.executable, str(TOOL), "--program", str(HERE / "fake_program.py"), str(path)],
                capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})
        return result.returncode, result.stdout + result.stderr

    def test_speaks_to_the_server_and_to_the_command_line(self):
        status, output = self.run_flow(
            'file a.csv <<END\nkey\nA1\nEND\ncli count a.csv\nexpect 0 $.lines == 2\n'
            'POST /things/a {"name": "Dam 3"}\nexpect 201 $.kind == "application/json"\n'
            'GET /things/a\nexpect 401 $.code == "sign_in"\n'
            'as analyst\nGET /things/a\nexpect 2xx $.name == "Dam 3" header ETag == "\\"1\\""\n')
        self.assertEqual(status, 0, output)
        self.assertIn("1..4", output)

    def test_keeps_values_and_sends_headers_once(self):
        status, output = self.run_flow(
            'as analyst\nPOST /things/a {"id": "x7"}\nGET /things/a\nlet id = $.id\nlet etag = header ETag\n'
            'header If-Match: {etag}\nPATCH /things/{id} {"a": 1}\n'
            'expect 201 $.match == "\\"1\\"" $.kind == "application/merge-patch+json"\n'
            'GET /things/x7\nexpect 404\nPOST /things/b {}\nexpect 201 $.match == null\n')
        self.assertEqual(status, 0, output)
        self.assertIn("1..3", output)

    def test_copies_a_file_with_lines_changed(self):
        text = "file a <<END\n1\n2\n3\nEND\nlines a b {}\nPOST /api/v1/assets @b\nexpect any\n"
        for how, wanted in (("remove 2", "1\n3\n"), ("swap 1 3", "3\n2\n1\n"), ("keep 1", "1\n"),
                            ('replace 0 "3" "x"', None), ('replace 3 "3" "x y"', "1\n2\nx y\n"), ("turn 1", None)):
            with self.subTest(how), tempfile.TemporaryDirectory() as folder:
                steps = flow.parse(text.format(how))
                case = flow.Flow("none", "case", steps, Path(folder))
                case.step(steps[0])
                if wanted is None:
                    self.assertRaises((flow.FlowError, IndexError), case.step, steps[1])
                    continue
                case.step(steps[1])
                self.assertEqual((Path(folder) / "b").read_text(encoding="utf-8"), wanted)

    def test_waits_until_a_job_is_done(self):
        status, output = self.run_flow('GET /slow\nuntil $.state == "done"\n')
        self.assertEqual(status, 0, output)

    def test_uploads_files_in_parts(self):
        status, output = self.run_flow(
            "file a.csv <<END\nkey\nEND\nfile b.csv <<END\nkey\nEND\nUPLOAD /imports a.csv b.csv\n"
            'expect 201 $.names == 2 $.kind == "multipart/form-data"\n')
        self.assertEqual(status, 0, output)

    def test_a_wrong_expectation_fails_and_shows_the_answer(self):
        status, output = self.run_flow('cli fail\nexpect 0 stderr contains "line 4"\n')
        self.assertEqual(status, 1)
        self.assertIn("not ok 1 - sample:2 holdfast fail", output)
        self.assertIn("status 65, expected 0", output)
        self.assertIn("input.csv:3: wrong", output)

    def test_a_server_that_was_killed_is_started_again(self):
        status, output = self.run_flow("GET /healthz\nexpect 200\nkill\nGET /healthz\nexpect 200\n"
                                       "restart\nGET /healthz\nexpect 200\n")
        self.assertEqual(status, 0, output)
        self.assertIn("1..3", output)

    def test_a_mistake_in_the_flow_is_a_failure(self):
        status, output = self.run_flow("expect 200\n")
        self.assertEqual(status, 1)
        self.assertIn("expect before any request", output)

    def test_skips_what_needs_data_that_is_not_there(self):
        status, output = self.run_flow("needs shared\ncli fail\nexpect 0\n")
        self.assertEqual((status, output.strip()), (0, "1..0 # SKIP needs the shared data"))


if __name__ == "__main__":
    unittest.main()
