#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A store in PostgreSQL as an authority runs it: over TCP with TLS and passwords, behind a network that falls silent, two
servers behind HAProxy, a replica that takes over. What was acknowledged is there. Usage: bad_nodes.py HOLDFAST [POINT…]"""
import json
import os
import pwd
import re
import subprocess
import sys
import time
from pathlib import Path

from kit import IS_FULL, Load, Server, assets_of, main, must, valid_log, within_patience
from nodes import PASSWORD, Authority, Cluster, Proxy, Relay

GUIDE = (Path(__file__).resolve().parents[2] / "docs/guide/postgresql.md").read_text(encoding="utf-8")
ENDS_S = 45  # half a minute, and a slow machine


def settle_in(place, authority, passwords=True):
    """A home and a folder for temporary files, apart from each other and from where the server is started."""
    for name in ("tmp", "home", "secrets"):
        (place.folder / name).mkdir()
    place.env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    place.env.update(TMPDIR=str(place.folder / "tmp"), HOME=str(place.folder / "home"))
    if passwords:
        place.env.update(PGPASSFILE=str(write_passwords(place.folder / "secrets" / "pass")),
                         PGSSLROOTCERT=str(authority.folder / "ca.pem"))


def write_passwords(path):
    path.write_text(f"*:*:*:holdfast:{PASSWORD}\n")
    path.chmod(0o600)
    return path


# --- addresses --------------------------------------------------------------------------------------------------

def addresses_of_the_guide_work_locked_in(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority, passwords=False)
    secret = write_passwords(place.folder / "secrets" / "pass")
    ca = authority.folder / "ca.pem"
    certificate, key = authority.issue("holdfast")
    with Cluster(authority) as cluster:
        for name in ("nation", "certonly"):
            cluster.database(name)
        me = pwd.getpwuid(os.geteuid()).pw_name
        if me != "holdfast":
            cluster.sql(f'CREATE ROLE "{me}" SUPERUSER LOGIN')
        services = place.write("secrets/services", f"[nation]\nhost=localhost\nport={cluster.port}\nuser=holdfast\ndbname=nation\n"
                                                   f"sslmode=verify-full\nsslrootcert={ca}\npassfile={secret}\n")
        home = place.folder / "home"
        plain, token = place.env, None
        for number, (address, more) in enumerate([
                (cluster.address("nation", f"&sslrootcert={ca}&passfile={secret}"), {}),
                (cluster.address("nation"), {"PGSSLROOTCERT": str(ca), "PGPASSFILE": str(secret)}),
                ("postgresql:///", {"PGSERVICE": "nation", "PGSERVICEFILE": str(services)}),
                ("postgresql:///", {"PGSERVICE": "nation", "PGSYSCONFDIR": str(place.folder / "etc")}),
                (f"postgresql:///nation?host={cluster.folder}&port={cluster.port}", {}),  # no user: that of the system
                (cluster.address("certonly", f"&sslrootcert={ca}&sslcert={certificate}&sslkey={key}"), {}),
                (cluster.address("nation"), {}),  # all of it at home
        ]):
            if number == 3:
                (place.folder / "etc").mkdir()
                (place.folder / "etc" / "pg_service.conf").write_text(services.read_text())
            if number == 6:
                write_passwords(home / ".pgpass")
                (home / ".postgresql").mkdir()
                (home / ".postgresql" / "root.crt").write_bytes(ca.read_bytes())
            place.db, place.env = address, {**plain, **more}
            with Server(place, token=None if number in (0, 5) else token) as server:
                status, said = server.ask("POST", "/api/v1/assets", json.dumps({"key": f"N{number}", "name": "x"}))
                assert status == 201, (address, status, said)
                assert "serve.no_sandbox" not in server.texts() or "no Landlock" in server.texts(), server.texts()
                token = server.token if number != 5 else token
        assert assets_of(place) == {f"N{i}" for i in (0, 1, 2, 3, 4, 6)}


# --- silence ----------------------------------------------------------------------------------------------------

def timers(port):
    """(which timer, seconds) of each connection to or from a port of the loopback."""
    found = []
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        words = line.split()
        ends = [int(end.split(":")[1], 16) for end in words[1:3]]
        if port in ends and words[3] == "01":
            which, when = words[5].split(":")
            found.append((int(which, 16), int(when, 16) / os.sysconf("SC_CLK_TCK")))
    return found


def a_peer_that_vanishes_is_noticed_within_a_minute(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority) as cluster:
        cluster.database("nation")
        place.db = cluster.address("nation")
        with Server(place) as server:
            assert server.ask("GET", "/readyz")[0] == 200

            def all_are_watched():
                seen = timers(cluster.port)  # 2: asks whether the other end is still there
                return len(seen) >= 4 and all(which == 2 and seconds <= 31 for which, seconds in seen)

            within_patience(all_are_watched, f"a silent connection is kept for long: {timers(cluster.port)}")


def a_server_ends_though_its_database_is_silent(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority) as cluster:
        relay = Relay(cluster.port)
        cluster.database("nation")
        place.db = cluster.address("nation", port=relay.port)
        server = Server(place)
        try:
            assert server.ask("GET", "/api/v1/assets")[0] == 200
            relay.freeze()
            within_patience(relay.holds.is_set, "the server asks nothing")  # it looks for new events four times a second
            began = time.monotonic()
            server.process.terminate()
            status = server.process.wait(timeout=ENDS_S)
            assert status in (0, 69), (status, server.texts())
            assert status == 0 or "not ended within 30 seconds" in server.texts(), server.texts()
            print(f"# ended after {time.monotonic() - began:.1f} s with {status}")
        finally:
            server.kill()
            relay.end()


def a_start_ends_though_its_database_is_silent(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority) as cluster:
        cluster.database("nation")
        place.db = cluster.address("nation")
        must(place.run("init"), 0)
        for left in (5000, 7000):
            relay = Relay(cluster.port, left)
            place.db = cluster.address("nation", port=relay.port)
            log = place.folder / f"start-{left}.log"
            with open(log, "wb") as told:
                process = place.start("serve", "--listen", "127.0.0.1:0", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=told)
            try:
                within_patience(relay.holds.is_set, "the start asks too little")
                time.sleep(1)  # it waits for an answer now
                assert process.poll() is None and "serve.started" not in log.read_text(), log.read_text()
                began = time.monotonic()
                process.terminate()
                status = process.wait(timeout=ENDS_S)
                assert status in (0, 69), (status, log.read_text())
                assert status == 0 or re.search("not ended within 30 seconds|store.unreachable|cannot reach", log.read_text()), log.read_text()
                print(f"# after {left} bytes: ended after {time.monotonic() - began:.1f} s with {status}")
            finally:
                process.kill()
                process.wait()
                relay.end()


# --- two servers ------------------------------------------------------------------------------------------------

def two_nodes_behind_a_proxy_lose_nothing_when_one_is_killed(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority) as cluster:
        cluster.database("nation")
        place.db = cluster.address("nation")
        first = Server(place, words=("--behind-proxy",))
        nodes = [first, Server(place, token=first.token, words=("--behind-proxy",))]
        try:
            with Proxy(GUIDE, [node.port for node in nodes]) as proxy:
                through = Server.__new__(Server)  # asks as one does who knows the proxy only
                through.token, through.port = first.token, proxy.port
                within_patience(lambda: through.ask("GET", "/readyz")[0] == 200, "the proxy finds no node")
                with Load(proxy.port, first.token) as load:
                    for turn in range(10 if IS_FULL else 2):
                        load.wait_for(40)
                        nodes[turn % 2].kill()
                        load.wait_for(40)  # the other one goes on
                        nodes[turn % 2] = Server(place, first.token, ("--behind-proxy",), nodes[turn % 2].port)
                        status, job = through.ask("POST", "/api/v1/imports?as=asset&filename=a.csv", f"key,name\nI{turn},x\n", "text/csv")
                        assert status == 202, job
                        within_patience(lambda key=job["job"]: through.ask("GET", f"/api/v1/jobs/{key}")[1].get("state") == "done",
                                        "an import through the proxy is never done")
                statuses = {status for _, status, _ in load.refusals}
                assert statuses <= {0, 502, 503, 504}, load.refusals[:5]
                print(f"# {len(load.acknowledged)} acknowledged, {len(load.refusals)} refused or unknown")
        finally:
            for node in nodes:
                node.kill()
        kept = assets_of(place)
        assert kept >= set(load.acknowledged), sorted(set(load.acknowledged) - kept)
        assert kept >= {f"I{turn}" for turn in range(10 if IS_FULL else 2)}
        assert valid_log(place) > len(load.acknowledged)


def a_job_is_cancelled_through_another_node_and_not_done_by_who_was_cut_off(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority) as cluster:
        relay = Relay(cluster.port)
        cluster.database("nation")
        place.db = cluster.address("nation", port=relay.port)
        first = Server(place)
        place.fill()
        nodes = [first]
        try:
            wish = json.dumps({"trials": 10000000000, "seed": 1})
            jobs = []
            for _ in range(2):  # one is cancelled while all is well, the other while its node is cut off
                status, said = first.ask("POST", "/api/v1/simulations", wish)
                assert status == 202, said
                jobs.append(said["job"])
            within_patience(lambda: all(first.ask("GET", f"/api/v1/jobs/{key}")[1]["state"] == "running" for key in jobs), "they do not run")
            place.db = cluster.address("nation")
            nodes.append(Server(place, first.token))
            second = nodes[1]
            assert second.ask("POST", f"/api/v1/jobs/{jobs[0]}/cancel")[0] == 200
            within_patience(lambda: second.ask("GET", f"/api/v1/jobs/{jobs[0]}")[1]["state"] == "cancelled", "the node that works does not heed it")
            began = second.ask("GET", f"/api/v1/jobs/{jobs[1]}")[1]["started_at"]
            relay.freeze()
            cluster.sql("SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted", "nation")
            within_patience(lambda: second.ask("GET", f"/api/v1/jobs/{jobs[1]}")[1]["started_at"] != began, "the other does not take it")
            assert second.ask("POST", f"/api/v1/jobs/{jobs[1]}/cancel")[0] == 200
            within_patience(lambda: second.ask("GET", f"/api/v1/jobs/{jobs[1]}")[1]["state"] == "cancelled", "it is not cancelled")
            relay.flows.set()
            within_patience(lambda: first.ask("GET", "/readyz")[0] == 200, "the node does not come back")
            within_patience(lambda: "job.taken" in first.texts(), "it works on for nobody")
            assert second.ask("GET", "/api/v1/runs")[1]["items"] == []
        finally:
            for node in nodes:
                node.kill()
            relay.end()


# --- a replica that takes over ----------------------------------------------------------------------------------

def a_promoted_replica_has_all_that_was_acknowledged(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority, settings=["synchronous_standby_names=*"]) as primary:
        with Cluster(of=primary) as replica:
            place.db = (f"postgresql://holdfast@localhost:{primary.port},localhost:{replica.port}/nation"
                        "?sslmode=verify-full&target_session_attrs=read-write&connect_timeout=5")
            within_patience(lambda: primary.sql("SELECT sync_state FROM pg_stat_replication") == "sync", "the replica does not follow")
            primary.database("nation")
            server = Server(place)
            try:
                with Load(server.port, server.token) as load:
                    load.wait_for(100 if IS_FULL else 50)
                    primary.kill()
                    replica.promote()
                    load.wait_for(100 if IS_FULL else 50)
                codes = {json.loads(text).get("code") for _, status, text in load.refusals if status}
                assert codes <= {"store.unreachable", "store.commit_unknown", "store.busy", "store.read_only"}, codes
                print(f"# {len(load.acknowledged)} acknowledged, {len(load.refusals)} refused or unknown: {codes}")
                server.end()
            finally:
                server.kill()
            kept = assets_of(place)
            assert kept >= set(load.acknowledged), sorted(set(load.acknowledged) - kept)
            assert valid_log(place) > len(load.acknowledged)


def a_database_killed_under_load_comes_back_with_all_that_was_acknowledged(place):
    authority = Authority(place.folder / "certificates")
    settle_in(place, authority)
    with Cluster(authority) as cluster:
        cluster.database("nation")
        place.db = cluster.address("nation")
        with Server(place) as server:
            with Load(server.port, server.token) as load:
                for turn in range(30 if IS_FULL else 2):
                    load.wait_for(10 + 7 * (turn % 5))
                    cluster.kill()
                    cluster.start()
                load.wait_for(10)
        kept = assets_of(place)
        assert kept >= set(load.acknowledged), sorted(set(load.acknowledged) - kept)
        assert valid_log(place) > len(load.acknowledged)


POINTS = [
    addresses_of_the_guide_work_locked_in, a_peer_that_vanishes_is_noticed_within_a_minute, a_server_ends_though_its_database_is_silent, a_start_ends_though_its_database_is_silent,
    two_nodes_behind_a_proxy_lose_nothing_when_one_is_killed,
    a_job_is_cancelled_through_another_node_and_not_done_by_who_was_cut_off, a_promoted_replica_has_all_that_was_acknowledged,
    a_database_killed_under_load_comes_back_with_all_that_was_acknowledged,
]

if __name__ == "__main__":
    sys.exit(main(POINTS))
