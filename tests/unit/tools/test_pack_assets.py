# SPDX-License-Identifier: Apache-2.0
"""The packer of the web application, held against a reader written apart from it.

HOLDFAST_PACK_ASSETS names the program; Meson sets it.
"""
import gzip
import hashlib
import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ.get("HOLDFAST_PACK_ASSETS", "")


def read_pack(data):
    """Returns (hash, {path: entry}) of a pack, checking every offset on the way."""
    magic, count, size, digest = struct.unpack_from("<8sII16s", data, 0)
    assert magic == b"HFPACK1\n"
    assert size == len(data)
    assert digest == hashlib.sha256(data[32:]).digest()[:16]
    entries = {}
    for i in range(count):
        at = 32 + 64 * i
        path_at, path_n, type_at, type_n, flags, plain_n = struct.unpack_from("<6I", data, at)
        forms = struct.unpack_from("<6I", data, at + 24)
        path = data[path_at:path_at + path_n].decode()
        entries[path] = {
            "type": data[type_at:type_at + type_n].decode(),
            "flags": flags,
            "bytes": plain_n,
            "forms": [data[forms[2 * f]:forms[2 * f] + forms[2 * f + 1]] for f in range(3)],
            "hash": data[at + 48:at + 64],
        }
        assert all(forms[2 * f] + forms[2 * f + 1] <= len(data) for f in range(3))
    return digest, entries


class PackAssets(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.top = Path(self.dir.name)
        self.dist = self.top / "dist"
        (self.dist / "assets").mkdir(parents=True)
        (self.dist / "index.html").write_bytes(b"<!doctype html>\n")
        script = b"let words = 1;\n" * 200
        (self.dist / "assets/index-3f2a.js").write_bytes(script)
        (self.dist / "assets/index-3f2a.js.gz").write_bytes(gzip.compress(script, mtime=0))
        (self.dist / "assets/index-3f2a.js.br").write_bytes(b"brotli bytes, not looked into")
        self.script = script

    def pack(self, status=0):
        result = subprocess.run(
            [PROGRAM, self.dist, self.top / "web.pack", self.top / "id.h"],
            capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stderr

    def read(self):
        return read_pack((self.top / "web.pack").read_bytes())

    def test_packs_every_file_once_and_variants_with_it(self):
        self.pack()
        _, entries = self.read()
        self.assertEqual(list(entries), ["/assets/index-3f2a.js", "/index.html"])
        script = entries["/assets/index-3f2a.js"]
        self.assertEqual(script["forms"][0], b"")
        self.assertEqual(gzip.decompress(script["forms"][1]), self.script)
        self.assertEqual(script["forms"][2], b"brotli bytes, not looked into")
        self.assertEqual(script["bytes"], len(self.script))
        self.assertEqual(script["hash"], hashlib.sha256(self.script).digest()[:16])

    def test_keeps_the_plain_form_where_no_gzip_form_is_there(self):
        self.pack()
        _, entries = self.read()
        self.assertEqual(entries["/index.html"]["forms"], [b"<!doctype html>\n", b"", b""])

    def test_marks_hashed_files_as_immutable_and_the_shell_as_shell(self):
        self.pack()
        _, entries = self.read()
        self.assertEqual(entries["/assets/index-3f2a.js"]["flags"], 1)
        self.assertEqual(entries["/index.html"]["flags"], 2)
        self.assertEqual(entries["/index.html"]["type"], "text/html; charset=utf-8")

    def test_same_files_give_the_same_bytes_in_another_place(self):
        self.pack()
        first = (self.top / "web.pack").read_bytes()
        moved = self.top / "elsewhere"
        self.dist.rename(moved)
        self.dist = moved
        self.pack()
        self.assertEqual((self.top / "web.pack").read_bytes(), first)

    def test_id_header_follows_the_content(self):
        self.pack()
        digest, _ = self.read()
        self.assertIn(f'"{digest.hex()}"', (self.top / "id.h").read_text())
        (self.dist / "index.html").write_bytes(b"<!doctype html> changed\n")
        self.pack()
        self.assertNotIn(digest.hex(), (self.top / "id.h").read_text())

    def test_refuses_a_gzip_form_of_another_build(self):
        (self.dist / "assets/index-3f2a.js").write_bytes(b"changed")
        self.assertIn("build again", self.pack(status=65))
        self.assertFalse((self.top / "web.pack").exists())

    def test_refuses_a_file_of_unknown_type(self):
        (self.dist / "core.bin").write_bytes(b"x")
        self.assertIn("/core.bin", self.pack(status=65))

    def test_refuses_a_folder_that_is_not_there(self):
        self.dist = self.top / "nowhere"
        self.pack(status=66)

    def test_an_empty_file_is_an_entry_without_forms(self):
        (self.dist / "robots.txt").write_bytes(b"")
        self.pack()
        _, entries = self.read()
        self.assertEqual(entries["/robots.txt"]["forms"], [b"", b"", b""])
        self.assertEqual(entries["/robots.txt"]["bytes"], 0)


if __name__ == "__main__":
    unittest.main()
