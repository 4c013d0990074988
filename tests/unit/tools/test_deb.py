# SPDX-License-Identifier: Apache-2.0
"""What `make deb` made ($HOLDFAST_DEB): what lies where, who owns it, what it needs, and that the program in it runs."""
import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

DEB = os.environ["HOLDFAST_DEB"]
BYTES_MAX = 30_000_000


def say(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


class Deb(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        subprocess.run(["dpkg-deb", "-R", DEB, str(self.root)], check=True)

    def test_is_small_enough(self):
        self.assertLess(Path(DEB).stat().st_size, BYTES_MAX)

    def test_holds_program_reader_manual_completion_and_unit(self):
        for path in ("usr/bin/holdfast", "usr/libexec/holdfast/holdfast-gdal", "usr/share/man/man1/holdfast.1.gz",
                     "usr/share/man/man1/holdfast-cascade.1.gz", "usr/share/bash-completion/completions/holdfast",
                     "usr/share/zsh/vendor-completions/_holdfast", "usr/share/fish/vendor_completions.d/holdfast.fish",
                     "lib/systemd/system/holdfast.service", "usr/share/doc/holdfast/copyright"):
            self.assertTrue((self.root / path).is_file(), path)
        for path in ("usr/include", "usr/share/man/man3", "usr/local", "etc", "var"):
            self.assertFalse((self.root / path).exists(), path)

    def test_everything_belongs_to_root_and_nobody_else_may_write(self):
        for line in say("dpkg-deb", "-c", DEB).splitlines():
            self.assertRegex(line, r"^[-d]rw[x-]r-[x-]r-[x-] root/root ")

    def test_names_the_libraries_it_needs(self):
        depends = say("dpkg-deb", "-f", DEB, "Depends")
        for package in ("libc6", "libsqlite3-0", "libmicrohttpd12", "libgdal32", "passwd"):
            self.assertRegex(depends, rf"(^|, ){re.escape(package)}\b")

    @unittest.skipUnless(shutil.which("readelf"), "readelf is not there")
    def test_the_programs_are_hardened(self):
        for path in ("usr/bin/holdfast", "usr/libexec/holdfast/holdfast-gdal"):
            program = str(self.root / path)
            self.assertRegex(say("readelf", "-h", program), r"Type: +DYN")
            self.assertRegex(say("readelf", "-d", program), r"BIND_NOW|Flags: NOW")
            segments = say("readelf", "-lW", program)
            self.assertIn("GNU_RELRO", segments)
            self.assertRegex(segments, r"GNU_STACK .* RW +0x")  # no E
            self.assertRegex(say("readelf", "-W", "--dyn-syms", program), r"__\w+_chk@GLIBC")

    def test_lists_its_parts(self):
        bom = json.loads(gzip.decompress((self.root / "usr/share/doc/holdfast/sbom.cdx.json.gz").read_bytes()))
        names = {part["name"]: part.get("version") for part in bom["components"]}
        self.assertEqual(bom["metadata"]["component"]["version"], say("dpkg-deb", "-f", DEB, "Version").strip())
        self.assertLessEqual({"libsqlite3-0", "libmicrohttpd12", "libgdal32", "holdfast-gdal", "svelte"}, set(names))
        self.assertEqual(names["libsqlite3-0"], say("dpkg-query", "-W", "-f", "${Version}", "libsqlite3-0"))

    def test_the_program_runs_and_finds_its_reader(self):
        program = str(self.root / "usr/bin/holdfast")
        store = str(self.root / "x.db")
        self.assertEqual(say(program, "version"), f"holdfast {say('dpkg-deb', '-f', DEB, 'Version')}")
        say(program, "--db", store, "demo", "--size", "1k")
        say(program, "--db", store, "export", "--as", "gpkg", "-o", str(self.root / "x.gpkg"))
        self.assertGreater((self.root / "x.gpkg").stat().st_size, 0)

    def test_scripts_are_sound_and_give_no_password(self):
        for name in ("postinst", "prerm", "postrm"):
            script = self.root / "DEBIAN" / name
            subprocess.run(["sh", "-n", str(script)], check=True)
            self.assertNotRegex(script.read_text(encoding="utf-8"), r"chpasswd|usermod|passwd -")

    def test_the_unit_starts_the_program_of_the_package(self):
        unit = (self.root / "lib/systemd/system/holdfast.service").read_text(encoding="utf-8")
        self.assertRegex(unit, r"\nExecStart=/usr/bin/holdfast --db /var/lib/holdfast/holdfast.db serve .*--behind-proxy\n")
        self.assertIn("\nUser=holdfast\n", unit)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not there")
    def test_the_unit_is_hardened(self):
        unit = self.root / "lib/systemd/system/holdfast.service"
        text = say("systemd-analyze", "security", "--offline=true", "--no-pager", str(unit))
        exposure = float(re.search(r"exposure level for holdfast.service: ([0-9.]+)", text).group(1))
        self.assertLess(exposure, 2.0)

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not there")
    def test_lintian_has_no_complaint(self):
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", DEB], capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
