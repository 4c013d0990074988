#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every suite that a change must pass and counts each real test. Last line: `N passed, N failed`.

    tools/check.py [--full] [--only SUITE,…] [--list]

A suite is a function that returns a Count. A suite that cannot run counts as one failure: nothing is
passed over in silence. Logs lie under build/check-logs/.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/check-logs"
RESULT = ROOT / "build/check-result"  # the last line once more, for who calls through make
GCC = ROOT / "build/check-gcc"
CLANG = ROOT / "build/check-clang"
THREAD = ROOT / "build/check-tsan"
FUZZ = ROOT / "build/check-fuzz"
PACK = CLANG / "web/web.pack"
BINARY = "src/cli/holdfast"
# What runs once in the short check, by the fast build: there most of the time is a database's, a disk's or a clock's.
# Flows, faults and loads run on SQLite with the sanitizers and on PostgreSQL without.
WITHOUT_SANITIZERS = ("flow-postgres", "campaign-postgres", "bad", "golden", "release")


class Count:
    """Passed, failed and skipped tests; the names of those that failed, the reasons that they gave by name, and the
    names of the unsteady ones, which failed once and passed when run again; the names of the points that passed, and of
    those that were left out."""

    def __init__(self, passed=0, failed=0, skipped=0, names=()):
        self.passed, self.failed, self.skipped, self.names = passed, failed, skipped, list(names)
        self.reasons, self.unsteady, self.good, self.left_out = {}, [], [], []

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.names += other.names
        self.reasons |= other.reasons
        self.unsteady += other.unsteady
        self.left_out += other.left_out
        return self

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


TAP_LINE = re.compile(r"^(?P<indent> *)(?P<word>ok|not ok)\b(?: +\d+)?(?: *-? *(?P<name>.*?))?\r?$", re.M)
# Below a point that failed: of node:test the error, in one line or at the head of more, and where it was thrown; of
# cmocka the notes.
TAP_REASON = re.compile(r"^(?: +error: (?:\|-\n +)?(?P<error>.+)|# (?!Subtest)(?P<note>.+)"
                        r"|(?: +.*\(| +)file://\S+/(?P<place>[\w.-]+:\d+):\d+\)?)$", re.M)


def count_tap(text):
    """Counts the points of a TAP text; of nested ones the innermost only, as node:test writes them."""
    count = Count()
    inner = None  # indentation of the last point seen, to know a parent by its smaller one
    for match in TAP_LINE.finditer(text):
        indent = len(match["indent"])
        is_parent = inner is not None and indent < inner
        inner = indent
        if is_parent:
            continue
        name = match["name"] or "?"
        if re.search(r"# *SKIP", name, re.IGNORECASE):
            count.skipped += 1
            count.left_out.append(name)
        elif match["word"] == "ok" or re.search(r"# *TODO", name, re.IGNORECASE):
            count.passed += 1
            count.good.append(name)
        else:
            count.failed += 1
            count.names.append(name.split(" # ")[0])
            after = TAP_LINE.search(text, match.end())
            said = TAP_REASON.finditer(text, match.end(), after.start() if after else len(text))
            told = [why["error"] or why["note"] or f"at {why['place']}" for why in said]
            told = [line for line in told if line.strip()]
            # A server's log says at its end why it ended.
            count.reasons[count.names[-1]] = told[:2] + told[2:][-4:]
    return count


def count_meson(log):
    """Counts meson's testlog.json: TAP points where there are some, else one for the program."""
    total = Count()
    for line in log.read_text(encoding="utf-8", errors="replace").split("\n"):
        if not line.strip():
            continue
        test = json.loads(line)
        name, result = test["name"], test["result"]
        count = count_tap(test.get("stdout") or "")
        count.reasons = {f"{name}: {n}": said for n, said in count.reasons.items()}
        count.names = [f"{name}: {n}" for n in count.names]
        count.left_out = [f"{name}: {n}" for n in count.left_out]
        if result == "SKIP" and count.passed + count.failed == 0:
            why = re.search(r"# *SKIP\b *(.*)", test.get("stdout") or "")
            left_out = count.left_out or [f"{name}: {why[1] if why else 'all of it'}"]
            count = Count(skipped=max(1, count.skipped))
            count.left_out = left_out
        elif result in ("OK", "EXPECTEDFAIL"):
            if count.passed + count.failed + count.skipped == 0:
                count = Count(passed=1)
        elif count.failed == 0:  # a crash, a leak or a time-out behind points that all passed
            count.add(Count(failed=1, names=[f"{name}: {result.lower()}"]))
        total.add(count)
    return total


def run(name, command, cwd=ROOT, env=None, timeout=1500):
    """Runs a command with its output in a log. Returns (exit status, output)."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with open(log, "w", encoding="utf-8", errors="replace") as file:
        try:
            status = subprocess.run(
                command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, timeout=timeout, check=False).returncode
        except subprocess.TimeoutExpired:
            file.write(f"\nstopped after {timeout} s\n")
            status = 124
        except OSError as error:
            file.write(f"{command[0]}: {error}\n")
            status = 127
    return status, log.read_text(encoding="utf-8", errors="replace")


def tail(text, lines=25):
    print("".join(f"    {line}\n" for line in text.rstrip().split("\n")[-lines:]), end="", flush=True)


def one(name, command, **more):
    """A suite that is one check: passed or not."""
    status, text = run(name, command, **more)
    if status == 0:
        return Count(passed=1)
    tail(text)
    return Count(failed=1, names=[f"{name}: exit status {status}"])


def tap(name, command, **more):
    """A suite that speaks TAP on standard output."""
    status, text = run(name, command, **more)
    count = count_tap(text)
    if count.failed or status != 0:
        tail(text, 60)
    if status != 0 and count.failed == 0:
        count.add(Count(failed=1, names=[f"{name}: exit status {status}"]))
    elif count.passed + count.failed + count.skipped == 0:
        count.add(Count(failed=1, names=[f"{name}: no tests"]))
    return count


def build(name, folder, options, compiler=None, targets=()):
    """Configures if need be and builds all, or the targets. Returns a failed Count, or None when all went well."""
    chosen_file = folder / "check-options"  # a folder that was made with other options would test something else
    is_there = (folder / "build.ninja").exists()
    if not (is_there and chosen_file.exists() and chosen_file.read_text(encoding="utf-8") == "\n".join(options)):
        again = ["--reconfigure"] if is_there else []
        status, text = run(f"{name}-setup", ["meson", "setup", *again, str(folder), *options],
                           env={"CC": compiler} if compiler else None)
        if status != 0:
            tail(text)
            shutil.rmtree(folder, ignore_errors=True)
            return Count(failed=1, names=[f"{name}: meson setup"])
        chosen_file.write_text("\n".join(options), encoding="utf-8")
    status, text = run(f"{name}-build", ["ninja", "-C", str(folder), "-k", "20", *targets])
    if status != 0:
        # Others go on after the one that failed: what it said stands far above the end.
        said = [line for line in text.split("\n") if re.search(r"\b(FAILED|error|undefined reference)\b", line)]
        tail("\n".join(line[:300] for line in said) or text, 40)
        return Count(failed=1, names=[f"{name}: build"])
    return None


def meson_tests(name, folder, arguments=(), is_full=False, at_once=1):
    """Runs tests of a build, `at_once` for each processor; is_full: every campaign at its whole length."""
    log = folder / "meson-logs/testlog.json"
    log.unlink(missing_ok=True)
    status, text = run(f"{name}-tests", ["meson", "test", "-C", str(folder), "--no-rebuild", "--print-errorlogs",
                                         # Databases, disks and clocks are waited for: one more than compute.
                                         "--num-processes", str(os.cpu_count() * at_once + 1),
                                         *(["--timeout-multiplier", "10"] if is_full else []), *arguments],
                       env={"HOLDFAST_FULL": "1" if is_full else ""}, timeout=10800 if is_full else 1500)
    if not log.exists():
        tail(text)
        return Count(failed=1, names=[f"{name}: no test log"])
    count = count_meson(log)
    if count.failed or status != 0:
        tail(text, 80)
    if status != 0 and count.failed == 0:
        count.add(Count(failed=1, names=[f"{name}: exit status {status}"]))
    return count


def suite_lint(_):
    """folder directions, banned calls, licence lines"""
    return tap("lint", [sys.executable, "tools/lint.py", "--tap"])


def suite_format(_):
    """clang-format over every C file"""
    listed = subprocess.run(["git", "ls-files", "-z", "*.c", "*.h"], cwd=ROOT, capture_output=True,
                            check=True).stdout.decode().split("\0")
    files = [f for f in listed if f and (ROOT / f).is_file()]
    return one("format", ["clang-format-14", "--dry-run", "-Werror", *files])


def suite_clang(options):
    """release build with clang: flows on PostgreSQL, bad input, golden files, what computes for long, ranks of mpirun"""
    failed = build("clang", CLANG, ["--buildtype=release", "-Db_lto=false", "-Dmpi=enabled"], "clang-14")
    if failed:
        return failed
    if options.full:
        return meson_tests("clang", CLANG, is_full=True)
    # These wait for more than half of their time.
    return meson_tests("clang", CLANG, [f"--suite={suite}" for suite in (*WITHOUT_SANITIZERS, "mpi")], at_once=2)


def suite_gcc(options):
    """gcc with AddressSanitizer and UndefinedBehaviorSanitizer: everything"""
    # Optimizing under both sanitizers, with all of the debug information, costs more minutes than the tests save by it.
    pack = [f"-Dweb_pack={PACK}", "-Dweb=prebuilt"] if PACK.exists() else ["-Dweb=none"]
    failed = build("gcc", GCC, ["-Dbuildtype=debug", "-Doptimization=g", "-Dc_args=-g1",
                                "-Db_sanitize=address,undefined", *pack], "gcc")
    return failed or meson_tests("gcc", GCC, [] if options.full else [f"--no-suite={suite}" for suite in WITHOUT_SANITIZERS],
                                 options.full)


def suite_pack(_):
    """two builds of the web application give the same pack"""
    again = ROOT / "build/check-pack"
    shutil.rmtree(again, ignore_errors=True)
    again.mkdir(parents=True)
    count = one("pack-build", [str(ROOT / "tools/with-node"), "node", "web/tools/build.mjs", str(again / "dist")])
    count.add(one("pack", [str(CLANG / "tools/pack_assets"), str(again / "dist"), str(again / "web.pack"),
                           str(again / "web_pack_id.h")]))
    if count.failed == 0 and (again / "web.pack").read_bytes() != PACK.read_bytes():
        count.add(Count(failed=1, names=["pack: the two differ"]))
    return count


def suite_reference(_):
    """docs/reference/ says what the program says"""
    return one("reference", [sys.executable, "tools/reference.py", "--check", "--program", str(CLANG / BINARY)])


def suite_thread(_):
    """ThreadSanitizer on the folders with threads"""
    failed = build("tsan", THREAD, ["-Dbuildtype=debug", "-Doptimization=1", "-Db_sanitize=thread",
                                    "-Db_lundef=false", "-Dweb=none"], "clang-14")
    return failed or meson_tests("tsan", THREAD, ["--suite", "wire", "--suite", "usecase",
                                                  "--suite", "engine", "--suite", "base"])


def suite_without_web(_):
    """the program as users build it, gcc at full optimization, here without the web application"""
    # Some warnings come with the optimizer only, and warnings are errors.
    folder = ROOT / "build/check-none"
    return build("none", folder, ["--buildtype=release", "-Dweb=none", "-Dtests=disabled"], "gcc") or Count(passed=1)


def suite_deb(_):
    """the package for Debian: built, looked into, its program run"""
    for old in (ROOT / "build").glob("holdfast_*.deb"):
        old.unlink()
    count = one("deb-build", ["packaging/deb.sh"])
    made = list((ROOT / "build").glob("holdfast_*.deb"))
    if count.failed or len(made) != 1:
        return count.add(Count(failed=1, names=["deb: no package"]))
    return count.add(tap("deb", [sys.executable, "tests/unit/tools/run_tap.py", "tests/unit/tools/test_deb.py"],
                         env={"HOLDFAST_DEB": str(made[0])}))


def suite_fuzz(_):
    """the fuzz targets beyond their corpora, which every build replays"""
    failed = build("fuzz", FUZZ, ["-Dbuildtype=debug", "-Doptimization=1", "-Dfuzz=true", "-Dweb=none", "-Dvector=disabled",
                                  "-Db_sanitize=address,undefined", "-Db_lundef=false"], "clang-14",
                   targets=["fuzz-programs"])
    if failed:
        return failed
    targets = sorted(p for p in (FUZZ / "tests/fuzz").glob("fuzz_*") if p.is_file() and
                     os.access(p, os.X_OK))
    seconds = int(os.environ.get("HOLDFAST_FUZZ_SECONDS", "60"))  # for each; what a release promises is ten minutes

    def campaign(target):
        seeds = ROOT / "tests/data/fuzz" / target.name.removeprefix("fuzz_")
        corpus = FUZZ / "corpus" / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        return one(target.name, [str(target), f"-max_total_time={seconds}", "-timeout=10",
                                 "-rss_limit_mb=1024", f"-artifact_prefix={LOGS}/{target.name}-",
                                 str(corpus), *([str(seeds)] if seeds.is_dir() else [])])

    total = Count()
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each keeps one processor busy
        for count in pool.map(campaign, targets):
            total.add(count)
    return total if targets else Count(failed=1, names=["fuzz: no targets"])


def npm(script):
    return [str(ROOT / "tools/with-node"), "npm", "run", "--silent", script]


def suite_web_check(_):
    """svelte-check, catalogues, tokens"""
    return one("web-check", npm("check"), cwd=ROOT / "web")


def suite_web_unit(_):
    """unit tests of the web application"""
    return tap("web-unit", npm("test:unit"), cwd=ROOT / "web")


def suite_web_e2e(options):
    """the real program in headless Chromium, with axe"""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or ""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    where = {"cwd": ROOT / "web", "env": {"HOLDFAST_BIN": str(CLANG / BINARY), "CHROMIUM": chromium,
                                          "HOLDFAST_ROTATE": commit.stdout.strip() or "0",
                                          "HOLDFAST_FULL": "1" if options.full else ""}}
    # In all languages it takes 20 minutes on a machine that does nothing else.
    count = tap("web-e2e", npm("test:e2e"), timeout=3600 if options.full else 1500, **where)
    # A browser and a server share two processors with a second pair. What fails there and passes alone is told as
    # unsteady, so that it is mended without holding up the rest; the whole check takes no such word.
    if options.full or not 0 < count.failed <= 3 or any(name.startswith("web-e2e: ") for name in count.names):
        return count
    pattern = "|".join(re.escape(name).replace("/", "\\/") for name in count.names)
    files = files_with(count.names, ROOT / "web/test/e2e")
    if not files:
        return count
    again = tap("web-e2e-again", [str(ROOT / "tools/with-node"), "node", "--test", "--test-reporter=tap",
                                  f"--test-name-pattern=/^({pattern})$/", *files], **where)
    return second_word(count, again)


def files_with(names, folder):
    """The files of browser tests in which one of these stands by its whole name. A file of which no test runs never calls
    what ends its browser, and would wait for ever."""
    return sorted(str(file) for file in folder.glob("*.test.mjs")
                  if any(f"('{name}'" in file.read_text(encoding="utf-8") for name in names))


def second_word(count, again):
    """What counts of a suite of which the failed tests ran again by themselves."""
    steady = Count(passed=count.passed, skipped=count.skipped)
    for name in count.names:
        if name in again.good and name not in again.names:
            steady.add(Count(passed=1))
            steady.unsteady.append(name)
        else:
            steady.add(Count(failed=1, names=[name]))
    steady.reasons = count.reasons
    return steady


def suite_web_audit(_):
    """Lighthouse: overview, register and sign-in at 95 and above, the map in accessibility and practice"""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or ""
    return tap("web-audit", npm("audit"), cwd=ROOT / "web",
               env={"HOLDFAST_BIN": str(CLANG / BINARY), "CHROMIUM": chromium})


# In this order: what is quick and often wrong comes first, the pack that others use before them.
SUITES = [
    ("lint", suite_lint, False), ("format", suite_format, False),
    ("web-check", suite_web_check, False), ("web-unit", suite_web_unit, False),
    ("clang", suite_clang, False), ("gcc", suite_gcc, False), ("reference", suite_reference, False), ("web-e2e", suite_web_e2e, False),
    ("pack", suite_pack, False), ("none", suite_without_web, False),
    ("fuzz", suite_fuzz, True), ("web-audit", suite_web_audit, True), ("tsan", suite_thread, True), ("deb", suite_deb, True),
]


def work():
    """Seconds that the machine's processors worked: a suite with a small share waits, one with all of it computes. The
    parts of a browser end without anybody who waits for them: children's times would leave them out."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, *interrupts = map(int, file.readline().split()[1:9])
    return (user + nice + system + sum(interrupts[:2])) / os.sysconf("SC_CLK_TCK")


def chosen(options):
    if options.only:
        wanted = options.only.split(",")
        unknown = set(wanted) - {name for name, _, _ in SUITES}
        if unknown:
            sys.exit(f"check: no such suite: {', '.join(sorted(unknown))}")
        return [s for s in SUITES if s[0] in wanted]
    return [s for s in SUITES if options.full or not s[2]]


def main():
    parser = argparse.ArgumentParser(description="run every suite and count each test")
    parser.add_argument("--full", action="store_true", help="everything, before work is called done")
    parser.add_argument("--only", metavar="SUITE,…", help="these suites only")
    parser.add_argument("--list", action="store_true", help="name the suites")
    options = parser.parse_args()
    if options.list:
        for name, suite, is_full in SUITES:
            print(f"{name:10} {suite.__doc__}{' (--full)' if is_full else ''}")
        return 0

    started = time.monotonic()
    total = Count()
    rows = []
    for name, suite, _ in chosen(options):
        print(f"== {name}: {suite.__doc__}", flush=True)
        begin, worked = time.monotonic(), work()
        try:
            count = suite(options)
        except Exception as error:  # a broken suite is a failure, and the others still run
            count = Count(failed=1, names=[f"{name}: {error!r}"])
        seconds = time.monotonic() - begin
        share = (work() - worked) / seconds / os.cpu_count()
        rows.append((name, count, seconds, share))
        print(f"   {count} in {seconds:.0f} s", flush=True)
        total.add(count)

    print()
    for name, count, seconds, share in rows:
        print(f"{name:10} {seconds:6.0f} s {share:5.0%}  {count}")
    print(f"{'all':10} {time.monotonic() - started:6.0f} s")
    for word, names in (("SKIPPED", total.left_out), ("UNSTEADY", total.unsteady), ("FAILED", total.names)):
        for name in names:
            print(f"{word}  {name}" + "".join(f"\n    {line}" for line in total.reasons.get(name, [])))
    print(total)
    RESULT.write_text(f"{total}\n", encoding="utf-8")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
