#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares W1, W2 and W4 of the engine with graph and matrix libraries on the same register. Never fails on time.

    bench/engine_peers.py ENGINE_BENCH [--assets 10k] [--seed 1] [--seconds 20] [--work W1,W2,W4] [--json]

W1: dependencies felt by chance, all-of-n. W2: k-of-n. W4: each asset lost alone. Each peer gets the rule of the
engine, in its usual and in its best form. A peer that is not installed is shown as absent. A peer that would take
longer than --seconds is measured on fewer scenarios and scaled, marked so. The mean number of failed assets must be
the same for all within four standard errors; it is printed beside each figure.
"""
import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peer_forms

WORKS = ("W1", "W2", "W4")
COLUMNS = ("work", "assets", "dependencies", "scenarios", "median_s", "least_s", "median_g", "best_g", "mean_failed",
           "sweeps", "roof", "sweeps_a_range", "peak_mb")


class Register:
    """As engine_bench exports it: chances of damage, groups as (consumer, need, suppliers, strengths)."""

    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            self.asset_count, group_count, self.member_count = map(int, file.readline().split())
            self.damage_p = [float(file.readline()) for _ in range(self.asset_count)]
            self.groups = []
            for _ in range(group_count):
                words = file.readline().split()
                self.groups.append((int(words[0]), int(words[1]), list(map(int, words[3::2])),
                                    list(map(float, words[4::2]))))


def engine_rows(text):
    """The rows of engine_bench's table."""
    rows = []
    for line in text.splitlines():
        if line.startswith("| W"):
            rows.append(dict(zip(COLUMNS, (word.strip() for word in line.strip("| \n").split("|")))))
    return rows


def draw_damage(register, rng):
    return [asset for asset, p in enumerate(register.damage_p) if rng.random() < p]


def measure(run, register, work, seconds):
    """Seconds a scenario, mean failed, its standard error, how many; as many as fit into the time."""
    rng, done, total, squares = random.Random(7), 0, 0, 0
    most = register.asset_count if work == "W4" else 100000
    start = time.process_time()
    while done < most and time.process_time() - start < seconds:
        failed = run([done] if work == "W4" else draw_damage(register, rng))
        for count in failed if isinstance(failed, list) else [failed]:
            done, total, squares = done + 1, total + count, squares + count * count
    spent = time.process_time() - start
    return figure_of(spent, done, total, squares, most)


def figure_of(spent, done, total, squares, most):
    mean = total / done
    spread = math.sqrt(max(squares / done - mean * mean, 0) / done)
    return {"scenario_s": spent / done, "mean_failed": mean, "spread": spread, "scenarios": done,
            "is_scaled": done < most}


def c_library(engine_bench, path, work, form, seconds):
    program = Path(engine_bench).parent / "igraph_peer"
    if not program.exists():
        return None
    words = subprocess.run([program, path, work, form, str(seconds)], check=True, capture_output=True,
                           text=True).stdout.split()
    done, spent, total = int(words[0]), float(words[1]), int(words[2])
    # Its spread is not printed: a fourth of the mean is more than that of any of these registers but W4's.
    return figure_of(spent, done, total, (1 + 1 / 16) * total * total / done, done) | {"is_scaled": False}


def say_difference(work, peer, engine_mean):
    """W4 in full is exact; else the two means are of different draws."""
    is_whole = work == "W4" and not peer["is_scaled"]
    if work == "W4" and not is_whole:
        return ""
    room = 0.006 if is_whole else 4 * peer["spread"] + 0.01 * engine_mean
    return "" if abs(peer["mean_failed"] - engine_mean) <= room else ", DIFFERENT ANSWER"


def peers_of(engine_bench, register, path, work, seconds):
    for name, make in peer_forms.FORMS[work]:
        try:
            yield name, measure(make(register, random.Random(11)), register, work, seconds)
        except ImportError:
            yield name, None
    yield "igraph in C, incidence list and worklist", c_library(engine_bench, path, work, "worklist", seconds)
    if work == "W1":
        yield "igraph in C, create and component", c_library(engine_bench, path, work, "create", seconds)


def compare(options, work):
    command = [options.engine_bench, "--assets", options.assets, "--seed", options.seed, "--only", work]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = engine_rows(text)
    if not rows:
        sys.exit("engine_peers: engine_bench printed no row")
    engine = rows[0]
    own_s = float(engine["median_s"]) / int(engine["scenarios"])
    answer = {"work": work, "engine": engine, "scenario_s": own_s, "peers": []}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "register.txt")
        subprocess.run([*command, "--export", path], check=True)
        register = Register(path)
        for name, peer in peers_of(options.engine_bench, register, path, work, options.seconds):
            entry = {"name": name, "is_there": peer is not None}
            if peer is not None:
                scaled = f", {peer['scenarios']} scenarios, scaled" if peer["is_scaled"] else ""
                entry |= peer
                entry["ratio"] = peer["scenario_s"] / own_s
                entry["note"] = f"mean failed {peer['mean_failed']:.2f}{scaled}" + \
                    say_difference(work, peer, float(engine["mean_failed"]))
            answer["peers"].append(entry)
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine_bench")
    parser.add_argument("--assets", default="10k")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--work", default=",".join(WORKS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.assets[-1] in "kKmM":
        options.assets = str(int(float(options.assets[:-1]) * {"k": 1e3, "m": 1e6}[options.assets[-1].lower()]))
    answers = [compare(options, work) for work in options.work.split(",")]
    if options.json:
        print(json.dumps(answers))
        return
    print(f"one thread, processor time; load average {os.getloadavg()[0]:.1f}")
    for answer in answers:
        engine = answer["engine"]
        print(f"\n{answer['work']}, {engine['assets']} assets, {engine['dependencies']} dependencies")
        print(f"{'engine':<44}{answer['scenario_s'] * 1e6:>14.3f} us/scenario   mean failed {engine['mean_failed']}")
        for peer in answer["peers"]:
            if not peer["is_there"]:
                print(f"{peer['name']:<44}{'absent':>14}")
                continue
            print(f"{peer['name']:<44}{peer['scenario_s'] * 1e6:>14.3f} us/scenario   {peer['note']}   "
                  f"{peer['ratio']:.0f}x")


if __name__ == "__main__":
    main()
