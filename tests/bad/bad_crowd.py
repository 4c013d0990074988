#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""More clients at once than a server is used to: it answers each, or says when to come again, in bounded memory. Usage:
bad_crowd.py HOLDFAST [POINT…]; $HOLDFAST_FULL=1 for thousands."""
import collections
import json
import resource
import sys
import threading
import time

from kit import IS_FULL, PATIENCE_S, Server, Skip, is_well, main, must

WORD = "lantern walks the kitchen 7"


def is_open(connection):
    connection.setblocking(False)
    try:
        return connection.recv(4096) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def idle_connections_by_the_thousand_leave_it_answering(place):
    # 10,000 is what it holds at once (limits.h); a few less, so that one more client finds room.
    count = 9900 if IS_FULL else 900
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < count + 1000:
        raise Skip(f"this machine lets a program open {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    place.fill()
    with Server(place) as server:
        idle = [server.dial() for _ in range(count)]
        for _ in range(20):
            is_well(server)
            assert server.ask("GET", "/api/v1/assets?q=dam")[0] == 200
        if IS_FULL:
            # The silent ones are let go by themselves, and all of the room is there again.
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline and any(is_open(one) for one in idle):
                time.sleep(1)
            assert not any(is_open(one) for one in idle), "some are still held"
        for one in idle:
            one.close()
        is_well(server)


def many_sign_ins_at_once_are_answered_in_bounds(place):
    """Each costs tens of megabytes and a tenth of a second; who comes too soon is told when to come again."""
    count, names = (1000, 20) if IS_FULL else (60, 6)
    must(place.run("init"), 0)
    for i in range(names):
        must(place.run("user", "add", f"p{i}", "--role", "observer", "--password-stdin", given=WORD.encode() + b"\n"), 0)
    with Server(place) as server:
        said, gate = [], threading.Event()

        def sign_in(number):
            gate.wait()
            # The last of each ten is wrong, but of no name that also signs in.
            name, word = ("nobody-here", "wrong wrong wrong") if number % 10 == 9 else (f"p{number % names}", WORD)
            try:
                status, answer = server.ask("POST", "/api/v1/session", json.dumps({"name": name, "password": word}), Authorization="")
                said.append((number % 10 == 9, status, answer.get("code")))
            except OSError as error:
                said.append((number % 10 == 9, 0, str(error)))
        threads = [threading.Thread(target=sign_in, args=(i,)) for i in range(count)]
        for thread in threads:
            thread.start()
        gate.set()
        while not said:
            time.sleep(0.01)
        for _ in range(5):
            assert server.ask("GET", "/api/v1/assets")[0] == 200
        waiting = count - len(said)
        for thread in threads:
            thread.join()
        assert waiting > 0, "others wait until the crowd is through"
        counts = collections.Counter(said)
        assert len(said) == count and all(status in ((401, 429, 503) if is_wrong else (200, 429, 503)) for is_wrong, status, _ in said), counts
        assert sum(status == 200 for _, status, _ in said) >= names, counts
        is_well(server)
        status, answer = server.ask("POST", "/api/v1/session", json.dumps({"name": "p0", "password": WORD}), Authorization="")
        assert status in (200, 429), answer
        print(f"# {dict(counts)}")


if __name__ == "__main__":
    sys.exit(main([idle_connections_by_the_thousand_leave_it_answering, many_sign_ins_at_once_are_answered_in_bounds]))
