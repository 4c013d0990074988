#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares W1, W2 and W4 of the engine with graph and matrix libraries on the same register. Never fails on time.

    bench/engine_peers.py ENGINE_BENCH [--assets 10k] [--seed 1] [--seconds 20] [--work W1,W2,W4] [--native] [--json]

W1: dependencies felt by chance, all-of-n. W2: k-of-n. W4: each asset lost alone. Each peer gets the rule of the
engine, in its usual and in its best form; --native leaves out those in Python and the slow reference, which need hours
on a large register. A peer that is not installed is shown as absent. A peer that would take longer than --seconds is
measured on fewer scenarios and scaled, marked so. The mean number of failed assets must be the same for all within
four standard errors, for the slow reference all sums byte by byte: else the last line says so and the status is 1.
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


def native(engine_bench, program, words, work):
    """A peer that is a program: "scenarios seconds failed squares batches [same]". The quickest of five, or the one run
    that takes long: a single short one would be measured with cold caches, and the engine is not."""
    path = Path(engine_bench).parent / program
    if not path.exists():
        return None
    best = None
    for _ in range(5):
        out = subprocess.run([path, *map(str, words)], check=True, capture_output=True, text=True).stdout.split()
        done, spent, total, squares, batches = int(out[0]), float(out[1]), int(out[2]), float(out[3]), int(out[4])
        if best is None or spent / done < best["scenario_s"]:
            mean = total / batches
            spread = math.sqrt(max(squares / batches - mean * mean, 0) / batches) * batches / done
            best = {"scenario_s": spent / done, "mean_failed": total / done, "spread": spread, "scenarios": done,
                    "is_scaled": False, "is_same": None if len(out) < 6 else out[5] == "1"}
        if spent > 1:
            break
    return best


def say_difference(work, peer, engine_mean, asset_count):
    """W4 in full is exact; else the two means are of different draws, and W1 of the engine rounds strengths."""
    if peer.get("is_same") is not None:
        return ", all sums the same bytes" if peer["is_same"] else ", DIFFERENT ANSWER"
    if work == "W4" and peer["scenarios"] < asset_count:
        return ""  # the first sources only
    room = 0.006 if work == "W4" else 4 * peer["spread"] + 0.01 * engine_mean
    return "" if abs(peer["mean_failed"] - engine_mean) <= room else ", DIFFERENT ANSWER"


def peers_of(options, register, path, work):
    engine_bench, seconds = options.engine_bench, options.seconds
    for name, make in peer_forms.FORMS[work] if register is not None else ():
        try:
            yield name, measure(make(register, random.Random(11)), register, work, seconds)
        except ImportError:
            yield name, None
    if work == "W1":
        yield "igraph in C, create and component", native(engine_bench, "igraph_peer", (path, work, "create", seconds),
                                                          work)
    yield "igraph in C, best: incidence list and worklist", native(engine_bench, "igraph_peer",
                                                                   (path, work, "worklist", seconds), work)
    yield "GraphBLAS in C" + (", selected bonds" if work == "W1" else ", matrix times 64 scenarios"), native(
        engine_bench, "graphblas_peer", (path, work, seconds), work)
    if register is not None:
        yield "slow reference of the tests", native(engine_bench, "reference_peer",
                                                    (options.assets, options.seed, work, min(seconds, 5)), work)


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
        register = None if options.native else Register(path)
        for name, peer in peers_of(options, register, path, work):
            entry = {"name": name, "is_there": peer is not None}
            if peer is not None:
                peer["is_scaled"] = peer["is_scaled"] or (work == "W4" and peer["scenarios"] < int(options.assets))
                scaled = f", {peer['scenarios']} scenarios, scaled" if peer["is_scaled"] else ""
                entry |= peer
                entry["ratio"] = peer["scenario_s"] / own_s
                entry["note"] = f"mean failed {peer['mean_failed']:.2f}{scaled}" + \
                    say_difference(work, peer, float(engine["mean_failed"]), int(options.assets))
            answer["peers"].append(entry)
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine_bench")
    parser.add_argument("--assets", default="10k")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--work", default=",".join(WORKS))
    parser.add_argument("--native", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.assets[-1] in "kKmM":
        options.assets = str(int(float(options.assets[:-1]) * {"k": 1e3, "m": 1e6}[options.assets[-1].lower()]))
    answers = [compare(options, work) for work in options.work.split(",")]
    wrong = [f"{answer['work']}: {peer['name']}" for answer in answers for peer in answer["peers"]
             if "DIFFERENT" in peer.get("note", "")]
    if options.json:
        print(json.dumps(answers))
    else:
        say(answers)
    if wrong:
        sys.exit("engine_peers: DIFFERENT ANSWER of " + "; ".join(wrong))


def say(answers):
    print(f"one thread, processor time; load average {os.getloadavg()[0]:.1f}")
    for answer in answers:
        engine = answer["engine"]
        print(f"\n{answer['work']}, {engine['assets']} assets, {engine['dependencies']} dependencies")
        print(f"{'engine':<48}{answer['scenario_s'] * 1e6:>14.3f} us/scenario   mean failed {engine['mean_failed']}")
        for peer in answer["peers"]:
            if not peer["is_there"]:
                print(f"{peer['name']:<48}{'absent':>14}")
                continue
            print(f"{peer['name']:<48}{peer['scenario_s'] * 1e6:>14.3f} us/scenario   {peer['note']}   "
                  f"{peer['ratio']:.0f}x")


if __name__ == "__main__":
    main()
