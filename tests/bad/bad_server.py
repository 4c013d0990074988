#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests that are wrong, endless or far too large, to the real server: an HTTP problem with a code and a mend, and
a server that goes on, in bounded memory, with the store as before. Usage: bad_server.py HOLDFAST [POINT…]"""
import datetime
import hashlib
import http.client
import json
import os
import re
import sqlite3
import ssl
import subprocess
import sys
import time
import warnings

from kit import IS_FULL, Server, Skip, check_whole, hear, is_well, main, must, say, within_patience

KB, MB = 1 << 10, 1 << 20


def problem(answer, status, code=None):
    """Asserts a problem document."""
    got, body = answer
    assert got == status, f"status {got} instead of {status}: {str(body)[:800]}"
    assert isinstance(body, dict) and body.get("code") and body.get("title") and body.get("detail") is not None, body
    assert code is None or body["code"] == code, body
    return body


def head_of(server, path="/api/v1/assets", *lines):
    return "".join(f"{line}\r\n" for line in (f"POST {path} HTTP/1.1", "Host: h", f"Authorization: Bearer {server.token}",
                                             "Content-Type: application/json", *lines)).encode() + b"\r\n"


def raw(server, pieces):
    connection = server.dial()
    say(connection, pieces)
    said = hear(connection)
    connection.close()
    return said


def a_body_without_end_is_refused(place):
    place.fill()
    with Server(place) as server:
        before = place.content()
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        said = raw(server, (head_of(server, "/api/v1/assets", "Transfer-Encoding: chunked") if i == 0 else chunk for i in range(40000)))
        assert " 413 " in said and "http.body_too_large" in said, said[:500]
        said = raw(server, [head_of(server, "/api/v1/cascade", f"Content-Length: {17 * MB}")])
        assert " 413 " in said and "http.body_too_large" in said, said[:500]
        said = raw(server, [head_of(server, "/api/v1/imports?as=asset&filename=a.csv", f"Content-Length: {3 << 30}")])
        assert " 413 " in said, said[:500]
        is_well(server)
        assert not list(place.folder.glob("t.db.uploads/upload-*")), "an upload was left"
        assert place.content() == before


def a_head_without_end_is_refused(place):
    with Server(place) as server:
        said = raw(server, (b"GET /healthz HTTP/1.1\r\nHost: h\r\n" if i == 0 else b"X-%06d: %s\r\n" % (i, b"v" * 1000) for i in range(20000)))
        assert " 431 " in said, said[:500]
        said = raw(server, (b"GET /" if i == 0 else b"a" * 65536 for i in range(2000)))
        assert " 414 " in said or " 431 " in said, said[:500]
        said = raw(server, (b"GET / HTTP/1.1\r\nHost: h\r\nX: " if i == 0 else b"a" * 65536 for i in range(2000)))
        assert " 431 " in said, said[:500]
        is_well(server)


def a_client_that_falls_silent_is_told_and_dropped(place):
    if not IS_FULL:
        raise Skip("half a minute of waiting: with HOLDFAST_FULL=1, and tests/unit/wire has it with a short clock")
    with Server(place) as server:
        half = [server.dial() for _ in range(4)]
        say(half[0], [head_of(server, "/api/v1/assets", "Content-Length: 10") + b"abc"])
        say(half[1], [b"GET /healthz HTTP/1.1\r\nHost: h\r\n"])
        say(half[2], [head_of(server, "/api/v1/assets", "Transfer-Encoding: chunked") + b"5\r\nab"])
        for connection in half[:3]:
            said = hear(connection)
            assert " 408 " in said and "http.timeout" in said, said
        for connection in half:
            connection.close()
        is_well(server)


def what_is_oversized_is_refused(place):
    place.fill()
    with Server(place) as server:
        before = place.content()
        problem(server.ask("POST", "/api/v1/assets", json.dumps({"key": "k" * 201})), 400)
        problem(server.ask("POST", "/api/v1/assets", json.dumps({"key": "B1", "name": "n" * 5000})), 400)
        problem(server.ask("POST", "/api/v1/assets", json.dumps({"key": "B1", "note": "x" * 70000})), 400)
        problem(server.ask("POST", "/api/v1/assets", "[" * 65 + "]" * 65), 400, "json.depth")
        problem(server.ask("POST", "/api/v1/assets", "[" * 5000000), 400)
        problem(server.ask("POST", "/api/v1/assets", '{"key": "B1", "people_served": 1e400}'), 400)
        problem(server.ask("POST", "/api/v1/assets", '{"key": "B1", "people_served": 99999999999999999999}'), 400)
        problem(server.ask("POST", "/api/v1/assets", "\n" * 10002, "application/x-ndjson"), 413, "bulk.too_many_lines")
        problem(server.ask("GET", "/api/v1/assets?" + "&".join(f"key=K{i}" for i in range(201))), 400, "http.too_many_parameters")
        problem(server.ask("GET", "/api/v1/assets?limit=1001"), 400)
        problem(server.ask("GET", "/api/v1/assets?cursor=" + "A" * 4000), 400)
        problem(server.ask("GET", "/api/v1/assets/" + "a/" * 30), 404)
        assert server.ask("GET", "/api/v1/assets?q=" + "a" * 8300)[0] in (414, 431)
        problem(server.ask("POST", "/api/v1/cascade", json.dumps({"fail": ["A1"], "hours": 1e300})), 400)
        problem(server.ask("POST", "/api/v1/cascade", json.dumps({"fail": ["A1"], "hours": 87600, "step_h": 1e-9})), 400)
        assert place.content() == before
        is_well(server)


def what_is_broken_is_refused(place):
    place.fill()
    with Server(place) as server:
        before = place.content()
        for body in (b"", b"{", b'{"key": "B1",}', b'{"key": "B1", "key": "B2"}', b'{"key": "\xff"}', b'{"key": "\\ud800"}', b'{"key": NaN}',
                     b'["key"]', b"null", b'{"key": "a\\u0000b"}', b'\xef\xbb\xbf{"key": 1}', b'{"key": 7}', b'{"nonsense_of_key": "B1"}'):
            problem(server.ask("POST", "/api/v1/assets", body), 400)
        problem(server.ask("POST", "/api/v1/assets", b'{"key": "B1", "lat": 145, "lon": 9}'), 400)
        problem(server.ask("POST", "/api/v1/assets", b"key=B1", "application/x-www-form-urlencoded"), 415)
        problem(server.ask("POST", "/api/v1/assets", b'{"key": "B1"}', Content_Encoding="gzip"), 415)
        problem(server.ask("POST", "/api/v1/assets", b'{"key": "A1"}'), 409)
        problem(server.ask("POST", "/api/v1/dependencies", b'{"supplier": "A1", "consumer": "NOBODY"}'), 400)
        problem(server.ask("POST", "/api/v1/dependencies", b'{"supplier": "A1", "consumer": "A1"}'), 400)
        problem(server.ask("PATCH", "/api/v1/assets/A1", b'{"name": "x"}', "application/merge-patch+json"), 428)
        problem(server.ask("PATCH", "/api/v1/assets/A1", b'{"name": "x"}', "application/merge-patch+json", If_Match='"nonsense"'), 412)
        for path in ("/api/v1/assets?q=%", "/api/v1/assets?q=%zz", "/api/v1/assets?q=%ff", "/api/v1/assets?q=%00", "/api/v1/assets?cursor=nonsense",
                     "/api/v1/assets?bbox=1,2,3", "/api/v1/assets?bbox=a,b,c,d", "/api/v1/assets?sort=nonsense", "/api/v1/assets?nonsense=1",
                     "/api/v1/assets?limit=-1", "/api/v1/assets?people_served=many"):
            problem(server.ask("GET", path), 400)
        for path in ("/api/v1/assets/%ff", "/api/v1/assets/%00", "/tiles/99/0/0.mvt", "/tiles/1/5/5.mvt", "/tiles/a/b/c.mvt"):
            assert server.ask("GET", path)[0] in (400, 404), path
        for token in ("", "nonsense", "x" * 20000, "\xe9"):
            problem(server.ask("GET", "/api/v1/assets", Authorization=f"Bearer {token}"), 401) if len(token) < 9000 else None
        said = raw(server, [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 300 + b"\r\n\r\n"])
        assert not said or " 4" in said[:20], said[:200]
        said = raw(server, [b"GET / HTTP/9.9\r\nHost: h\r\n\r\n"])
        assert " 4" in said[:20] or " 5" in said[:20], said[:200]
        said = raw(server, [head_of(server, "/api/v1/assets", "Content-Length: 5", "Content-Length: 6", "Connection: close") + b"{}   "])
        assert " 400" in said[:20], said[:200]
        said = raw(server, [head_of(server, "/api/v1/assets", "Content-Length: -1")])
        assert " 4" in said[:20], said[:200]
        said = raw(server, [head_of(server, "/api/v1/assets", "Transfer-Encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n"])
        assert " 4" in said[:20], said[:200]
        assert place.content() == before
        is_well(server)


def forms_that_are_broken_are_refused(place):
    place.fill()
    with Server(place) as server:
        before = place.content()
        kind = "multipart/form-data; boundary=EDGE"
        part = '--EDGE\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nkey\r\n\r\n'
        problem(server.ask("POST", "/api/v1/imports?as=asset", part % "a.csv", kind), 400, "http.bad_form")
        problem(server.ask("POST", "/api/v1/imports?as=asset", "nothing of that", kind), 400)
        problem(server.ask("POST", "/api/v1/imports?as=asset", "x", "multipart/form-data"), 400)
        problem(server.ask("POST", "/api/v1/imports?as=asset", (part % "a.csv") * 65 + "--EDGE--\r\n", kind), 413, "http.too_many_parts")
        field = '--EDGE\r\nContent-Disposition: form-data; name="as"\r\n\r\n' + "x" * 70000 + "\r\n--EDGE--\r\n"
        problem(server.ask("POST", "/api/v1/imports", field, kind), 413, "http.field_too_large")
        problem(server.ask("POST", "/api/v1/imports?as=asset", "--EDGE--\r\n", kind), 400)
        # A file goes once its answer has gone.
        within_patience(lambda: not list(place.folder.glob("t.db.uploads/upload-*")), "an upload was left")
        assert place.content() == before
        is_well(server)


def ended(server, job):
    states = []
    within_patience(lambda: states.append(server.ask("GET", f"/api/v1/jobs/{job}")[1]) or states[-1]["ended_at"], "the job does not end")
    return states[-1]


def a_broken_upload_ends_as_a_job_with_the_place_of_the_fault(place):
    place.fill()
    with Server(place) as server:
        snapshot = server.ask("POST", "/api/v1/rank", "{}")[1]["snapshot"]
        for name, content, line in (("quote.csv", b'key,name\nB1,"open\n', 2), ("bytes.csv", b"key,name\nB1,\xff\n", 2),
                                    ("width.csv", b"key,name\nB1,x,y\n", 2), ("empty.csv", b"", None), ("cut.gpkg", b"SQLite format 3\0cut", None)):
            status, answer = server.ask("POST", f"/api/v1/imports?as=asset&filename={name}", content, "application/octet-stream")
            if status != 202:
                problem((status, answer), 400)
                continue
            job = ended(server, answer["job"])
            text = json.dumps(job)
            assert name in text and (line is None or f'"line": {line}' in text), text
            assert job["result"] is None or not job["result"]["stored"], text
        assert server.ask("POST", "/api/v1/rank", "{}")[1]["snapshot"] == snapshot
        assert server.ask("GET", "/api/v1/assets/B1")[0] == 404


def a_server_killed_in_the_middle_of_an_import_ends_it_after_the_restart(place):
    place.fill()
    rows = 60000
    table = b"key,name\n" + b"".join(b"K%d,Site number %d\n" % (i, i) for i in range(rows))
    server = Server(place)
    try:
        status, answer = server.ask("POST", "/api/v1/imports?as=asset&filename=many.csv", table, "application/octet-stream")
        assert status == 202, answer
        within_patience(lambda: server.ask("GET", f"/api/v1/jobs/{answer['job']}")[1]["state"] != "queued", "the job does not start")
    finally:
        server.kill()
    check_whole(place.db)
    count = len(must(place.run("--json", "list", "assets", "--limit", "1000"), 0).json()["items"])
    assert count in (3, 1000), f"{count} assets: half of an import is there"
    with Server(place, server.token) as again:
        job = ended(again, answer["job"])
        assert job["state"] == "done" and job["result"]["added"] + job["result"]["unchanged"] == rows, job
        assert again.ask("GET", f"/api/v1/assets/K{rows - 1}")[0] == 200
        within_patience(lambda: not list(place.folder.glob("t.db.uploads/import-*")), "the upload was left")


def a_store_that_another_program_writes_to_answers_busy(place):
    place.fill()
    with Server(place) as server:
        other = sqlite3.connect(place.db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        problem(server.ask("POST", "/api/v1/assets", b'{"key": "B1"}'), 503, "store.busy")
        assert server.ask("GET", "/api/v1/assets")[0] == 200
        other.execute("ROLLBACK")
        other.close()
        assert server.ask("POST", "/api/v1/assets", b'{"key": "B1"}')[0] == 201


def seconds_of(job):
    begin, end = (datetime.datetime.fromisoformat(job[name]) for name in ("started_at", "ended_at"))
    return (end - begin).total_seconds()


def started(server, path, question):
    status, said = server.ask("POST", path, json.dumps(question))
    assert status == 202, said
    within_patience(lambda: server.ask("GET", f"/api/v1/jobs/{said['job']}")[1]["state"] != "queued", "it does not run")
    return said["job"]


def work_of_seconds(server):
    """A question that keeps this machine and build at work for about three seconds, and its first run."""
    trials = 100000
    while True:
        done = ended(server, started(server, "/api/v1/simulations", {"trials": trials, "seed": 1}))
        assert done["state"] == "done", done
        if seconds_of(done) > 1.5:
            return {"trials": trials, "seed": 1}, done["result"]["run"]
        trials *= 4


def what_jobs_worked_out_is_kept_when_another_program_has_written(place):
    place.fill()
    with Server(place) as server:
        question, run = work_of_seconds(server)
        jobs = [started(server, f"/api/v1/runs/{run}/rerun", {}), started(server, "/api/v1/simulations", question | {"seed": 2})]
        other = sqlite3.connect(place.db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(15)  # longer than the work and the patience of one statement
        for job in jobs:
            assert server.ask("GET", f"/api/v1/jobs/{job}")[1]["state"] == "running"
        other.execute("ROLLBACK")
        other.close()
        ends = [ended(server, job) for job in jobs]
        assert [end["state"] for end in ends] == ["done", "done"], ends
        assert ends[0]["result"]["equal"], ends[0]
        assert server.ask("GET", f"/api/v1/runs/{ends[1]['result']['run']}")[0] == 200


def a_job_that_waits_to_be_kept_can_be_cancelled(place):
    place.fill()
    with Server(place) as server:
        question, _ = work_of_seconds(server)
        other = sqlite3.connect(place.db, isolation_level=None)
        job = started(server, "/api/v1/simulations", question)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(8)
        assert server.ask("POST", f"/api/v1/jobs/{job}/cancel")[0] == 200
        other.execute("ROLLBACK")
        other.close()
        end = ended(server, job)
        assert end["state"] in ("cancelled", "done") and bool(end["result"]) == (end["state"] == "done"), end


def jobs_wait_within_bounds_and_leave_no_file(place):
    place.fill()
    table = "key,name\nB1,Mill\n"
    with Server(place) as server:
        def asked(path, body):
            status, said = server.ask("POST", path, json.dumps(body))
            assert status in (201, 202), said
            return said

        def kept():
            return list(place.folder.glob("t.db.uploads/*"))
        limited = asked("/api/v1/users/boss/tokens", {"role": "service"})["token"]
        problem(server.ask("POST", "/api/v1/imports?as=asset&filename=a.csv", table, "text/csv", Authorization=f"Bearer {limited}"),
                403, "account.token_limited")
        assert not kept(), "a refused import left its file"
        # Both workers are busy, so that it waits.
        busy = [asked("/api/v1/simulations", {"trials": 10000000000, "seed": seed})["job"] for seed in (1, 2)]
        within_patience(lambda: all(server.ask("GET", f"/api/v1/jobs/{job}")[1]["state"] == "running" for job in busy), "they do not run")
        status, waiting = server.ask("POST", "/api/v1/imports?as=asset&filename=a.csv", table, "text/csv")
        assert status == 202 and [p for p in kept() if p.name.startswith("import-")], (status, waiting, kept())
        # One account has at most 20 waiting; others are not kept from theirs.
        more = [asked("/api/v1/inferences", {})["job"] for _ in range(19)]
        problem(server.ask("POST", "/api/v1/inferences", "{}"), 503, "job.too_many")
        problem(server.ask("POST", "/api/v1/imports?as=asset&filename=b.csv", table, "text/csv"), 503, "job.too_many")
        assert len([p for p in kept() if p.name.startswith("import-")]) == 1, kept()
        must(place.run("user", "add", "mara", "--role", "analyst"), 0)
        other = must(place.run("--json", "user", "token", "mara"), 0).json()["token"]
        assert server.ask("POST", "/api/v1/inferences", "{}", Authorization=f"Bearer {other}")[0] == 202
        assert server.ask("POST", f"/api/v1/jobs/{waiting['job']}/cancel")[1]["state"] == "cancelled"
        assert server.ask("POST", "/api/v1/inferences", "{}")[0] == 202
        assert not [p for p in kept() if p.name.startswith("import-")], "a cancelled import left its file"
        for job in more + busy:
            said = server.ask("POST", f"/api/v1/jobs/{job}/cancel")
            assert said[0] == 200, said
        within_patience(lambda: all(server.ask("GET", f"/api/v1/jobs/{job}")[1]["state"] == "cancelled" for job in busy), "they do not end")
        within_patience(lambda: not kept(), "a file was left")


def a_fault_of_ours_is_told_by_a_number(place):
    place.fill()
    with Server(place) as server:
        with sqlite3.connect(place.db) as other:
            other.execute("DROP TABLE scenario")
        other.close()
        said = problem(server.ask("GET", "/api/v1/scenarios"), 500, "store.sql")
        assert "scenario" not in said["detail"], said
        number = re.search(r"under ([0-9a-f]{8})$", said["detail"]).group(1)
        assert re.search(rf"{number} store.sql: no such table", server.texts()), server.texts()
        is_well(server)


def certificate(place):
    pem, key = place.folder / "c.pem", place.folder / "c.key"
    try:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", key, "-out", pem], check=True, capture_output=True)
    except FileNotFoundError:
        raise Skip("openssl is not installed") from None
    return pem, key


def tls_takes_nothing_old_or_weak(place):
    pem, key = certificate(place)
    with Server(place, words=("--tls-cert", pem, "--tls-key", key)) as server:
        def talk(ciphers=None, oldest=None, newest=None):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")
            if oldest:
                context.minimum_version = oldest
            if newest:
                context.maximum_version = newest
            try:
                with context.wrap_socket(server.dial()) as connection:
                    return connection.version(), connection.cipher()[0]
            except (ssl.SSLError, ConnectionError):
                return None, None
        tls = ssl.TLSVersion
        assert talk()[0] == "TLSv1.3"
        assert talk("ECDHE-RSA-AES128-GCM-SHA256", newest=tls.TLSv1_2) == ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
        strong_last = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
        assert talk(strong_last, newest=tls.TLSv1_2)[1] == "ECDHE-RSA-AES256-GCM-SHA384", "the server does not choose"
        for weak in ("AES128-SHA", "AES256-GCM-SHA384", "AES128-CCM", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA"):
            said = talk(f"{weak}:@SECLEVEL=0", newest=tls.TLSv1_2)
            assert said == (None, None), said
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the old versions that are tried here
            assert talk(oldest=tls.TLSv1, newest=tls.TLSv1_1) == (None, None)


def cookies_of_tls_belong_to_the_host(place):
    pem, key = certificate(place)
    token = None
    for words, prefix in (((), ""), (("--tls-cert", pem, "--tls-key", key), "__Host-")):
        with Server(place, token, words) as server:
            token = server.token
            context = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context) if words else \
                http.client.HTTPConnection("127.0.0.1", server.port)
            connection.request("POST", "/api/v1/session", json.dumps({"name": "boss", "password": "correct horse of the boss 1"}),
                               {"Content-Type": "application/json"})
            response = connection.getresponse()
            given = response.headers.get_all("Set-Cookie")
            response.read()
            assert response.status == 200, response.status
            session = next(each for each in given if "hf_session=" in each)
            assert session.startswith(prefix + "hf_session=") and "Path=/;" in session and "Secure" in session and "Domain" not in session
            assert any(each.startswith("__Secure-hf_device=" if words else "hf_device=") for each in given), given
            # Only under its own name: one that somebody else could set is nobody's.
            secret = session.split(";")[0].split("=", 1)[1]
            for name, who in ((prefix + "hf_session", "boss"), ("hf_session" if words else "__Host-hf_session", None)):
                connection.request("GET", "/api/v1/session", headers={"Cookie": f"{name}={secret}"})
                said = json.loads(connection.getresponse().read())
                assert (said["actor"] or {}).get("name") == who, (name, said["actor"])
            connection.close()


def what_a_killed_server_left_is_removed_at_the_next_start(place):
    place.fill()
    folder = place.folder / "t.db.uploads"
    folder.mkdir(exist_ok=True)
    for name in ("upload-AbCdEf", "export-0190", "import-of-a-job"):
        (folder / name).write_text("what somebody had begun")
        os.utime(folder / name, (time.time() - 3700,) * 2)
    (folder / "upload-young").write_text("what another server in the same folder is at")
    with Server(place) as server:
        is_well(server)
        # The file of an import whose job is over goes a moment later.
        within_patience(lambda: [each.name for each in folder.iterdir()] == ["upload-young"], "what was left stays")


def status_of(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return {name: value.strip() for name, value in (line.split(":", 1) for line in file)}


def a_server_is_locked_in(place):
    with Server(place) as server:
        is_well(server)
        facts = status_of(server)
        assert facts["NoNewPrivs"] == "1", facts["NoNewPrivs"]
        if facts["Seccomp"] != "2":
            assert "serve.no_sandbox" in server.texts()
            raise Skip("this kernel has no seccomp")
    with Server(place, server.token, ("--no-sandbox",)) as server:
        is_well(server)
        assert status_of(server)["Seccomp"] == "0"
        assert "is not locked in" in server.texts()


def a_server_opens_no_file_of_others(place):
    web = place.folder / "web"
    web.mkdir()
    (web / "index.html").write_text("<!doctype html><title>w</title>")
    (web / "own.txt").write_text("of the folder")
    (web / "theirs.txt").symlink_to("/etc/passwd")
    with Server(place, words=("--web-dir", web, "--no-sandbox")) as server:
        assert "root:" in server.ask("GET", "/theirs.txt")[1]
    with Server(place, server.token, ("--web-dir", web)) as server:
        is_well(server)
        assert server.ask("GET", "/own.txt") == (200, "of the folder")
        if "no Landlock" in server.texts():
            raise Skip("this kernel has no Landlock")
        assert "root:" not in str(server.ask("GET", "/theirs.txt")[1])
        # What it needs it still has: foreign files are read, and GeoPackages written, by a program of its own.
        must(place.run("add", "asset", "key=A1", "lon=1", "lat=2"), 0)
        status, said = server.ask("GET", "/api/v1/exports?as=gpkg&noun=assets")
        assert status == 200 and "SQLite format 3" in said[:20], (status, said[:300])


def a_store_behind_a_link_is_served(place):
    (place.folder / "disk").mkdir()
    place.db.symlink_to(place.folder / "disk" / "nation.db")
    must(place.run("init"), 0)
    (place.folder / "links").mkdir()
    (place.folder / "links" / "n.db").symlink_to(place.folder / "disk" / "nation.db")
    (place.folder / "tmp").mkdir()
    place.env = {**os.environ, "TMPDIR": str(place.folder / "tmp")}
    place.db = place.folder / "links" / "n.db"
    with Server(place) as server:
        assert server.ask("POST", "/api/v1/assets", json.dumps({"key": "L1", "name": "x"}))[0] == 201
        is_well(server)
    must(place.run("show", "asset", "L1"), 0)


def a_list_of_stolen_passwords_that_is_replaced_is_read(place):
    """By rename, as whoever loads a new one does; and behind a link into another folder."""
    for name in ("lists", "store", "tmp", "links"):
        (place.folder / name).mkdir()
    place.db = place.folder / "store" / "t.db"
    stolen = place.folder / "lists" / "stolen"
    place.env = {**os.environ, "TMPDIR": str(place.folder / "tmp"), "HOLDFAST_BREACH_LIST": str(stolen)}
    old, new = "an old secret that was stolen", "a new secret that was stolen"

    def replace(passwords):
        lines = sorted(hashlib.sha1(p.encode()).hexdigest().upper() for p in passwords)
        part = place.folder / "lists" / "part"
        part.write_text("".join(f"{line}:1\n" for line in lines))
        part.rename(stolen)

    def take(server, name, password):
        return server.ask("POST", "/api/v1/users", json.dumps({"key": name, "role": "observer", "password": password}))

    replace([old])
    with Server(place) as server:
        problem(take(server, "ana", old), 400, "account.password_breached")
        replace([old, new])
        problem(take(server, "ana", new), 400, "account.password_breached")
        status, said = take(server, "ana", "one that nobody has stolen yet")
        assert status == 201, (status, said)
    (place.folder / "links" / "stolen").symlink_to(stolen)
    place.env["HOLDFAST_BREACH_LIST"] = str(place.folder / "links" / "stolen")
    with Server(place, server.token) as server:
        problem(take(server, "eva", old), 400, "account.password_breached")


def one_account_has_its_share_of_requests(place):
    with Server(place) as server:
        assert server.ask("PATCH", "/api/v1/settings", json.dumps({"limit.requests_per_minute": "5"}))[0] == 200
        within_patience(lambda: server.ask("GET", "/api/v1/schema")[0] == 429, "no limit was felt")
        status, said = server.ask("GET", "/api/v1/assets")
        problem((status, said), 429, "limit.requests")
        assert server.ask("GET", "/healthz")[0] == 200


LOOK = 1 << 24  # bytes read at once
UNFILLED = 1 << 36  # an area as large as this is a sanitizer's shadow: kept free, not filled


def pieces(memory, begin, end, overlap):
    """The bytes of an area in pieces that overlap, so that nothing sought is cut in two."""
    for at in range(begin, end, LOOK):
        memory.seek(at)
        yield memory.read(min(LOOK + overlap, end - at))


def holds(process, needles):
    """Which of these bytes lie anywhere in the memory of a process that it may write to."""
    found = set()
    overlap = max(map(len, needles)) - 1
    with open(f"/proc/{process}/maps", encoding="ascii") as maps, open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in maps:
            area, rights, *_ = line.split()
            begin, end = (int(each, 16) for each in area.split("-"))
            if not rights.startswith("rw") or end - begin >= UNFILLED:
                continue
            try:
                for piece in pieces(memory, begin, end, overlap):
                    found |= {needle for needle in needles if needle in piece}
            except (OSError, ValueError, OverflowError):
                continue
    return found


def passwords_do_not_stay_in_memory(place):
    words = {name: f"{name} kitchen lantern walks north" for name in ("right", "wrong", "fresh")}
    token = place.token if hasattr(place, "token") else None
    with Server(place, token) as server:
        given = (words["right"] + "\n").encode()
        must(place.run("user", "add", "mara", "--role", "observer", "--password-stdin", given=given), 0)
        for name, status in (("right", 200), ("wrong", 401)):
            body = json.dumps({"name": "mara", "password": words[name]})
            assert server.ask("POST", "/api/v1/session", body)[0] == status
        mara = server.ask("POST", "/api/v1/users/mara/tokens", "{}")[1]["token"]
        body = json.dumps({"current": words["right"], "password": words["fresh"]})
        assert server.ask("POST", "/api/v1/users/mara/password", body, Authorization=f"Bearer {mara}")[0] == 204
        needles = {word.encode() for word in words.values()}
        try:
            seen = holds(server.process.pid, needles | {b"Set it up with this link", b"mara"})
        except PermissionError as fault:
            raise Skip("this machine lets nobody look into a program") from fault
        assert b"mara" in seen, "the look finds nothing at all"
        within_patience(lambda: not holds(server.process.pid, needles), "a password stays in memory")


POINTS = [
    a_body_without_end_is_refused, a_head_without_end_is_refused, a_client_that_falls_silent_is_told_and_dropped,
    what_is_oversized_is_refused, what_is_broken_is_refused, forms_that_are_broken_are_refused,
    a_broken_upload_ends_as_a_job_with_the_place_of_the_fault,
    a_server_killed_in_the_middle_of_an_import_ends_it_after_the_restart, a_store_that_another_program_writes_to_answers_busy,
    what_jobs_worked_out_is_kept_when_another_program_has_written, a_job_that_waits_to_be_kept_can_be_cancelled, jobs_wait_within_bounds_and_leave_no_file, a_fault_of_ours_is_told_by_a_number, tls_takes_nothing_old_or_weak,
    cookies_of_tls_belong_to_the_host, what_a_killed_server_left_is_removed_at_the_next_start, a_server_is_locked_in,
    a_server_opens_no_file_of_others, a_store_behind_a_link_is_served, a_list_of_stolen_passwords_that_is_replaced_is_read,
    one_account_has_its_share_of_requests, passwords_do_not_stay_in_memory,
]

if __name__ == "__main__":
    sys.exit(main(POINTS))
