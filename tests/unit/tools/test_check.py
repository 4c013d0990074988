# SPDX-License-Identifier: Apache-2.0
"""How tools/check.py counts: every real test once, and nothing that went wrong as passed."""
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
import check  # noqa: E402


def numbers(count):
    return count.passed, count.failed, count.skipped


class CountTap(unittest.TestCase):
    def test_counts_points(self):
        text = "1..3\nok 1 - one\nnot ok 2 - two\nok 3 - three # SKIP no data\n"
        count = check.count_tap(text)
        self.assertEqual(numbers(count), (1, 1, 1))
        self.assertEqual(count.names, ["two"])

    def test_counts_the_innermost_of_nested_points(self):
        text = ("TAP version 13\n# Subtest: dates\n    # Subtest: reads\n    ok 1 - reads\n"
                "    not ok 2 - writes\n    1..2\nnot ok 1 - dates\nok 2 - alone\n1..2\n")
        count = check.count_tap(text)
        self.assertEqual(numbers(count), (2, 1, 0))
        self.assertEqual(count.names, ["writes"])

    def test_takes_points_without_number_or_name(self):
        self.assertEqual(numbers(check.count_tap("ok\nnot ok\n1..2\n")), (1, 1, 0))

    def test_words_that_begin_like_a_point_are_none(self):
        self.assertEqual(numbers(check.count_tap("okay then\n# ok 1 - said\nnot okay\n")), (0, 0, 0))

    def test_a_point_still_to_do_does_not_fail(self):
        self.assertEqual(numbers(check.count_tap("not ok 1 - later # TODO #12\n")), (1, 0, 0))

    def test_tells_why_a_point_failed(self):
        text = ("# Subtest: map\nnot ok 1 - map\n  ---\n  error: |-\n    3 of 4 pixels\n    more\n  stack: |-\n"
                "    file:///a/map.test.mjs:89:10\n    async T.<anonymous> (file:///a/harness.mjs:263:7)\n  ...\n"
                "# Subtest: list\nok 2 - list\nnot ok 3 - unit\n# test_x.c:7: error: 1 != 2\n")
        self.assertEqual(check.count_tap(text).reasons, {
            "map": ["3 of 4 pixels", "at map.test.mjs:89", "at harness.mjs:263"], "unit": ["test_x.c:7: error: 1 != 2"]})


class SecondWord(unittest.TestCase):
    def word(self, first, again):
        count = check.second_word(check.count_tap(first), check.count_tap(again))
        return numbers(count), count.names, count.unsteady

    def test_what_passes_when_run_again_is_passed_and_unsteady(self):
        self.assertEqual(self.word("ok 1 - a\nnot ok 2 - b\n", "ok 1 - b\n"), ((2, 0, 0), [], ["b"]))

    def test_what_fails_again_stays_failed(self):
        self.assertEqual(self.word("not ok 1 - a\nnot ok 2 - b\n", "ok 1 - a\nnot ok 2 - b\n"), ((1, 1, 0), ["b"], ["a"]))

    def test_what_did_not_run_again_stays_failed(self):
        self.assertEqual(self.word("not ok 1 - a\n", "ok 1 - test/a.test.mjs\n"), ((0, 1, 0), ["a"], []))

    def test_only_files_with_one_of_the_names_run_again(self):
        with tempfile.TemporaryDirectory() as name:
            for file, text in (("a.test.mjs", "test('one', f);\ntest('one more', f);"), ("b.test.mjs", "walk('two', f);"),
                               ("c.test.mjs", "// one and two\ntest('one and two', f);"), ("harness.mjs", "test('one', f);")):
                (Path(name) / file).write_text(text, encoding="utf-8")
            found = [Path(file).name for file in check.files_with(["one", "two"], Path(name))]
            self.assertEqual(found, ["a.test.mjs", "b.test.mjs"])
            self.assertEqual(check.files_with(["three"], Path(name)), [])


class CountMeson(unittest.TestCase):
    def count(self, *tests):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "testlog.json"
            log.write_text("".join(json.dumps(t) + "\n" for t in tests), encoding="utf-8")
            return check.count_meson(log)

    def test_counts_points_and_programs(self):
        count = self.count({"name": "str", "result": "OK", "stdout": "1..2\nok 1 - a\nok 2 - b\n"},
                           {"name": "plain", "result": "OK", "stdout": "words\n"})
        self.assertEqual(numbers(count), (3, 0, 0))

    def test_a_crash_behind_passed_points_is_a_failure(self):
        count = self.count({"name": "str", "result": "ERROR", "stdout": "1..2\nok 1 - a\n"})
        self.assertEqual(numbers(count), (1, 1, 0))
        self.assertEqual(count.names, ["str: error"])

    def test_a_failed_point_is_counted_once(self):
        count = self.count({"name": "str", "result": "FAIL", "stdout": "1..1\nnot ok 1 - a\n"})
        self.assertEqual(numbers(count), (0, 1, 0))

    def test_a_program_that_skips_itself_is_skipped(self):
        count = self.count({"name": "data", "result": "SKIP", "stdout": ""})
        self.assertEqual(numbers(count), (0, 0, 1))

    def test_says_what_was_skipped_and_why(self):
        self.assertEqual(check.count_tap("1..2\nok 1 - a\nok 2 - b # SKIP no server\n").left_out, ["b # SKIP no server"])
        count = self.count({"name": "cli portugal", "result": "SKIP", "stdout": "1..0 # SKIP the shared data are not there\n"})
        self.assertEqual((count.skipped, count.left_out), (1, ["cli portugal: the shared data are not there"]))

    def test_a_time_out_without_output_is_a_failure(self):
        count = self.count({"name": "slow", "result": "TIMEOUT"})
        self.assertEqual(numbers(count), (0, 1, 0))


class LastLine(unittest.TestCase):
    def test_names_skipped_tests_only_when_there_are_some(self):
        self.assertEqual(str(check.Count(3, 0)), "3 passed, 0 failed")
        self.assertEqual(str(check.Count(3, 1, 2)), "3 passed, 1 failed, 2 skipped")


if __name__ == "__main__":
    unittest.main()
