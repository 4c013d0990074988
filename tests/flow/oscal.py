#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OSCAL through the real program, from the outside: what goes out holds together and is valid by the JSON schemas of
OSCAL, what NIST publishes comes in and goes out without a difference, and who may not export gets nothing. NIST's
documents lie in $HOLDFAST_SHARED/data/exchange/oscal; the schemas too, as *schema*.json, or in $HOLDFAST_OSCAL_SCHEMAS.
What is not there is passed over. Usage: oscal.py HOLDFAST [POINT…]"""
import json
import os
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bad"))

from kit import Server, Skip, main, must, refused  # noqa: E402

SHARED = Path(os.environ.get("HOLDFAST_SHARED", "")) / "data" / "exchange" / "oscal"
SCHEMAS = Path(os.environ.get("HOLDFAST_OSCAL_SCHEMAS", SHARED))
LOW = "NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json"
PROFILE = "NIST_SP-800-53_rev5_LOW-baseline_profile.json"
TOKEN = re.compile(r"[^\W\d][\w.\-]*")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def shared(name):
    if not (SHARED / name).is_file():
        raise Skip(f"the shared data are not there ({name})")
    return SHARED / name


def write_round(place):
    must(place.run("init"), 0)
    must(place.run("add", "assessment", "key=N1", "title=The nation", "instruments=sr2341", "starts_at=2026-01-01",
                   "ends_at=2026-06-30"), 0)
    must(place.run("add", "answer", "assessment=N1", "question=2341-OP2.q1", "rating=4", "evidence=The strategy",
                   "evidence_link=https://example.org/a", "evidence_accepted=true"), 0)
    must(place.run("add", "answer", "assessment=N1", "question=2341-OP2.q2", "rating=1", "comment=In draft.\n\nLate."), 0)
    must(place.run("add", "answer", "assessment=N1", "question=2341-OP2.q3", "rating=NA"), 0)
    must(place.run("add", "answer", "assessment=N1", "question=2341-OP2.q4", "rating=3"), 0)
    must(place.run("add", "evidence", "key=E1", "assessment=N1", "question=2341-OP2.q4", "title=Minutes",
                   "link=https://example.org/b", "state=accepted"), 0)
    must(place.run("add", "evidence", "key=E2", "assessment=N1", "question=2341-OP2.q4", "link=https://example.org/c",
                   "state=refused", "reason=Of another site"), 0)
    must(place.run("add", "recommendation", "key=R1", "assessment=N1", "title=Write it down", "due=2027-01-31",
                   "provision=2341-OP2", "status=in_progress"), 0)


def documents(place):
    """All five documents of a store with one round, and those of what NIST publishes where it is there."""
    write_round(place)
    words = [("catalog",), ("profile",), ("profile", "--themes", "aviation"), ("catalog", "--themes", "strategy"),
             ("plan", "N1"), ("results", "N1"), ("poam", "N1")]
    if (SHARED / LOW).is_file():
        must(place.run("import", SHARED / LOW), 0)
        words += [("catalog",), ("profile", "--instruments", key_of_low(place), "--themes", "Access Control")]
    return [must(place.run("oscal", *each), 0).json() for each in words]


def key_of_low(place):
    return next(each["key"] for each in must(place.run("--json", "list", "instruments"), 0).json()["items"]
                if each["key"].startswith("nist"))


def walk(value, name=""):
    yield name, value
    for inner, child in value.items() if isinstance(value, dict) else ((name, each) for each in value) if isinstance(value, list) else ():
        yield from walk(child, inner)


def what_goes_out_holds_together(place):
    for document in documents(place):
        (model, body), = document.items()
        uuids, ids, hrefs, named = [], set(), set(), set()
        for name, value in walk(body):
            if isinstance(value, list):
                assert value, f"{model}: OSCAL has no empty lists ({name})"
            if name == "uuid" and isinstance(value, str):
                assert UUID.fullmatch(value), value
                uuids.append(value)
            if name == "id" and isinstance(value, str):
                assert TOKEN.fullmatch(value) and value not in ids, value
                ids.add(value)
            if name == "href" and isinstance(value, str) and value.startswith("#"):
                hrefs.add(value[1:])
            if name.endswith("-uuid"):
                named.add(value)
            if name == "value":
                assert value == value.strip() and "\n" not in value, value
        assert len(set(uuids)) == len(uuids), f"{model}: a uuid stands twice"
        assert named <= set(uuids), f"{model}: {named - set(uuids)}"
        assert hrefs <= set(uuids) | ids, f"{model}: {hrefs - set(uuids) - ids}"


def what_goes_out_is_valid_by_the_schemas_of_oscal(place):
    files = sorted(SCHEMAS.glob("*schema*.json")) if SCHEMAS.is_dir() else []
    if not files:
        raise Skip("the JSON schemas of OSCAL are not there")
    try:
        import jsonschema
    except ImportError:
        raise Skip("python3-jsonschema is not there") from None
    # \p{L} and \p{N} are not known to Python's expressions
    schemas = [json.loads(re.sub(r"\\\\p\{[LN]\}", "A-Za-z0-9", file.read_text(encoding="utf-8"))) for file in files]
    for document in documents(place):
        (model, _), = document.items()
        mine = [each for each in schemas if f'"{model}"' in json.dumps(each.get("oneOf", each.get("properties", {})))]
        assert mine, f"no schema knows {model}"
        jsonschema.Draft7Validator(mine[0]).validate(document)


def props_of(node):
    return {each["name"]: each["value"] for each in node.get("props", [])}


def the_same_data_give_the_same_bytes_but_for_their_reader(place):
    write_round(place)
    made_for = re.compile(r',\{"name":"made-for",[^}]*\}')
    for words in (("catalog",), ("profile",), ("plan", "N1"), ("results", "N1"), ("poam", "N1")):
        one, other = (must(place.run("oscal", *words), 0).stdout for _ in range(2))
        assert one != other and len(made_for.findall(one)) == 1, words
        assert made_for.sub("", one) == made_for.sub("", other), words


def evidence_is_told_as_the_figures_count_it(place):
    write_round(place)
    body = must(place.run("oscal", "results", "N1"), 0).json()["assessment-results"]
    result = body["results"][0]
    claimed = [each for each in result["observations"] if props_of(each)["rating"] in ("2", "3", "4")]
    counted = [each for each in claimed if props_of(each)["evidence-counts"] == "true"]
    assert len(claimed) == 2 and float(props_of(result)["evidence-cover"]) == len(counted) / len(claimed) == 1, result
    items = next(each for each in claimed if each["title"] == "2341-OP2.q4")["relevant-evidence"]
    assert [(each["description"], props_of(each)["state"], props_of(each)["counts"]) for each in items] == [
        ("Minutes", "accepted", "true"), ("https://example.org/c", "refused", "false")], items
    shown = {each["uuid"]: each for each in body["back-matter"]["resources"]}
    assert [shown[each["href"][1:]]["rlinks"][0]["href"] for each in items] == [
        "https://example.org/b", "https://example.org/c"]


def it_says_who_it_is_for_and_who_may_know(place):
    write_round(place)
    must(place.run("edit", "assessment", "N1", "compartments=orchid"), 0)
    for words in (("plan", "N1"), ("results", "N1"), ("poam", "N1")):
        (body,) = must(place.run("oscal", *words), 0).json().values()
        props = props_of(body["metadata"])
        assert props["marking"] == "TLP:AMBER" and props["compartments"] == "orchid", props
        assert "HFM-" in props["made-for"], props
    place.write("found.json", must(place.run("oscal", "results", "N1"), 0).stdout)
    assert must(place.run("--json", "watermark", "found.json"), 0).json()["marks"][0]["known"] is True


def what_nist_publishes_comes_in_and_goes_out_without_a_difference(place):
    for name, questions in ((LOW, 966), ("basic-catalog.json", 15)):
        path = shared(name)
        must(place.run("init"), 0)
        tried = must(place.run("--json", "import", "--dry-run", path), 0).json()
        assert tried["refused"] == 0 and tried["by_noun"]["question"]["added"] == questions, tried
        must(place.run("import", path), 0)
        again = must(place.run("--json", "import", path), 0).json()
        assert again["added"] + again["changed"] == 0, again
        keys = [each["key"] for each in must(place.run("--json", "list", "instruments"), 0).json()["items"]]
        key = next(each for each in keys if each.startswith(("nist", "sample")))
        out = must(place.run("oscal", "catalog", "--instruments", key), 0)
        assert out.json() == json.loads(path.read_text(encoding="utf-8")), f"{name} is not as it came"
        place.write("out.json", out.stdout)
        again = must(place.run("--json", "import", "out.json"), 0).json()
        assert again["added"] + again["changed"] + again["refused"] == 0, again
        place.db.unlink()
        for rest in place.folder.glob("t.db-*"):
            rest.unlink()


def a_profile_gives_what_its_publisher_resolved_it_to(place):
    shutil.copy(shared(PROFILE), place.folder / "profile.json")
    refused_words = ("import", "profile.json")
    must(place.run("init"), 0)
    refused(place, refused_words, 65, r"profile.json:\d+: /profile/imports: .*NIST_SP-800-53_rev5_catalog.json")
    shutil.copy(shared(LOW), place.folder / "NIST_SP-800-53_rev5_catalog.json")
    must(place.run("import", "profile.json"), 0)
    again = must(place.run("--json", "import", "--dry-run", "NIST_SP-800-53_rev5_catalog.json"), 0).json()["by_noun"]
    assert again["provision"] == {"added": 0, "changed": 0, "unchanged": 149, "refused": 0}, again
    assert again["question"]["unchanged"] == 966, again


def a_profile_of_ours_comes_in_with_its_catalogue(place):
    must(place.run("init"), 0)
    place.write("holdfast-catalog.json", must(place.run("oscal", "catalog"), 0).stdout)
    place.write("aviation.json", must(place.run("oscal", "profile", "--themes", "aviation"), 0).stdout)
    tried = must(place.run("--json", "import", "--dry-run", "aviation.json"), 0).json()
    assert tried["added"] + tried["changed"] + tried["refused"] == 0 and tried["unchanged"] > 10, tried
    must(place.run("import", shared(LOW)), 0)
    key = key_of_low(place)
    place.write("holdfast-catalog.json", must(place.run("oscal", "catalog", "--instruments", key), 0).stdout)
    place.write("access.json", must(place.run("oscal", "profile", "--instruments", key, "--themes", "Access Control"), 0).stdout)
    tried = must(place.run("--json", "import", "--dry-run", "access.json"), 0).json()["by_noun"]
    assert tried["instrument"]["added"] == 1 and tried["provision"]["added"] == 11, tried
    place.write("all.json", must(place.run("oscal", "profile", "--instruments", key), 0).stdout)
    tried = must(place.run("--json", "import", "--dry-run", "all.json"), 0).json()["by_noun"]
    assert tried["provision"]["unchanged"] == 149 and tried["instrument"]["added"] == 0, tried


def every_field_of_our_catalogue_comes_back(place):
    """Phases, audit area, critical element and weight, too: a State may have set them itself."""
    must(place.run("init"), 0)
    must(place.run("edit", "provision", "2341-OP2", "phases=respond"), 0)
    must(place.run("edit", "question", "2341-OP2.q1", "audit_area=qcf", "critical_element=ce_7", "weight=2.5"), 0)
    place.write("ours.json", must(place.run("oscal", "catalog", "--instruments", "sr2341"), 0).stdout)
    must(place.run("edit", "provision", "2341-OP2", "phases=", "title=Other"), 0)
    must(place.run("edit", "question", "2341-OP2.q1", "audit_area=", "critical_element=", "weight="), 0)
    must(place.run("import", "ours.json"), 0)
    provision = must(place.run("--json", "list", "provisions", "--filter", "key=2341-OP2"), 0).json()["items"][0]
    assert provision["phases"] == ["respond"] and provision["title"] != "Other", provision
    question = must(place.run("--json", "show", "question", "2341-OP2.q1"), 0).json()
    assert (question["audit_area"], question["critical_element"], question["weight"]) == ("qcf", "ce_7", 2.5), question


def a_refused_control_says_where_and_stores_nothing(place):
    must(place.run("init"), 0)
    place.write("bad.json", '{"catalog": {"uuid": "x", "metadata": {"title": "T", "version": "1", "oscal-version": "1.1.2"},\n'
                            '"controls": [{"id": "a", "title": "A"},\n{"id": "a", "title": "again"}]}}\n')
    refused(place, ("import", "bad.json"), 65, r"bad.json:3: /catalog/controls/1: the id 'a' stands twice")
    refused(place, ("import", "bad.json", "--format", "dump"), 65)
    place.write("deep.json", '{"catalog": {"uuid": "x", "controls": ' + "[" * 70 + "]" * 70 + "}}")
    refused(place, ("import", "deep.json"), 65, r"deep.json:1: too deeply nested")
    place.write("plan.json", '{"assessment-plan": {"uuid": "x", "metadata": {}}}')
    refused(place, ("import", "plan.json"), 65, "not taken in")


def words_that_do_not_fit_are_refused(place):
    write_round(place)
    must(place.run("oscal", "everything"), 64, "choose catalog, profile")
    must(place.run("oscal", "catalog", "N1"), 64, "leave 'N1' out")
    must(place.run("oscal", "results"), 64, "of which assessment")
    must(place.run("oscal", "results", "N9"), 66, "no assessment 'N9'")
    must(place.run("oscal", "plan", "N1", "--themes", "aviation"), 64, "goes out whole")
    must(place.run("oscal", "profile", "--themes", "nothing"), 64, "no theme 'nothing'")


def over_http_who_may_and_who_may_not(place):
    write_round(place)
    must(place.run("add", "assessment", "key=S1", "title=Secret", "marking=TLP:RED"), 0)
    tokens = {}
    with Server(place) as server:
        for role, clearance in (("observer", "red"), ("analyst", "amber")):
            must(place.run("user", "add", role, "--role", role, "--clearance", clearance, "--password-stdin",
                           given=f"correct horse of the {role} 1\n".encode()), 0)
            tokens[role] = must(place.run("--json", "user", "token", role), 0).json()["token"]
        status, body = server.ask("GET", "/api/v1/oscal/catalog")
        assert status == 200 and len(body["catalog"]["groups"]) == 16
        assert server.ask("GET", "/api/v1/oscal/results?assessment=N1")[0] == 200
        assert server.ask("GET", "/api/v1/oscal/results")[0] == 400
        assert server.ask("GET", "/api/v1/oscal/nothing")[0] == 404
        for role, key, status in (("observer", "N1", 403), ("analyst", "N1", 200), ("analyst", "S1", 404)):
            given = {"Authorization": f"Bearer {tokens[role]}"}
            for document in ("plan", "results"):
                got = server.ask("GET", f"/api/v1/oscal/{document}?assessment={key}", **given)
                assert got[0] == status, (role, key, document, got)
        given = {"Authorization": f"Bearer {tokens['observer']}"}
        assert server.ask("GET", "/api/v1/oscal/catalog", **given)[0] == 403
        log = server.ask("GET", "/api/v1/log")[1]["items"]
        assert any(each["action"] == "export.done" and "oscal-results" in json.dumps(each) for each in log), log[:3]


if __name__ == "__main__":
    sys.exit(main([
        what_goes_out_holds_together,
        what_goes_out_is_valid_by_the_schemas_of_oscal,
        the_same_data_give_the_same_bytes_but_for_their_reader,
        evidence_is_told_as_the_figures_count_it,
        it_says_who_it_is_for_and_who_may_know,
        what_nist_publishes_comes_in_and_goes_out_without_a_difference,
        a_profile_gives_what_its_publisher_resolved_it_to,
        a_profile_of_ours_comes_in_with_its_catalogue,
        every_field_of_our_catalogue_comes_back,
        a_refused_control_says_where_and_stores_nothing,
        words_that_do_not_fit_are_refused,
        over_http_who_may_and_who_may_not,
    ]))
