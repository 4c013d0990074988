#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are wrong, by the real program: one clear message with file, line and mend, the stated exit status,
the store as before. Usage: bad_files.py HOLDFAST [POINT…]"""
import gzip
import io
import os
import random
import sqlite3
import struct
import sys
import zipfile
from pathlib import Path

from kit import Skip, main, must, refused

MB = 1 << 20
MEMORY = 700 * MB  # of a program with sanitizers; a 3 GB line in memory would be far above
LONG = 3 << 30     # bytes of the line that is too long


def pieces(head, total, byte=b"a", tail=b""):
    """head, then `total` bytes of one sort, then the tail; never all at once."""
    block = byte * MB
    yield head
    for _ in range(total // MB):
        yield block
    yield tail


def has_reader(place):
    """holdfast-gdal is built only where GDAL is."""
    folder = Path(os.environ.get("HOLDFAST_LIBEXEC", "") or Path(place.program).parent / "../reader")
    if not (folder / "holdfast-gdal").is_file():
        raise Skip("holdfast-gdal is not built")


# --- tables -----------------------------------------------------------------------------------------------------

def wrong_columns_are_named(place):
    place.fill()
    place.write("other.csv", "name,latitude\nDam,45\n")
    refused(place, ["import", "--as", "asset", "other.csv"], 65, r"other\.csv:\d+: .*key")
    place.write("dependencies.csv", "from,to\nA1,A2\n")
    refused(place, ["import", "dependencies.csv"], 65, r"dependencies\.csv:\d+: .*(supplier|consumer)")
    place.write("twice.csv", "key,name,NAME\nA4,x,y\n")
    refused(place, ["import", "--as", "asset", "twice.csv"], 65, r"twice\.csv:1: .*twice")
    place.write("unknown.csv", "alpha,beta\n1,2\n")
    refused(place, ["import", "unknown.csv"], 65, r"unknown\.csv.*--as")


def rows_of_another_width_are_named(place):
    place.fill()
    place.write("narrow.csv", "key,name,kind\nA4,x\nA5,y,a,b\nA6,z,dam\n")
    done = refused(place, ["--json", "import", "--as", "asset", "narrow.csv"], 65, r"narrow\.csv:2: ", r"narrow\.csv:3: ")
    assert [p["line"] for p in done.json()["problems"]] == [2, 3], done


def broken_utf8_is_refused_with_its_line(place):
    place.fill()
    for name, content, line in (("latin.csv", b"key,name\nA4,fine\nA5,caf\xe9\n", 3),
                                ("cut.csv", b"key,name\nA4,\xe6\xb0", 2),
                                ("over.csv", b"key,name\nA4,\xc0\xaf\n", 2),
                                ("half.csv", b"key,name\nA4,\xed\xa0\x80\n", 2),
                                ("nul.csv", b"key,name\nA4,a\0b\n", 2),
                                ("wide.csv", "key,name\nA4,x\n".encode("utf-16"), 1)):
        place.write(name, content)
        refused(place, ["import", "--as", "asset", name], 65, rf"{name}:{line}: .*(UTF-8|zero byte)")
    place.write("latin.json", b'[{"key": "A4", "name": "caf\xe9"}]')
    refused(place, ["import", "--as", "asset", "latin.json"], 65, r"latin\.json:1: .*UTF-8")
    # 300,000 good rows before the bad one: the line is counted over all windows.
    place.write("late.csv", b"key,name\n" + b"A1,Dam\n" * 300000 + b"A4,\xff\n")
    done = refused(place, ["--json", "import", "--as", "asset", "late.csv"], 65, r"^late\.csv:300002: ")  # before the others
    assert done.json()["problems"][0]["line"] == 300002, done


def an_open_quote_is_refused_where_it_was_opened(place):
    place.fill()
    place.write("short.csv", 'key,name\nA4,x\nA5,"never closed\nA6,y\n')
    refused(place, ["import", "--as", "asset", "short.csv"], 65, r"short\.csv:3: .*quote.*close it")
    place.write("long.csv", b'key,name\nA4,x\nA5,"' + b"never closed\nA6,y\n" * 400000)
    refused(place, ["import", "--as", "asset", "long.csv"], 65, r"long\.csv:3: .*quote", seconds=60)


def coordinates_out_of_range_or_swapped_are_told(place):
    place.fill()
    place.write("far.csv", "key,lon,lat\nA4,9,145\nA5,181,45\nA6,9,500000\nA7,nine,45\n")
    done = refused(place, ["--json", "import", "--as", "asset", "far.csv"], 65, r"far\.csv:2: .*swapped\?",
                   r"far\.csv:3: .*longitude", r"far\.csv:4: .*WGS 84", r"far\.csv:5: ")
    codes = [p["code"] for p in done.json()["problems"]]
    assert codes[:3] == ["place.swapped", "place.out_of_range", "place.out_of_range"], codes
    place.write("far.geojson", '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"key": "A4"},'
                ' "geometry": {"type": "Point", "coordinates": [45, 145]}}]}')
    refused(place, ["import", "--as", "asset", "far.geojson"], 65, r"far\.geojson:1: .*swapped\?")


def a_file_whose_places_only_fit_when_swapped_is_told(place):
    rows = "".join(f"S{i},Site {i},{10 + i * 0.1:.1f},{45 + i * 0.1:.1f}\n" for i in range(30))
    place.write("assets.csv", "key,name,lon,lat\n" + rows)
    must(place.run("import", "assets.csv"), 0)
    swapped = "".join(f"T{i},Site {i},{45.05 + i * 0.1:.2f},{10.05 + i * 0.1:.2f}\n" for i in range(20))
    place.write("new.csv", "key,name,lon,lat\n" + swapped)
    done = must(place.run("--json", "import", "--as", "asset", "new.csv", "--dry-run"), 0, r"new\.csv:2: .*swapped\?")
    warned = [p for p in done.json()["problems"] if p["code"] == "place.perhaps_swapped"]
    assert len(warned) == 1 and warned[0]["severity"] == "warning", done
    place.write("right.csv", "key,name,lon,lat\n" + rows.replace("S", "T"))
    assert must(place.run("--json", "import", "--as", "asset", "right.csv", "--dry-run"), 0).json()["problems"] == []


def keys_that_stand_twice_are_refused_at_the_second_row(place):
    place.fill()
    place.write("twice.csv", "key,name\nA4,x\nA5,y\nA4,z\n")
    refused(place, ["import", "--as", "asset", "twice.csv"], 65, r"twice\.csv:4: .*A4.*twice")
    place.write("one.csv", "key,name\nB1,x\n")
    place.write("two.csv", "key,name\nB1,y\n")
    done = place.run("--json", "import", "--as", "asset", "one.csv", "two.csv")
    assert done.status in (0, 65), done  # over two files it is a change, or refused; never both stored as new
    assert done.status == 65 or done.json()["added"] == 1, done


def dependencies_on_unknown_assets_and_on_themselves_are_refused(place):
    place.fill()
    place.write("links.csv", "supplier,consumer,input\nA1,A2,power\nA1,NOBODY,power\nA3,A3,power\n,A3,power\n")
    done = refused(place, ["--json", "import", "--as", "dependency", "links.csv"], 65, r"links\.csv:3: .*NOBODY",
                   r"links\.csv:4: .*A3", r"links\.csv:5: ")
    assert sorted(p["line"] for p in done.json()["problems"]) == [3, 4, 5], done


# --- lines without end ------------------------------------------------------------------------------------------

def a_line_of_3_GB_ends_quickly_and_in_little_memory(place):
    place.fill()
    bounds = {"seconds": 60, "memory": MEMORY}
    refused(place, ["import", "--as", "asset", "-"], 65, r"-:2: .*line", given=pieces(b"key,name\nA4,", LONG), **bounds)
    refused(place, ["import", "--as", "asset", "-"], 65, r"-:2: .*quote", given=pieces(b'key,name\nA4,"', LONG), **bounds)
    refused(place, ["import", "--as", "asset", "-"], 65, r"-:2: ", given=pieces(b"key,name\nA4", LONG, b","), **bounds)
    refused(place, ["import", "--as", "asset", "-"], 65, r"-:\d: ", given=pieces(b'[{"key": "', LONG), **bounds)
    refused(place, ["import", "--as", "asset", "-"], 65, r"-:\d: ", given=pieces(b"[", LONG, b"["), **bounds)


def a_sparse_file_of_3_GB_ends_quickly_and_in_little_memory(place):
    place.fill()
    for name, head in (("sparse.csv", b"key,name\nA4,"), ("sparse.geojson", b'{"type": "FeatureCollection", "features": ['),
                       ("sparse.graphml", b'<?xml version="1.0"?><graphml>'), ("sparse.m", b"mpc.bus = ["),
                       ("sparse.inp", b"[JUNCTIONS]\n"), ("sparse.json", b'[{"key": "A4"},'), ("sparse.dump", b"")):
        path = place.write(name, head)
        os.truncate(path, LONG)
        refused(place, ["import", "--as", "asset", name], 65, rf"{name.replace('.', chr(92) + '.')}\S* .*", seconds=60, memory=MEMORY)
        path.unlink()


def white_space_without_end_is_no_loop(place):
    place.fill()
    for byte in (b"\n", b" "):
        refused(place, ["import", "--as", "asset", "-"], 65, r"-(:\d+)?: ", given=pieces(b"", 24 * MB, byte), memory=MEMORY)


# --- packed files -----------------------------------------------------------------------------------------------

def packed_bytes(plain_bytes):
    """gzip of a table whose second line has this many bytes."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        for piece in pieces(b"key,name\nA4,", plain_bytes):
            packed.write(piece)
    return out.getvalue()


def a_gzip_bomb_ends_quickly_and_in_little_memory(place):
    place.fill()
    place.write("bomb.csv.gz", packed_bytes(400 * MB))
    refused(place, ["import", "--as", "asset", "bomb.csv.gz"], 65, r"bomb\.csv\.gz:2: ", seconds=60, memory=MEMORY)
    whole = packed_bytes(2 * MB)
    place.write("cut.csv.gz", whole[:len(whole) // 2])
    refused(place, ["import", "--as", "asset", "cut.csv.gz"], 65, r"cut\.csv\.gz.*(early|again|whole)")


def zip_of(members, lie=None):
    """A ZIP file; members are (name, bytes or count of zero bytes). lie: what the directory says they unpack to."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            with archive.open(name, "w", force_zip64=False) as member:
                for piece in [content] if isinstance(content, bytes) else pieces(b"", content, b" "):
                    member.write(piece)
    packed = out.getvalue()
    if lie is not None:  # sizes stand 24 bytes into each entry of the directory
        at = packed.find(b"PK\x01\x02")
        while at >= 0:
            packed = packed[:at + 24] + struct.pack("<I", lie) + packed[at + 28:]
            at = packed.find(b"PK\x01\x02", at + 4)
    return packed


SHEET = (b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
         b'<row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c></row>')


def workbook(sheet):
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return [("[Content_Types].xml", b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
             b'content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
             b'spreadsheetml.sheet.main+xml"/></Types>'),
            ("_rels/.rels", f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{office}/officeDocument" '
             'Target="xl/workbook.xml"/></Relationships>'.encode()),
            ("xl/workbook.xml", b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="'
             + office.encode() + b'"><sheets><sheet name="assets" sheetId="1" r:id="rId1"/></sheets></workbook>'),
            ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{office}/worksheet" '
             'Target="worksheets/sheet1.xml"/></Relationships>'.encode()),
            ("xl/worksheets/sheet1.xml", sheet)]


def zip_bombs_are_refused(place):
    has_reader(place)
    place.fill()
    bounds = {"seconds": 60, "memory": MEMORY}
    place.write("bomb.xlsx", zip_of(workbook(600 * MB)))
    refused(place, ["import", "--as", "asset", "bomb.xlsx"], 65, r"bomb\.xlsx: .*unpacks to.*unpack it", **bounds)
    place.write("bomb.zip", zip_of([("sites.shp", 300 * MB), ("sites.dbf", 300 * MB), ("sites.shx", 100)]))
    refused(place, ["import", "--as", "asset", "bomb.zip"], 65, r"bomb\.zip: .*unpacks to", **bounds)
    # The directory says that it is small; nothing may be believed.
    place.write("liar.xlsx", zip_of(workbook(600 * MB), lie=1000))
    refused(place, ["import", "--as", "asset", "liar.xlsx"], 65, r"liar\.xlsx: ", **bounds)
    place.write("empty.zip", zip_of([]))
    refused(place, ["import", "--as", "asset", "empty.zip"], 65, r"empty\.zip: ")
    nest = zip_of([("a.zip", zip_of([("b.zip", zip_of([("sites.csv", 300 * MB)]))]))])
    place.write("nest.zip", nest)
    refused(place, ["import", "--as", "asset", "nest.zip"], 65, r"nest\.zip: ", **bounds)


# --- files of other programs ------------------------------------------------------------------------------------

def a_geopackage_cut_off_is_refused(place):
    has_reader(place)
    place.fill()
    rows = "".join(f"C{i},Site number {i} with a long name,10.{i},45\n" for i in range(2000))
    place.write("many.csv", "key,name,lon,lat\n" + rows)
    must(place.run("import", "--as", "asset", "many.csv"), 0)
    must(place.run("export", "--as", "gpkg", "-o", "out.gpkg"), 0)
    whole = (place.folder / "out.gpkg").read_bytes()
    for tenth in (1, 5, 9):
        place.write("cut.gpkg", whole[:len(whole) * tenth // 10])
        refused(place, ["import", "cut.gpkg"], 65, r"cut\.gpkg: ")
    place.write("name.gpkg", b"This is no GeoPackage.\n")
    refused(place, ["import", "name.gpkg"], 65, r"name\.gpkg: ")
    bent = bytearray(whole)
    noise = random.Random(7)
    for _ in range(4000):
        bent[noise.randrange(4096, len(bent))] = noise.randrange(256)
    place.write("bent.gpkg", bytes(bent))
    done = place.run("import", "bent.gpkg")
    assert done.status in (0, 65), done


def spreadsheets_and_shapefiles_cut_off_are_refused(place):
    has_reader(place)
    place.fill()
    must(place.run("export", "--as", "xlsx", "-o", "out.xlsx"), 0)
    whole = (place.folder / "out.xlsx").read_bytes()
    for part in (len(whole) // 3, len(whole) - 30):
        place.write("cut.xlsx", whole[:part])
        refused(place, ["import", "cut.xlsx"], 65, r"cut\.xlsx: ")
    shape = struct.pack(">iiiiiii", 9994, 0, 0, 0, 0, 0, 5000) + struct.pack("<ii", 1000, 1) + b"\0" * 60
    place.write("cut.shp", shape[:90])
    refused(place, ["import", "--as", "asset", "cut.shp"], 65, r"cut\.shp: ")
    place.write("sites.xlsx", zip_of(workbook(SHEET + b'<row r="2"><c r="A2" t="inlineStr"><is><t>A9</t></is></c></row>')))
    refused(place, ["import", "--as", "asset", "sites.xlsx"], 65, r"sites\.xlsx: ")


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, content):
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(kind, content):
    body = field(1, content)
    head = field(1, kind) + field(3, len(body))
    return struct.pack(">I", len(head)) + head + body


def pbf(blocks):
    """An OpenStreetMap file of hospitals, four nodes a block."""
    out = blob(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes"))
    for block in range(blocks):
        strings = b"".join(field(1, text) for text in (b"", b"amenity", b"hospital"))
        nodes = b"".join(field(1, field(1, (block * 4 + i + 1) << 1) + field(8, 2 * 450000000) + field(9, 2 * (90000000 + block * 1000 + i))
                               + field(2, varint(1)) + field(3, varint(2))) for i in range(4))
        out += blob(b"OSMData", field(1, strings) + field(2, nodes))
    return out


def a_map_file_that_ends_early_without_an_error_is_refused(place):
    has_reader(place)
    place.fill()
    whole = pbf(50)
    place.write("whole.osm.pbf", whole)
    done = must(place.run("--json", "import", "--recipe", "osm", "whole.osm.pbf", "--dry-run"), 0)
    assert done.json()["added"] == 200, done
    block = len(whole) - len(pbf(49))
    for cut in (block // 2, 5, 3, 1, block - 1):
        place.write("cut.osm.pbf", whole[:-cut])
        refused(place, ["import", "--recipe", "osm", "cut.osm.pbf"], 65, r"cut\.osm\.pbf: .*(early|damaged|again)")
    xml = '<?xml version="1.0"?><osm version="0.6">' + "".join(
        f'<node id="{i}" lat="45" lon="9"><tag k="amenity" v="hospital"/></node>' for i in range(1, 500)) + "</osm>"
    place.write("cut.osm", xml[:len(xml) // 2])
    refused(place, ["import", "--recipe", "osm", "cut.osm"], 65, r"cut\.osm: ")


def texts_that_end_early_are_refused(place):
    place.fill()
    point = '{"type": "Feature", "properties": {"key": "A%d"}, "geometry": {"type": "Point", "coordinates": [9, 45]}}'
    whole = '{"type": "FeatureCollection", "features": [' + ",".join(point % i for i in range(10, 40)) + "]}"
    for cut in (1, 2, 30, len(whole) // 2):
        place.write("cut.geojson", whole[:-cut])
        refused(place, ["import", "--as", "asset", "cut.geojson"], 65, r"cut\.geojson:1: ")
    # What follows the end is not passed over: a second collection would be lost without a word.
    for name, rest in (("two.geojson", whole), ("more.geojson", ', "features": [%s]}' % (point % 50)), ("odd.geojson", " oops }")):
        place.write(name, whole + rest if name != "more.geojson" else whole[:-1] + rest)
        refused(place, ["import", "--as", "asset", name], 65, rf"{name[:-8]}\.geojson:\d+: ")
    must(place.run("export", "--dump", "-o", "all.dump"), 0)
    dump = (place.folder / "all.dump").read_bytes()
    for part in (len(dump) - 1, len(dump) // 2, 20):
        place.write("cut.dump", dump[:part])
        refused(place, ["import", "cut.dump"], 65, r"cut\.dump")
    xml = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="a"/><node id="b"/></graph></graphml>'
    place.write("cut.graphml", xml[:-20])
    refused(place, ["import", "cut.graphml"], 65, r"cut\.graphml:1: ")
    place.write("cut.m", "function mpc = x\nmpc.version = '2';\nmpc.baseMVA = 100;\nmpc.bus = [\n1 3 0 0 0 0 1 1 0 230 1 1.1 0.9;\n")
    refused(place, ["import", "cut.m"], 65, r"cut\.m(:\d+)?: ")


def what_is_no_file_is_told(place):
    place.fill()
    (place.folder / "folder.csv").mkdir()
    refused(place, ["import", "--as", "asset", "folder.csv"], 65, r"folder\.csv: .*folder")
    refused(place, ["import", "--as", "asset", "nowhere.csv"], 66, r"nowhere\.csv: ")
    place.write("empty.csv", "")
    refused(place, ["import", "--as", "asset", "empty.csv"], 65, r"empty\.csv:1: .*empty")
    with sqlite3.connect(place.folder / "other.sqlite") as other:
        other.execute("CREATE TABLE t(a)")
        other.execute("INSERT INTO t VALUES (1)")
    other.close()
    refused(place, ["import", "--as", "asset", "other.sqlite"], 65, r"other\.sqlite")
    os.mkfifo(place.folder / "pipe.csv")
    writer = os.open(place.folder / "pipe.csv", os.O_RDWR)
    os.write(writer, b"key,name\nA4,\"x\n")
    process = place.start("import", "--as", "asset", "pipe.csv")
    try:
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        os.close(writer)


POINTS = [
    wrong_columns_are_named, rows_of_another_width_are_named, broken_utf8_is_refused_with_its_line,
    an_open_quote_is_refused_where_it_was_opened, coordinates_out_of_range_or_swapped_are_told,
    a_file_whose_places_only_fit_when_swapped_is_told, keys_that_stand_twice_are_refused_at_the_second_row,
    dependencies_on_unknown_assets_and_on_themselves_are_refused, a_line_of_3_GB_ends_quickly_and_in_little_memory,
    a_sparse_file_of_3_GB_ends_quickly_and_in_little_memory, white_space_without_end_is_no_loop,
    a_gzip_bomb_ends_quickly_and_in_little_memory, zip_bombs_are_refused, a_geopackage_cut_off_is_refused,
    spreadsheets_and_shapefiles_cut_off_are_refused, a_map_file_that_ends_early_without_an_error_is_refused,
    texts_that_end_early_are_refused, what_is_no_file_is_told,
]

if __name__ == "__main__":
    sys.exit(main(POINTS))
