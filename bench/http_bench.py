# SPDX-License-Identifier: Apache-2.0
"""The HTTP figures: a server on a free port, asked at a steady rate by four connections. The roof beside each figure
is /healthz at the same rate: what the network, the library and the machine cost without any work of ours."""
import http.client
import gzip
import json
import math
import os
import random
import re
import signal
import subprocess
import threading
import time

from kit import quantile

CONNECTIONS = 4


class Server:
    """The program serving a store, and a token of an administrator who may see everything."""

    def __init__(self, program, store):
        base = [program, "--db", str(store)]
        subprocess.run([*base, "user", "add", "bench", "--role", "administrator", "--clearance", "red",
                        "--password-stdin"],
                       input=b"correct horse of the bench 1\n", capture_output=True, check=False)
        for limit in ("release.bulk_reads", "limit.requests_per_minute"):  # no one person asks so much in a day
            subprocess.run([*base, "settings", limit, "0"], check=True, capture_output=True)
        made = subprocess.run([*base, "--json", "user", "token", "bench"], check=True, capture_output=True)
        self.headers = {"Authorization": f"Bearer {json.loads(made.stdout)['token']}", "Accept-Encoding": "gzip"}
        self.began = time.monotonic()
        self.process = subprocess.Popen([*base, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        self.port = None
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        if self.port is None:
            raise SystemExit("bench: the server does not start")
        self.answers_s = time.monotonic() - self.began

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def ask(self, path, body=None, line=None, headers=None):
        """(milliseconds, body) of one answer, which must be a good one. headers: of another reader."""
        line = line or self.connect()
        headers = dict(headers or self.headers)
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        line.request("GET" if body is None else "POST", path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status >= 300:
            raise SystemExit(f"bench: {path}: {answer.status} {content[:300]!r}")
        if answer.getheader("Content-Encoding") == "gzip":  # unpacked outside the time: a reader's work, not ours
            content = gzip.decompress(content)
        return took, content

    def wait_until_warm(self):
        """Seconds from the start until plan, low zooms and overview are made."""
        line = self.connect()
        while not json.loads(self.ask("/readyz", line=line)[1])["warm"]:
            time.sleep(0.1)
        return time.monotonic() - self.began

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def processor_s(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def processor_ns(self):
        """Of all its threads; the kernel's clock of another process (man clock_getcpuclockid), finer than processor_s."""
        return time.clock_gettime_ns(~self.process.pid << 3 | 2)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def at_rate(server, paths, rate):
    """Milliseconds of each answer. A late answer delays what follows on its own connection only, and its wait counts."""
    times, lock = [], threading.Lock()
    began = time.perf_counter() + 0.05

    def work(index):
        line = server.connect()
        for i in range(index, len(paths), CONNECTIONS):
            due = began + i / rate
            time.sleep(max(0, due - time.perf_counter()))
            server.ask(paths[i], line=line)
            with lock:
                times.append((time.perf_counter() - max(due, began)) * 1000)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


class HttpFigures:
    def __init__(self, figures, server, rate, seconds):
        self.figures, self.server, self.rate = figures, server, rate
        self.count = max(20, int(rate * seconds))
        self.roof = at_rate(server, ["/healthz"] * self.count, rate)

    def row(self, what, promised, paths, rate=None):
        used = self.server.processor_s()
        times = at_rate(self.server, paths, rate or self.rate)
        used = (self.server.processor_s() - used) * 1000 / len(times)
        p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
        self.figures.row(what, promised, f"p50 {p50:.1f}, p99 {p99:.1f} ms",
                         f"/healthz p50 {quantile(self.roof, 0.5):.1f}, p99 {quantile(self.roof, 0.99):.1f} ms",
                         p99 / max(quantile(self.roof, 0.99), 1e-3),
                         f"{len(times):,} requests, {rate or self.rate:.0f}/s, {used:.2f} ms of processor each")


def sample_of(server):
    """A thousand assets from all over the register's key order."""
    line, rows = server.connect(), []
    for query in ("limit=500", "limit=500&sort=-people_served"):
        rows += json.loads(server.ask(f"/api/v1/assets?{query}", line=line)[1])["items"]
    return rows


def bench_lists(http, dice):
    rows = sample_of(http.server)
    kinds = sorted({row["kind"] for row in rows if row["kind"]})
    words = sorted({word for row in rows for word in (row["name"] or "").split() if len(word) > 3})
    sorts = ("key", "-people_served", "name")
    http.row("list: one kind, sorted, 100 records", "p99 ≤ 50 ms",
             [f"/api/v1/assets?kind={dice.choice(kinds)}&limit=100&sort={dice.choice(sorts)}"
              for _ in range(http.count)])
    http.row("search: one word", "p99 ≤ 50 ms",
             [f"/api/v1/search?q={dice.choice(words)}&limit=20" for _ in range(http.count)])
    http.row("search: a common word and a rare beginning", "p99 ≤ 50 ms",
             [f"/api/v1/search?q=site%20{dice.randrange(10, 10**5)}&limit=20" for _ in range(http.count)])
    http.row("record", "p99 ≤ 50 ms",
             [f"/api/v1/assets/{dice.choice(rows)['key']}" for _ in range(http.count)])


def tiles_of(bounds, count, dice):
    west, south, east, north = bounds
    chosen = []
    for _ in range(count):
        zoom = dice.randrange(0, 15)
        lon, lat = dice.uniform(west, east), dice.uniform(max(south, -80), min(north, 80))
        side = 1 << zoom
        x = min(side - 1, int((lon + 180) / 360 * side))
        y = min(side - 1, max(0, int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)))
        chosen.append(f"/tiles/{zoom}/{x}/{y}.mvt")
    return list(dict.fromkeys(chosen))


def bench_tiles(http, dice):
    meta = json.loads(http.server.ask("/tiles/meta.json")[1])
    tiles = tiles_of(meta["bounds"] or (-10, -10, 10, 10), min(2000, 2 * http.count), dice)
    http.row("map tile, zoom 0 to 14, not yet made", "p99 ≤ 60 ms", tiles, 50)
    http.row("map tile, kept", "p99 ≤ 5 ms", tiles)


def bench_warm_cascade(http, keys, peer):
    line = http.server.connect()
    times = [http.server.ask("/api/v1/cascade", {"fail": [key]}, line)[0] for key in keys]
    beside = f"igraph {peer['reach_ms']:.2f} ms" if peer else "igraph absent"
    http.figures.row("cascade from the warm plan, through the API, median", "≤ 10 ms", f"{quantile(times, 0.5):.2f} ms",
                     beside, quantile(times, 0.5) / max(peer["reach_ms"], 1e-3) if peer else None,
                     f"p99 {quantile(times, 0.99):.1f} ms, the answer's JSON included; igraph: what can be reached, "
                     "no groups, no buffers")


def bench_first(figures, server, warm_s):
    took, _ = server.ask("/api/v1/overview")
    again, _ = server.ask("/api/v1/overview")
    figures.row("server start until it answers", "–", f"{server.answers_s * 1000:.0f} ms")
    figures.row("… until plan, low zooms and overview are warm", "–", f"{warm_s:.1f} s", notes="in the background")
    figures.row("overview, the first that is asked", "–", f"{took:.1f} ms", notes=f"again: {again:.1f} ms")
    figures.row("memory of the server then", "–", f"{server.memory_mb():.0f} MB")


def dice_of(seed):
    return random.Random(seed)
