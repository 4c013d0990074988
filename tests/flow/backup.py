#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A backup of a running server from end to end: the demonstration nation, people who sign in and write, a backup meanwhile,
a new store out of it on another disk, served in its turn. Usage: backup.py HOLDFAST [POINT…]"""
import http.client
import json
import sqlite3
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bad"))

from kit import Place, Server, check_whole, main, must  # noqa: E402

PASSWORD = "correct horse of the boss 1"


def contents(db):
    """What is kept as files are: by their hash."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        found = dict(connection.execute("SELECT hash, bytes FROM blob"))
    connection.close()
    return found


def sign_in(port, name, password):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/api/v1/session", json.dumps({"name": name, "password": password}),
                       {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"})
    answer = connection.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for key, value in answer.getheaders() if key.lower() == "set-cookie"]
    connection.close()
    assert answer.status in (200, 201), answer.status
    return "; ".join(cookies)


def status_of(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


class Writer(threading.Thread):
    """Adds assets one after the other until it is told to stop."""

    def __init__(self, server):
        super().__init__()
        self.server, self.count, self.is_over, self.fault = server, 0, threading.Event(), None

    def run(self):
        while not self.is_over.is_set():
            status, answer = self.server.ask("POST", "/api/v1/assets", json.dumps({"key": f"W{self.count}", "name": "Meanwhile"}))
            if status != 201:
                self.fault = f"{status} {answer}"
                return
            self.count += 1


def assets_meanwhile(place, *words):
    items = must(place.run("--json", *words, "list", "assets", "--text", "Meanwhile", "--limit", "100000"), 0).json()["items"]
    return sorted(int(item["key"][1:]) for item in items)


def a_backup_of_a_running_server_comes_back_as_it_was(place):
    must(place.run("demo", "--size", "1k"), 0)
    must(place.run("simulate", "--trials", "500", "--title", "kept"), 0)
    with sqlite3.connect(place.db) as connection:  # as an attachment keeps its content
        connection.execute("INSERT INTO blob(hash, bytes) VALUES ('of a test', zeroblob(3000000))")
    connection.close()
    public = must(place.run("backup", "keygen", "-o", "key"), 0).stdout.strip()
    with Server(place) as server:
        cookie = sign_in(server.port, "boss", PASSWORD)
        assert status_of(server.port, "/api/v1/assets?limit=1", Cookie=cookie) == 200
        writer = Writer(server)
        writer.start()
        while writer.count < 3 and writer.is_alive():
            pass
        made = must(place.run("--json", "backup", "-o", "b.hfb", "--to", public), 0).json()
        seen = writer.count
        while writer.count < seen + 3 and writer.is_alive():
            pass
        writer.is_over.set()
        writer.join()
        assert writer.fault is None, writer.fault
        for method in ("GET", "POST"):  # no door but the command line
            assert server.ask(method, "/api/v1/backup", "{}" if method == "POST" else None)[0] == 404

    verified = must(place.run("--json", "restore", "b.hfb", "--key", "key", "--verify"), 0).json()
    assert {k: verified[k] for k in ("snapshot", "sequence", "content", "instance")} == \
        {k: made[k] for k in ("snapshot", "sequence", "content", "instance")}, (verified, made)
    said = must(place.run("restore", "b.hfb", "--key", "key", "--verify"), 0).stdout
    assert made["instance"] in said and f"number {made['sequence']}" in said, said
    stranger = Place(place.program, place.folder / "stranger")
    stranger.folder.mkdir()
    stranger.fill()
    must(stranger.run("audit", "key", "-o", "theirs.txt"), 0)
    must(place.run("--db", "none.db", "restore", "b.hfb", "--key", "key", "--instance", "stranger/theirs.txt"), 65, r"another instance")
    assert not list(place.folder.glob("none.db*"))
    must(place.run("restore", "b.hfb", "--key", "key", "--verify", "--instance", made["instance"]), 0)
    other = Place(place.program, place.folder / "other")
    other.folder.mkdir()
    done = must(other.run("--json", "restore", "../b.hfb", "--key", "../key"), 0).json()
    assert done["snapshot"] == made["snapshot"] and done["sequence"] == made["sequence"], (done, made)
    assert done["sessions_ended"] >= 1 and done["tokens"] == 1, done
    assert other.snapshot() == made["snapshot"], "the register is another one"
    check_whole(other.db)
    report = must(other.run("--json", "audit", "verify"), 0).json()
    assert report["valid"] and report["events"] == made["sequence"] + 1, report
    assert report["key"] == made["instance"], "another instance"
    # The log says what was done, never where.
    lines = [json.loads(line) for line in must(other.run("audit", "export"), 0).stdout.strip().split("\n")]
    restored = [line for line in lines if line.get("action") == "backup.restored"]
    assert len(restored) == 1 and restored[0]["sequence"] == made["sequence"] + 1, restored
    text = must(place.run("audit", "export"), 0).stdout
    assert '"backup.made"' in text and "b.hfb" not in text, "the log tells where the backup lies"
    # One state: all that was written before a moment, and nothing after it.
    kept = assets_meanwhile(other)
    assert kept == list(range(len(kept))) and len(kept) < writer.count, (len(kept), writer.count)
    found = contents(other.db)
    assert found["of a test"] == bytes(3000000) and len(found) >= 2, len(found)
    assert found == {k: v for k, v in contents(place.db).items() if k in found}, "contents differ"
    # Nobody is signed in; programs go on.
    with Server(other, token=server.token) as second:
        assert status_of(second.port, "/api/v1/assets?limit=1", Cookie=cookie) == 401
        assert second.ask("GET", "/api/v1/assets?limit=1")[0] == 200
        sign_in(second.port, "boss", PASSWORD)
        assert second.ask("POST", "/api/v1/assets", json.dumps({"key": "AFTER", "name": "After"}))[0] == 201
    assert must(other.run("--json", "audit", "verify"), 0).json()["valid"]
    must(place.run("show", "asset", "AFTER"), 66)


def several_keys_open_it_and_a_file_names_them(place):
    place.fill()
    publics = [must(place.run("backup", "keygen", "-o", f"k{i}"), 0).stdout.strip() for i in range(3)]
    place.write("to.txt", f"# the authority\n{publics[0]}\n\n# the deputy\n{publics[1]}\n")
    made = must(place.run("--json", "backup", "-o", "b.hfb", "--to", f"to.txt,{publics[2]}"), 0).json()
    assert made["keys"] == 3 and made["file"] == "b.hfb", made
    for i in range(3):
        assert must(place.run("--json", "restore", "b.hfb", "--key", f"k{i}", "--verify"), 0).json()["content"] == made["content"]
        must(place.run("--db", f"new{i}.db", "restore", "b.hfb", "--key", f"k{i}"), 0)
    said = must(place.run("--lang", "fr", "restore", "b.hfb", "--key", "k0", "--verify"), 0).stdout
    assert "La sauvegarde est entière" in said, said
    raw = (place.folder / "b.hfb").read_bytes()
    for word in (b"SQLite format 3", b"Clinic", b"cli:"):
        assert word not in raw, f"{word} lies in the clear"
    must(place.run("backup", "-o", "plain.hfb", "--plain"), 0)
    must(place.run("--db", "plain.db", "restore", "plain.hfb"), 0)


POINTS = [a_backup_of_a_running_server_comes_back_as_it_was, several_keys_open_it_and_a_file_names_them]

if __name__ == "__main__":
    sys.exit(main(POINTS))
