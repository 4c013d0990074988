#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests made out of the API's own description, for each of its operations: fitting ones, ones at the bounds and broken
ones, by an administrator, an account with narrow rights, an auditor and nobody. Each answer must be one that the description
tells of. $HOLDFAST_SEED repeats a run, $HOLDFAST_FULL=1 makes many more. Usage: bad_api.py HOLDFAST [POINT…]"""
import collections
import http.client
import json
import os
import random
import re
import sys
from pathlib import Path

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parent))

from contract import STREAMS, Contract, Maker  # noqa: E402
from kit import IS_FULL, PATIENCE_S, POSTGRES, Server, database, is_well, main, must  # noqa: E402

PASSWORD = b"correct horse of the fuzzer 1\n"
ACCOUNTS = {"boss": (), "narrow": ("--role", "observer", "--clearance", "green"), "auditor": ("--role", "auditor", "--clearance", "amber"),
            "": ()}
# What would take the ground from under the test itself: it ends those who ask, or tells them to wait.
OWN_GROUND = {"signOut": "ends the token that asks", "changeSettings": "may ask a second factor of all", "removeDemo": "takes the records out",
              "loadDemo": "a long job", "removeUser": "may take who asks", "changeUser": "may lock out who asks", "changeManyUser": "may lock out who asks",
              "undoUser": "may lock out who asks", "removeGrant": "may take rights of who asks"}
WORDS = {"z": ("0", "3", "12", "22", "-1"), "x": ("0", "1", "4095", "-1"), "y": ("0.mvt", "1.mvt", "x.mvt", "0"), "sequence": ("1", "2", "0", "-5", "x"),
         "event": ("1", "2", "99999", "x"), "document": ("catalog", "profile", "results", "x"), "kind": ("national", "cascade", "sectors", "x"),
         "lang": ("ar", "zh", "en", "fr", "ru", "es"), "sector": ("EN", "EN01", "WA", "HE"), "marking": ("clear", "green", "amber", "red"),
         "by": ("people", "failed"), "sort": ("key", "-key", "name", "-marking", "x"), "bbox": ("0,0,10,10", "10,10,0,0", "1,2", "-180,-90,180,90"),
         "noun": ("assets", "asset", "regions", "users", "x"), "as": ("csv", "geojson", "xlsx", "jsonl", "x"), "cursor": ("x", "AAAA", ""),
         "count": ("exact", "none"), "fields": ("key", "key,name", "x", ""), "within": ("x", ""), "from": ("2020-01-01T00:00:00Z", "x"),
         "password": ("correct horse battery 9", "short"), "current": ("correct horse of the fuzzer 1", "x"), "format": ("html", "pdf", "csv")}


def seed():
    """The short form asks the same each time, so that what it finds is of the change at hand."""
    return int(os.environ.get("HOLDFAST_SEED") or (int.from_bytes(os.urandom(4), "big") if IS_FULL else 1))


def contract_of(server):
    return Contract(server.ask("GET", "/api/v1/openapi.json")[1])


class Client:
    """Asks as one account, on a connection that stays open while the server keeps it."""

    def __init__(self, server, name, token):
        self.port, self.name, self.token, self.line = server.port, name, token, None

    def ask(self, request):
        """(status, headers, body)"""
        headers = dict(request.headers)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        for _ in range(3):
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
            try:
                self.line.request(request.operation.method, request.path, body=request.body, headers=headers)
                answer = self.line.getresponse()
                is_stream = (answer.getheader("Content-Type") or "").startswith(STREAMS)
                body = b"" if is_stream else answer.read()
            except (http.client.HTTPException, ConnectionError):
                self.hang_up()
                continue
            if is_stream or answer.getheader("Connection") == "close":
                self.hang_up()
            return answer.status, answer.headers, body
        raise AssertionError(f"no answer to {request}")

    def hang_up(self):
        if self.line is not None:
            self.line.close()
        self.line = None


class Ground:
    """A server with the demonstration nation and the accounts."""

    def __init__(self, place):
        if POSTGRES:  # under tools/with-postgres
            database(place, "api")
        must(place.run("demo", "--size", "1k"), 0)
        for name, value in (("limit.requests_per_minute", "0"), ("release.bulk_reads", "0"), ("alarm.refused_per_hour", "0")):
            must(place.run("settings", name, value), 0)
        for name in ("narrow", "auditor"):
            must(place.run("user", "add", name, *ACCOUNTS[name], "--password-stdin", given=PASSWORD), 0)
        self.place = place

    def __enter__(self):
        self.server = Server(self.place)
        self.contract = contract_of(self.server)
        self.clients = {name: Client(self.server, name, self.token(name)) for name in ACCOUNTS}
        self.keys = self.read_keys()
        return self

    def __exit__(self, kind, value, trace):
        for client in self.clients.values():
            client.hang_up()
        self.server.__exit__(kind, value, trace)

    def token(self, name):
        return must(self.place.run("--json", "user", "token", name), 0).json()["token"] if name else ""

    def read_keys(self):
        """Some keys of each noun; never those of the accounts that ask."""
        keys = {}
        for operation in self.contract.operations:
            if not operation.id.startswith("list") or not re.fullmatch(r"/api/v1/\w+", operation.path):
                continue
            status, told = self.server.ask("GET", operation.path + "?limit=20")
            if status == 200 and isinstance(told, dict) and isinstance(told.get("items"), list):
                plural = operation.path.split("/")[3]
                keys[plural] = [str(item.get("key") or item.get("id")) for item in told["items"] if item.get("key", item.get("id"))]
        keys["users"] = ["guest"]
        must(self.place.run("user", "add", "guest", "--role", "analyst", "--password-stdin", given=PASSWORD), 0)
        return keys

    def maker(self, dice):
        maker = Maker(self.contract, dice, self.keys, WORDS)
        for noun in self.server.ask("GET", "/api/v1/schema")[1]["nouns"]:
            maker.plurals[noun["name"]] = noun["plural"]
        return maker


class Findings:
    """Faults by class; one example of each is told."""

    def __init__(self):
        self.seen, self.count, self.by_status = {}, collections.Counter(), collections.Counter()

    def look(self, contract, client, request, answer):
        status, headers, body = answer
        self.by_status[status] += 1
        for kind, text in contract.faults(request, status, headers, body):
            name = f"{request.operation}: {kind}"
            self.count[name] += 1
            self.seen.setdefault(name, f"{text}\n    by {client.name or 'nobody'}: {request}")

    def tell(self):
        assert not self.seen, f"{len(self.seen)} kinds of faults\n" + "\n".join(
            f"{self.count[name]} × {name} {text}" for name, text in sorted(self.seen.items()))


def chosen(contract, dice):
    """Every operation that is of no noun, and of those that each noun has, a few nouns each; all with HOLDFAST_FULL."""
    groups = collections.defaultdict(list)
    for operation in contract.operations:
        if not any(operation.id.startswith(word) for word in OWN_GROUND):
            groups[(operation.method, re.sub(r"^/api/v1/\w+", "", operation.path), operation.told["summary"])].append(operation)
    for group in groups.values():
        yield from group if IS_FULL else dice.sample(group, min(len(group), 6))


def every_answer_is_one_that_the_description_tells_of(place):
    number = seed()
    print(f"# HOLDFAST_SEED={number}", flush=True)
    dice, findings = random.Random(number), Findings()
    with Ground(place) as ground:
        maker = ground.maker(dice)
        asked = 0
        for operation in list(chosen(ground.contract, dice)):
            for turn in range(24 if IS_FULL else 8):
                client = ground.clients[dice.choice(("boss", "boss", "boss", "narrow", "auditor", ""))]
                request = maker.request(operation, "broken" if turn % 2 else "fitting")
                findings.look(ground.contract, client, request, client.ask(request))
                asked += 1
        is_well(ground.server)
        status, told = ground.server.ask("GET", "/api/v1/session")
        assert status == 200 and told["actor"]["name"] == "boss", "it has shut itself out"
    print(f"# {asked} requests: {dict(sorted(findings.by_status.items()))}", flush=True)
    done = sum(count for status, count in findings.by_status.items() if status < 300)
    assert done > asked / 10, f"only {done} of {asked} were done: too little is looked at"
    findings.tell()


def nobody_is_told_to_sign_in_wherever_that_is_needed(place):
    findings = Findings()
    with Server(place) as server:
        contract, nobody = contract_of(server), Client(server, "", "")
        maker = Maker(contract, random.Random(1), {}, WORDS)
        for operation in contract.operations:
            request = maker.request(operation, "fitting")
            answer = nobody.ask(request)
            findings.look(contract, nobody, request, answer)
            assert operation.is_open or answer[0] == 401, f"{answer[0]} {request}"
        nobody.hang_up()
    findings.tell()


def the_description_is_well_formed(place):
    with Server(place) as server:
        contract = contract_of(server)
        ids = collections.Counter(operation.id for operation in contract.operations)
        assert max(ids.values()) == 1, ids.most_common(3)
        for name, schema in contract.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema, name
        for operation in contract.operations:
            slots = set(re.findall(r"\{(\w+)\}", operation.path))
            told = {param["name"] for param in operation.params if param["in"] == "path"}
            assert slots == told, f"{operation}: {slots} {told}"


if __name__ == "__main__":
    sys.exit(main([the_description_is_well_formed, nobody_is_told_to_sign_in_wherever_that_is_needed,
                   every_answer_is_one_that_the_description_tells_of]))
