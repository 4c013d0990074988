# SPDX-License-Identifier: Apache-2.0
"""The workloads W1 to W5 of the engine, beside graph and matrix libraries: the engine's section of bench/run."""
import json
import shutil
import sys
from pathlib import Path

import plot
from kit import Ran

SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's packages are its own
PROMISED = {("W1", 10**4): "≥ 12", ("W1", 10**5): "≥ 12", ("W2", 10**4): "≥ 20", ("W2", 10**5): "≥ 20",
            ("W2", 10**6): "≥ 8", ("W3", 10**4): "≥ 10", ("W3", 10**5): "≥ 10", ("W4", 10**6): "≤ 1.5 s"}
PEER_ASSETS = 10**4  # the slow ones would need days on more


def build(program):
    """engine_bench and the peer in C, built on demand; None when they cannot be."""
    folder = Path(program).resolve().parents[2]
    engine = folder / "bench/engine_bench"
    if shutil.which("ninja") and (folder / "build.ninja").exists():
        Ran(["ninja", "-C", folder, "bench/engine_bench"])
        Ran(["ninja", "-C", folder, "bench/igraph_peer"])  # fails where its library is not installed
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
                print(f"\n{size:,} assets, {line}")
        print(flush=True)
        has_head = False


def say_peers(figures, engine, assets, seconds, plot_path):
    python = SYSTEM_PYTHON if Path(SYSTEM_PYTHON).exists() else sys.executable
    script = Path(__file__).parent / "engine_peers.py"
    answers = json.loads(Ran([python, script, engine, "--assets", assets, "--seconds", seconds,
                              "--json"]).must("engine_peers").text)
    figures.section(f"The engine beside libraries, {assets:,} assets, one thread: µs a scenario")
    sections = []
    for answer in answers:
        own_us = answer["scenario_s"] * 1e6
        rate = int(answer["engine"]["dependencies"]) * 1e-9
        rows = [("engine", rate / answer["scenario_s"], True)]
        for peer in answer["peers"]:
            if not peer["is_there"]:
                figures.row(answer["work"], "–", f"{own_us:.3f}", f"{peer['name']} absent")
                continue
            figures.row(answer["work"], "–", f"{own_us:.3f}", f"{peer['name']} {peer['scenario_s'] * 1e6:.3f}",
                        1 / peer["ratio"], peer["note"])
            rows.append((peer["name"], rate / peer["scenario_s"], False))
        sections.append((answer["work"], rows))
    if plot_path and (not figures.is_loaded or figures.marks_load):
        loaded = " (on a loaded machine)" if figures.is_loaded else ""
        plot.bars(plot_path, f"{assets:,} assets, one thread{loaded}", "10⁹ dependencies × scenarios a second",
                  sections)
        print(f"\nPlot: {plot_path}")


def run(figures, program, is_quick, plot_path):
    engine = build(program)
    if engine is None:
        figures.section("The engine")
        figures.row("engine_bench", "–", "not built")
        return
    say_workloads(figures, engine, [10**4] if is_quick else [10**4, 10**5, 10**6])
    say_peers(figures, engine, PEER_ASSETS, 3 if is_quick else 60, plot_path)
