# SPDX-License-Identifier: Apache-2.0
"""tools/pack_messages.py against small catalogues with one planted defect each."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / "tools/pack_messages.py"
LANGUAGES = ["ar", "zh", "en", "fr", "ru", "es"]
COUNT = {
    "ar": "{n, plural, zero {a} one {b} two {c} few {#} many {#} other {#}}",
    "zh": "{n, plural, other {#}}",
    "en": "{n, plural, one {#} other {#}}",
    "fr": "{n, plural, one {#} other {#}}",
    "ru": "{n, plural, one {#} few {#} many {#} other {#}}",
    "es": "{n, plural, =0 {x} one {#} other {#}}",
}


class PackMessages(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.root = Path(self.dir.name)
        self.messages = self.root / "messages"
        for language in LANGUAGES:
            self.write("app", language, {"app.title": f"Title {language}", "app.of": "{a} / {b}",
                                         "app.count": COUNT[language]})

    def write(self, area, language, messages):
        file = self.messages / area / f"{language}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = messages if isinstance(messages, str) else json.dumps(messages, ensure_ascii=False)
        file.write_text(text, encoding="utf-8")

    def change(self, language, **changes):
        file = self.messages / "app" / f"{language}.json"
        messages = json.loads(file.read_text(encoding="utf-8"))
        for key, text in changes.items():
            name = key.replace("_", ".")
            if text is None:
                del messages[name]
            else:
                messages[name] = text
        self.write("app", language, messages)

    def run_tool(self, *options):
        return subprocess.run([sys.executable, str(TOOL), *map(str, options), str(self.messages)],
                              capture_output=True, text=True, check=False)

    def assert_refused(self, *words):
        result = self.run_tool()
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_takes_a_good_catalogue(self):
        result = self.run_tool()
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_joins_areas_for_the_web(self):
        for language in LANGUAGES:
            self.write("map", language, {"map.zoom": "Zoom"})
        result = self.run_tool("--json", self.root / "out")
        self.assertEqual(result.returncode, 0, result.stderr)
        for language in LANGUAGES:
            joined = json.loads((self.root / "out" / f"{language}.json").read_text(encoding="utf-8"))
            self.assertEqual(sorted(joined), ["app.count", "app.of", "app.title", "map.zoom"])
            self.assertEqual(joined["app.title"], f"Title {language}")

    def test_writes_c_with_sorted_keys_and_exact_bytes(self):
        for language in LANGUAGES:
            self.change(language, app_title='a "q" \\ ?? é水\n')
        target = self.root / "catalogue.c"
        result = self.run_tool("--c", target, "--depfile", self.root / "d")
        self.assertEqual(result.returncode, 0, result.stderr)
        text = target.read_text(encoding="ascii")
        self.assertIn(r'"a \"q\" \\ \077\077 \303\251\346\260\264\012"', text)
        self.assertLess(text.index('"app.count"'), text.index('"app.of"'))
        depends = (self.root / "d").read_text(encoding="utf-8")
        self.assertIn("app/ru.json", depends)
        self.assertTrue(depends.startswith(str(target) + ":"))

    def test_refuses_a_key_missing_in_one_language(self):
        self.change("ru", app_title=None)
        self.assert_refused("app.title is missing in ru")

    def test_refuses_a_key_that_english_lacks(self):
        self.change("fr", app_extra="x")
        self.assert_refused("app.extra is missing in en")

    def test_refuses_a_missing_file(self):
        (self.messages / "app/ar.json").unlink()
        self.assert_refused("ar.json")

    def test_refuses_a_key_twice_in_a_file(self):
        self.write("app", "en", '{"app.title": "a", "app.title": "b"}')
        self.assert_refused("app.title stands twice")

    def test_refuses_a_key_in_two_areas(self):
        for language in LANGUAGES:
            self.write("map", language, {"app.title": "x"})
        self.assert_refused("stands in another area")

    def test_refuses_other_values(self):
        self.change("es", app_of="{a} / {c}")
        self.assert_refused("es.json", "its values are not those of en")

    def test_refuses_wrong_plural_categories(self):
        for language, text in (("ar", COUNT["en"]), ("ru", COUNT["en"]), ("zh", COUNT["en"]),
                               ("en", COUNT["zh"])):
            with self.subTest(language):
                self.change(language, app_count=text)
                self.assert_refused(f"{language}.json", "plural categories")
                self.change(language, app_count=COUNT[language])

    def test_refuses_patterns_that_do_not_parse(self):
        for text in ("{a} / {b", "{a} / {b}}", "{a} / {b, number}", "{a} / {b, select, x {y}}",
                     "{a} / {}", "{a} {b, plural, one {#} one {#} other {#}}"):
            with self.subTest(text):
                self.change("en", app_of=text)
                self.assert_refused("en.json", "app.of")

    def test_refuses_select_cases_that_differ(self):
        for language in LANGUAGES:
            self.change(language, app_of="{a} {b, select, x {1} other {2}}")
        self.assertEqual(self.run_tool().returncode, 0)
        self.change("fr", app_of="{a} {b, select, y {1} other {2}}")
        self.assert_refused("fr.json", "its values are not those of en")

    def test_refuses_an_empty_message_and_a_bad_key(self):
        self.change("en", app_title=" ")
        self.assert_refused("the message is empty")
        self.write("app", "en", {"app title": "x"})
        self.assert_refused("a key is dotted words")

    def test_refuses_a_fault_of_a_file_without_its_mend(self):
        good = {"en": "It is cut off. Fetch it again.", "zh": "\u4e0d\u5b8c\u6574\u3002\u8bf7\u91cd\u65b0\u83b7\u53d6\u3002",
                "ar": "\u0645\u0642\u0637\u0648\u0639. \u0647\u0644 \u0627\u0643\u062a\u0645\u0644\u061f"}
        for language in LANGUAGES:
            self.write("format", language, {"error.csv.cut": good.get(language, good["en"]), "error.other.cut": "Cut"})
        self.assertEqual(self.run_tool().returncode, 0, self.run_tool().stderr)
        for language, text in (("en", "It is cut off."), ("fr", "Version 2.0 seulement."), ("zh", "\u4e0d\u5b8c\u6574\u3002")):
            with self.subTest(language):
                self.write("format", language, {"error.csv.cut": text, "error.other.cut": "Cut"})
                self.assert_refused(f"format/{language}.json", "how to mend it")
                self.write("format", language, {"error.csv.cut": good.get(language, good["en"]), "error.other.cut": "Cut"})

    def test_the_messages_of_the_program_are_in_order(self):
        result = subprocess.run([sys.executable, str(TOOL), str(ROOT / "content/messages")],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
