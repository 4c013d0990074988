# SPDX-License-Identifier: Apache-2.0
"""Simulations shared by the ranks of mpirun, on this machine alone: the tally of any number of ranks is that of one
process, byte for byte, and a rank that dies leaves no result.

$HOLDFAST_MPI_RANKS  the program of tests/unit/engine/mpi_ranks.c      $HOLDFAST_MPI  not empty: it was built with MPI
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["HOLDFAST_MPI_RANKS"]
HAS_MPI = bool(os.environ["HOLDFAST_MPI"])
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none",
          "--mca", "btl", "self,vader,tcp", "--mca", "btl_tcp_if_include", "lo", "--mca", "oob_tcp_if_include", "lo",
          "--mca", "btl_vader_single_copy_mechanism", "none", "--mca", "plm_rsh_agent", "false"]


class Ranks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "tally"

    def start(self, *words):
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120,
                              env={**os.environ, "TMPDIR": str(self.folder), "OMPI_MCA_mpi_yield_when_idle": "1"})

    def alone(self, *words):
        out = self.folder / "alone"
        done = self.start(PROGRAM, str(out), "alone=1", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out.read_bytes()

    def ranks(self, count, *words):
        self.out.unlink(missing_ok=True)
        return self.start(*MPIRUN, "-n", str(count), PROGRAM, str(self.out), *words)

    def shared(self, count, *words):
        done = self.ranks(count, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.out.read_bytes()


@unittest.skipUnless(HAS_MPI, "built without MPI (-Dmpi=enabled)")
class WithMpi(Ranks):
    def test_two_ranks_give_the_bytes_of_one_process(self):
        for seed in range(1, 6):
            self.assertEqual(self.shared(2, f"seed={seed}"), self.alone(f"seed={seed}"))

    def test_any_number_of_ranks_and_threads_gives_the_same_bytes(self):
        want = self.alone("seed=9", "trials=7000")
        for count, threads in ((1, 2), (3, 1), (4, 2), (5, 1)):
            self.assertEqual(self.shared(count, "seed=9", "trials=7000", f"threads={threads}"), want)

    def test_more_ranks_than_blocks_are_no_harm(self):
        self.assertEqual(self.shared(3, "trials=600"), self.alone("trials=600"))

    def test_blocks_of_a_checkpoint_are_not_done_again(self):
        want = self.alone("seed=4")
        for blocks in (1, 7, 39):
            self.assertEqual(self.shared(2, "seed=4", f"has={blocks}"), want)

    def ends_early(self):
        """A question whose precision is reached before its trials are used up. Which of the random ones is such a
        question changes with what makes them."""
        for seed in range(1, 30):
            question = (f"seed={seed}", "trials=200000")
            want = self.alone(*question, "precision=20")
            if len(want) < len(self.alone(*question)):
                return (*question, "precision=20"), want
        return self.fail("no random question ends early")

    def test_an_early_end_does_not_depend_on_ranks(self):
        question, want = self.ends_early()
        for count in (2, 3):
            self.assertEqual(self.shared(count, *question), want)

    def test_a_rank_that_dies_leaves_a_message_and_no_result(self):
        for rank in (0, 1):
            done = self.ranks(2, "trials=5000000", f"die={rank}")
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stderr, rf"process rank {rank} .*exited on signal 9 \(Killed\)")
            self.assertFalse(self.out.exists())

    def test_ranks_with_different_questions_are_refused(self):
        done = self.ranks(3, "differ=2")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("team.ranks_differ"), 1)
        self.assertFalse(self.out.exists())

    def test_an_error_of_one_rank_is_told_by_rank_0(self):
        done = self.ranks(2, "trials=0")
        self.assertEqual(done.stderr.count("engine.trials"), 1)
        self.assertFalse(self.out.exists())

    def test_a_stop_in_one_rank_stops_all(self):
        done = self.ranks(2, "stop=1")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("engine.stopped", done.stderr)
        self.assertFalse(self.out.exists())


@unittest.skipIf(HAS_MPI, "built with MPI")
class WithoutMpi(Ranks):
    def test_the_team_of_one_gives_the_bytes_of_one_process(self):
        done = self.start(PROGRAM, str(self.out), "seed=3", "has=2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.out.read_bytes(), self.alone("seed=3"))

    def test_is_refused_under_mpirun(self):
        done = self.start("env", "OMPI_COMM_WORLD_SIZE=2", PROGRAM, str(self.out))
        self.assertEqual(done.returncode, 64)
        self.assertIn("team.no_mpi", done.stderr)
        self.assertFalse(self.out.exists())


if HAS_MPI and shutil.which("mpirun") is None:
    print("1..0 # SKIP mpirun of Open MPI is not installed (openmpi-bin)")
    sys.exit(77)

if __name__ == "__main__":
    unittest.main()
