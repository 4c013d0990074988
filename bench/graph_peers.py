# SPDX-License-Identifier: Apache-2.0
"""igraph on a register of the bench, run by the Python that has it: reads dependencies.csv, builds the graph, asks for
all that can be reached from some assets. One JSON object, or "absent".

    graph_peers.py DEPENDENCIES.csv NUMBER…
"""
import json
import sys
import time


def main():
    try:
        import igraph
    except ImportError:
        print(json.dumps("absent"))
        return
    begin = time.perf_counter()
    edges, count = [], 0
    with open(sys.argv[1], encoding="utf-8") as file:
        next(file)
        for line in file:
            supplier, consumer, _ = line.split(",", 2)
            edges.append((int(supplier[2:]), int(consumer[2:])))
            count = max(count, *edges[-1])
    graph = igraph.Graph(n=count + 1, edges=edges, directed=True)
    load_s = time.perf_counter() - begin
    times = []
    for number in map(int, sys.argv[2:]):
        begin = time.perf_counter()
        graph.subcomponent(number, mode="out")
        times.append((time.perf_counter() - begin) * 1000)
    print(json.dumps({"load_s": load_s, "reach_ms": sorted(times)[len(times) // 2]}))


if __name__ == "__main__":
    main()
