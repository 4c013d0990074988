#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The doors of the real program from the outside: a random register, accounts and grants; what each account is told over
HTTP (lists, counts, records, searches, tiles, graphs, exports, overview, figures, checks, reports, events) is held
against a slow reference written here, before and after records have moved. test_access_doors.c does the same to the use
cases. $HOLDFAST_SEED repeats a run, $HOLDFAST_FULL=1 makes many more. Usage: doors.py HOLDFAST [POINT…]"""
import csv
import http.client
import io
import json
import math
import os
import random
import re
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bad"))

from kit import IS_FULL, PATIENCE_S, POSTGRES, Server, database, main, must, within_patience  # noqa: E402

MARKINGS = ("clear", "green", "amber", "amber+strict", "red")
ROLES = ("administrator", "authority", "analyst", "operator", "observer", "assessor", "responder", "auditor", "service")
EXPORTERS = ("administrator", "authority", "analyst", "assessor", "service")
AUDITORS = ("administrator", "authority", "auditor")
SECTORS = ("EN", "EN01", "EN02", "HE", "WA", "")
PLURALS = ("regions", "organisations", "assets", "services", "dependencies")
TIMES = ((), (), ("--from", "2020-01-01T00:00:00Z"), ("--until", "2020-01-01T00:00:00Z"),
         ("--from", "2090-01-01T00:00:00Z"), ("--until", "2090-01-01T00:00:00Z"))
ZOOM = 14
PASSWORD = b"correct horse of the doors 1\n"


class World:
    """The register as plain dictionaries: plural, key, name, marking, compartments, sector, region, operator, ends."""

    def __init__(self, dice):
        self.dice, self.things = dice, {}
        for plural, count in zip(PLURALS, (8, 5, 40, 6, 70)):
            for i in range(count):
                self.add(plural, i)

    def of(self, plural):
        return [thing for thing in self.things.values() if thing["plural"] == plural]

    def add(self, plural, number):
        dice = self.dice
        key = f"{plural[:2]}{number:03d}q"
        thing = {"plural": plural, "key": key, "name": f"zqn{key}x", "marking": dice.choice(MARKINGS + ("green", "clear") * 3),
                 "compartments": dice.choice(("", "", "", "dams", "grid", "dams grid")), "sector": "", "region": "",
                 "operator": "", "ends": ()}
        if plural == "regions":
            thing["parent"] = f"re{dice.randrange(number):03d}q" if number and dice.random() < 0.7 else ""
        elif plural != "dependencies":
            thing["sector"] = dice.choice(SECTORS)
        if plural in ("assets", "services"):
            thing["region"] = dice.choice([region["key"] for region in self.of("regions")] + [""])
        if plural == "assets":
            thing["operator"] = dice.choice([one["key"] for one in self.of("organisations")] + [""])
            thing["lon"], thing["lat"] = round(dice.uniform(-170, 170), 4), round(dice.uniform(-75, 75), 4)
        if plural == "dependencies":
            thing["ends"] = tuple(dice.sample([asset["key"] for asset in self.of("assets")], 2))
            thing["name"] = f"i{key}x"  # its input
        self.things[key] = thing

    def table(self, plural):
        """A register file."""
        columns = {"regions": ("key", "name", "parent"), "organisations": ("key", "name", "sector"),
                   "assets": ("key", "name", "kind", "sector", "region", "operator", "lon", "lat"),
                   "services": ("key", "name", "sector", "region"),
                   "dependencies": ("key", "supplier", "consumer", "input")}[plural] + ("marking", "compartments")
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(columns)
        for thing in self.of(plural):
            told = {**thing, "kind": "plant", "input": thing["name"]}
            if thing["ends"]:
                told["supplier"], told["consumer"] = thing["ends"]
            rows.writerow([told[column] for column in columns])
        return out.getvalue()

    def lies_in(self, region, root):
        while region:
            if region == root:
                return True
            region = self.things[region]["parent"]
        return False


class Reader:
    """An account, and the reference: what it may know of."""

    def __init__(self, world, place, server, name):
        dice = world.dice
        self.world, self.name = world, name
        self.clearance = dice.randrange(len(MARKINGS))
        self.compartments = {word for word in ("dams", "grid") if dice.random() < 0.5}
        self.grants = [("nation", "", dice.choice(ROLES))] if dice.random() < 0.35 else []
        role = ("--role", self.grants[0][2]) if self.grants else ()
        must(place.run("user", "add", name, *role, "--clearance", MARKINGS[self.clearance], "--password-stdin",
                       given=PASSWORD), 0)
        status, body = server.ask("PATCH", f"/api/v1/users/{name}", json.dumps({"compartments": " ".join(sorted(self.compartments))}),
                                  If_Match="*")
        assert status == 200, body
        for number in range(dice.randrange(4)):
            self.promise(place, dice, number)
        self.token = must(place.run("--json", "user", "token", name), 0).json()["token"]

    def promise(self, place, dice, number):
        scope = dice.choice(("sector", "region", "organisation"))
        of = {"sector": lambda: dice.choice(SECTORS[:5]), "region": lambda: f"re{dice.randrange(8):03d}q",
              "organisation": lambda: f"or{dice.randrange(5):03d}q"}[scope]()
        role = dice.choice([role for role in ROLES if role not in ("administrator", "auditor")])
        when = dice.choice(TIMES)
        done = place.run("--json", "user", "grant", self.name, "--role", role, f"--{scope}", of, *when)
        if done.status == 0 and (not when or (when[0] == "--from") == (when[1] < "2050")):
            self.grants.append((scope, of, role))
        assert done.status == 0 or number > 0, str(done)  # the same one twice is refused

    def reaches(self, thing, roles):
        at = thing["plural"]
        for scope, of, role in self.grants:
            if role in roles and (
                    scope == "nation" or at in ("regions", "dependencies")
                    or (scope == "sector" and thing["sector"].startswith(of))
                    or (scope == "region" and self.world.lies_in(thing["region"], of))
                    or (scope == "organisation" and of in (thing["operator"], thing["key"]))):
                return True
        return False

    def knows(self, thing, roles=ROLES):
        return (MARKINGS.index(thing["marking"]) <= self.clearance and set(thing["compartments"].split()) <= self.compartments
                and self.reaches(thing, roles) and all(self.knows(self.world.things[end], roles) for end in thing["ends"]))

    def known(self, plural, roles=ROLES):
        return {thing["key"] for thing in self.world.of(plural) if self.knows(thing, roles)}

    def has(self, roles, everywhere=False):
        return any(role in roles and (not everywhere or scope == "nation") for scope, _, role in self.grants)


class Doors:
    def __init__(self, world, server, reader):
        self.world, self.server, self.reader, self.line, self.looked = world, server, reader, None, 0

    def ask(self, path):
        self.looked += 1
        for _ in range(3):
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
            try:
                self.line.request("GET", path, headers={"Authorization": f"Bearer {self.reader.token}"})
                answer = self.line.getresponse()
                body = answer.read()
            except (http.client.HTTPException, ConnectionError):
                answer = None
            if answer is not None and answer.status != 408:
                return answer.status, body
            self.line.close()  # the server has given up a connection on which nothing was said for long
            self.line = None
        raise AssertionError(f"{path}: no answer")

    def told(self, path):
        status, body = self.ask(path)
        assert status == 200, f"{path}: {status} {body[:300]}"
        self.tells_nothing(path, body)
        return json.loads(body)

    def tells_nothing(self, door, body):
        for thing in self.world.things.values():
            if self.reader.knows(thing):
                continue
            is_linked = thing["plural"] in ("regions", "organisations")  # a record names these by their keys
            for word in (thing["name"], *(() if is_linked else (thing["key"],))):
                at = body.find(word.encode())
                assert at < 0, f"{door} tells {self.reader.name} of {thing}: {body[max(0, at - 800):at + 200]}"

    def is_same(self, door, got, wanted):
        assert got == wanted, f"{door} of {self.reader.name} {self.reader.grants}: {sorted(map(str, got))} instead of {sorted(map(str, wanted))}"

    def lists(self):
        for plural in PLURALS:
            sort = self.world.dice.choice(("", "&sort=-key", "&sort=marking", "&sort=-marking", "&sort=name", "&sort=sector"))
            if (plural == "dependencies" and "marking" not in sort) or (plural == "regions" and "sector" in sort):
                sort = ""
            got, cursor = [], ""
            while True:
                page = self.told(f"/api/v1/{plural}?limit=9&count=exact{sort}{cursor}")
                got += [item["key"] for item in page["items"]]
                if not page.get("next"):
                    break
                cursor = f"&cursor={page['next']}"
            wanted = self.reader.known(plural)
            self.is_same(f"list {plural}{sort}", set(got), wanted)
            assert len(got) == len(wanted), f"{plural}{sort} comes twice"
            count = self.told(f"/api/v1/{plural}?limit=1&count=exact")["count"]
            assert count["value"] == len(wanted), f"{plural}: {count}"
        wanted = {thing["key"] for thing in self.world.of("assets") if self.reader.knows(thing) and thing["sector"] == "EN01"}
        page = self.told("/api/v1/assets?sector=EN01&limit=100&count=exact")
        self.is_same("filter", {item["key"] for item in page["items"]}, wanted)
        assert page["count"]["value"] == len(wanted), page["count"]

    def records(self):
        for thing in self.world.dice.sample(list(self.world.things.values()), 30):
            path, is_known = f"/api/v1/{thing['plural']}/{thing['key']}", self.reader.knows(thing)
            status, body = self.ask(path)
            assert status == (200 if is_known else 404), f"{thing}: {status} {body[:200]}"
            status, body = self.ask(path + "/history")  # what it was before may be more secret
            assert status == 404 or is_known, f"history of {thing}: {status} {body[:200]}"

    def searches(self):
        hits = self.told("/api/v1/search?q=plant&limit=100")["items"]
        self.is_same("search", {hit["key"] for hit in hits if hit["noun"] == "asset"}, self.reader.known("assets"))
        for thing in self.world.dice.sample(list(self.world.things.values()), 8):
            hits = self.told(f"/api/v1/search?q={thing['name']}")["items"]
            is_there = thing["key"] in {hit["key"] for hit in hits}
            assert thing["plural"] == "dependencies" or is_there == self.reader.knows(thing), f"{thing}: {hits}"

    def tiles(self):
        for thing in self.world.dice.sample(self.world.of("assets"), 8):
            side = 1 << ZOOM
            x = int((thing["lon"] + 180) / 360 * side)
            y = int((1 - math.asinh(math.tan(math.radians(thing["lat"]))) / math.pi) / 2 * side)
            status, body = self.ask(f"/tiles/{ZOOM}/{x}/{y}.mvt")
            assert (status == 200 and thing["key"].encode() in body) == self.reader.knows(thing), f"tile: {thing} {status}"
            self.tells_nothing("tile", body)
        _, body = self.ask("/tiles/0/0/0.mvt")
        self.tells_nothing("tile", body)
        assert points_of(body) == len(self.reader.known("assets")), f"{points_of(body)} points"
        bounds = self.told("/tiles/meta.json")["bounds"]
        known = [thing for thing in self.world.of("assets") if self.reader.knows(thing)]
        west, east = (pick([thing["lon"] for thing in known], default=None) for pick in (min, max))
        assert (bounds is None) == (west is None), bounds
        assert west is None or (abs(bounds[0] - west) < 1e-4 and abs(bounds[2] - east) < 1e-4), f"{bounds} {west} {east}"

    def figures(self):
        assets, links = (len(self.reader.known(plural)) for plural in ("assets", "dependencies"))
        status, body = self.ask("/api/v1/overview")
        assert status == 200, body
        overview = json.loads(body)
        recent = overview.pop("recent")  # of the log, which names all, for those who may read the log
        assert not recent or self.reader.has(AUDITORS, everywhere=True), recent
        self.tells_nothing("overview", json.dumps(overview).encode())
        counts = overview["counts"]
        assert (counts["assets"], counts["dependencies"]) == (assets, links), counts
        instance = self.told("/api/v1/session")["instance"]
        assert (instance["asset_count"], instance["dependency_count"]) == (assets, links), instance
        _, body = self.ask("/metrics")
        assert f"holdfast_assets {assets}\n".encode() in body, body
        self.told("/api/v1/check")
        status, body = self.ask("/api/v1/reports/national")
        assert status in (200, 403), f"{status} {body[:300]}"
        if status == 200:
            self.tells_nothing("report", body)
            assert assets == len(self.world.of("assets")), "a report on what may not be known"

    def graphs(self):
        for thing in self.world.dice.sample(self.world.of("assets"), 5):
            status, body = self.ask(f"/api/v1/assets/{thing['key']}/graph")
            assert (status == 200) == self.reader.knows(thing), f"graph {thing}: {status}"
            self.tells_nothing("graph", body.replace(thing["key"].encode(), b""))

    def exports(self):
        for as_ in ("csv", "geojson"):
            status, body = self.ask(f"/api/v1/exports?as={as_}&noun=assets")
            assert (status == 200) == self.reader.has(EXPORTERS), f"export: {status} {body[:200]}"
            self.tells_nothing("export", body)
            if status == 200 and as_ == "csv":
                rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
                self.is_same("export", {row["key"] for row in rows}, self.reader.known("assets", EXPORTERS))
        status, body = self.ask("/api/v1/exports?as=dump")
        self.tells_nothing("dump", body)

    def all(self):
        if not self.reader.has(ROLES):
            for path in ("/api/v1/assets", "/api/v1/search?q=plant", "/tiles/0/0/0.mvt", "/api/v1/overview",
                         "/api/v1/exports?as=dump", "/api/v1/reports/national", "/api/v1/events", "/api/v1/assets/as001q/graph"):
                status, body = self.ask(path)
                assert status in (403, 404), f"{path} says {status} to {self.reader.name}"
                self.tells_nothing(path, body.replace(b"as001q", b""))
            return
        for door in (self.lists, self.records, self.searches, self.tiles, self.figures, self.graphs, self.exports):
            door()


def varint(body, at):
    value = shift = 0
    while True:
        value |= (body[at] & 127) << shift
        shift += 7
        at += 1
        if body[at - 1] < 128:
            return value, at


def fields_of(body):
    """(field, value) of a protocol buffer: numbers and byte strings."""
    at = 0
    while at < len(body):
        head, at = varint(body, at)
        if head & 7 == 2:
            count, at = varint(body, at)
            yield head >> 3, body[at:at + count]
            at += count
        else:
            value, at = varint(body, at)
            yield head >> 3, value


def points_of(tile):
    """How many assets a vector tile tells of: a feature counts for its property n, or for one."""
    total = 0
    for _, layer in fields_of(tile):
        names, values, features = [], [], []
        for field, content in fields_of(layer):
            {2: features, 3: names, 4: values}.get(field, []).append(content)
        for feature in features:
            tags = next((content for field, content in fields_of(feature) if field == 2), b"")
            numbers, at = [], 0
            while at < len(tags):
                number, at = varint(tags, at)
                numbers.append(number)
            told = {names[numbers[i]]: next(fields_of(values[numbers[i + 1]]))[1] for i in range(0, len(numbers), 2)}
            total += told.get(b"n", 1)
    return total


class Listener:
    """The stream of events of one reader, until it is closed."""

    def __init__(self, server, reader):
        self.reader, self.heard = reader, b""
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        self.connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {reader.token}"})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        while line := self.answer.readline():
            self.heard += line

    def close(self):
        self.thread.join(timeout=PATIENCE_S)
        self.connection.close()


def move(world, server):
    """Some records change their sector, region and marking, a region its parent."""
    dice = world.dice
    for thing in dice.sample(world.of("assets") + world.of("services") + world.of("dependencies"), 12):
        change = {"marking": dice.choice(MARKINGS)}
        if thing["plural"] != "dependencies":
            change |= {"sector": dice.choice(SECTORS[:5]), "region": f"re{dice.randrange(8):03d}q"}
        thing.update(change)
        status, body = server.ask("PATCH", f"/api/v1/{thing['plural']}/{thing['key']}", json.dumps(change), If_Match="*")
        assert status == 200, body
    inner = world.things[f"re{dice.randrange(1, 8):03d}q"]
    inner["parent"] = f"re{dice.randrange(int(inner['key'][2:5])):03d}q"
    status, body = server.ask("PATCH", f"/api/v1/regions/{inner['key']}", json.dumps({"parent": inner["parent"]}), If_Match="*")
    assert status == 200, body


def no_door_tells_of_what_is_hidden(place):
    if POSTGRES:  # under tools/with-postgres
        database(place, "doors")
    seed = int(os.environ.get("HOLDFAST_SEED") or int.from_bytes(os.urandom(4), "big"))
    looked = 0
    print(f"# HOLDFAST_SEED={seed}", flush=True)
    world = World(random.Random(seed))
    files = [place.write(f"{plural}.csv", world.table(plural)) for plural in PLURALS]
    must(place.run("import", *files), 0)
    # What one person may see is asked here; what takes a second one, and how much, in releases_bulk.flow.
    for name, value in (("release.lowering", "one_person"), ("release.bulk_records", "0"), ("release.bulk_reads", "0")):
        must(place.run("settings", name, value), 0)
    with Server(place) as server:
        status, body = server.ask("PATCH", "/api/v1/users/boss", '{"clearance": "red", "compartments": "dams grid"}', If_Match="*")
        assert status == 200, body
        readers = [Reader(world, place, server, f"r{i}") for i in range(20 if IS_FULL else 6)]
        open_streams = []
        for _ in range(4 if IS_FULL else 2):
            for reader in readers:
                doors = Doors(world, server, reader)
                doors.all()
                doors.line.close()
                looked += doors.looked
            listeners = [Listener(server, reader) for reader in readers
                         if reader.has(ROLES) and not reader.has(AUDITORS, everywhere=True)][:8]
            move(world, server)
            boss = Listener(server, server)  # is greeted with the present version
            within_patience(lambda: b'"data_version":' in boss.heard, "no greeting came")
            version = re.search(rb'"data_version":\d+', boss.heard).group()
            open_streams += [boss, *listeners]
            for listener in listeners:
                within_patience(lambda: version in listener.heard, "no news came")
                Doors(world, server, listener.reader).tells_nothing("events", listener.heard)
        listed = must(place.run("list", "assets", "--limit", "500", "--json"), 0).json()
        assert len(listed["items"]) == len(world.of("assets")), "the command line is an administrator"
    for stream in open_streams:
        stream.close()
    print(f"# {len(readers)} accounts, {looked} looks", flush=True)


if __name__ == "__main__":
    sys.exit(main([no_door_tells_of_what_is_hidden]))
