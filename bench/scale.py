#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How simulations grow: sizes, threads and ranks, as Markdown, and what that comes to for a larger register.

    bench/scale.py [--build FOLDER] [--assets 10k,100k,1m] [--threads 1,2] [--ranks 2] [--work 2e10] [--runs 3]
                   [--loaded] [--target 1e9]

Builds bench/scale_bench in FOLDER (build/scale), with MPI where Open MPI is installed. Each run takes as many trials as
make --work dependencies times trials; the largest register runs once more with eight times as many. Figures are marked
and ratios left out when others use the machine (bench/README.md); --loaded tells the ratios too.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from kit import Figures, Ran  # noqa: E402

BLOCK = 512
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "--mca", "btl", "self,vader,tcp",
          "--mca", "btl_vader_single_copy_mechanism", "none"]


def count_of(text):
    factor = {"k": 10**3, "m": 10**6}.get(text[-1].lower(), 1)
    return int(float(text.rstrip("kKmM")) * factor)


def build(folder):
    has_mpi = bool(shutil.which("mpicc") and shutil.which("mpirun"))
    if not (folder / "build.ninja").exists():
        Ran(["meson", "setup", folder, "--buildtype=release", "-Dweb=none", "-Dreader=disabled", "-Dtests=disabled",
             f"-Dmpi={'enabled' if has_mpi else 'disabled'}"], cwd=ROOT).must("meson setup")
    Ran(["ninja", "-C", folder, "bench/scale_bench"], cwd=ROOT).must("ninja")
    options = json.loads(subprocess.run(["meson", "introspect", "--buildoptions", str(folder)], capture_output=True,
                                        text=True, check=True).stdout)
    return folder / "bench/scale_bench", any(o["name"] == "mpi" and o["value"] == "enabled" for o in options)


def ask(program, assets, trials, threads, ranks, runs):
    """The run with the median time by the clock on the wall."""
    start = [*MPIRUN, "-n", ranks] if ranks > 1 else []
    rows = []
    for _ in range(runs):
        ran = Ran([*start, program, assets, trials, threads],
                  env={**os.environ, "OMPI_MCA_mpi_yield_when_idle": "1"}).must("scale_bench")
        rows.append(json.loads(ran.text[ran.text.index("{"):]))
    return sorted(rows, key=lambda row: row["run_s"])[len(rows) // 2]


def work_of(row):
    return row["dependencies"] * row["trials"]


def rate_of(row):
    return work_of(row) / max(row["processor_s"], 1e-6) / 1e9


def told(figures, text):
    return f"{text} (loaded)" if figures.is_loaded else text


def print_row(figures, row, alone):
    ratio = "–"
    rate = told(figures, format(rate_of(row), ".2f")) if row["ranks"] == 1 else "–"  # each rank knows its own time only
    if row is not alone:
        ratio = f"{alone['run_s'] / row['run_s']:.2f}" if not figures.is_loaded or figures.marks_load else "not told"
        ratio = told(figures, ratio) if figures.marks_load else ratio
    print(f"| {row['assets']:,} | {row['dependencies']:,} | {row['trials']:,} | {row['threads']} | {row['ranks']} "
          f"| {told(figures, format(row['run_s'], '.2f'))} "
          f"| {told(figures, format(row['processor_s'], '.2f'))} | {rate} "
          f"| {ratio} | {row['plan_bytes'] / 1e6:.0f} | {row['told_bytes'] / 1e6:.0f} | {row['peak_bytes'] / 1e6:.0f} "
          f"| {'yes' if row['digest'] == alone['digest'] else '**NO**'} |", flush=True)


def slope(rows, bytes_of):
    """Bytes for each further dependency, between the two largest registers; of the only one, all of it."""
    large, small = rows[-1], rows[-2] if len(rows) > 1 else {"dependencies": 0}
    less = bytes_of(small) if len(rows) > 1 else 0
    return (bytes_of(large) - less) / (large["dependencies"] - small["dependencies"])


def print_target(figures, rows, longer, target):
    """With one thread: memory by its growth between the two largest registers. Time in proportion to the largest: a
    part for each trial, and one that does not grow with them, from two lengths of its run."""
    trials = 100_000
    plan = slope(rows, lambda row: row["plan_bytes"]) * target
    beside = slope(rows, lambda row: row["told_bytes"] - 8 * row["trials"]) * target  # without the list of losses
    large = rows[-1]
    each_s = (longer["processor_s"] - large["processor_s"]) / (longer["trials"] - large["trials"])
    fixed_s = max(0, large["processor_s"] - each_s * large["trials"])
    factor = target / large["dependencies"] / 3600
    once_h, hours = fixed_s * factor, each_s * factor * trials
    print(f"\n### {target:.0e} dependencies, from the growth up to {rows[-1]['dependencies']:,}\n\n"
          f"| What | Comes to |\n|---|--:|\n"
          f"| plan | {plan / 1e9:.0f} GB |\n| beside it, with one thread | {beside / 1e9:.0f} GB |\n"
          f"| making the question ready, time of one processor, in each rank | {told(figures, f'{once_h:.2f} h')} |\n"
          f"| {trials:,} trials, time of one processor | {told(figures, f'{hours:.2f} h')} |\n"
          f"| both on 64 ranks of one thread each, if nothing is lost | {told(figures, f'{once_h + hours / 64:.2f} h')} |")


def main():
    parser = argparse.ArgumentParser(description="how simulations grow with size, threads and ranks")
    parser.add_argument("--build", type=Path, default=ROOT / "build/scale")
    parser.add_argument("--assets", default="10k,100k,1m")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--ranks", type=int, default=2, help="one thread each; 1 = without MPI")
    parser.add_argument("--work", type=float, default=2e10, help="dependencies times trials of each run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--loaded", action="store_true")
    parser.add_argument("--target", type=float, default=1e9)
    options = parser.parse_args()
    program, has_mpi = build(options.build.resolve())
    figures = Figures(options.loaded)
    figures.say_machine("scale")
    print("| Assets | Dependencies | Trials | Threads | Ranks | Seconds | Processor s of rank 0 "
          "| G dependency·trials per processor s | Faster than alone | Plan, MB | Told, MB "
          "| Peak of rank 0, MB | Same bits |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|")
    rows = []  # of one process with one thread
    for assets in map(count_of, options.assets.split(",")):
        trials = max(1, round(options.work / (4 * assets) / BLOCK)) * BLOCK
        alone = ask(program, assets, trials, 1, 1, options.runs)
        rows.append(alone)
        print_row(figures, alone, alone)
        for threads in (int(t) for t in options.threads.split(",") if t != "1"):
            print_row(figures, ask(program, assets, trials, threads, 1, options.runs), alone)
        if options.ranks > 1 and has_mpi:
            print_row(figures, ask(program, assets, trials, 1, options.ranks, options.runs), alone)
    longer = ask(program, rows[-1]["assets"], 8 * rows[-1]["trials"], 1, 1, options.runs)
    print_row(figures, longer, longer)
    if options.ranks > 1 and not has_mpi:
        print("\nOpen MPI is absent: no rows of ranks.")
    print_target(figures, rows, longer, options.target)


if __name__ == "__main__":
    main()
