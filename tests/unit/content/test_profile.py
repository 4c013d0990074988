# SPDX-License-Identifier: Apache-2.0
"""The taxonomy, the rules and the recipes that ship: complete, in six languages, and of one mind about codes."""
import json
import unittest
from collections import Counter
from pathlib import Path

CONTENT = Path(__file__).resolve().parents[3] / "content"
ENTRIES = json.loads((CONTENT / "taxonomy.json").read_text(encoding="utf-8"))["entries"]
RULES = json.loads((CONTENT / "rules.json").read_text(encoding="utf-8"))["entries"]
RECIPES = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted((CONTENT / "recipes").glob("*.json"))}


def keys(*axes):
    return {entry["key"] for entry in ENTRIES if entry["axis"] in axes}


def words_of(value):
    """The words that an expression of a recipe can come to; what it copies from a file is not among them."""
    if isinstance(value, str):
        return [] if "{" in value else [value]
    if isinstance(value, list):
        return [word for one in value for word in words_of(one)]
    mapped = value.get("map", {})
    return (list(mapped.values()) if isinstance(mapped, dict) else []) + words_of(value.get("else", [])) \
        + words_of(value.get("first", []))


def written(recipe, field):
    """What a recipe can write into a field of assets, through its values, parameters and tables."""
    found = words_of(recipe.get("values", {}).get(field, [])) + words_of(recipe.get("parameters", {}).get(field, []))
    for record in recipe["records"]:
        if record["noun"] == "asset" and field in record["fields"]:
            value = record["fields"][field]
            found += words_of(value)
            if isinstance(value, dict) and isinstance(value.get("map"), str):
                found += recipe["tables"][value["map"]]["words"].values()
    return set(found) - {""}


class Taxonomy(unittest.TestCase):
    def test_each_sub_sector_has_a_kind(self):
        parents = {entry["parent"] for entry in ENTRIES if entry["axis"] == "kind"}
        self.assertEqual(sorted(keys("subsector") - parents), [])

    def test_each_sector_has_a_sub_sector(self):
        parents = {entry["parent"] for entry in ENTRIES if entry["axis"] == "subsector"}
        self.assertEqual(sorted(keys("sector") - parents), [])

    def test_each_parent_stands_one_step_above(self):
        above = {"sector": {None}, "soft_target": {None}, "subsector": keys("sector"), "kind": keys("subsector")}
        self.assertEqual([entry["key"] for entry in ENTRIES if entry["parent"] not in above[entry["axis"]]], [])

    def test_each_entry_has_a_name_in_six_languages(self):
        for entry in ENTRIES:
            self.assertEqual(sorted(entry["names"]), ["ar", "es", "fr", "ru", "zh"], entry["key"])
            self.assertTrue(all(name.strip() for name in [entry["name"], *entry["names"].values()]), entry["key"])

    def test_no_key_place_or_name_is_there_twice(self):
        for member in ("key", "position"):
            counts = Counter(entry[member] for entry in ENTRIES)
            self.assertEqual([value for value, count in counts.items() if count > 1], [], member)
        for language in ("ar", "es", "fr", "ru", "zh"):
            counts = Counter(entry["names"][language] for entry in ENTRIES if entry["axis"] == "kind")
            self.assertEqual([value for value, count in counts.items() if count > 1], [], language)


class Others(unittest.TestCase):
    def test_recipes_write_kinds_and_sectors_of_the_taxonomy(self):
        for name, recipe in RECIPES.items():
            self.assertEqual(sorted(written(recipe, "kind") - keys("kind")), [], name)
            self.assertEqual(sorted(written(recipe, "sector") - keys("sector", "subsector")), [], name)
        self.assertIn("power_tower", written(RECIPES["osm"], "kind"))  # the walk itself

    def test_rules_ask_for_kinds_of_the_taxonomy(self):
        for rule in RULES:
            self.assertEqual(sorted({*rule["consumer_kind"], *rule["supplier_kind"]} - keys("kind")), [], rule["key"])

    def test_recipes_say_what_they_are_about_in_one_text(self):
        self.assertEqual([name for name, recipe in RECIPES.items() if not isinstance(recipe.get("about", ""), str)], [])


if __name__ == "__main__":
    unittest.main()
