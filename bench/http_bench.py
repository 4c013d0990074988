#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times of the HTTP server on a register: lists, search, single records, tiles (cold and kept), one cascade.

    bench/http_bench.py PROGRAM DATABASE [--rate 200] [--seconds 10]

Starts the program on a free port, signs in with a token made for the run, sends at a steady rate from four
connections, and prints the median and the 99th percentile in milliseconds, measured by the client. Prints, never
fails on time.
"""
import argparse
import http.client
import json
import math
import random
import re
import subprocess
import threading
import time


def start(program, database):
    server = subprocess.Popen([program, "--db", database, "serve", "--listen", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in server.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return server, int(found.group(1))
    raise SystemExit("the server did not start")


def make_token(program, database):
    subprocess.run([program, "--db", database, "user", "add", "bench", "--role", "administrator",
                    "--password-stdin"], input="a long bench password\n", text=True, capture_output=True)
    made = subprocess.run([program, "--db", database, "--json", "user", "token", "bench"], text=True,
                          capture_output=True, check=True)
    return json.loads(made.stdout)["token"]


class Client:
    def __init__(self, port, token):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}

    def ask(self, method, path, body=None):
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        content = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:200]}")
        return took, content


def measure(port, token, requests, rate, connections=4):
    """Sends all requests at `rate` a second; a late answer does not delay the clock of the others."""
    times, lock, began = [], threading.Lock(), time.perf_counter()

    def work(index):
        client = Client(port, token)
        for i in range(index, len(requests), connections):
            due = began + i / rate
            time.sleep(max(0, due - time.perf_counter()))
            took, _ = client.ask(*requests[i])
            with lock:
                times.append(took)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times)


def show(name, times):
    def at(share):
        return times[min(len(times) - 1, math.ceil(share * len(times)) - 1)]
    print(f"{name:34} {len(times):6} requests   median {at(0.5):8.2f} ms   p99 {at(0.99):8.2f} ms   "
          f"worst {times[-1]:8.2f} ms", flush=True)


def tiles_of(bounds, zooms, count, dice):
    west, south, east, north = bounds
    chosen = []
    while len(chosen) < count:
        zoom = dice.choice(zooms)
        lon, lat = dice.uniform(west, east), dice.uniform(south, north)
        side = 1 << zoom
        x = min(side - 1, int((lon + 180) / 360 * side))
        y = min(side - 1, int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side))
        chosen.append(("GET", f"/tiles/{zoom}/{x}/{y}.mvt"))
    return list(dict.fromkeys(chosen))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("database")
    arguments.add_argument("--rate", type=float, default=200)
    arguments.add_argument("--seconds", type=float, default=10)
    wanted = arguments.parse_args()
    dice = random.Random(1)
    token = make_token(wanted.program, wanted.database)
    server, port = start(wanted.program, wanted.database)
    try:
        first = Client(port, token)
        count = int(wanted.rate * wanted.seconds)
        _, content = first.ask("GET", "/api/v1/session")
        print(f"assets {json.loads(content)['instance']['asset_count']:,}")
        _, content = first.ask("GET", "/api/v1/assets?limit=1000&fields=key,kind,name&offset=5000")
        sample = json.loads(content)["items"]
        kinds = sorted({row["kind"] for row in sample if row["kind"]})
        words = sorted({word for row in sample for word in (row["name"] or "").split() if len(word) > 3})
        pages = [("GET", f"/api/v1/assets?kind={dice.choice(kinds)}&limit=100&sort="
                  f"{dice.choice(['key', '-people_served', 'name'])}") for _ in range(count)]
        show("list, filtered and sorted, 100", measure(port, token, pages, wanted.rate))
        finds = [("GET", f"/api/v1/search?q={dice.choice(words)}&limit=20") for _ in range(count)]
        show("search", measure(port, token, finds, wanted.rate))
        reads = [("GET", f"/api/v1/assets/{dice.choice(sample)['key']}") for _ in range(count)]
        show("record", measure(port, token, reads, wanted.rate))
        first = Client(port, token)  # the server has closed the silent one
        took, content = first.ask("GET", "/tiles/meta.json")
        print(f"{'places read into order, once':34} {took:8.0f} ms")
        tiles = tiles_of(json.loads(content)["bounds"], list(range(0, 15)), 400, dice)
        show("tile, cold, zoom 0 to 14", measure(port, token, tiles, 20, 1))
        show("tile, kept", measure(port, token, tiles, wanted.rate, 1))
        fail = {"fail": [sample[0]["key"]]}
        first = Client(port, token)
        took, _ = first.ask("POST", "/api/v1/cascade", fail)
        print(f"{'first cascade (makes the plan)':34} {took:8.0f} ms")
        falls = [("POST", "/api/v1/cascade", {"fail": [dice.choice(sample)["key"]]}) for _ in range(200)]
        show("cascade, warm plan", measure(port, token, falls, 50, 1))
        first = Client(port, token)
        took, _ = first.ask("GET", "/api/v1/overview")
        print(f"{'overview, first of a data version':34} {took:8.0f} ms")
        took, _ = first.ask("GET", "/api/v1/overview")
        print(f"{'overview, kept':34} {took:8.1f} ms")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
