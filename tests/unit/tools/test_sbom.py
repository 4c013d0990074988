# SPDX-License-Identifier: Apache-2.0
"""tools/sbom.py over the build that runs this test ($HOLDFAST_BUILD): what it says is held against the loader, dpkg, Meson
and the lock file, each asked here anew."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from base64 import b64encode
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ["HOLDFAST_BUILD"])
PROGRAMS = [BUILD / "src/cli/holdfast", BUILD / "src/reader/holdfast-gdal"]
# Their names in pkg-config, where the name of the package does not hold it.
PACKAGES = {"libcrypto": "libssl3", "zlib": "zlib1g", "libxml-2.0": "libxml2", "sqlite3": "libsqlite3-0", "gnutls": "libgnutls30"}


def say(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, check=True, **more).stdout


def write(**more):
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | more
    return say(sys.executable, TOP / "tools/sbom.py", BUILD, env=environment)


class Sbom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = write()
        cls.bom = json.loads(cls.text)
        cls.parts = {part["bom-ref"]: part for part in cls.bom["components"]}

    def of(self, kind):
        return {ref: part for ref, part in self.parts.items() if ref.startswith(f"pkg:{kind}/")}

    def test_has_what_the_form_demands(self):
        self.assertEqual((self.bom["bomFormat"], self.bom["specVersion"], self.bom["version"]), ("CycloneDX", "1.5", 1))
        self.assertRegex(self.bom["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(len(self.parts), len(self.bom["components"]))  # each reference once
        for part in [self.bom["metadata"]["component"], *self.bom["components"]]:
            self.assertIn(part["type"], ("application", "library"))
            self.assertTrue(part["name"])
            self.assertIn(part.get("scope", "required"), ("required", "optional"))
            for licence in part.get("licenses", []):
                self.assertTrue(set(licence) in ({"license"}, {"expression"}), licence)
            for digest in part.get("hashes", []):
                self.assertRegex(digest["content"], r"^[0-9a-f]{128}$")

    def test_what_depends_on_what_names_parts_that_are_there(self):
        known = {self.bom["metadata"]["component"]["bom-ref"], *self.parts}
        self.assertEqual([d["ref"] for d in self.bom["dependencies"]], sorted(known))
        for line in self.bom["dependencies"]:
            self.assertLessEqual(set(line["dependsOn"]), known)
        reached, waiting = set(), [self.bom["metadata"]["component"]["bom-ref"]]
        needs = {d["ref"]: d["dependsOn"] for d in self.bom["dependencies"]}
        while waiting:
            ref = waiting.pop()
            if ref not in reached:
                reached.add(ref)
                waiting += needs[ref]
        self.assertEqual(reached, known)  # no part without somebody who needs it

    def test_every_library_that_the_loader_finds_is_there_with_its_version(self):
        spelled = {}  # as dpkg may know it → the library
        for program in filter(Path.is_file, PROGRAMS):
            for path in re.findall(r"(/\S+) \(0x", say("ldd", program)):
                for name in (path, os.path.realpath(path), "/usr" + path, os.path.realpath(path).removeprefix("/usr")):
                    spelled[name] = path
        told = subprocess.run(["dpkg", "-S", *spelled], capture_output=True, text=True, check=False).stdout
        owners = dict(reversed(line.split(": ")) for line in told.splitlines())
        packages = {owners[name] for name in spelled if name in owners}
        self.assertGreater(len(packages), 10)
        wanted = {tuple(line.split()) for line in say("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages).splitlines()}
        self.assertEqual({(part["name"], part["version"]) for part in self.of("deb").values()}, wanted)

    def test_the_libraries_that_meson_found_are_those(self):
        versions = {part["name"]: part["version"] for part in self.of("deb").values()}
        compared = 0
        for found in json.loads(say("meson", "introspect", "--dependencies", BUILD)):
            name = PACKAGES.get(found["name"], found["name"])
            package = next((p for p in versions if p == name or re.fullmatch(rf"{re.escape(name)}\d+", p)), None)
            if name == "libutf8proc":  # Debian's 2.8.0 calls itself 2.6.0 in pkg-config
                continue
            if package and re.match(r"\d", found.get("version", "")):
                compared += 1
                self.assertIn(found["version"], versions[package], package)
        self.assertGreaterEqual(compared, 4)

    def test_the_packages_in_the_web_application_are_those_of_the_lock(self):
        npm = self.of("npm")
        if not (BUILD / "web/packages.json").is_file():
            self.assertEqual(npm, {})
            self.skipTest("this build packs no web application of its own")
        lock = json.loads((TOP / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
        entries = {(path.rpartition("node_modules/")[2], entry["version"]): entry for path, entry in lock.items() if path}
        for part in npm.values():
            name = f"{part['group']}/{part['name']}" if "group" in part else part["name"]
            entry = entries[name, part["version"]]
            said = [next(iter(x.values())) if "expression" in x else x["license"]["id"] for x in part.get("licenses", [])]
            self.assertEqual(said, [entry["license"].strip("()")] if entry.get("license") else [])
            digests = ["sha512-" + b64encode(bytes.fromhex(d["content"])).decode() for d in part.get("hashes", [])]
            self.assertEqual(digests, [entry["integrity"]] if entry.get("integrity") else [])
        required = {part["name"] for part in npm.values() if part["scope"] == "required"}
        self.assertLessEqual({"svelte", "maplibre-gl", "noto-sans", "world-atlas", "maki"}, required)
        # MapLibre brings these in one file.
        self.assertLessEqual({"earcut", "pbf"}, {part["name"] for part in npm.values() if part["scope"] == "optional"})
        self.assertFalse({"vite", "typescript", "lighthouse", "playwright-core"} & {part["name"] for part in npm.values()})

    def test_says_when_it_cannot_know_all(self):
        mode = next(o["value"] for o in json.loads(say("meson", "introspect", "--buildoptions", BUILD)) if o["name"] == "web")
        self.assertEqual(self.bom["compositions"][0]["aggregate"], "incomplete" if mode == "prebuilt" else "complete")

    def test_the_same_build_gives_the_same_bytes(self):
        self.assertEqual(write(), self.text)
        self.assertNotIn("timestamp", self.bom["metadata"])
        dated = json.loads(write(SOURCE_DATE_EPOCH="1700000000"))
        self.assertEqual(dated["metadata"].pop("timestamp"), "2023-11-14T22:13:20Z")
        self.assertEqual(dated, self.bom)

    def test_programs_elsewhere_are_looked_at_there(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "bin").mkdir()
            (Path(folder) / "bin/holdfast").symlink_to(PROGRAMS[0])
            text = say(sys.executable, TOP / "tools/sbom.py", BUILD, "--programs", folder)
        refs = {part["name"] for part in json.loads(text)["components"]}
        self.assertIn("libsqlite3-0", refs)
        self.assertNotIn("holdfast-gdal", refs)


if __name__ == "__main__":
    unittest.main()
