#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sealed secrets, the key that is wrong, cut off, open to all or not there, and stores in which somebody has changed or moved
what is sealed: one clear refusal, the store as before; and a change of the key that is killed leaves one key that opens all.
Usage: bad_seal.py HOLDFAST [POINT…]; under tools/with-postgres also on PostgreSQL; $HOLDFAST_FULL=1 for many kills and bits."""
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from bad_identity import GOOD, Browser, add, code_of, wanted
from kit import IS_FULL, PATIENCE_S, POSTGRES, Place, Server, Skip, check_whole, database, main, must, refused, sql, within_patience

KINDS = "(4, 10)"  # of hf_credential_kind: one-time codes, kept for the instance


def key(place, name="seal.key"):
    must(place.run("keys", "make", "-o", name), 0)
    return name


def sealed_with(place):
    """The name of the key; None: readable."""
    return must(place.run("--json", "keys"), 0).json()["key"]


def name_of(place, file):
    return re.search(r"key ([0-9a-f]{16})", (place.folder / file).read_text())[1]


def enrol(place, server, name):
    """A second factor for an account; the secret as its authenticator has it."""
    browser = Browser(server)
    browser.sign_in(name, GOOD)
    begun = wanted(browser.ask("POST", f"/users/{name}/second-factor", {"password": GOOD}), 200)
    wanted(browser.ask("POST", f"/users/{name}/second-factor/confirm", {"code": code_of(begun["secret"])}), 200)
    return begun["secret"]


def settled(place, sealed=True):
    """Two accounts with one-time codes, a secret for a provider, a key in seal.key; the secrets of the two."""
    add(place, "mara")
    add(place, "otto")
    must(place.run("settings", "oidc.client_secret", "-", given=b"hush of the provider 7\n"), 0)
    with Server(place) as server:
        place.token = server.token
        secrets = {name: enrol(place, server, name) for name in ("mara", "otto")}
    key(place)
    if sealed:
        done = must(place.run("--key-file", "seal.key", "--json", "keys", "seal"), 0).json()
        assert done == {"sealed": True, "key": name_of(place, "seal.key"), "secrets": 4}, done
    return secrets


def row(place, text, *values):
    with sqlite3.connect(place.db) as connection:
        rows = connection.execute(text, values).fetchall()
    connection.close()
    return rows


def one_line(done):
    lines = [line for line in done.stderr.strip().split("\n") if line]
    assert len(lines) == 1, done
    return done


def opens_all(place, file):
    """Checkpoint, one-time codes and the provider's secret, with that key."""
    must(place.run("--key-file", file, "audit", "checkpoint", "-o", "/dev/null"), 0)
    return must(place.run("--key-file", file, "keys", "seal"), 0)  # tries each of them


def nothing_readable_is_left(place, secrets):
    """In no file of the store."""
    signer = row(place, "SELECT secret FROM audit_key")[0][0]
    assert len(signer) == 64 + 41, len(signer)
    wanted_gone = [base64.b32decode(each).hex().encode() for each in secrets.values()] + [b"hush of the provider 7"]
    for path in place.folder.glob("t.db*"):
        if path.is_file():
            bytes_ = path.read_bytes()
            assert not [text for text in wanted_gone if text in bytes_], path


# --- sealing ----------------------------------------------------------------------------------------------------

def what_was_readable_is_gone_and_everything_goes_on(place):
    secrets = settled(place, sealed=False)
    signer = row(place, "SELECT secret FROM audit_key")[0][0]
    assert len(signer) == 64 and (place.db.read_bytes().count(signer) > 0)
    assert sealed_with(place) is None and "not sealed" in must(place.run("keys"), 0).stdout
    before = must(place.run("audit", "key"), 0).stdout
    must(place.run("--key-file", "seal.key", "keys", "seal"), 0)
    nothing_readable_is_left(place, secrets)
    assert not [path for path in place.folder.glob("t.db*") if path.is_file() and signer in path.read_bytes()]
    check_whole(place.db)
    assert must(place.run("audit", "key"), 0).stdout == before  # the same key signs
    must(place.run("audit", "verify"), 0)
    opens_all(place, "seal.key")
    with Server(place, token=place.token, words=("--key-file", "seal.key")) as server:
        browser = Browser(server)
        assert browser.sign_in("mara", GOOD, status=401)[0]["code"] == "account.code_needed"
        browser.sign_in("mara", GOOD, code_of(secrets["mara"], 1))
        assert wanted(server.ask("GET", "/api/v1/settings"), 200)["seal"]["key"] == name_of(place, "seal.key")
        wanted(server.ask("PATCH", "/api/v1/settings", json.dumps({"oidc.client_secret": "another hush of it 8"})), 200)
    nothing_readable_is_left(place, secrets)
    assert b"another hush of it 8" not in place.db.read_bytes()
    must(place.run("--key-file", "seal.key", "keys", "unseal"), 0)
    assert sealed_with(place) is None
    must(place.run("audit", "checkpoint", "-o", "/dev/null"), 0)


def who_lacks_the_right_learns_nothing_of_the_seal(place):
    settled(place)
    with Server(place, token=place.token, words=("--key-file", "seal.key")) as server:
        wanted(server.ask("GET", "/api/v1/settings"), 200)
        must(place.run("user", "add", "nina", "--role", "observer", "--password-stdin", given=f"{GOOD}\n".encode()), 0)
        nina = Browser(server)
        nina.sign_in("nina", GOOD)
        wanted(nina.ask("GET", "/settings"), 403)


# --- keys that do not fit ---------------------------------------------------------------------------------------

def a_server_without_the_right_key_does_not_start(place):
    settled(place)
    key(place, "other.key")
    for words, pattern in (((), r"sealed with the key [0-9a-f]{16}; name its file: --key-file"),
                           (("--key-file", "other.key"), r"not with [0-9a-f]{16}; name the file of that key")):
        one_line(refused(place, ("serve", "--listen", "127.0.0.1:0", *words), 69, pattern))
    # What needs no secret goes on without the key, what needs one says so; with a wrong key nothing does.
    must(place.run("list", "assets"), 0)
    must(place.run("audit", "verify"), 0)
    one_line(refused(place, ("audit", "checkpoint"), 69, r"--key-file"))
    one_line(refused(place, ("settings", "oidc.client_secret", "-"), 69, r"--key-file", given=b"a new one of 8\n"))
    for words in (("list", "assets"), ("keys", "seal"), ("keys", "unseal"), ("keys", "change", "--to", "seal.key")):
        one_line(refused(place, ("--key-file", "other.key", *words), 69, r"not with [0-9a-f]{16}"))
    one_line(refused(place, ("keys", "unseal"), 69, r"--key-file"))


def a_file_that_is_no_whole_key_or_open_to_all_is_refused(place):
    settled(place)
    path = place.folder / "seal.key"
    whole = path.read_text()
    secret = re.search(r"hfsec-[0-9a-f-]+", whole)[0]
    slip = secret[:20] + ("0" if secret[20] != "0" else "1") + secret[21:]
    for text in ("", whole[:-20], whole.replace(secret, secret[:-1]), whole.replace(secret, slip), "# only words\n",
                 whole.replace("hfsec-", "hfkey-"), "\0" * 100):
        path.write_text(text)
        path.chmod(0o600)
        done = one_line(refused(place, ("--key-file", "seal.key", "audit", "checkpoint"), 65, r"'seal.key' holds no whole key"))
        assert secret[6:40] not in done.stderr + done.stdout
        one_line(must(place.run("serve", "--key-file", "seal.key"), 65))
    path.write_text(whole)
    for mode in (0o644, 0o604, 0o620, 0o602, 0o601):
        path.chmod(mode)
        one_line(refused(place, ("--key-file", "seal.key", "audit", "checkpoint"), 65, r"chmod 600 'seal.key'"))
    path.chmod(0o400)
    opens_all(place, "seal.key")
    one_line(refused(place, ("--key-file", "none.key", "list", "assets"), 66, r"none\.key"))
    one_line(refused(place, ("keys", "make", "-o", "seal.key"), 65, r"seal\.key"))
    assert path.read_text() == whole
    for words in (("keys", "make"), ("keys", "change"), ("keys", "seal", "--to", "seal.key"), ("keys", "turn")):
        one_line(refused(place, words, 64))
    one_line(refused(place, ("keys", "seal"), 64, r"--key-file"))


# --- what somebody has done to the store ------------------------------------------------------------------------

def a_flipped_bit_of_a_secret_is_found(place):
    settled(place)
    (public, whole), = row(place, "SELECT public, secret FROM audit_key")
    step = 1 if IS_FULL else 9
    for at in range(0, len(whole), step):
        row(place, "UPDATE audit_key SET secret = ?", whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1:])
        one_line(refused(place, ("--key-file", "seal.key", "audit", "checkpoint"), 65, r"signs the log does not open"))
    row(place, "UPDATE audit_key SET secret = ?", whole[:64])
    one_line(refused(place, ("--key-file", "seal.key", "audit", "checkpoint"), 65, r"does not open"))
    row(place, "UPDATE audit_key SET secret = ?", whole)
    key(place, "new.key")
    for kind, text in ((4, r"one-time codes of mara does not open"), (10, r"provider of identities does not open")):
        (row_, detail), *_ = row(place, f"SELECT secret, detail FROM credential WHERE kind = {kind} AND user_key IN ('mara', '')")
        for at in range(0, len(detail), 20):
            bent = detail[:at] + ("A" if detail[at] != "A" else "B") + detail[at + 1:]
            row(place, "UPDATE credential SET detail = ? WHERE secret = ?", bent, row_)
            one_line(refused(place, ("--key-file", "seal.key", "keys", "change", "--to", "new.key"), 65, text))
        row(place, "UPDATE credential SET detail = ? WHERE secret = ?", detail, row_)
    opens_all(place, "seal.key")


def a_secret_moved_to_another_account_does_not_open(place):
    secrets = settled(place)
    details = dict(row(place, "SELECT user_key, detail FROM credential WHERE kind = 4"))
    row(place, "UPDATE credential SET detail = ? WHERE kind = 4 AND user_key = 'otto'", details["mara"])
    with Server(place, token=place.token, words=("--key-file", "seal.key")) as server:
        otto = Browser(server)
        answer, _ = otto.sign_in("otto", GOOD, code_of(secrets["mara"], 1), status=500)
        told = json.dumps(answer)  # to whoever is not signed in only that it is no fault of theirs
        assert answer["code"] == "seal.damaged" and secrets["mara"] not in told and "otto" not in told, answer
        wanted(otto.ask("GET", "/assets"), 401)
        Browser(server).sign_in("mara", GOOD, code_of(secrets["mara"], 1))
        must(place.run("user", "reset-factor", "otto", "--identified", "seen"), 0)
        Browser(server).sign_in("otto", GOOD)
    row(place, "UPDATE credential SET user_key = 'nobody' WHERE kind = 4 AND user_key = 'mara'")  # the whole row, even
    key(place, "new.key")
    one_line(refused(place, ("--key-file", "seal.key", "keys", "change", "--to", "new.key"), 65, r"does not open"))


def a_readable_secret_slipped_into_a_sealed_store_is_refused(place):
    secrets = settled(place)
    row(place, "UPDATE credential SET detail = ? WHERE kind = 4 AND user_key = 'otto'", base64.b32decode(secrets["mara"]).hex())
    with Server(place, token=place.token, words=("--key-file", "seal.key")) as server:
        answer, _ = Browser(server).sign_in("otto", GOOD, code_of(secrets["mara"], 1), status=500)
        assert answer["code"] == "seal.damaged", answer
    row(place, "DELETE FROM setting WHERE name = 'seal.key'")  # and then says that nothing is sealed
    one_line(refused(place, ("--key-file", "seal.key", "audit", "checkpoint"), 65, r"damaged"))


# --- changing the key -------------------------------------------------------------------------------------------

def many_secrets(place, count):
    """So many accounts with one-time codes, that a change takes its time; readable."""
    rows = [(os.urandom(32), 4, f"person{i}", "", 1, None, None, os.urandom(20).hex()) for i in range(count)]
    with sqlite3.connect(place.db) as connection:
        connection.executemany("INSERT INTO credential(secret, kind, user_key, label, created, expires, last_seen, detail)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()


def a_change_that_is_killed_leaves_one_key(place):
    add(place, "mara")
    many_secrets(place, 20000)
    files = [key(place, name) for name in ("a.key", "b.key")]
    must(place.run("--key-file", "a.key", "keys", "seal"), 0)
    began = time.monotonic()
    must(place.run("--key-file", "a.key", "keys", "change", "--to", "b.key"), 0)
    whole = time.monotonic() - began
    now, kept, went = 1, 0, 0
    for turn in range(40 if IS_FULL else 10):
        process = place.start("--key-file", files[now], "keys", "change", "--to", files[1 - now], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        try:
            process.wait(timeout=whole * (turn + 0.5) / (40 if IS_FULL else 10))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
        name = sealed_with(place)
        assert name in [name_of(place, file) for file in files], name
        is_new = name == name_of(place, files[1 - now])
        kept, went = kept + (not is_new), went + is_new
        now = 1 - now if is_new else now
        opens_all(place, files[now])
        one_line(refused(place, ("--key-file", files[1 - now], "audit", "checkpoint"), 69))
        check_whole(place.db)
        must(place.run("audit", "verify"), 0)
    assert kept > 0, "no change was killed in time"


# --- the key that signs the log ---------------------------------------------------------------------------------

def verified(place, *words, status=0):
    return must(place.run("--json", "audit", "verify", "log.jsonl", *words), status).json()


def bend_event(place, action, change):
    """The last event of that action with another detail and a hash that fits it, as somebody would who writes the database."""
    (number,), = row(place, "SELECT max(row) FROM event WHERE action = ?", action)
    shutil.copy(place.db, place.folder / "copy.db")  # an export is an event itself
    (line,) = [each for each in export(place, "--db", "copy.db") if each.get("sequence") == number and "action" in each]
    line.pop("hash")
    line["detail"] = change(dict(line["detail"]))
    text = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    row(place, "UPDATE event SET detail = ?, hash = ? WHERE row = ?", text(line["detail"]),
        hashlib.sha256(text(line).encode()).hexdigest(), number)


def export(place, *words):
    must(place.run("--key-file", "seal.key", *words, "audit", "export", "-o", "log.jsonl"), 0)
    return [json.loads(line) for line in (place.folder / "log.jsonl").read_text().splitlines()]


def another_digit(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def the_key_of_the_log_is_followed_by_another_that_it_signed(place):
    settled(place)
    old = must(place.run("audit", "key"), 0).stdout.strip()
    must(place.run("--key-file", "seal.key", "audit", "checkpoint", "-o", "old.json"), 0)
    one_line(refused(place, ("audit", "renew"), 69, r"--key-file"))
    done = must(place.run("--key-file", "seal.key", "--json", "audit", "renew"), 0).json()
    new = must(place.run("audit", "key"), 0).stdout.strip()
    assert done == {"key": new, "old": old} and new != old, done
    assert len(row(place, "SELECT secret FROM audit_key")[0][0]) == 64 + 41  # sealed like the one before
    export(place)
    for words in (("--key", old), ("--key", new), ("--checkpoint", "old.json"), ("--key", old, "--checkpoint", "old.json")):
        assert verified(place, *words)["keys_changed"] == 1
    assert verified(place, "--key", "ab" * 32, status=1)["broken"]["code"] == "audit.key"
    newest = must(place.run("--key-file", "seal.key", "--json", "audit", "renew"), 0).json()["key"]
    must(place.run("--key-file", "seal.key", "audit", "checkpoint", "-o", "/dev/null"), 0)
    must(place.run("audit", "verify"), 0)
    export(place)
    assert verified(place, "--key", old)["keys_changed"] == 2 and verified(place, "--key", newest)["valid"]
    assert verified(place, "--checkpoint", "old.json")["valid"]
    public = must(place.run("backup", "keygen", "-o", "backup.key"), 0).stdout.strip()
    must(place.run("backup", "-o", "b.hfb", "--to", public), 0)
    must(place.run("--db", "new.db", "--key-file", "seal.key", "restore", "b.hfb", "--key", "backup.key", "--instance", newest), 0)


def a_new_key_that_the_old_one_did_not_sign_is_refused(place):
    settled(place)
    must(place.run("--key-file", "seal.key", "audit", "renew"), 0)
    must(place.run("audit", "verify"), 0)
    whole = place.db.read_bytes()
    for change in (lambda detail: {**detail, "signature": another_digit(detail["signature"])},
                   lambda detail: {**detail, "new": another_digit(detail["new"])},
                   lambda detail: {**detail, "size": detail["size"] - 1, "old": another_digit(detail["old"])},
                   lambda detail: {**detail, "previous": another_digit(detail["previous"])},
                   lambda detail: {}):
        bend_event(place, "log.key_changed", change)
        done = must(place.run("--json", "audit", "verify"), 1).json()
        assert done["broken"]["code"] == "audit.key", done
        must(place.run("--key-file", "seal.key", "audit", "checkpoint"), 65, r"did not sign")
        for each in place.folder.glob("t.db-*"):
            if each.is_file():
                each.unlink()
        place.db.write_bytes(whole)
    must(place.run("audit", "verify"), 0)
    # A key that nobody announced, put in the place of the right one.
    other = Place(place.program, place.folder / "other")
    other.folder.mkdir()
    must(other.run("init"), 0)
    foreign = row(other, "SELECT public, secret FROM audit_key")[0]
    must(place.run("--key-file", "seal.key", "keys", "unseal"), 0)
    row(place, "UPDATE audit_key SET public = ?, secret = ?", *foreign)
    assert must(place.run("--json", "audit", "verify"), 1).json()["broken"]["code"] == "audit.key"
    must(place.run("audit", "checkpoint"), 65, r"somebody put another one there")


# --- backups, and another database ------------------------------------------------------------------------------

def a_backup_keeps_the_seal_and_needs_the_key(place):
    secrets = settled(place)
    key(place, "other.key")
    public = must(place.run("backup", "keygen", "-o", "backup.key"), 0).stdout.strip()
    must(place.run("backup", "-o", "b.hfb", "--to", public), 0)  # needs no key
    must(place.run("backup", "-o", "plain.hfb", "--plain"), 0)
    raw = (place.folder / "plain.hfb").read_bytes()
    assert base64.b32decode(secrets["mara"]).hex().encode() not in raw
    for words, status, pattern in ((("--key-file", "other.key"), 69, r"not with"), (("--key-file", "none.key"), 66, r"none")):
        one_line(must(place.run("--db", "new.db", *words, "restore", "b.hfb", "--key", "backup.key"), status, pattern))
        assert not list(place.folder.glob("new.db*"))
    done = must(place.run("--db", "new.db", "--json", "restore", "b.hfb", "--key", "backup.key"), 0).json()
    assert done["seal_key"] == name_of(place, "seal.key")
    place.db = place.folder / "new.db"
    assert re.search(r"needs the file of that key", must(place.run("--db", "n2.db", "restore", "b.hfb", "--key", "backup.key"), 0).stdout)
    one_line(must(place.run("serve", "--listen", "127.0.0.1:0"), 69, r"--key-file"))
    opens_all(place, "seal.key")
    instance = must(place.run("audit", "key"), 0).stdout.strip()
    one_line(must(place.run("--db", "n3.db", "restore", "b.hfb", "--key", "backup.key", "--instance", instance), 69, r"--key-file"))
    must(place.run("--db", "n3.db", "--key-file", "seal.key", "restore", "b.hfb", "--key", "backup.key", "--instance", instance), 0)
    row(place, "UPDATE credential SET detail = 'AAAA' WHERE kind = 4 AND user_key = 'mara'")
    must(place.run("backup", "-o", "bent.hfb", "--plain"), 0)
    one_line(must(place.run("--db", "n4.db", "--key-file", "seal.key", "restore", "bent.hfb"), 65, r"codes of mara does not open"))
    assert not list(place.folder.glob("n4.db*"))


def nothing_is_written_outside_the_folder_of_the_store(place):
    """SQLite writes the whole store into a temporary file, which is as readable as the store was."""
    settled(place, sealed=False)
    with sqlite3.connect(place.db) as connection:  # more than is kept in memory
        connection.execute("INSERT INTO blob SELECT printf('%064d', value), zeroblob(1000000) FROM json_each(?)",
                           (json.dumps(list(range(1, 331))),))
    connection.close()
    outside = place.folder / "outside"
    outside.mkdir()
    place.env = {**os.environ, "TMPDIR": str(outside)}
    place.env.pop("SQLITE_TMPDIR", None)
    before = outside.stat().st_mtime_ns
    must(place.run("--key-file", "seal.key", "keys", "seal"), 0)
    assert outside.stat().st_mtime_ns == before, "something was written there"


def a_renewed_key_of_the_log_leaves_nothing_of_the_old_one(place):
    must(place.run("init"), 0)
    signer = row(place, "SELECT secret FROM audit_key")[0][0]
    assert len(signer) == 64
    must(place.run("audit", "renew"), 0)
    assert not [path for path in place.folder.glob("t.db*") if path.is_file() and signer in path.read_bytes()]
    # Somebody looks at the store as it was: the change stands, and that is said.
    signer = row(place, "SELECT secret FROM audit_key")[0][0]
    other = sqlite3.connect(place.db, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM event").fetchone()
    must(place.run("audit", "renew"), 1, r"may still lie in the free space", r"database|store")
    other.close()
    assert row(place, "SELECT secret FROM audit_key")[0][0] != signer
    must(place.run("audit", "verify"), 0)


def unsealing_looks_for_nothing_left(place):
    settled(place)
    other = sqlite3.connect(place.db, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM event").fetchone()
    done = must(place.run("--key-file", "seal.key", "keys", "unseal"), 0)
    assert done.stderr == "", done
    other.close()


def a_key_that_seals_nothing_is_told(place):
    settled(place, sealed=False)
    with Server(place, token=place.token, words=("--key-file", "seal.key")) as server:
        within_patience(lambda: re.search(r"\"warn\",\"code\":\"serve.not_sealed", server.texts()), "it is not told")
    must(place.run("backup", "keygen", "-o", "open.key"), 0)
    public = re.search(r"hfpub-\S+", must(place.run("backup", "keygen", "-o", "other.key"), 0).stdout)[0]
    must(place.run("backup", "-o", "t.hfb", "--to", place.write("to.txt", public + "\n")), 0)
    place.db = place.folder / "u.db"
    must(place.run("--key-file", "seal.key", "restore", "t.hfb", "--key", "other.key"), 0, r"a key that seals was named")


def who_knocks_learns_nothing_of_the_seal(place):
    settled(place)
    with Server(place, token=place.token, words=("--key-file", "seal.key")) as server:
        key(place, "new.key")
        must(place.run("--key-file", "seal.key", "keys", "change", "--to", "new.key"), 0)
        status, said = server.ask("POST", "/api/v1/session/passkey/begin", Authorization="")
        assert status in (409, 500) and "key" not in said["detail"].replace("passkey", "") and name_of(place, "new.key") not in json.dumps(said), said
        browser = Browser(server)
        got, said, _ = browser.ask("POST", "/session", {"name": "mara", "password": GOOD, "code": "123456"})
        assert got == 500 and name_of(place, "new.key") not in json.dumps(said), said


def an_older_store_stays_as_it_was_without_its_key(place):
    settled(place)
    with sqlite3.connect(place.db) as connection:
        connection.execute("UPDATE state SET value = 'older' WHERE name = 'nouns'")
    connection.close()
    key(place, "other.key")
    for words in (("serve", "--listen", "127.0.0.1:0"), ("--key-file", "other.key", "list", "assets")):
        must(place.run(*words), 69, r"sealed with the key")
        assert row(place, "SELECT value FROM state WHERE name = 'nouns'") == [("older",)], words


def postgresql_says_who_still_looks_at_readable_secrets(place):
    if not POSTGRES:
        raise Skip("no PostgreSQL: run under tools/with-postgres")
    settled(place, sealed=False)
    file = place.db
    name = database(place, "look")
    address = place.db
    must(place.run("migrate", "--from", file, "--to", address), 0)
    looker = subprocess.Popen(["psql", "-qAt", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    looker.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT 1;\n")
    looker.stdin.flush()
    assert looker.stdout.readline().strip() == "1"
    must(place.run("--key-file", "seal.key", "keys", "seal"), 1, r"may still lie in the free space", r"still looks at the database")
    assert sealed_with(place)
    looker.stdin.close()
    assert looker.wait(timeout=PATIENCE_S) == 0
    must(place.run("--key-file", "seal.key", "keys", "seal"), 0)
    sql(f"DROP DATABASE {name} WITH (FORCE)")


def postgresql_keeps_the_same_seal(place):
    if not POSTGRES:
        raise Skip("no PostgreSQL: run under tools/with-postgres")
    secrets = settled(place)
    key(place, "new.key")
    file = place.db
    name = database(place, "seal")
    address = place.db
    must(place.run("--key-file", "seal.key", "migrate", "--from", file, "--to", address), 0)
    one_line(must(place.run("serve", "--listen", "127.0.0.1:0"), 69, r"--key-file"))
    opens_all(place, "seal.key")
    must(place.run("--key-file", "seal.key", "keys", "change", "--to", "new.key"), 0)
    opens_all(place, "new.key")
    assert sql("SELECT count(*) FROM credential WHERE kind IN (4, 10) AND length(detail) > 60", address) == "3"
    with Server(place, token=place.token, words=("--key-file", "new.key")) as first:
        with Server(place, token=place.token, words=("--key-file", "new.key")) as second:  # nodes share the file
            Browser(first).sign_in("mara", GOOD, code_of(secrets["mara"], 1))
            Browser(second).sign_in("otto", GOOD, code_of(secrets["otto"], 1))
            must(place.run("user", "add", "nina", "--role", "observer", "--password-stdin", given=f"{GOOD}\n".encode()), 0)
            fresh = enrol(place, second, "nina")
            assert base64.b32decode(fresh).hex() not in sql("SELECT string_agg(detail, ' ') FROM credential", address)
    must(place.run("--key-file", "new.key", "keys", "unseal"), 0)
    assert sealed_with(place) is None
    must(place.run("--key-file", "new.key", "migrate", "--from", address, "--to", place.folder / "back.db"), 0)
    sql(f"DROP DATABASE {name} WITH (FORCE)")
    place.db = place.folder / "back.db"
    must(place.run("audit", "checkpoint", "-o", "/dev/null"), 0)


if __name__ == "__main__":
    sys.exit(main([what_was_readable_is_gone_and_everything_goes_on,
                   who_lacks_the_right_learns_nothing_of_the_seal,
                   a_server_without_the_right_key_does_not_start,
                   a_file_that_is_no_whole_key_or_open_to_all_is_refused,
                   a_flipped_bit_of_a_secret_is_found,
                   a_secret_moved_to_another_account_does_not_open,
                   a_readable_secret_slipped_into_a_sealed_store_is_refused,
                   a_change_that_is_killed_leaves_one_key,
                   the_key_of_the_log_is_followed_by_another_that_it_signed,
                   a_new_key_that_the_old_one_did_not_sign_is_refused,
                   a_backup_keeps_the_seal_and_needs_the_key,
                   nothing_is_written_outside_the_folder_of_the_store,
                   a_renewed_key_of_the_log_leaves_nothing_of_the_old_one, unsealing_looks_for_nothing_left,
                   a_key_that_seals_nothing_is_told, who_knocks_learns_nothing_of_the_seal,
                   an_older_store_stays_as_it_was_without_its_key,
                   postgresql_says_who_still_looks_at_readable_secrets,
                   postgresql_keeps_the_same_seal]))
