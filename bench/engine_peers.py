#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares N-1 of the engine with NetworkX and igraph on the same register. Prints, never fails on time.

    bench/engine_peers.py ENGINE_BENCH [--assets 10k] [--seed 1] [--seconds 20]

Both peers get the rule of the engine (k-of-n groups, a worklist), in their usual and in their best form. A peer
that is not installed is shown as absent. A peer that takes longer than --seconds is measured on fewer sources and
scaled, marked so. The mean number of failed assets must be the same for all; it is printed beside each figure.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import deque


def read_register(path):
    """Groups as (consumer, need, suppliers), and how many assets there are."""
    with open(path, encoding="ascii") as file:
        assets, _ = map(int, file.readline().split())
        groups = []
        for line in file:
            numbers = list(map(int, line.split()))
            groups.append((numbers[0], numbers[1], numbers[2:]))
    return assets, groups


def networkx_usual(assets, groups):
    """As one would write it: a graph with a node for each group, attributes, successors()."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(assets))
    for index, (consumer, need, suppliers) in enumerate(groups):
        name = ("group", index)
        graph.add_node(name, slack=len(suppliers) - need)
        graph.add_edge(name, consumer)
        for supplier in suppliers:
            count = graph[supplier][name]["count"] + 1 if graph.has_edge(supplier, name) else 1
            graph.add_edge(supplier, name, count=count)

    def cascade(source):
        failed, lost, queue = {source}, {}, deque([source])
        while queue:
            asset = queue.popleft()
            for name in graph.successors(asset):
                lost[name] = lost.get(name, 0) + graph[asset][name]["count"]
                if lost[name] > graph.nodes[name]["slack"]:
                    for consumer in graph.successors(name):
                        if consumer not in failed:
                            failed.add(consumer)
                            queue.append(consumer)
        return len(failed)

    return cascade


def networkx_best(assets, groups):
    """Its adjacency taken out once as plain dictionaries; the consumer and the slack in lists."""
    import networkx

    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(assets))
    for index, (_, _, suppliers) in enumerate(groups):
        graph.add_edges_from((supplier, assets + index) for supplier in suppliers)
    feeds = {node: [name for name, edges in graph.adj[node].items() for _ in edges] for node in range(assets)}
    return plain_worklist(assets, groups, feeds)


def plain_worklist(assets, groups, feeds):
    slack = [len(suppliers) - need for _, need, suppliers in groups]
    consumers = [consumer for consumer, _, _ in groups]

    def cascade(source):
        failed, lost, queue = {source}, {}, [source]
        for asset in queue:
            for name in feeds[asset]:
                group = name - assets
                count = lost.get(group, 0) + 1
                lost[group] = count
                if count > slack[group] and consumers[group] not in failed:
                    failed.add(consumers[group])
                    queue.append(consumers[group])
        return len(failed)

    return cascade


def igraph_of(assets, groups):
    import igraph

    edges = [(supplier, assets + index) for index, (_, _, suppliers) in enumerate(groups) for supplier in suppliers]
    edges += [(assets + index, consumer) for index, (consumer, _, _) in enumerate(groups)]
    return igraph.Graph(n=assets + len(groups), edges=edges, directed=True)


def igraph_usual(assets, groups):
    graph = igraph_of(assets, groups)
    slack = [len(suppliers) - need for _, need, suppliers in groups]

    def cascade(source):
        failed, lost, queue = {source}, {}, deque([source])
        while queue:
            for name in graph.successors(queue.popleft()):
                group = name - assets
                lost[group] = lost.get(group, 0) + 1
                if lost[group] > slack[group]:
                    for consumer in graph.successors(name):
                        if consumer not in failed:
                            failed.add(consumer)
                            queue.append(consumer)
        return len(failed)

    return cascade


def igraph_best(assets, groups):
    """Its adjacency list taken out once (get_adjlist runs in C), then the worklist on lists."""
    return plain_worklist(assets, groups, igraph_of(assets, groups).get_adjlist(mode="out"))


def measure(cascade, assets, seconds):
    """Microseconds per source and mean failed, over all sources or as many as fit into the time."""
    failed = done = 0
    start = time.perf_counter()
    for source in range(assets):
        failed += cascade(source)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return (time.perf_counter() - start) / done * 1e6, failed / done, done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine_bench")
    parser.add_argument("--assets", default="10k")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "register.txt")
        text = subprocess.run(
            [options.engine_bench, "--assets", options.assets, "--seed", options.seed, "--export", path],
            check=True, capture_output=True, text=True).stdout
        assets, groups = read_register(path)
    found = re.search(r"rank, N-1 of all, static, 1 thread: \S+ s, (\S+) us/source, mean failed (\S+),", text)
    if found is None:
        sys.exit("engine_peers: engine_bench printed no ranking")
    engine_us, engine_mean = float(found.group(1)), float(found.group(2))
    peers = list(measure_peers(assets, groups, options.seconds, engine_mean))
    if options.json:
        print(json.dumps({"engine_us": engine_us, "mean_failed": engine_mean, "peers": peers}))
        return
    print(f"REG({assets}, {options.seed}), N-1 of all, one thread; load average {os.getloadavg()[0]:.1f}")
    print(f"{'engine':<22}{engine_us:>12.3f} us/source   mean failed {engine_mean:.2f}")
    for peer in peers:
        if peer["us"] is None:
            print(f"{peer['name']:<22}{'absent':>12}")
            continue
        print(f"{peer['name']:<22}{peer['us']:>12.3f} us/source   {peer['note']}   ratio {peer['us'] / engine_us:.0f}x")


def measure_peers(assets, groups, seconds, engine_mean):
    for name, make in (("NetworkX, usual", networkx_usual), ("NetworkX, best form", networkx_best),
                       ("igraph, usual", igraph_usual), ("igraph, best form", igraph_best)):
        try:
            cascade = make(assets, groups)
        except ImportError:
            yield {"name": name, "us": None, "note": ""}
            continue
        us, mean, done = measure(cascade, assets, seconds)
        note = "" if done == assets else f", {done} sources, scaled"
        same = "" if done < assets or abs(mean - engine_mean) < 0.006 else ", DIFFERENT ANSWER"
        yield {"name": name, "us": us, "note": f"mean failed {mean:.2f}{note}{same}"}


if __name__ == "__main__":
    main()
