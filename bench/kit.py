# SPDX-License-Identifier: Apache-2.0
"""What the benches share: the machine in one line, commands with their time and memory, and the table of figures."""
import os
import platform
import subprocess
import tempfile
import time


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        lines = [line.split(":", 1) for line in file if ":" in line]
    names = {name.strip(): value.strip() for name, value in reversed(lines)}
    flags = set(names.get("flags", "").split())
    isa = [flag for flag in ("avx512f", "avx2", "sse4_2", "sha_ni") if flag in flags]
    return names.get("model name", platform.machine()), " ".join(isa) or platform.machine()


def compiler():
    try:
        words = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "no compiler"
    return words.splitlines()[0]


class Figures:
    """Prints one Markdown table a section, row by row. Ratios to a peer are left out while others use the machine."""

    def __init__(self, marks_load):
        self.load = os.getloadavg()[0]
        self.is_loaded = self.load > os.cpu_count() / 2
        self.marks_load = marks_load
        self.tells_ratios = not self.is_loaded or marks_load
        self.is_wrong = False  # somebody's answer differs

    def say_machine(self, version):
        model, isa = processor()
        print(f"{version}; {model}, {os.cpu_count()} processors, {isa}; load average {self.load:.2f}; "
              f"{compiler()}; Linux {platform.release()}\n")
        if self.is_loaded:
            print("**Others are using this machine** (load average above half the processors): "
                  + ("all figures are marked (loaded).\n" if self.marks_load else
                     "ratios are left out; come again when it is quiet, or give --loaded.\n"))

    def section(self, title):
        print(f"\n### {title}\n\n| What | Promised | Measured | Beside it | Ratio | Notes |\n|---|--:|--:|--:|--:|---|",
              flush=True)

    def row(self, what, promised, measured, beside="–", ratio=None, notes=""):
        told = "–"
        if ratio is not None and not self.is_loaded:
            told = f"{ratio:.3g}"
        elif ratio is not None:
            told = f"{ratio:.3g} (loaded)" if self.marks_load else "not told"
        if self.is_loaded and self.marks_load:
            measured += " (loaded)"
        print(f"| {what} | {promised} | {measured} | {beside} | {told} | {notes} |", flush=True)


class Ran:
    """A command that has run: seconds, user and system seconds of the processor, peak MB, status, text."""

    def __init__(self, command, **more):
        begin = time.monotonic()
        more.setdefault("stderr", subprocess.STDOUT)
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen([str(word) for word in command], stdout=out, **more)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - begin
            out.seek(0)
            self.text = out.read().decode("utf-8", errors="replace")
        self.status = process.returncode
        self.processor_s = usage.ru_utime + usage.ru_stime
        self.peak_mb = usage.ru_maxrss / 1024

    def must(self, what):
        if self.status != 0:
            raise SystemExit(f"bench: {what} ended with {self.status}\n{self.text[-3000:]}")
        return self


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
