# SPDX-License-Identifier: Apache-2.0
"""The price of the access rule, and everything at once: readers with a scope or a low clearance beside one who may read
all, asked in turn for the same in the same run; then all of them together at a steady rate."""
import json
import subprocess
import threading
import time

import http_bench
from kit import quantile

PAIRS = 25  # of requests, one by the limited reader and one by the full
PASSWORD = b"correct horse of the bench 1\n"
LISTS = (("assets by key", "/api/v1/assets?limit=100"), ("assets by people", "/api/v1/assets?limit=100&sort=-people_served"),
         ("assets by name", "/api/v1/assets?limit=100&sort=name"), ("one kind", "/api/v1/assets?limit=100&kind={kind}"),
         ("dependencies", "/api/v1/dependencies?limit=100"), ("search", "/api/v1/search?q={word}&limit=20"))


def add_reader(program, store, name, role, clearance, grant=()):
    """The headers of a new account. With a grant it has no role of its own."""
    base = [program, "--db", str(store)]
    subprocess.run([*base, "user", "add", name, *(("--role", role) if role else ()), "--clearance", clearance,
                    "--password-stdin"], input=PASSWORD, capture_output=True, check=False)
    if grant:
        subprocess.run([*base, "user", "grant", name, "--role", "observer", *grant], capture_output=True, check=False)
    made = subprocess.run([*base, "--json", "user", "token", name], check=True, capture_output=True)
    return {"Authorization": f"Bearer {json.loads(made.stdout)['token']}", "Accept-Encoding": "gzip"}


def readers_of(program, store, region, sector):
    return {"region": add_reader(program, store, "bench-region", "", "red", ("--region", region)),
            "sector": add_reader(program, store, "bench-sector", "", "red", ("--sector", sector)),
            "narrow sector": add_reader(program, store, "bench-narrow", "", "red", ("--sector", sector + "01")),
            "green": add_reader(program, store, "bench-green", "observer", "green"),
            "amber": add_reader(program, store, "bench-amber", "observer", "amber")}


def places_of(server):
    """A region and a sector of the middle of the register, a kind and a word of it."""
    rows = http_bench.sample_of(server)
    counted = {}
    for row in rows:
        counted.setdefault(row["region"], []).append(row)
    region = next((key for key in sorted(counted, key=lambda key: len(counted[key])) if key), "")
    words = sorted({word for row in rows for word in (row["name"] or "").split() if len(word) > 3})
    kinds = sorted({row["kind"] for row in rows if row["kind"]})
    return region, "EN", kinds[0], words


def price(figures, server, readers, kind, word):
    line = server.connect()
    for name, headers in readers.items():
        for what, path in LISTS:
            path = path.format(kind=kind, word=word)
            began = server.ask(path, line=line, headers=headers)[0]
            server.ask(path, line=line)
            pairs = [(server.ask(path, line=line, headers=headers)[0], server.ask(path, line=line)[0])
                     for _ in range(PAIRS)]
            ours, full = (quantile([pair[i] for pair in pairs], 0.5) for i in (0, 1))
            figures.row(f"{what}, reader: {name}", "≤ 1.3× of all", f"{ours:.2f} ms", f"reads all {full:.2f} ms",
                        ours / full, f"median of {PAIRS} pairs; the first took {began:.1f} ms")


def mixed(figures, server, readers, rate, count, paths, dice):
    """All kinds of questions by all readers at once; the 99th percentile of each kind."""
    people = list(readers.values())
    asked = [(kind, dice.choice(paths[kind]), dice.choice(people))
             for kind in dice.choices(list(paths), weights=(4, 2, 1, 3), k=count)]
    for headers in people:  # what is kept for each reader is made; its price stands above
        for path in [*dict.fromkeys(paths["lists"]), *(paths[kind][0] for kind in paths)]:
            server.ask(path, headers=headers)
    times, lock = {kind: [] for kind in paths}, threading.Lock()
    began = time.perf_counter() + 0.05

    def work(index):
        line = server.connect()
        for i in range(index, len(asked), http_bench.CONNECTIONS):
            kind, path, headers = asked[i]
            due = began + i / rate
            time.sleep(max(0, due - time.perf_counter()))
            server.ask(path, line=line, headers=headers)
            with lock:
                times[kind].append((time.perf_counter() - max(due, began)) * 1000)

    used = server.processor_s()
    threads = [threading.Thread(target=work, args=(i,)) for i in range(http_bench.CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = (server.processor_s() - used) * 1000 / count
    for kind, promised in zip(paths, ("50", "50", "50", "60")):
        figures.row(f"mixed, access rules on: {kind}", f"p99 ≤ {promised} ms",
                    f"p50 {quantile(times[kind], 0.5):.1f}, p99 {quantile(times[kind], 0.99):.1f} ms",
                    notes=f"{len(times[kind]):,} of {count:,} requests, {rate:.0f}/s in all, {used:.2f} ms of processor each")


def run(figures, program, store, server, rate, count, dice):
    region, sector, kind, words = places_of(server)
    readers = readers_of(program, store, region, sector)
    figures.section("The price of the access rule")
    price(figures, server, readers, kind, words[len(words) // 2])
    meta = json.loads(server.ask("/tiles/meta.json")[1])
    rows = http_bench.sample_of(server)
    figures.section(f"All at once, by {len(readers)} limited readers")
    paths = {"lists": [path.format(kind=kind, word="") for what, path in LISTS if what != "search"],
             "searches": [f"/api/v1/search?q={word}&limit=20" for word in words],
             "records": [f"/api/v1/assets?key={row['key']}" for row in rows],
             "tiles": http_bench.tiles_of(meta["bounds"] or (-10, -10, 10, 10), 300, dice)}
    mixed(figures, server, readers, rate, count, paths, dice)
