# SPDX-License-Identifier: Apache-2.0
"""The workloads W1 to W5 of the engine, beside graph and matrix libraries: the engine's section of bench/run."""
import json
import shutil
import sys
import tempfile
from pathlib import Path

import plot
from kit import Ran

SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's packages are its own
PROMISED = {("W1", 10**4): "≥ 12", ("W1", 10**5): "≥ 12", ("W2", 10**4): "≥ 20", ("W2", 10**5): "≥ 20",
            ("W2", 10**6): "≥ 8", ("W3", 10**4): "≥ 10", ("W3", 10**5): "≥ 10", ("W4", 10**6): "≤ 1.5 s"}
PROMISED_RATIO = {("W1", "NetworkX"): "≥ 500 times", ("W1", "igraph in C"): "≥ 7 times",
                  ("W2", "NetworkX"): "≥ 3000 times", ("W2", "igraph in C"): "≥ 60 times",
                  ("W4", "NetworkX"): "≥ 100 times", ("W4", "igraph in C"): "≥ 3 times"}
PEER_ASSETS = 10**4  # the slow ones would need days on more


def build(program):
    """engine_bench and the peer in C, built on demand; None when they cannot be."""
    folder = Path(program).resolve().parents[2]
    engine = folder / "bench/engine_bench"
    if shutil.which("ninja") and (folder / "build.ninja").exists():
        Ran(["meson", "setup", "--reconfigure", folder])  # libraries of peers may be newer than the folder
        Ran(["ninja", "-C", folder, "bench/engine_bench"])
        Ran(["ninja", "-C", folder, "bench/reference_peer"])
        for peer in ("igraph_peer", "graphblas_peer"):  # fails where its library is not installed
            Ran(["ninja", "-C", folder, f"bench/{peer}"])
    return engine if engine.exists() else None


def say_workloads(figures, engine, sizes):
    print("\n### The engine's workloads, one thread, its processor time\n\nW1: dependencies felt by chance, all-of-n. "
          "W2: k-of-n. W3: W2 with buffers and repair, 48 steps. W4: each asset lost alone. W5: chains of at most "
          "five links; their unit is a chain.\n")
    has_head = False
    for size in sizes:
        ran = Ran([engine, "--assets", size, "--only", "all"]).must("engine_bench")
        for line in ran.text.splitlines():
            if line.startswith("| work") or line.startswith("|---"):
                if not has_head:
                    print(line + (" promised |" if line.startswith("| work") else "---|"))
                has_head = has_head or line.startswith("|---")
            elif line.startswith("| W"):
                told = PROMISED.get((line.split()[1], size), "≥ 0.01" if line.startswith("| W5") else "–")
                print(f"{line} {told}{' (loaded)' if figures.is_loaded else ''} |", flush=True)
        for line in ran.text.splitlines():
            if ": digest" in line:
                figures.is_wrong |= "DIFFERENT" in line
                print(f"\n{size:,} assets, {line}")
        print(flush=True)
        has_head = False


def compare(figures, engine, assets, seconds, more):
    """Prints the table of one size. Returns the sections of the plot."""
    python = SYSTEM_PYTHON if Path(SYSTEM_PYTHON).exists() else sys.executable
    script = Path(__file__).parent / "engine_peers.py"
    with tempfile.TemporaryFile() as said:  # its last line says which answers differ
        ran = Ran([python, script, engine, "--assets", assets, "--seconds", seconds, "--json", *more], stderr=said)
    try:
        answers = json.loads(ran.text)
    except ValueError:
        ran.must("engine_peers")
        raise
    figures.section(f"The engine beside libraries, {assets:,} assets, one thread: µs a scenario")
    sections = []
    for answer in answers:
        own_us = answer["scenario_s"] * 1e6
        rate = int(answer["engine"]["dependencies"]) * 1e-9
        rows = [("engine", rate / answer["scenario_s"], True)]
        for peer in answer["peers"]:
            told = PROMISED_RATIO.get((answer["work"], peer["name"].split(",")[0]), "–")
            if not peer["is_there"]:
                figures.row(answer["work"], told, f"{own_us:.3f}", f"{peer['name']} absent")
                continue
            figures.row(answer["work"], told, f"{own_us:.3f}", f"{peer['name']} {peer['scenario_s'] * 1e6:.3f}",
                        1 / peer["ratio"], f"{peer['ratio']:.1f} times as fast; {peer['note']}"
                        if figures.tells_ratios else peer["note"])
            figures.is_wrong |= "DIFFERENT" in peer["note"]
            rows.append((peer["name"], rate / peer["scenario_s"], False))
        sections.append((f"{answer['work']}, {assets:,} assets", rows))
    return sections


def say_peers(figures, engine, is_quick, plot_path):
    sections = compare(figures, engine, PEER_ASSETS, 3 if is_quick else 60, ())
    if not is_quick:
        sections += compare(figures, engine, 10**6, 60, ("--native", "--work", "W2,W4"))
    if plot_path and figures.tells_ratios:
        loaded = " (on a loaded machine)" if figures.is_loaded else ""
        plot.bars(plot_path, f"One thread{loaded}", "10⁹ dependencies × scenarios a second", sections)
        print(f"\nPlot: {plot_path}")


def say_threads(figures, engine, sizes):
    """One and two threads in turn. Ratios by the wall only while nobody else uses the machine."""
    print("\n### Two threads in turn with one, least of five; promised 1.7 times one, 1.5 at a million assets\n")
    for at, size in enumerate(sizes):
        for line in Ran([engine, "--assets", size, "--only", "threads"]).must("engine_bench").text.splitlines():
            if line.startswith("|") and (at == 0 or line.startswith("| W")):
                words = line.split("|")
                figures.is_wrong |= "DIFFERENT" in line
                if line.startswith("| W") and not figures.tells_ratios:
                    words[-4:-1] = [" not told "] * 3
                print("|".join(words), flush=True)


def say_whole(figures, engine, is_quick):
    """W2 from the register to the sums; the quick form is a hundred times smaller and promises nothing."""
    assets, part, trials = (10**4, "tenth", 10**4) if is_quick else (10**6, "whole", 10**5)
    promised = ("–", "–") if is_quick else ("≤ 60 s", "≤ 2 GB")
    figures.section(f"W2 as a whole: {assets:,} assets, {trials:,} trials, two threads")
    text = Ran([engine, "--assets", assets, "--only", part]).must("engine_bench").text
    line = next(line for line in text.splitlines() if line.startswith("W2 as a whole"))
    seconds = line.split(": ")[1].split(" s ")[0]
    peak = line.split("peak ")[1].split(" MB")[0]
    figures.row("plan, chances, trials, sums", promised[0], f"{seconds} s", notes=line)
    figures.row("its peak memory, register included", promised[1], f"{peak} MB")


def run(figures, program, is_quick, plot_path):
    engine = build(program)
    if engine is None:
        figures.section("The engine")
        figures.row("engine_bench", "–", "not built")
        return
    sizes = [10**4] if is_quick else [10**4, 10**5, 10**6]
    say_workloads(figures, engine, sizes)
    say_threads(figures, engine, sizes)
    say_whole(figures, engine, is_quick)
    say_peers(figures, engine, is_quick, plot_path)
    if figures.is_wrong:
        raise SystemExit("bench: a peer or a digest gives a DIFFERENT answer, see above")
