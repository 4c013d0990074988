#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A store in PostgreSQL from outside: an instance moved there and back, served, cut off in the middle, killed, shared by two
servers, and all that is refused. Runs under tools/with-postgres. Usage: postgres.py HOLDFAST [POINT…]"""
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bad"))

from kit import (IS_FULL, POSTGRES, Place, Server, assets_of, database, killed_under_load, main, must, sql,  # noqa: E402
                 valid_log, within_patience)


def another(place, name):
    other = Place(place.program, place.folder / name)
    other.folder.mkdir()
    return other


def cut_off(name):
    sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()")


def an_instance_goes_there_and_back_without_a_change(place):
    must(place.run("demo", "--size", "1k"), 0)
    must(place.run("simulate", "--trials", "200", "--title", "kept"), 0)
    file, before, events = place.db, place.snapshot(), valid_log(place)
    ranked = must(place.run("--json", "rank", "--top", "20"), 0).json()
    listed = must(place.run("--json", "list", "dependencies", "--limit", "500"), 0).stdout
    found = sorted(i["key"] for i in must(place.run("--json", "list", "assets", "--text", "hospital", "--limit", "1000"), 0).json()["items"])
    key = must(place.run("audit", "key"), 0).stdout
    database(place, "moved")
    moved = must(place.run("--json", "migrate", "--from", file, "--to", place.db), 0).json()
    assert moved["snapshot"] == before and moved["events"] == events, (moved, before, events)
    assert "@" not in moved["store"] and "?" not in moved["store"], moved
    assert place.snapshot() == before
    assert must(place.run("--json", "rank", "--top", "20"), 0).json() == ranked
    assert must(place.run("--json", "list", "dependencies", "--limit", "500"), 0).stdout == listed
    assert sorted(i["key"] for i in must(place.run("--json", "list", "assets", "--text", "hospital", "--limit", "1000"), 0).json()["items"]) == found
    assert must(place.run("audit", "key"), 0).stdout == key, "the log has another key"
    assert valid_log(place) == events + 1
    assert '"store.migrated"' in must(place.run("audit", "export"), 0).stdout
    must(place.run("migrate", "--from", file, "--to", place.db), 65, r"holds records or a log already")
    must(place.run("migrate", "--from", file, "--to", file), 64, r"the same store")
    must(place.run("migrate", "--from", file), 64, r"--from and --to")
    back = another(place, "back")
    again = must(place.run("--json", "migrate", "--from", place.db, "--to", str(back.db)), 0).json()
    assert again["snapshot"] == before
    assert back.snapshot() == before and valid_log(back) == again["events"] + 1
    assert must(back.run("--json", "rank", "--top", "20"), 0).json() == ranked


def the_same_files_make_the_same_snapshot(place):
    place.fill()
    other = another(place, "there")
    database(other, "same")
    other.fill()
    assert other.snapshot() == place.snapshot()
    cascade = ("--json", "cascade", "--fail", "A1")
    assert must(other.run(*cascade), 0).json() == must(place.run(*cascade), 0).json()
    assert must(other.run("import", "--as", "asset", "seed.csv"), 0).status == 0
    must(other.run("edit", "asset", "A2", "name=Other"), 0)
    must(other.run("undo", "asset", "A2"), 0)
    assert other.snapshot() == place.snapshot()
    assert valid_log(other) > 0


def what_needs_a_file_says_what_to_do_instead(place):
    database(place, "nofile")
    place.fill()
    must(place.run("backup", "-o", "b.hfb", "--plain"), 64, r"pg_dump")
    assert not list(place.folder.glob("b.hfb*"))
    file = another(place, "file")
    file.fill()
    must(file.run("backup", "-o", "b.hfb", "--plain"), 0)
    must(place.run("restore", str(file.folder / "b.hfb")), 64, r"holdfast migrate")


def a_password_is_told_to_nobody(place):
    database(place, "secret", password="hush-hush")
    done = must(place.run("--json", "init"), 0)
    assert "hush" not in done.stdout + done.stderr and done.json()["store"].startswith("postgresql:///secret"), str(done)
    file = another(place, "file")
    file.fill()
    target = another(place, "target")
    database(target, "secret_target", password="hush-hush")
    must(target.run("migrate", "--from", str(file.db), "--to", target.db), 0)
    assert "hush" not in must(target.run("audit", "export"), 0).stdout
    lost = "postgresql://me:hush-hush@/none?host=/nowhere&password=hush-hush"
    for words in (("--db", lost, "list", "assets"), ("--db", lost, "--json", "rank"), ("migrate", "--from", lost, "--to", "x.db")):
        done = must(place.run(*words), 69, r"cannot reach the database")
        assert "hush" not in done.stdout + done.stderr, str(done)
    with Server(place) as server:
        status, text = server.ask("GET", "/metrics")
        assert "hush" not in str(text) and "hush" not in server.texts()


def a_server_outlives_its_connections(place):
    name = database(place, "cut")
    with Server(place) as server:
        acknowledged = []
        for i in range(60 if IS_FULL else 20):
            status, answer = server.ask("POST", "/api/v1/assets", json.dumps({"key": f"W{i}", "name": "Meanwhile"}))
            assert status in (201, 503), (status, answer)
            if status == 201:
                acknowledged.append(f"W{i}")
            else:
                assert answer["code"] in ("store.unreachable", "store.commit_unknown"), answer
            if i % 5 == 4:
                cut_off(name)
        assert len(acknowledged) >= 10, acknowledged
        within_patience(lambda: server.ask("GET", "/api/v1/assets?limit=1")[0] == 200, "the server does not come back")
        status, answer = server.ask("GET", "/api/v1/assets?limit=1000")
        kept = {item["key"] for item in answer["items"]}
        assert kept >= set(acknowledged), set(acknowledged) - kept
    valid_log(place)


def a_killed_server_loses_nothing_that_it_acknowledged(place):
    database(place, "killed")
    killed_under_load(place, 200 if IS_FULL else 4)


def a_locked_in_server_takes_uploads_and_gives_exports(place):
    """Where the folder for temporary files is not, by chance, the one in which the server was started."""
    database(place, "uploads")
    (place.folder / "tmp").mkdir()
    place.env = {**os.environ, "TMPDIR": str(place.folder / "tmp")}
    with Server(place) as server:
        status, job = server.ask("POST", "/api/v1/imports?as=asset&filename=a.csv", "key,name\nU1,Uploaded\n", "text/csv")
        assert status == 202, job
        within_patience(lambda: server.ask("GET", f"/api/v1/jobs/{job['job']}")[1]["state"] == "done", "the import is never done")
        status, text = server.ask("GET", "/api/v1/exports?as=csv&noun=assets")
        assert status == 200 and ",Uploaded," in text, (status, text)
    assert assets_of(place) == {"U1"}


def a_job_outlives_the_connection_that_held_it_and_is_done_once(place):
    name = database(place, "held")
    must(place.run("demo", "--size", "1k"), 0)
    with Server(place) as server:
        def simulate(trials, title):
            question = json.dumps({"trials": trials, "seed": 1, "title": title})
            status, job = server.ask("POST", "/api/v1/simulations", question)
            assert status == 202, job
            return job["job"]

        def state(key):
            status, job = server.ask("GET", f"/api/v1/jobs/{key}")
            return job["state"] if status == 200 else None  # it was asked over a connection that was cut off

        long = simulate(2000000, "long")
        for _ in range(4):
            cut_off(name)  # also while it reads what it needs
        within_patience(lambda: state(long) == "running", "it never runs")
        short = []
        while len(short) < 3 and state(long) == "running":
            cut_off(name)  # and the long one looks as if nobody held it; the next one wakes the other worker
            within_patience(lambda: server.ask("GET", "/readyz")[0] == 200, "the server does not come back")
            short.append(simulate(100, f"short {len(short)}"))
            within_patience(lambda: state(short[-1]) == "done", "the short one is never done")
        assert short, "the long one was over at once"
        within_patience(lambda: state(long) in ("done", "failed", "cancelled"), "the long one never ends")
        assert state(long) == "done", server.ask("GET", f"/api/v1/jobs/{long}")
        assert "job.unfinished" not in server.texts(), server.texts()
        runs = sorted(run["title"] for run in server.ask("GET", "/api/v1/runs")[1]["items"])
        assert runs == ["long"] + [f"short {i}" for i in range(len(short))], runs


def two_servers_share_a_store_and_its_jobs(place):
    database(place, "shared")
    must(place.run("demo", "--size", "1k"), 0)
    question = json.dumps({"trials": 300, "seed": 1, "title": "shared"})
    with Server(place) as first:
        other = another(place, "other")
        other.db = place.db
        second = Server(other, token=first.token)
        status, made = second.ask("POST", "/api/v1/assets", json.dumps({"key": "HERE", "name": "Made at the second"}))
        assert status == 201, made
        assert first.ask("GET", "/api/v1/assets/HERE")[0] == 200
        jobs = []
        for i in range(6):
            status, job = (first, second)[i % 2].ask("POST", "/api/v1/simulations", question)
            assert status == 202, job
            jobs.append(job["job"])
        second.kill()  # what it was working on is taken over

        def is_done(key):
            return first.ask("GET", f"/api/v1/jobs/{key}")[1]["state"] == "done"

        for key in jobs:
            within_patience(lambda key=key: is_done(key), f"job {key} is never done: {first.ask('GET', f'/api/v1/jobs/{key}')}")
    valid_log(place)


if __name__ == "__main__":
    if not POSTGRES:
        print("1..0 # SKIP run it under tools/with-postgres")
        sys.exit(77)
    sys.exit(main([an_instance_goes_there_and_back_without_a_change, the_same_files_make_the_same_snapshot,
                   what_needs_a_file_says_what_to_do_instead, a_password_is_told_to_nobody, a_server_outlives_its_connections,
                   a_locked_in_server_takes_uploads_and_gives_exports, a_job_outlives_the_connection_that_held_it_and_is_done_once,
                   a_killed_server_loses_nothing_that_it_acknowledged, two_servers_share_a_store_and_its_jobs]))
