# SPDX-License-Identifier: Apache-2.0
"""libholdfast-engine as others get it: installed into an empty folder; the header by itself in C and C++, what the
shared library needs and exports, the manual page, and the three example programs against the installed files.

$HOLDFAST_BUILD  the build folder       $HOLDFAST_SANITIZE  its b_sanitize
$HOLDFAST_CC     its C compiler
"""
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "docs/examples/engine"
BUILD = os.environ["HOLDFAST_BUILD"]
CC = shlex.split(os.environ["HOLDFAST_CC"])
SANITIZE = [] if os.environ["HOLDFAST_SANITIZE"] == "none" else ["-fsanitize=" + os.environ["HOLDFAST_SANITIZE"]]
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
# The C library with its parts; and, in a build with sanitizers, theirs.
SYSTEM = re.compile(r"lib(c|m|pthread)\.so\.\d+$|ld-linux[-\w]*\.so\.\d+$" +
                    (r"|lib(asan|ubsan|tsan|gcc_s|stdc\+\+)\.so\.\d+$" if SANITIZE else ""))


def say(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name) / "root"
        cls.work = Path(folder.name) / "work"
        cls.work.mkdir()
        say("meson", "install", "-C", BUILD, "--no-rebuild", "--tags", "devel", "--destdir", str(cls.root))
        cls.header = cls.find("holdfast-engine.h")
        cls.library = cls.find("libholdfast-engine.so.0")
        cls.environment = {**os.environ, "PKG_CONFIG_PATH": str(cls.find("libholdfast-engine.pc").parent),
                           "PKG_CONFIG_SYSROOT_DIR": str(cls.root), "LD_LIBRARY_PATH": str(cls.library.parent)}

    @classmethod
    def find(cls, name):
        found = list(cls.root.rglob(name))
        if len(found) != 1:
            raise AssertionError(f"{name}: {len(found)} of them")
        return found[0]

    def flags(self, *words):
        return say("pkg-config", *words, "libholdfast-engine", env=self.environment).split()

    def compile(self, source, name, *flags):
        program = self.work / name
        say(*CC, "-std=c17", *STRICT, *SANITIZE, str(source), *flags, "-o", str(program), env=self.environment)
        return str(program)

    def declared(self):
        tool = load(ROOT / "tools/engine_library.py", "engine_library")
        return [name for name, _ in tool.functions(self.header.read_text(encoding="utf-8"))]

    def test_there_is_one_header_and_it_stands_alone(self):
        self.assertEqual([p.name for p in self.root.rglob("*.h")], ["holdfast-engine.h"])
        text = self.header.read_text(encoding="utf-8")
        self.assertNotRegex(text, r'#include "')
        self.assertEqual(sorted(re.findall(r"#include <(.+)>", text)),
                         ["atomic", "stdbool.h", "stddef.h", "stdint.h"])

    def test_the_header_compiles_as_c_and_as_cpp_without_a_warning(self):
        for language, standards, compilers in (("c", ("c11", "c17"), ("gcc", "clang-14")),
                                               ("c++", ("c++14", "c++17", "c++20"), ("g++", "clang++-14"))):
            source = self.work / f"alone.{language}"
            source.write_text("#include <holdfast-engine.h>\nint main(void) { hf_watch w = {}; return (int)w.stop; }\n"
                              if language == "c++" else
                              "#include <holdfast-engine.h>\nint main(void) { hf_watch w = {0}; return w.stop; }\n",
                              encoding="ascii")
            ran = 0
            for compiler in filter(shutil.which, compilers):
                for standard in standards:
                    say(compiler, f"-std={standard}", *STRICT, "-fsyntax-only", "-x", language, str(source),
                        f"-I{self.header.parent}")
                    ran += 1
            self.assertGreater(ran, 0, f"no compiler for {language}")

    def test_a_cpp_program_links_and_runs(self):
        if SANITIZE and "clang" in CC[-1]:
            self.skipTest("g++ cannot link what clang's sanitizers made")
        source = self.work / "rank.cpp"
        source.write_text("#include <holdfast-engine.h>\n#include <cstdio>\nint main()\n{\n"
                          "    hf_watch watch = {};\n    watch.done = 7;\n    hf_error err = {};\n"
                          "    hf_fail(&err, HF_ERR_INPUT, \"x.y\", \"%d\", 5);\n"
                          "    std::printf(\"%s %s %d %s\\n\", err.code, err.message, (int)watch.done.load(),\n"
                          "                hf_generator_name(HF_GENERATOR_PHILOX));\n}\n", encoding="ascii")
        program = self.work / "rank"
        say("g++", "-std=c++17", *STRICT, *SANITIZE, str(source), *self.flags("--cflags", "--libs"), "-o", str(program),
            env=self.environment)
        self.assertEqual(say(str(program), env=self.environment), "x.y 5 7 philox4x32-10\n")

    def test_the_shared_library_has_a_soname_and_needs_the_c_library_only(self):
        facts = say("readelf", "-d", str(self.library))
        self.assertIn("soname: [libholdfast-engine.so.0]", facts.replace("Library ", ""))
        for needed in re.findall(r"\(NEEDED\).*\[(.+)\]", facts):
            self.assertRegex(needed, SYSTEM)
        for line in say("ldd", str(self.library)).splitlines():
            name = line.split()[0]
            if not name.startswith("linux-vdso"):
                self.assertRegex(Path(name).name, SYSTEM)
                self.assertNotIn("not found", line)

    def test_the_shared_library_exports_what_the_header_declares(self):
        lines = say("nm", "-D", "--defined-only", "--with-symbol-versions", str(self.library)).splitlines()
        exported = {line.split()[2] for line in lines} - {"HOLDFAST_ENGINE_0"}
        exported = {name for name in exported if not name.startswith("HOLDFAST_ENGINE_0@")}
        self.assertEqual(exported, {f"{name}@@HOLDFAST_ENGINE_0" for name in self.declared()})
        self.assertGreater(len(exported), 40)

    def test_nothing_undefined_is_left_beside_the_c_library(self):
        theirs = set()  # sanitizers take the place of some functions of the C library
        for line in say("ldd", str(self.library)).splitlines() if SANITIZE else []:
            match = re.search(r"=> (\S*lib(asan|ubsan|tsan)\.so\S*)", line)
            if match:
                theirs |= {row.split()[-1].split("@")[0]
                           for row in say("nm", "-D", "--defined-only", match.group(1)).splitlines()}
        for line in say("nm", "-D", "--undefined-only", "--with-symbol-versions", str(self.library)).splitlines():
            kind, name = line.split()[-2:]
            if kind != "w" and name not in theirs:
                self.assertRegex(name, r"@GLIBC_[\d.]+$")

    def test_the_archive_is_whole(self):
        source = EXAMPLES / "exceedance.c"
        archive = self.find("libholdfast-engine.a")
        program = self.compile(source, "static", f"-I{self.header.parent}", str(archive), "-lm", "-pthread")
        self.assertNotIn("libholdfast", say("readelf", "-d", program))
        shared = self.compile(source, "shared", *self.flags("--cflags", "--libs"))
        self.assertIn("libholdfast-engine.so.0", say("readelf", "-d", shared))
        self.assertEqual(say(program, "2000"), say(shared, "2000", env=self.environment))

    def test_pkg_config_knows_what_a_static_program_needs(self):
        flags = self.flags("--static", "--libs")
        self.assertIn("-lholdfast-engine", flags)
        self.assertIn("-lm", flags)
        self.assertNotIn("base_core", " ".join(flags))

    def test_the_cascade_example_tells_what_falls_when_and_why(self):
        program = self.compile(EXAMPLES / "cascade.c", "cascade", *self.flags("--cflags", "--libs"))
        self.assertEqual(say(program, env=self.environment), CASCADE)

    def test_the_simulation_example_prints_a_falling_curve(self):
        program = self.compile(EXAMPLES / "exceedance.c", "exceedance", *self.flags("--cflags", "--libs"))
        lines = say(program, "20000", env=self.environment).splitlines()
        self.assertRegex(lines[0], r"^mean [1-9]\d+ person-hours \(95 %: \d+ to \d+\), 20000 trials$")
        curve = [tuple(map(float, line.split())) for line in lines[2:]]
        self.assertGreater(len(curve), 20)
        self.assertEqual(curve[0][1], 1)
        for (loss, p), (more, less) in zip(curve, curve[1:]):
            self.assertLess(loss, more)
            self.assertGreater(p, less)

    def run_python(self, code, *words):
        environment = dict(self.environment)
        if SANITIZE:  # the interpreter is not built with them, so they must be there before the library
            if "clang" in CC[-1]:
                self.skipTest("clang's sanitizers cannot be loaded into Python")
            environment["LD_PRELOAD"] = " ".join(
                say(*CC, f"-print-file-name=lib{name}.so").strip() for name in ("asan", "ubsan"))
            environment["ASAN_OPTIONS"] = "detect_leaks=0"  # Python's own
        return say(sys.executable, code, *words, env=environment)

    def test_the_python_example_gives_the_same_answer_as_the_c_one(self):
        self.assertEqual(self.run_python(str(EXAMPLES / "cascade.py"), str(self.library)), CASCADE)

    def test_the_structs_of_the_python_example_are_those_of_the_header(self):
        structs = load(EXAMPLES / "cascade.py", "cascade_example").STRUCTS
        lines = ["#include <holdfast-engine.h>", "#include <stdio.h>", "int main(void)", "{"]
        want = []
        for name, kind in structs.items():
            lines.append(f'    printf("{name} %zu\\n", sizeof({name}));')
            want.append(f"{name} {__import__('ctypes').sizeof(kind)}")
            for field in kind._fields_:
                lines.append(f'    printf("{name}.{field[0]} %zu %zu\\n", offsetof({name}, {field[0]}), '
                             f'sizeof((({name} *)0)->{field[0]}));')
                place = getattr(kind, field[0])
                want.append(f"{name}.{field[0]} {place.offset} {place.size}")
        source = self.work / "sizes.c"
        source.write_text("\n".join([*lines, "}", ""]), encoding="ascii")
        self.assertEqual(say(self.compile(source, "sizes", f"-I{self.header.parent}")).splitlines(), want)

    def test_the_manual_page_names_every_function_and_is_sound(self):
        path = self.find("libholdfast-engine.3")
        self.assertEqual(path.parent.name, "man3")
        text = path.read_text(encoding="utf-8").replace("\\-", "-")
        for name in self.declared():
            self.assertIn(f".B {name}\n", text)
        self.assertNotRegex(text, r"@[A-Z]+@")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-k", "-ww", "-z", str(path)], capture_output=True, text=True,
                              check=True)
        self.assertEqual(done.stderr, "")


# By hand: the plant's loss takes both substations and the water works at once, the hospital when its generator
# is empty; the plant is back at 24 and all of them with it. People count where they lose their service: the
# hospital's 20,000 for 16 h and the 90,000 of the water works for 24 h. Both substations fell in one hour; a tie
# goes to the first asset.
CASCADE = """\
hour  0 to 24  plant
hour  0 to 24  substation north <- plant
hour  0 to 24  substation south <- plant
hour  0 to 24  water works <- substation north <- plant
hour  8 to 24  hospital <- substation north <- plant
110000 people, 2480000 person-hours
"""


if __name__ == "__main__":
    unittest.main()
