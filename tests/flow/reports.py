#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports as files: what the HTML page says stands in PDF, DOCX and ODT too, in six languages; PDF is tagged, its fonts are
embedded; text documents keep headings and figures when LibreOffice opens them. Looks into PDF with qpdf and poppler-utils,
and converts with LibreOffice, where they are installed. Usage: reports.py HOLDFAST [POINT…]"""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bad"))

from kit import Place, Server, Skip, main, must  # noqa: E402

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Marks of direction, and the letters that make one sign with lam in Arabic, which poppler takes apart in its own way.
BARE = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069\u00a0\u202f "), None)


def tool(name):
    if not shutil.which(name):
        raise Skip(f"{name} is not installed")
    return name


def say(*words):
    return subprocess.run(words, capture_output=True, check=True, timeout=300).stdout


def bare(text):
    return text.translate(BARE).replace("\n", "").replace("\f", "")


def report(place, kind, lang, end, *words):
    """A report of the demonstration nation as a file."""
    if not place.db.exists():
        must(place.run("demo", "--size", "1k"), 0)
    path = place.folder / f"{kind}-{lang}.{end}"
    of = ["DEMO-ASSESSMENT-2025", "--against", "DEMO-ASSESSMENT-2023"] if kind == "assessment" else []
    must(place.run("--lang", lang, "report", kind, *of, "-o", path, *words), 0)
    return path


class Page:
    """What the HTML page says: headings, figures, heads of columns, notes."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.headings = self.all(text, r"<h[123]>(.*?)</h[123]>")
        self.figures = self.all(text, r'<span dir="ltr">(.*?)</span>')
        self.heads = self.all(text, r"<th [^>]*>(.*?)</th>")
        self.notes = self.all(text, r'<li id="d\d+">(.*?)</li>')
        self.cells = self.all(text, r"<td><bdi>(.*?)</bdi>")
        self.paragraphs = self.all(re.sub(r'<sup><a href="#d\d+">(.*?)</a></sup>', r"\1", text), r"<p>(.*?)</p>")

    @staticmethod
    def all(text, pattern):
        return [html.unescape(found) for found in re.findall(pattern, text, re.S)]

    def lacking(self, text, *, without=()):
        """What does not stand in `text`, which has no spaces."""
        return [wanted for name, wanted in ((n, w) for n in vars(self) if n not in without for w in getattr(self, n))
                if bare(wanted) not in text]


def counted(figures):
    return {figure: figures.count(figure) for figure in set(figures)}


# --- PDF ---------------------------------------------------------------------------------------------------


def a_pdf_says_what_the_page_says(place):
    tool("pdftotext")
    for kind, lang in [("national", lang) for lang in LANGUAGES] + [("assessment", "en"), ("assessment", "zh")]:
        page = Page(report(place, kind, lang, "html"))
        words = say("pdftotext", "-layout", report(place, kind, lang, "pdf"), "-").decode()
        found = say("pdftotext", "-raw", place.folder / f"{kind}-{lang}.pdf", "-").decode()
        found = found.replace("\u202f", " ").replace("\u00a0", " ")
        # Cells are set in lines of their own: words and figures are looked for, whole sentences in the languages that
        # poppler gives back letter by letter as they were.
        for figure, count in counted(page.figures).items():
            figure = figure.replace("\u202f", " ").replace("\u00a0", " ")
            assert found.count(figure) >= count, (kind, lang, figure, count, found.count(figure))
        if lang == "ar":
            letters = set(bare("".join(page.headings)))
            assert len(letters & set(bare(found))) > len(letters) * 0.9, "Arabic letters are lost"
            continue
        lacking = page.lacking(bare(found), without=("figures", "cells", "heads"))
        assert not lacking, (kind, lang, lacking[:5])
        for heading in page.headings:
            assert bare(heading) in bare(words), (kind, lang, heading)


def a_pdf_is_tagged_and_says_its_language(place):
    tool("qpdf")
    for lang in LANGUAGES:
        path = report(place, "national", lang, "pdf")
        say("qpdf", "--check", path)
        plain = place.folder / "plain.pdf"
        say("qpdf", "--qdf", "--object-streams=disable", path, plain)
        text = plain.read_bytes()
        for wanted in (rb"/MarkInfo", rb"/StructTreeRoot", rb"/DisplayDocTitle true", rb"/S /H1\b", rb"/S /H2\b", rb"/S /Table\b",
                       rb"/S /TH\b", rb"/S /TD\b", rb"/S /Figure\b", rb"/S /Link\b", rb"/S /LBody\b", rb"/S /Caption\b", rb"/Alt ",
                       rb"/Scope /Column", rb"/Outlines", rb"/Tabs /S", rb"/Artifact BMC"):
            assert re.search(wanted, text), (lang, wanted)
        assert re.search(rb"/Lang \(" + lang.encode() + rb"\)", text), lang
        assert (rb"/Direction /R2L" in text) == (lang == "ar"), lang
        assert text.count(b" BDC") + text.count(b" BMC") == len(re.findall(rb"^EMC$", text, re.M)), lang
        heads = len(re.findall(rb"/S /TH\b", text))
        assert heads == len(Page(report(place, "national", lang, "html")).heads), "repeated heads are no elements"


def fonts_of_a_pdf_are_embedded(place):
    tool("pdffonts")
    for lang in LANGUAGES:
        lines = say("pdffonts", report(place, "national", lang, "pdf")).decode().split("\n")[2:]
        assert len(lines) > 1, lines
        for line in filter(None, lines):
            embedded, subset, unicode = line.split()[-5:-2]
            assert (embedded, subset, unicode) == ("yes", "yes", "yes"), (lang, line)
            assert "Type 3" not in line, (lang, line)


def the_marking_stands_at_head_and_foot_of_each_page(place):
    tool("pdftotext")
    path = report(place, "national", "en", "pdf")
    pages = say("pdftotext", "-layout", path, "-").decode().split("\f")[:-1]
    assert len(pages) >= 3, len(pages)
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.split("\n") if line.strip()]
        assert "TLP:" in lines[0] and "TLP:" in lines[-1], (number, lines[0], lines[-1])
        assert f"Page {number} of {len(pages)}" in lines[-1], lines[-1]
        assert "Data of" in lines[-1] and "Snapshot" in lines[-1], lines[-1]


def equal_reports_differ_by_the_mark_of_their_reader_alone(place):
    # The date is that of the data: the same on one day. That equal documents give equal bytes is held by test_writers.
    tool("pdftotext")
    marks = set()

    def without_mark(text):
        found = re.findall(rb"HFM-[0-9A-F]+", text)
        assert found, "no mark"
        marks.update(found)
        return re.sub(rb"HFM-[0-9A-F]+", b"HFM", text)

    def parts_of(end):
        # pdftotext takes a word from left to right apart where a line runs from right to left.
        path = report(place, "national", "ru" if end == "pdf" else "ar", end)
        if end == "pdf":
            return {"text": without_mark(say("pdftotext", "-raw", path, "-"))}
        found = members(path)
        with_mark = [name for name, content in found.items() if b"HFM-" in content]
        assert with_mark, list(found)
        return {name: without_mark(content) if name in with_mark else content for name, content in found.items()}

    def minute():
        return time.time() // 60

    for end in ("pdf", "docx", "odt"):
        while True:  # beside the mark stands the minute
            begin, before = minute(), len(marks)
            one, other = parts_of(end), parts_of(end)
            assert len(marks) == before + 2, marks
            if minute() == begin:
                break
        assert one == other, f"{end} differs"


def a_missing_font_names_its_package(place):
    report(place, "national", "en", "html")
    place.write("fonts.conf", '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir prefix="cwd">none</dir></fontconfig>')
    os.environ["FONTCONFIG_FILE"] = str(place.folder / "fonts.conf")
    try:
        done = must(place.run("report", "national", "-o", "without.pdf"), 70, "Noto Sans.*fonts-noto-core")
    finally:
        del os.environ["FONTCONFIG_FILE"]
    assert len(done.stderr.strip().split("\n")) == 1, done.stderr
    assert not (place.folder / "without.pdf").exists()


# --- DOCX and ODT ------------------------------------------------------------------------------------------


def members(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    for name, content in found.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
    return found


def all_text(root):
    return bare("".join(root.itertext()))


def a_docx_says_what_the_page_says(place):
    for kind, lang in [("national", lang) for lang in LANGUAGES] + [("assessment", "ar"), ("assessment", "fr")]:
        page = Page(report(place, kind, lang, "html"))
        found = members(report(place, kind, lang, "docx"))
        root = ElementTree.fromstring(found["word/document.xml"])
        lacking = page.lacking(all_text(root))
        assert not lacking, (kind, lang, lacking[:5])
        styled = [("".join(p.itertext()), p.find(f"{W}pPr/{W}pStyle").get(f"{W}val")) for p in root.iter(f"{W}p")]
        headings = [text for text, style in styled if style in ("Title", "Heading1", "Heading2")]
        assert headings == page.headings, (kind, lang, headings)
        heads = [row for row in root.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None]
        assert sum(len(list(row.iter(f"{W}tc"))) for row in heads) == len(page.heads), (kind, lang)
        rtl = root.findall(f".//{W}pPr/{W}bidi")
        assert bool(rtl) == (lang == "ar") and bool(root.findall(f".//{W}bidiVisual")) == (lang == "ar"), lang
        for margin in ("word/header1.xml", "word/footer1.xml"):
            assert b"TLP:" in found[margin], margin
        anchors = {link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink")}
        marks = {mark.get(f"{W}name") for mark in root.iter(f"{W}bookmarkStart")}
        assert anchors and anchors == marks, (kind, lang, anchors ^ marks)  # each note belongs to a figure


def an_odt_says_what_the_page_says(place):
    for kind, lang in [("national", lang) for lang in LANGUAGES] + [("assessment", "ar"), ("assessment", "es")]:
        page = Page(report(place, kind, lang, "html"))
        path = report(place, kind, lang, "odt")
        found = members(path)
        assert path.read_bytes()[30:38] == b"mimetype"
        root = ElementTree.fromstring(found["content.xml"])
        lacking = page.lacking(all_text(root))
        assert not lacking, (kind, lang, lacking[:5])
        headings = ["".join(h.itertext()) for h in root.iter(f"{TEXT}h")]
        assert headings == page.headings[1:], (kind, lang, headings)
        assert (b'writing-mode="rl-tb"' in found["styles.xml"]) == (lang == "ar"), lang
        assert found["styles.xml"].count(b"TLP:") == 2
        listed = set(re.findall(rb'full-path="([^"]+)"', found["META-INF/manifest.xml"])) - {b"/"}
        assert {name.decode() for name in listed} == set(found) - {"mimetype", "META-INF/manifest.xml"}


def libreoffice_keeps_headings_and_figures(place):
    office = tool("soffice")
    home = place.folder / "home"
    for kind, lang, end in (("national", "en", "docx"), ("national", "ar", "odt"), ("assessment", "zh", "docx"),
                            ("assessment", "fr", "odt")):
        page = Page(report(place, kind, lang, "html"))
        path = report(place, kind, lang, end)
        into = {"docx": "odt", "odt": "docx"}[end]
        done = subprocess.run([office, f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", into, "--outdir",
                               place.folder / "converted", path], capture_output=True, timeout=300, check=False)
        converted = place.folder / "converted" / f"{path.stem}.{into}"
        assert converted.exists(), done.stderr.decode()[-500:]
        found = members(converted)
        root = ElementTree.fromstring(found["content.xml" if into == "odt" else "word/document.xml"])
        lacking = page.lacking(all_text(root))
        assert not lacking, (kind, lang, end, lacking[:5])
        if into == "odt":
            headings = [h for h in root.iter(f"{TEXT}h")]
        else:
            styles = ElementTree.fromstring(found["word/styles.xml"])
            named = {s.get(f"{W}styleId") for s in styles.iter(f"{W}style")
                     if s.find(f"{W}name").get(f"{W}val").lower().startswith("heading")}
            headings = [p for p in root.iter(f"{W}p") if p.find(f"{W}pPr/{W}pStyle") is not None
                        and p.find(f"{W}pPr/{W}pStyle").get(f"{W}val") in named]
        said = ["".join(h.itertext()) for h in headings]
        assert [text for text in said if text] == page.headings[1:], (kind, lang, end, said)


# --- templates -----------------------------------------------------------------------------------------------

TEMPLATE = """# for the Council
title     {title}: for the Council
chapter   method
heading   What this means
text      Answered: {answered} of {asked}; implementation {implementation} %.
text [fr] Bonjour
chapter   figures
"""


def a_template_orders_and_words_the_report(place):
    place.write("council.txt", TEMPLATE)
    text = report(place, "assessment", "en", "html", "--template", "council.txt").read_text(encoding="utf-8")
    order = [text.find(part) for part in (": for the Council</h1>", "<h2>Method</h2>", "<h2>What this means</h2>",
                                          "<p>Answered: 68 of 68; implementation 52.0 %.</p>", "<h2>The State in figures</h2>")]
    assert order == sorted(order) and order[0] > 0, order
    assert "Gaps by rank" not in text and "Bonjour" not in text
    page = Page(place.folder / "assessment-en.html")
    found = members(report(place, "assessment", "en", "docx", "--template", "council.txt"))
    assert not page.lacking(all_text(ElementTree.fromstring(found["word/document.xml"])))
    place.write("wrong.txt", TEMPLATE.replace("{asked}", "{questions}"))
    done = must(place.run("report", "assessment", "DEMO-ASSESSMENT-2025", "--template", "wrong.txt", "-o", "x.pdf"), 65,
                r"wrong\.txt:5: there is no field 'questions'; write one of: title, subject")
    assert len(done.stderr.strip().split("\n")) == 1 and not (place.folder / "x.pdf").exists(), done.stderr
    must(place.run("report", "national", "--template", "council.txt"), 64, "--template")
    must(place.run("report", "assessment", "DEMO-ASSESSMENT-2025", "--template", "gone.txt"), 66, "gone.txt")
    assert re.search(r'template.{1,20}[0-9a-f]{64}', must(place.run("audit", "export"), 0).stdout), "the event names it"


def the_server_takes_a_template(place):
    must(place.run("demo", "--size", "1k"), 0)
    with Server(place) as server:
        path = "/api/v1/assessments/DEMO-ASSESSMENT-2025/report"
        status, text = server.ask("POST", f"{path}?format=html&lang=fr", json.dumps({"template": TEMPLATE}))
        assert status == 200 and "Bonjour" in text and "What this means" in text, (status, text[:300])
        status, problem = server.ask("POST", path, json.dumps({"template": "chapter gaps\ntext {x}"}))
        assert (status, problem["code"], problem["line"]) == (400, "template.unknown", 2), problem
        for body in ({}, {"template": ""}, {"template": "chapter gaps", "other": 1}):
            status, problem = server.ask("POST", path, json.dumps(body))
            assert status == 400, (body, status, problem)


# --- the doors -----------------------------------------------------------------------------------------------


def the_end_of_the_file_says_the_format(place):
    assert report(place, "national", "en", "pdf").read_bytes().startswith(b"%PDF-")
    assert report(place, "national", "en", "docx").read_bytes().startswith(b"PK")
    assert report(place, "national", "en", "txt", "--format", "odt").read_bytes().startswith(b"PK")
    assert report(place, "national", "en", "txt").read_bytes().startswith(b"<!doctype html>")
    must(place.run("report", "national", "--format", "doc", "-o", "x.doc"), 64, "html, pdf, docx or odt")
    assert not (place.folder / "x.doc").exists()


def fonts_in(path):
    return sorted(line.split()[0].partition("+")[2] for line in say("pdffonts", path).decode().split("\n")[2:] if line)


def the_server_sets_a_pdf_in_the_same_fonts(place):
    # It is locked in, and must still reach the system's fonts and the list of them.
    tool("pdffonts")
    here = fonts_in(report(place, "national", "zh", "pdf"))
    with Server(place) as server:
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/v1/reports/national?lang=zh&format=pdf",
                                         headers={"Authorization": f"Bearer {server.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            there = fonts_in(place.write("there.pdf", answer.read()))
        assert "Fontconfig" not in server.texts(), server.texts()
    assert here == there and here, (here, there)


def the_server_gives_each_format_and_asks_first(place):
    must(place.run("demo", "--size", "1k"), 0)
    with Server(place) as server:
        for path in ("/api/v1/reports/national?", "/api/v1/assessments/DEMO-ASSESSMENT-2025/report?against=DEMO-ASSESSMENT-2023&"):
            for end, begin in (("pdf", "%PDF-"), ("docx", "PK"), ("odt", "PK"), ("html", "<!doctype")):
                status, text = server.ask("GET", f"{path}lang=fr&format={end}")
                assert status == 200 and text.startswith(begin), (path, end, status, text[:200])
            status, problem = server.ask("GET", f"{path}format=doc")
            assert status == 400, (status, problem)
        must(place.run("user", "add", "guest", "--role", "observer", "--clearance", "clear", "--password-stdin",
                       given=b"correct horse of the guest 1\n"), 0)
        guest = Server.__new__(Server)
        guest.port = server.port
        guest.token = must(place.run("--json", "user", "token", "guest"), 0).json()["token"]
        for end in ("pdf", "docx", "odt"):
            status, problem = guest.ask("GET", f"/api/v1/reports/national?format={end}")
            assert status == 403, (end, status, problem)


if __name__ == "__main__":
    sys.exit(main([a_pdf_says_what_the_page_says, a_pdf_is_tagged_and_says_its_language, fonts_of_a_pdf_are_embedded,
                   the_marking_stands_at_head_and_foot_of_each_page, equal_reports_differ_by_the_mark_of_their_reader_alone,
                   a_missing_font_names_its_package, a_docx_says_what_the_page_says, an_odt_says_what_the_page_says,
                   libreoffice_keeps_headings_and_figures, the_end_of_the_file_says_the_format,
                   a_template_orders_and_words_the_report, the_server_takes_a_template,
                   the_server_sets_a_pdf_in_the_same_fonts, the_server_gives_each_format_and_asks_first]))
