# SPDX-License-Identifier: Apache-2.0
"""Simulations that take long: killed, stopped and gone on with, bounded in memory, shared by the ranks of mpirun.
$HOLDFAST is the program; $HOLDFAST_MPI is not empty when it was built with MPI."""
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

HOLDFAST = os.environ["HOLDFAST"]
HAS_MPI = bool(os.environ.get("HOLDFAST_MPI"))
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none",
          "--mca", "btl", "self,vader,tcp", "--mca", "btl_tcp_if_include", "lo", "--mca", "oob_tcp_if_include", "lo",
          "--mca", "btl_vader_single_copy_mechanism", "none", "--mca", "plm_rsh_agent", "false"]
PATIENCE_S = 60
# Long enough to be caught in the middle, on any machine: it is stopped long before its end.
LONG = ("--trials", "1e9", "--threads", "1")
# Long enough for several checkpoints, and brought to its end.
WHOLE = ("--trials", "1500000", "--threads", "2", "--hours", "24")


def register(folder):
    assets = ["key,name,kind,sector,people_served,damage_p,repair_h"]
    assets += [f"A{i},Site {i},substation,EN02,{100 + i},0.0{1 + i % 9},{3 + i % 7}" for i in range(60)]
    needs = ["supplier,consumer,input,need,strength,buffer_h"]
    needs += [f"A{i - back},A{i},power,any,0.8,{i % 4}" for i in range(3, 60) for back in (1, 3)]
    (folder / "assets.csv").write_text("\n".join(assets) + "\n")
    (folder / "dependencies.csv").write_text("\n".join(needs) + "\n")


class Bench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.home.cleanup)
        cls.folder = Path(cls.home.name)
        register(cls.folder)
        cls.ask("import", "assets.csv", "dependencies.csv")
        cls.ask("simulate", *WHOLE, "-o", "whole.json")
        cls.whole = (cls.folder / "whole.json").read_bytes()

    def setUp(self):
        self.checkpoint = self.folder / f"{self.id()}.checkpoint"
        self.out = self.folder / f"{self.id()}.json"

    @classmethod
    def ask(cls, *words, status=0, before=()):
        done = subprocess.run([*before, HOLDFAST, *words], cwd=cls.folder, capture_output=True, text=True, check=False,
                              encoding="utf-8", timeout=240, env=cls.environment())
        if done.returncode != status:
            raise AssertionError(f"{words}: exit status {done.returncode}: {done.stderr}{done.stdout}")
        return done

    @classmethod
    def environment(cls):
        return {**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": str(cls.folder), "OMPI_MCA_mpi_yield_when_idle": "1"}

    def begin(self, *words):
        process = subprocess.Popen([HOLDFAST, "simulate", *words], cwd=self.folder, stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.PIPE, encoding="utf-8", env=self.environment())
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for_checkpoint(self, process, newer_than=0):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.checkpoint.exists() and self.checkpoint.stat().st_mtime_ns > newer_than:
                return
            self.assertIsNone(process.poll(), "it ended before it was to be stopped")
            time.sleep(0.01)
        self.fail("no checkpoint is written")

    def wait_until_held(self, process, number):
        """Until the program has taken it on itself to heed the signal."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            held = int(re.search(r"SigBlk:\s*([0-9a-f]+)", Path(f"/proc/{process.pid}/status").read_text())[1], 16)
            if held >> (number - 1) & 1:
                return
            time.sleep(0.01)
        self.fail("the signal is not held")

    def run_count(self):
        return len(json.loads(self.ask("runs", "--json").stdout)["items"])

    def keep(self, *words):
        """A checkpoint of a question that is not finished."""
        process = self.begin(*words, "--checkpoint", self.checkpoint, "--checkpoint-every", "0.05s")
        self.wait_for_checkpoint(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, 75)

    def refused(self, code, *words):
        before = self.checkpoint.read_bytes()
        done = self.ask("simulate", *words, "--checkpoint", self.checkpoint, "--json", status=65)
        error = json.loads(done.stdout)["error"]
        self.assertEqual(error["code"], code, error)
        self.assertEqual(error["file"], str(self.checkpoint))
        self.assertEqual(self.checkpoint.read_bytes(), before)


class LongRuns(Bench):
    # ---- Killed and stopped

    def test_a_killed_run_goes_on_to_the_same_bytes(self):
        runs = self.run_count()
        words = (*WHOLE, "--checkpoint", self.checkpoint, "--checkpoint-every", "0.02s", "-o", self.out)
        written = 0
        for _ in range(2):
            process = self.begin(*words)
            self.wait_for_checkpoint(process, written)
            process.kill()
            process.wait()
            written = self.checkpoint.stat().st_mtime_ns
        self.assertFalse(self.out.exists())
        self.assertEqual(self.run_count(), runs)
        done = self.ask("simulate", *words)
        self.assertRegex(done.stdout, r"Went on from the checkpoint: [0-9,]+ trials")
        self.assertEqual(self.out.read_bytes(), self.whole)
        self.assertFalse(self.checkpoint.exists(), "it has served")
        self.assertEqual(self.run_count(), runs + 1)

    def test_ctrl_c_keeps_the_checkpoint_and_stores_no_run(self):
        runs = self.run_count()
        words = (*WHOLE, "--checkpoint", self.checkpoint, "--checkpoint-every", "1h", "-o", self.out)
        process = self.begin(*words)
        self.wait_for_checkpoint(process)  # an empty one, at the start
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        out, error = process.communicate(timeout=PATIENCE_S)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(process.returncode, 75)
        self.assertEqual(out, "")
        self.assertRegex(error, r"stopped after \d+ of 1500000 trials, which are kept in .*same command goes on")
        self.assertFalse(self.out.exists())
        self.assertEqual(self.run_count(), runs)
        self.ask("simulate", *words)
        self.assertEqual(self.out.read_bytes(), self.whole)

    def test_ctrl_c_without_a_checkpoint_ends_it_as_well(self):
        runs = self.run_count()
        for sent in (signal.SIGINT, signal.SIGTERM):
            process = self.begin(*LONG, "--json")
            self.wait_until_held(process, sent)
            process.send_signal(sent)
            out, error = process.communicate(timeout=PATIENCE_S)
            self.assertEqual(process.returncode, 75)
            self.assertRegex(json.loads(out)["error"]["code"], r"^(engine|question)\.stopped$")
        self.assertEqual(self.run_count(), runs)

    # ---- Checkpoints that do not fit

    def test_the_checkpoint_of_another_question_is_refused(self):
        self.keep(*LONG)
        self.refused("checkpoint.other_question", *LONG, "--seed", "2")
        self.refused("checkpoint.other_question", *LONG, "--hours", "12")
        self.refused("checkpoint.other_question", "--trials", "2e9", "--threads", "1")
        (self.folder / "storm.json").write_text('{"hazards": [{"p": 0.3, "assets": ["A5"]}]}')
        self.refused("checkpoint.other_question", "storm.json", *LONG)

    def test_the_checkpoint_of_another_register_is_refused(self):
        self.keep(*LONG)
        other = self.folder / "other.db"
        shutil.copy(self.folder / "holdfast.db", other)
        self.ask("edit", "asset", "A7", "people_served=9", "--db", other)
        self.refused("checkpoint.other_register", *LONG, "--db", other)

    def test_the_checkpoint_of_other_measures_is_refused(self):
        self.ask("add", "measure", "key=M1", "title=Diesel", 'changes=[{"assets":["A9"],"buffer_h":12}]')
        self.ask("add", "scenario", "key=WITH", "title=With", "hours=24", "measures=M1")
        self.keep("WITH", *LONG)
        self.ask("edit", "measure", "M1", 'changes=[{"assets":["A9"],"buffer_h":13}]')
        self.refused("checkpoint.other_register", "WITH", *LONG)

    def test_a_damaged_checkpoint_is_refused(self):
        self.keep(*LONG)
        whole = self.checkpoint.read_bytes()
        for at in (60, len(whole) // 2, len(whole) - 5):
            self.checkpoint.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            self.refused("checkpoint.damaged", *LONG)
        self.checkpoint.write_bytes(whole[:-9])
        self.refused("checkpoint.damaged", *LONG)
        for text in (b"", b"key,name\n"):
            self.checkpoint.write_bytes(text)
            self.refused("checkpoint.no_checkpoint", *LONG)

    def test_options_that_make_no_sense_are_refused(self):
        self.ask("simulate", "--checkpoint-every", "5m", status=64)
        for text in ("", "m", "0", "-1s", "5d", "nan", "1e9h"):
            self.ask("simulate", "--checkpoint", self.checkpoint, "--checkpoint-every", text, status=64)
        self.ask("simulate", *WHOLE, "--checkpoint", self.folder / "no" / "folder", status=73)

    # ---- Memory

    def test_what_does_not_fit_is_refused_before_it_starts(self):
        runs = self.run_count()
        done = self.ask("simulate", *WHOLE, "--memory", "1M", status=65)
        self.assertRegex(done.stderr, r"needs \d+ MB of memory and 1 MB are free")
        error = json.loads(self.ask("simulate", *WHOLE, "--memory", "1M", "--json", status=65).stdout)["error"]
        self.assertEqual(error["code"], "simulate.memory")
        self.ask("simulate", "--trials", "100", "--memory", "2G")
        self.assertEqual(self.run_count(), runs + 1)

    def test_a_register_larger_than_memory_lies_on_disk(self):
        large = self.folder / "large.db"
        self.ask("demo", "--size", "20k", "--db", large)
        words = ("--db", large, "--trials", "5120", "--threads", "1", "--json")
        want = self.ask("simulate", *words, "--plan", "memory").stdout
        self.assertEqual(self.ask("simulate", *words, "--plan", "disk").stdout, want)

        def bounded(megabytes, *more):
            def bound():
                resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, resource.RLIM_INFINITY))
                resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 10**6, megabytes * 10**6))
            return subprocess.run([HOLDFAST, "simulate", *words, *more], cwd=self.folder, capture_output=True,
                                  text=True, encoding="utf-8", check=False, preexec_fn=bound,
                                  env=self.environment(), timeout=120)

        if bounded(300, "--plan", "memory").returncode != 0:
            self.skipTest("built with a sanitizer, which needs more than any bound")
        bound = next(n for n in range(72, 10, -4) if bounded(n, "--plan", "memory").returncode != 0)
        done = bounded(bound, "--plan", "memory")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn(json.loads(done.stdout)["error"]["code"], ("plan.memory", "simulate.memory"))
        for more in ((), ("--plan", "disk")):  # it sees by itself that memory does not suffice
            done = bounded(bound, *more)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, want)
        self.assertEqual([path.name for path in self.folder.glob(".holdfast*")], [])

    # ---- Ranks

    def test_a_build_without_mpi_says_so_under_mpirun(self):
        if HAS_MPI:
            self.skipTest("built with MPI")
        done = self.ask("simulate", "--json", before=("env", "OMPI_COMM_WORLD_SIZE=2"), status=64)
        self.assertEqual(json.loads(done.stdout)["error"]["code"], "team.no_mpi")


@unittest.skipUnless(HAS_MPI and shutil.which("mpirun"), "no MPI (-Dmpi=enabled, openmpi-bin)")
class Ranks(Bench):
    def ranks(self, count, *words, status=0):
        return self.ask(*words, before=(*MPIRUN, "-n", str(count)), status=status)

    def test_two_ranks_give_the_bytes_of_one_process(self):
        runs = self.run_count()
        done = self.ranks(2, "simulate", *WHOLE, "-o", self.out)
        self.assertEqual(self.out.read_bytes(), self.whole)
        self.assertEqual(done.stdout.count("Kept as run"), 1)
        self.assertEqual(self.run_count(), runs + 1)
        done = self.ranks(2, "simulate", *WHOLE, "--json")
        self.assertEqual(done.stdout.encode(), self.whole)

    def test_ranks_go_on_from_the_checkpoint_of_one_process(self):
        process = self.begin(*WHOLE, "--checkpoint", self.checkpoint, "--checkpoint-every", "0.02s")
        self.wait_for_checkpoint(process)
        process.kill()
        process.wait()
        self.ranks(2, "simulate", *WHOLE, "--checkpoint", self.checkpoint, "-o", self.out)
        self.assertEqual(self.out.read_bytes(), self.whole)
        self.assertFalse(self.checkpoint.exists())

    def test_faults_are_told_once(self):
        for code, words in (("scenario.unknown", ("NOWHERE",)), ("simulate.memory", (*WHOLE, "--memory", "1M"))):
            done = self.ask("simulate", *words, "--json", before=(*MPIRUN, "-n", "2"),
                            status=66 if code == "scenario.unknown" else 65)
            self.assertEqual(re.findall(r'"code":"([a-z._]+)"', done.stdout), [code])


if __name__ == "__main__":
    unittest.main()
