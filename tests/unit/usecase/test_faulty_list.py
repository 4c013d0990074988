# SPDX-License-Identifier: Apache-2.0
"""Every use case that writes goes through the failing driver, or says here why not.

A use case writes when a transaction of the store can be reached from it. It is covered when a row of a table in
test_faulty_*.c names it (FAULT_CASE) and the function of that row calls it.
"""
import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
from lint import blank  # noqa: E402

BEGINS = {"hf_tx_begin", "hf_tx_begin_now", "hf_tx_begin_first"}
WORD = re.compile(r"\b[A-Za-z_]\w*\b")
FUNCTION = re.compile(r"^(?P<head>[A-Za-z_][^\n;={}]*?\b(?P<name>\w+)\([^;{}]*\))\s*\n\{\n(?P<body>.*?)^\}", re.M | re.S)
# A kind of job is a door to what its functions do.
JOB_KIND = re.compile(r"^const hf_job_kind (?P<name>\w+) = \{(?P<body>.*?)\};", re.M | re.S)
ROW = re.compile(r"\bFAULT_CASE(?:_STRIDE|_BY_THE_WAY)?\(\s*(\w+)\s*,\s*(\w+)")

# Why a use case that writes has no row.
LEFT_OUT = {
    "hf_note_refusal": "says nothing of whether it was noted: the refusal stands without it. One line of the log in one "
                       "transaction, as of hf_sign_out",
    "hf_note_upgrade": "writes only into a store that was just brought up to date, one line of the log; the bringing up to "
                       "date is cut off in tests/unit/store/test_open.c",
    "hf_oidc_sign_in": "asks a provider over the network before its transaction; what that writes, an account, grants and a "
                       "session, is what hf_add_user and hf_sign_in write. The door is in tests/bad/bad_provider.py",
    "hf_oidc_link": "asks a provider over the network before its transaction; its credential is that of hf_certificate_add",
    "hf_send_log": "sends to a collector over TLS; what it writes is what hf_export_log writes",
    "hf_make_assessment_report": "is what hf_make_report calls, whose rows ask for one",
    "hf_make_strategy_report": "is what hf_make_report calls, whose rows ask for one",
    "hf_make_soft_targets_report": "is what hf_make_report calls, whose rows ask for others",
    "hf_job_kind_demo": "is hf_load_demo inside a job",
    "hf_job_kind_simulation": "computes, then is hf_keep_run inside a job",
    "hf_job_kind_rerun": "is hf_rerun inside a job",
    "hf_job_kind_general": "computes, then is hf_keep_general inside a job",
    "hf_job_run": "is private to the jobs: what a worker that hf_jobs_open starts does with one. It waits for a store that fails; "
                  "what_jobs_worked_out_is_kept_when_another_program_has_written",
    "hf_restore": "opens the store that it makes by itself; a_store_that_does_not_fit_on_the_disk_gets_no_name",
    "hf_migrate": "opens both stores by itself; what_is_left_of_a_move_that_failed_can_be_moved_into",
    "hf_release_keep": "is private to the releases: the last step of hf_ask_release, hf_ask_export, hf_ask_lowering and "
                       "hf_ask_share",
}


class Code:
    """The functions of src/store and src/usecase, and what each of them calls."""

    def __init__(self, root):
        self.bodies, self.public = {}, set()
        for folder in ("store", "usecase"):
            for path in sorted((root / "src" / folder).glob("*.c")):
                code = blank(path.read_text(encoding="utf-8"))
                for match in FUNCTION.finditer(code):
                    is_static = match["head"].startswith("static")
                    self.add(path, match["name"], match["body"], is_static)
                for match in JOB_KIND.finditer(code):
                    self.add(path, match["name"], match["body"], False)

    def add(self, path, name, body, is_static):
        self.bodies[(path, name) if is_static else name] = (path, body)
        if not is_static and path.parent.name == "usecase":
            self.public.add(name)

    def writers(self):
        """The public ones of src/usecase from which a transaction is reached."""
        calls = {}
        for key, (path, body) in self.bodies.items():
            words = set(WORD.findall(body))
            # To name a kind of job is not to run one.
            calls[key] = {w for w in words if not w.startswith("hf_job_kind_")} | {(path, w) for w in words}
        found = set(BEGINS)
        while True:
            more = {key for key in self.bodies if key not in found and calls[key] & found}
            if not more:
                return found & self.public
            found |= more


def rows(folder):
    """(use case, function, does it call it?) of each row of each table."""
    for path in sorted(folder.glob("test_faulty_*.c")):
        code = blank(path.read_text(encoding="utf-8"))
        bodies = {match["name"]: match["body"] for match in FUNCTION.finditer(code)}
        for use_case, function in ROW.findall(code):
            reached, todo = set(), {function}
            while todo:
                words = set(WORD.findall(bodies.get(todo.pop(), "")))
                todo |= (words & bodies.keys()) - reached
                reached |= words
            yield use_case, function, use_case in reached


class EveryUseCaseThatWrites(unittest.TestCase):
    def setUp(self):
        self.writers = Code(ROOT).writers()
        self.rows = list(rows(Path(__file__).parent))
        self.named = {use_case for use_case, _, _ in self.rows}

    def test_is_tried_with_faults_or_says_why_not(self):
        self.assertGreater(len(self.writers), 70)
        missing = sorted(self.writers - self.named - LEFT_OUT.keys())
        self.assertEqual(missing, [], "write a FAULT_CASE in test_faulty_*.c, or a reason in LEFT_OUT")

    def test_is_called_by_the_row_that_names_it(self):
        self.assertEqual([row for row in self.rows if not row[2]], [])

    def test_stands_in_one_list_only_and_is_there(self):
        self.assertEqual(sorted(LEFT_OUT.keys() - self.writers), [], "no use case that writes")
        self.assertEqual(sorted(self.named - self.writers), [], "no use case that writes")
        self.assertEqual(sorted(LEFT_OUT.keys() & self.named), [], "has a row: no reason is needed")


class TheListOfThem(unittest.TestCase):
    """A planted tree: what is found, and what is not."""

    def writers_of(self, usecase, store=""):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in (("usecase", usecase), ("store", store)):
                (root / "src" / name).mkdir(parents=True)
                (root / "src" / name / "a.c").write_text(text, encoding="utf-8")
            return Code(root).writers()

    def test_has_who_begins_a_transaction_by_whatever_ways(self):
        found = self.writers_of(
            "static bool deep(hf_error *err)\n{\n    return hf_tx_begin(s, n, &tx, err);\n}\n\n"
            "bool hf_write(hf_error *err)\n{\n    return deep(err);\n}\n\n"
            "bool hf_look(hf_error *err)\n{\n    // hf_tx_begin is not for it\n    return true;\n}\n\n"
            "bool hf_touch(void)\n{\n    return hf_store_touch();\n}\n",
            "bool hf_store_touch(void)\n{\n    return hf_tx_begin_now(s, n, &tx, err);\n}\n")
        self.assertEqual(found, {"hf_write", "hf_touch"})

    def test_has_kinds_of_jobs_but_not_who_names_one(self):
        found = self.writers_of(
            "static bool run(void)\n{\n    return hf_tx_begin(s, n, &tx, err);\n}\n\n"
            "const hf_job_kind hf_job_kind_x = {.name = \"x\", .run = run};\n\n"
            "bool hf_is_x(const hf_job_kind *kind)\n{\n    return kind == &hf_job_kind_x;\n}\n")
        self.assertEqual(found, {"hf_job_kind_x"})


if __name__ == "__main__":
    unittest.main()
