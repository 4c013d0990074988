# SPDX-License-Identifier: Apache-2.0
"""What the tests of bad input share: the program in a folder of its own, its memory and time, the whole content of
a store before and after, a server, and TAP. Points are functions whose names are sentences; a point fails by an
AssertionError and is passed over by Skip."""
import hashlib
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

PATIENCE_S = 120
PAUSE_S = 0.05  # between two looks at what takes a while
POSTGRES = os.environ.get("HOLDFAST_TEST_POSTGRES", "")  # the server of tools/with-postgres
IS_FULL = os.environ.get("HOLDFAST_FULL", "") not in ("", "0")


class Skip(Exception):
    """This machine cannot run the point."""


class Done:
    """A run that has ended: exit status, texts, seconds, the largest memory of the program in bytes."""

    def __init__(self, status, stdout, stderr, seconds, memory):
        self.status, self.stdout, self.stderr, self.seconds, self.memory = status, stdout, stderr, seconds, memory

    def json(self):
        return json.loads(self.stdout)

    def __str__(self):
        return f"status {self.status}\n{self.stdout[-1500:]}\n{self.stderr[-3000:]}"


class Place:
    """A folder with one store, t.db, the program, and the environment in which it runs (None: that of the tests)."""
    env = None

    def __init__(self, program, folder):
        self.program, self.folder = str(Path(program).resolve()), Path(folder)
        self.db = self.folder / "t.db"

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def start(self, *words, limits=(), env=None, **more):
        def prepare():
            for which, value in limits:
                resource.setrlimit(which, (value, value))
        return subprocess.Popen([self.program, "--db", str(self.db), *map(str, words)], cwd=self.folder, env=env or self.env,
                                preexec_fn=prepare if limits else None, **more)

    def run(self, *words, given=None, limits=()):
        """Runs a command to its end. `given`: bytes, or an iterable of them, for standard input."""
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        began = time.monotonic()
        process = self.start(*words, limits=limits, stdout=out, stderr=err,
                             stdin=subprocess.DEVNULL if given is None else subprocess.PIPE)
        if given is not None:
            feeder = threading.Thread(target=feed, args=(process.stdin, given))
            feeder.start()
        stopper = threading.Timer(PATIENCE_S, process.kill)
        stopper.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        stopper.cancel()
        if given is not None:
            feeder.join()
        seconds = time.monotonic() - began
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", errors="replace"))
            file.close()
        return Done(process.returncode, *texts, seconds, usage.ru_maxrss * 1024)

    def fill(self):
        """A register with three assets and two dependencies."""
        self.write("seed.csv", "key,name,lon,lat\nA1,Dam,10,45\nA2,Pump,10.5,45.5\nA3,Clinic,11,46\n")
        self.write("dependencies.csv", "supplier,consumer,input\nA1,A2,water\nA2,A3,water\n")
        must(self.run("import", "--as", "asset", "seed.csv"), 0)
        must(self.run("import", "dependencies.csv"), 0)

    def content(self):
        """A digest of all that the store holds: register, history, event log, accounts, jobs."""
        return content_of(self.db)

    def snapshot(self):
        return must(self.run("--json", "rank"), 0).json()["snapshot"]


def sql(text, address=POSTGRES):
    done = subprocess.run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", text, address], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def database(place, name, user="holdfast", password=""):
    """A fresh database; place.db becomes its address."""
    whole = f"{name}_{os.getpid()}"
    sql(f"DROP DATABASE IF EXISTS {whole} WITH (FORCE)")
    sql(f"CREATE DATABASE {whole}")
    query = POSTGRES.partition("?")[2]
    who = f"{user}:{password}" if password else user
    place.db = f"postgresql://{who}@/{whole}?{query}"
    return whole


def content_of(db):
    sums = hashlib.sha256()
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql NOT LIKE"
            " 'CREATE VIRTUAL%' AND sql NOT LIKE 'CREATE TABLE ''%' ORDER BY name").fetchall()
        for (name,) in tables:
            # The digest is only remembered in the state, which also counts the events; these are looked at themselves,
            # but for those that tell of a caller who was refused.
            kept = {"state": " WHERE name NOT IN ('digest', 'event_last', 'live.event', 'row_max.event')",
                    "event": " WHERE action NOT LIKE '%.refused'"}.get(name, "")
            columns = ", ".join(f'"{c}"' for _, c, *_ in connection.execute(f'PRAGMA table_info("{name}")')
                                if c not in ("last_seen", "last_seen_at"))  # reading moves these
            for row in sorted(map(repr, connection.execute(f'SELECT {columns} FROM "{name}"{kept}'))):
                sums.update(f"{name} {row}\n".encode())
    connection.close()
    return sums.hexdigest()


def check_whole(db):
    """SQLite's own check, and the chain of the event log's hashes has no gap."""
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    rows = [r for (r,) in connection.execute("SELECT row FROM event ORDER BY row")]
    connection.close()
    assert verdict == "ok", verdict
    assert rows == list(range(1, len(rows) + 1)), f"the event log has gaps: {rows[:20]}"


def feed(pipe, given):
    """Writes until all is written or the program hangs up."""
    try:
        for piece in [given] if isinstance(given, bytes) else given:
            pipe.write(piece)
        pipe.close()
    except (BrokenPipeError, ConnectionResetError):
        try:
            pipe.close()
        except OSError:
            pass


def must(done, status, *patterns):
    """Asserts the exit status, and that standard error has a line for each pattern."""
    assert done.status == status, f"expected {status}, got {done}"
    for pattern in patterns:
        assert re.search(pattern, done.stderr), f"no /{pattern}/ in: {done.stderr[:2000]}"
    return done


def refused(place, words, status, *patterns, seconds=None, memory=None, **more):
    """A command that must fail with one clear message and leave the store as it was."""
    before = place.content()
    done = must(place.run(*words, **more), status, *patterns)
    assert place.content() == before, f"the store is not as before {words}"
    assert seconds is None or done.seconds <= seconds, f"took {done.seconds:.1f} s"
    assert memory is None or done.memory <= memory, f"took {done.memory >> 20} MB"
    return done


def is_well(server):
    """It answers, and has taken no more than 1200 MB: with sanitizers 10,000 connections take most of that."""
    assert server.ask("GET", "/healthz")[0] == 200
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        used = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    assert used < 1200 << 10, f"the server uses {used >> 10} MB"


def within_patience(is_so, otherwise):
    """Returns when it is so. It asks with pauses: an account that asks without end is told to wait (limit.requests)."""
    limit = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < limit, otherwise
        time.sleep(PAUSE_S)


class Server:
    """holdfast serve on a free port (or that one), with an administrator's token."""

    def __init__(self, place, token=None, words=(), port=0):
        self.place = place
        self.token = token or self.make_account()
        self.log = open(place.folder / "server.log", "ab")
        self.process = place.start("serve", "--listen", f"127.0.0.1:{port}", *words, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=self.log, env=self.environment())
        line = self.process.stdout.readline().decode()
        match = re.search(r"127\.0\.0\.1:(\d+)", line)
        assert match, f"the server says no address: {line} {self.texts()}"
        self.port = int(match.group(1))

    def environment(self):
        """A server is locked in: it reads the list of known leaks only where it may read anything."""
        given = self.place.env or os.environ
        options = given.get("LSAN_OPTIONS", "")
        known = re.search(r"suppressions=(/[^:]+)", options)
        if known is None:
            return self.place.env
        copy = shutil.copy(known[1], Path(given.get("TMPDIR", self.place.folder)) / "lsan.txt")
        return {**given, "LSAN_OPTIONS": options.replace(known[1], str(copy))}

    def make_account(self):
        must(self.place.run("init"), 0)
        must(self.place.run("user", "add", "boss", "--role", "administrator", "--password-stdin",
                            given=b"correct horse of the boss 1\n"), 0)
        return must(self.place.run("--json", "user", "token", "boss"), 0).json()["token"]

    def texts(self):
        return (self.place.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def ask(self, method, path, body=None, kind="application/json", **headers):
        """(status, problem or answer as JSON or text)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        given = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            given["Content-Type"] = kind
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection.request(method, path, body=body, headers=given)
        response = connection.getresponse()
        text = response.read().decode("utf-8", errors="replace")
        connection.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, json.loads(text) if is_json and text else text

    def dial(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def end(self):
        """Stops the server and says how it ended; a sanitizer's report is a failure."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=PATIENCE_S)
        self.process.stdout.close()
        self.log.close()
        assert status == 0, f"the server ended with {status}: {self.texts()}"

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.end()
        else:
            self.kill()


def valid_log(place):
    """The number of its events."""
    report = must(place.run("--json", "audit", "verify"), 0).json()
    assert report["valid"], report
    return report["events"]


def assets_of(place):
    return {i["key"] for i in must(place.run("--json", "list", "assets", "--limit", "1000000"), 0).json()["items"]}


class Load:
    """Clients that add assets one by one until they are stopped, each through whatever port it is told at the time.
    `acknowledged`: the keys for which 201 came back."""

    def __init__(self, port, token, clients=4, name="T"):
        self.port, self.token, self.acknowledged, self.refusals = port, token, [], []
        self.is_over = False
        self.threads = [threading.Thread(target=self.write, args=(f"{name}{k}-",)) for k in range(clients)]
        for thread in self.threads:
            thread.start()

    def write(self, name):
        number = 0
        while not self.is_over:
            number += 1
            key, port = f"{name}{number}", self.port
            if port is None:
                time.sleep(0.01)
                continue
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
                connection.request("POST", "/api/v1/assets", json.dumps({"key": key, "name": "Under load"}),
                                   {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
                response = connection.getresponse()
                text = response.read().decode("utf-8", errors="replace")
                connection.close()
            except (OSError, http.client.HTTPException) as fault:  # nobody can know: it may be stored, or not
                self.refusals.append((key, 0, str(fault)))
                continue
            if response.status == 201:
                self.acknowledged.append(key)
            else:
                self.refusals.append((key, response.status, text))

    def wait_for(self, more):
        """Returns when so many more were acknowledged."""
        goal = len(self.acknowledged) + more
        within_patience(lambda: len(self.acknowledged) >= goal, f"nothing is written: {self.refusals[-3:]}")

    def end(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.end()


def killed_under_load(place, kills):
    """Kills the server so often, with kill -9, while clients write to it: all that it acknowledged is there, and the log
    has no gap."""
    server = Server(place)
    with Load(server.port, server.token) as load:
        for turn in range(kills):
            load.wait_for(5 + 3 * (turn % 7))
            load.port = None
            server.kill()
            server = Server(place, token=server.token)
            load.port = server.port
        load.wait_for(1)
    server.end()
    lost = set(load.acknowledged) - assets_of(place)
    assert not lost, f"{len(lost)} of {len(load.acknowledged)} are lost: {sorted(lost)[:10]}"
    assert valid_log(place) > len(load.acknowledged)


def hear(connection):
    """All that the server says until it closes."""
    said = b""
    try:
        while piece := connection.recv(65536):
            said += piece
    except ConnectionResetError:
        pass
    return said.decode("utf-8", errors="replace")


def say(connection, pieces):
    """Sends until all is sent or the server hangs up; how many bytes went out."""
    sent = 0
    try:
        for piece in pieces:
            connection.sendall(piece)
            sent += len(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return sent


def where(fault):
    """File and line of the point in which it failed."""
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if Path(f.filename).name != "kit.py"]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def main(points):
    """Runs the points, each in a folder of its own, and prints TAP. Usage of a test: NAME.py PROGRAM [POINT…]"""
    wanted = sys.argv[2:]
    failed = 0
    chosen = [p for p in points if not wanted or p.__name__ in wanted]
    print(f"1..{len(chosen)}", flush=True)
    for number, point in enumerate(chosen, 1):
        name = point.__name__.replace("_", " ")
        with tempfile.TemporaryDirectory(prefix="holdfast-bad-") as folder:
            try:
                point(Place(sys.argv[1], folder))
                print(f"ok {number} - {name}", flush=True)
            except Skip as why:
                print(f"ok {number} - {name} # SKIP {why}", flush=True)
            except Exception as fault:  # also a broken answer: the other points still run
                failed += 1
                print(f"not ok {number} - {name}", flush=True)
                told = f"{where(fault)}: {type(fault).__name__}: {fault}"
                print("".join(f"# {line}\n" for line in told.split("\n")), end="", flush=True)
    return 1 if failed else 0
