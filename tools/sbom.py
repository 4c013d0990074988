#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The parts of a built program as a bill of materials: CycloneDX 1.5, JSON.

    tools/sbom.py BUILD [--programs DIR] [-o FILE]

BUILD is a folder of Meson. Parts are the Debian packages of the libraries that `holdfast` and `holdfast-gdal` load, as this
machine has them, and the npm packages that the build of the web application read something from. What such a package
needs in its turn may lie ready-made in its files: it is listed with the scope "optional". The same build on the same machine
gives the same bytes; a time stands in it only when SOURCE_DATE_EPOCH says one. --programs: the programs are taken from
DIR/bin and DIR/libexec/holdfast instead of from BUILD, as a package has them.
"""
import argparse
import base64
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# (name, where the build has it, where an installation has it)
PROGRAMS = (("holdfast", "src/cli/holdfast", "bin/holdfast"),
            ("holdfast-gdal", "src/reader/holdfast-gdal", "libexec/holdfast/holdfast-gdal"))
LICENCE = {"license": {"id": "Apache-2.0"}}


def say(*words):
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


def quoted(text):
    return urllib.parse.quote(text, safe="")


# --- Debian ------------------------------------------------------------------------------------------------


def libraries_of(program):
    """Paths of all that the loader would load for it."""
    found = re.findall(r"(?:=> )?(/\S+) \(0x", say("ldd", str(program)))
    return sorted(set(found))


def packages_of(libraries):
    """{library: `name:architecture` of the package that brought it}. Debian 12 knows some files by /lib and some by
    /usr/lib, which are one folder."""
    spelled = {}  # as dpkg may know it → the library
    for library in libraries:
        for path in (library, os.path.realpath(library)):
            inner = path.removeprefix("/usr")
            spelled |= {inner: library, f"/usr{inner}": library}
    done = subprocess.run(["dpkg-query", "-S", *sorted(spelled)], capture_output=True, text=True, check=False)
    owners = {}
    for line in sorted(done.stdout.splitlines()):
        package, _, path = line.partition(": ")
        if path in spelled:
            owners.setdefault(spelled[path], package)
    return owners


def distribution():
    facts = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
                 if "=" in line)
    return facts.get("ID", "debian").strip('"'), facts.get("VERSION_ID", "").strip('"')


def debian_components(packages):
    form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"
    vendor, release = distribution()
    for line in say("dpkg-query", "-W", "-f", form, *packages).splitlines() if packages else ():
        name, version, architecture, source, source_version = line.split("\t")
        distro = f"&distro={vendor}-{release}" if release else ""
        purl = f"pkg:deb/{vendor}/{quoted(name)}@{quoted(version)}?arch={architecture}{distro}"
        yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "scope": "required", "purl": purl,
               "properties": [{"name": "debian:source", "value": f"{source} {source_version}"}]}


def loose_component(library):
    """A library that no package brought: its own name is all that is known."""
    name = Path(library).name
    return {"type": "library", "bom-ref": f"file:{name}", "name": name, "scope": "required"}


def linked(program):
    libraries = libraries_of(program)
    owners = packages_of(libraries)
    parts = [*debian_components(sorted(set(owners.values()))),
             *(loose_component(library) for library in libraries if library not in owners)]
    return {part["bom-ref"]: part for part in parts}


# --- npm ---------------------------------------------------------------------------------------------------


def npm_needs(lock, path):
    """Where the lock file keeps what the package at `path` needs: in its own folder, or in one further out."""
    for name in sorted(lock[path].get("dependencies", {})):
        base = path
        while f"{base}/node_modules/{name}".lstrip("/") not in lock and base:
            base = base.rpartition("/node_modules/")[0] if "/node_modules/" in base else ""
        found = f"{base}/node_modules/{name}".lstrip("/")
        if found in lock:
            yield found


def npm_licence(word):
    if not word:
        return {}
    return {"licenses": [{"expression": word.strip("()")} if " " in word else {"license": {"id": word}}]}


def npm_component(lock, path, scope):
    name, entry = path.rpartition("node_modules/")[2], lock[path]
    group, _, short = name.rpartition("/")
    purl = f"pkg:npm/{quoted(group) + '/' if group else ''}{quoted(short)}@{quoted(entry['version'])}"
    part = {"type": "library", "bom-ref": purl, **({"group": group} if group else {}), "name": short,
            "version": entry["version"], "scope": scope, "purl": purl, **npm_licence(entry.get("license"))}
    algorithm, _, digest = entry.get("integrity", "").partition("-")
    if algorithm == "sha512":
        part["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]
    return part


def packed(build):
    """(parts of the web application, what they need of each other)"""
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    read = json.loads((build / "web/packages.json").read_text(encoding="utf-8"))
    parts, needs, waiting = {}, {}, list(read)
    paths = set(read)
    while waiting:
        path = waiting.pop()
        part = npm_component(lock, path, "required" if path in read else "optional")
        known = parts.setdefault(part["bom-ref"], part)
        if part["scope"] == "required":
            known["scope"] = "required"
        wanted = list(npm_needs(lock, path))
        needs.setdefault(part["bom-ref"], set()).update(npm_component(lock, w, "")["bom-ref"] for w in wanted)
        waiting += [w for w in wanted if w not in paths]
        paths.update(wanted)
    return parts, needs, {npm_component(lock, path, "")["bom-ref"] for path in read}


# --- the document --------------------------------------------------------------------------------------------


def meson(build, what):
    return json.loads(say("meson", "introspect", f"--{what}", str(build)))


def web_of(build):
    return next(o["value"] for o in meson(build, "buildoptions") if o["name"] == "web")


def document(build, programs):
    version = meson(build, "projectinfo")["version"]
    parts, needs = {}, {}
    top = f"pkg:generic/holdfast@{version}"
    for name, built, installed in PROGRAMS:
        program = programs / installed if programs else build / built
        if not program.is_file():
            if name == "holdfast":
                sys.exit(f"sbom: there is no {program}; build first")
            continue  # a build without GDAL
        own = linked(program)
        ref = top if name == "holdfast" else f"pkg:generic/{name}@{version}"
        parts |= own
        needs[ref] = set(own)
        if ref != top:
            parts[ref] = {"type": "application", "bom-ref": ref, "name": name, "version": version, "scope": "required",
                          "licenses": [LICENCE], "purl": ref}
            needs[top].add(ref)
    web = web_of(build)
    if web == "build":
        web_parts, web_needs, inside = packed(build)
        parts |= web_parts
        needs |= web_needs
        needs[top] |= inside
    body = {
        "components": [parts[ref] for ref in sorted(parts)],
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs.get(ref, ()))} for ref in sorted({top, *parts})],
        # A web application that came ready-made brings parts that nobody here knows.
        "compositions": [{"aggregate": "incomplete" if web == "prebuilt" else "complete", "assemblies": [top]}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([top, body], sort_keys=True))
    moment = os.environ.get("SOURCE_DATE_EPOCH", "")
    stamp = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(moment)))} if moment else {}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1,
            "metadata": {**stamp, "component": {"type": "application", "bom-ref": top, "name": "holdfast", "version": version,
                                                "licenses": [LICENCE], "purl": top}},
            **body}


def main():
    parser = argparse.ArgumentParser(description="a bill of materials of what was built")
    parser.add_argument("build", type=Path, help="folder of Meson")
    parser.add_argument("--programs", type=Path, metavar="DIR", help="take the programs from here, as a package has them")
    parser.add_argument("-o", dest="output", type=Path, metavar="FILE", help="standard output unless given")
    options = parser.parse_args()
    text = json.dumps(document(options.build, options.programs), indent=1, ensure_ascii=False) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
