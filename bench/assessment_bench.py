# SPDX-License-Identifier: Apache-2.0
"""Five hundred assessments with all their answers: lists, results and comparisons over HTTP, one request after the other,
each held against its floor in the same run: the rows that the answer tells, read by plain SQLite. Then the report of one
whole assessment in each format, the PDF beside LibreOffice, which makes one of the same document as ODT."""
import json
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import http_bench
from assessment_rounds import CHAIN, LONG, Rounds
from kit import Ran, quantile

ROUNDS_BEFORE = "with recursive r(k) as (select ?1 union all select previous from assessment, r where key = k and previous is not null) "
PROMISED = "p99 ≤ 100 ms"
CATALOGUE = ("select * from instrument", "select * from provision", "select * from question")
PARTS = tuple(f"select * from {table} where assessment = ?1" for table in ("answer", "evidence", "recommendation", "need"))
RESULTS = (*CATALOGUE, *PARTS)
REPORTS = (("html", "–"), ("docx", "–"), ("odt", "–"), ("pdf", "200 pages ≤ 3 s"))


def catalogue_of(program, store, noun):
    return json.loads(Ran([program, "--db", store, "--json", "list", noun, "--all"]).must("list").text)["items"]


def make(figures, program, folder, count):
    store = folder / "assessments.db"
    Ran([program, "--db", store, "init"]).must("init")
    rounds = Rounds(folder, count, catalogue_of(program, store, "questions"), catalogue_of(program, store, "provisions"))
    files = rounds.make()
    ran = Ran([program, "--db", store, "--quiet", "import", *files]).must("import")
    figures.row("import from CSV into a new store", "–", f"{ran.seconds:.1f} s",
                notes=f"{ran.processor_s:.1f} s of processor, {ran.peak_mb:.0f} MB, {store.stat().st_size / 1e6:.0f} MB on disk; "
                      f"{sum(file.stat().st_size for file in files) / 1e6:.0f} MB of CSV")
    return store, rounds


class Floor:
    """Plain SQLite on the same store: reads rows and forgets them."""

    def __init__(self, store):
        self.db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)

    def processor_ms(self, selects, values):
        times, rows = [], 0
        for value in values:
            began, rows = time.thread_time(), 0
            for select in selects:
                rows += len(self.db.execute(select, (value,) if "?1" in select else ()).fetchall())
            times.append((time.thread_time() - began) * 1000)
        return quantile(times, 0.5), rows


def ask(figures, server, floor, what, paths, selects, values, promised=PROMISED):
    """One row: each path once, after one that warms; the floor reads `selects` for each of the values."""
    line = server.connect()
    bytes_told = len(server.ask(paths[0], line=line)[1])
    walls, used = [], []
    for path in paths:
        before = server.processor_ns()
        walls.append(server.ask(path, line=line)[0])
        used.append((server.processor_ns() - before) / 1e6)
    beside, rows = floor.processor_ms(selects, values)
    figures.row(what, promised, f"p50 {quantile(walls, 0.5):.1f}, p99 {quantile(walls, 0.99):.1f} ms",
                f"SQLite {beside:.2f} ms for {rows:,} rows", quantile(used, 0.5) / max(beside, 1e-3),
                f"{len(paths)} requests, processor p50 {quantile(used, 0.5):.1f}, p99 {quantile(used, 0.99):.1f} ms, "
                f"{bytes_told / 1e3:.0f} kB")


def last_page(server, query):
    """The path of the last page of a list, and how many rows stand before it."""
    path, before = query, 0
    while True:
        page = json.loads(server.ask(path)[1])
        if not page["next"]:
            return path, before
        before += len(page["items"])
        path = f"{query}&cursor={page['next']}"


def bench_lists(figures, server, floor, count, dice, organisations):
    list_of = "/api/v1/assessments?limit=100"
    last, before = last_page(server, list_of)
    ask(figures, server, floor, "assessments, first 100", [list_of] * count, ["select * from assessment order by key limit 100"], [0])
    ask(figures, server, floor, "assessments, last page", [last] * count,
        [f"select * from assessment order by key limit 100 offset {before}"], [0])
    ask(figures, server, floor, "assessments of one stage, newest first", [f"{list_of}&stage=visit&sort=-starts_at"] * count,
        ["select * from assessment where stage = 2 order by starts_at desc, key limit 100"], [0])
    chosen = [dice.choice(organisations) for _ in range(count)]
    ask(figures, server, floor, "assessments of one organisation", [f"{list_of}&organisation={each}" for each in chosen],
        ["select * from assessment where organisation = ?1"], chosen)
    ask(figures, server, floor, "assessments by two words", [f"{list_of}&q=operator%20{dice.randrange(200)}" for _ in range(count)],
        ["select a.* from assessment_search s join assessment a on a.row = s.rowid where assessment_search match ?1 limit 100"],
        [f"operator {dice.randrange(200)}" for _ in range(count)])


def bench_parts(figures, server, floor, count, dice, keys):
    chosen = [dice.choice(keys) for _ in range(count)]
    ask(figures, server, floor, "answers of one assessment, 280", [f"/api/v1/answers?assessment={key}&limit=1000" for key in chosen],
        ["select * from answer where assessment = ?1"], chosen)
    query = "/api/v1/answers?rating=0&sort=-answered_at&limit=100"
    ask(figures, server, floor, "answers rated 0 of all, newest first", [query] * count,
        ["select * from answer where rating = 0 order by answered_at desc, key limit 100"], [0])
    ask(figures, server, floor, "answers by a word, of all", ["/api/v1/answers?q=ministry&limit=100"] * count,
        ["select a.* from answer_search s join answer a on a.row = s.rowid where answer_search match 'ministry' limit 100"], [0])
    for noun, plural, status, field in (("recommendation", "recommendations", "in_progress", 2), ("finding", "findings", "open", 0),
                                        ("need", "needs", "identified", 0)):
        by = "wanted_by" if noun == "need" else "due"
        ask(figures, server, floor, f"{plural}: {status}, by day", [f"/api/v1/{plural}?status={status}&sort={by}&limit=100"] * count,
            [f"select * from {noun} where status = {field} order by {by}, key limit 100"], [0])
    ask(figures, server, floor, "search in everything", ["/api/v1/search?q=neighbours&limit=20"] * count,
        ["select * from answer where row in (select rowid from answer_search where answer_search match 'neighbours' limit 20)"], [0])


def bench_results(figures, server, floor, count, dice, rounds):
    chosen = [dice.choice(rounds.keys) for _ in range(count)]
    pairs = [dice.choice(rounds.pairs) for _ in range(count)]
    key_of = "/api/v1/assessments"
    ask(figures, server, floor, "results of one assessment, its reviews too", [f"{key_of}/{key}/results" for key in chosen], RESULTS, chosen)
    ask(figures, server, floor, f"results of the last of {CHAIN} rounds", [f"{key_of}/{LONG}/results"] * count,
        (*RESULTS, ROUNDS_BEFORE + "select * from recommendation where assessment in r"), [LONG])
    ask(figures, server, floor, "two rounds compared", [f"{key_of}/{later}/comparison?against={earlier}" for earlier, later in pairs],
        (*RESULTS, *(part.replace("= ?1", "= (select previous from assessment where key = ?1)") for part in PARTS)),
        [later for _, later in pairs])
    ask(figures, server, floor, "agreement of one assessment", [f"{key_of}/{key}/agreement" for key in chosen],
        (*CATALOGUE, "select * from judgement where assessment = ?1"), chosen)
    ask(figures, server, floor, "the catalogue, 280 questions", ["/api/v1/catalogue"] * count, CATALOGUE, [0])
    ask(figures, server, floor, "needs of one assessment and who can help", [f"/api/v1/assistance?assessment={key}" for key in chosen],
        (*RESULTS, "select * from offer", "select * from need", "select * from project"), chosen)
    few = max(3, count // 10)
    ask(figures, server, floor, "all open needs and who can help", ["/api/v1/assistance"] * few,
        ("select * from offer", "select * from need", "select * from project", *CATALOGUE,
         "select * from answer where assessment in (select assessment from need)"), [0])
    for what, path in (("national overview", "/api/v1/overview"), ("strategy", "/api/v1/strategy"), ("aviation, findings of all", "/api/v1/aviation")):
        ask(figures, server, floor, what, [path] * count, ["select * from finding"] if path.endswith("aviation") else CATALOGUE, [0])


def pages_of(file):
    if not shutil.which("qpdf"):
        return 0
    return int(subprocess.run(["qpdf", "--show-npages", file], capture_output=True, text=True, check=True).stdout)


def bench_report(figures, server, folder):
    made = {}
    for form, promised in REPORTS:
        walls, used = [], []
        for _ in range(3):
            before = server.processor_ns()
            took, content = server.ask(f"/api/v1/assessments/{LONG}/report?format={form}")
            walls.append(took / 1e3)
            used.append((server.processor_ns() - before) / 1e9)
        file = folder / f"report.{form}"
        file.write_bytes(content)
        made[form] = (min(walls), min(used), file)
    pages = pages_of(made["pdf"][2])
    peer = None
    if shutil.which("soffice"):
        peer = Ran(["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf", "--outdir",
                    folder / "peer", made["odt"][2]]).must("soffice")
    for form, promised in REPORTS:
        wall, used, file = made[form]
        beside = peer if form == "pdf" else None
        figures.row(f"report as {form.upper()}" + (f", {pages} pages" if form == "pdf" else ""), promised, f"{wall:.2f} s",
                    f"soffice {beside.processor_s:.2f} s of processor" if beside else "–", used / beside.processor_s if beside else None,
                    f"least of three, {used:.2f} s of processor, {file.stat().st_size / 1e6:.1f} MB")


def run(figures, program, folder, count, quick):
    folder = Path(folder) / "assessments"
    folder.mkdir()
    figures.section(f"{count} assessments, 280 questions answered in each; ratios are of processor time")
    store, rounds = make(figures, program, folder, count)
    server, floor, dice = http_bench.Server(program, store), Floor(store), http_bench.dice_of(3)
    try:
        server.wait_until_warm()
        requests = 20 if quick else 100
        bench_lists(figures, server, floor, requests, dice, [f"ORG-{i}" for i in range(len(rounds.pairs) - CHAIN)])
        bench_parts(figures, server, floor, requests, dice, rounds.keys)
        bench_results(figures, server, floor, requests, dice, rounds)
        bench_report(figures, server, folder)
        figures.row("memory of the server then", "–", f"{server.memory_mb():.0f} MB")
    finally:
        server.stop()
