#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Backups that are bent, cut off, of another key, form or version; names that are taken; disks that are full; kills; stores
that cannot be brought up to date: the stated exit status, one clear message, nothing half there, the store as before.
Usage: bad_backup.py HOLDFAST [POINT…]; $HOLDFAST_FULL=1 for many kills and bits."""
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys

from kit import IS_FULL, PATIENCE_S, Place, Skip, check_whole, content_of, main, must, refused

PIECE = (128 << 10) + 17
HEAD = 8 + 4 + 4


def keygen(place, name="k.key"):
    return must(place.run("backup", "keygen", "-o", name), 0).stdout.strip()


def backed_up(place):
    """A store of some pieces, its backup b.hfb for one key in k.key."""
    place.fill()
    rows = "".join(f"K{i},Site number {i} with a name,{10 + i % 100 / 100},{45 + i % 90 / 100}\n" for i in range(1500))
    place.write("many.csv", "key,name,lon,lat\n" + rows)
    must(place.run("import", "--as", "asset", "many.csv"), 0)
    must(place.run("backup", "-o", "b.hfb", "--to", keygen(place)), 0)
    return place.folder / "b.hfb"


def restore(place, *words, limits=()):
    return place.run("--db", "new.db", "restore", "b.hfb", *words, limits=limits)


def nothing_new(place):
    left = [p.name for p in place.folder.iterdir() if p.name.startswith("new.db")]
    assert not left, left


def lines_of(done):
    return [line for line in done.stderr.strip().split("\n") if line]


# --- what is read ---------------------------------------------------------------------------------------------

def a_flipped_bit_anywhere_is_refused(place):
    path = backed_up(place)
    whole = path.read_bytes()
    first = HEAD + 80 + 32 + 24
    pieces = (len(whole) - first + PIECE - 1) // PIECE
    assert pieces > 3, pieces
    places = [0, 7, 9, 13, HEAD, HEAD + 79, HEAD + 80, HEAD + 111, HEAD + 112, first - 1]
    for piece in range(pieces):
        begin, end = first + piece * PIECE, min(first + (piece + 1) * PIECE, len(whole))
        places += [begin, (begin + end) // 2, end - 1]
    places += range(0, len(whole), max(1, len(whole) // (2000 if IS_FULL else 20)))
    for count, at in enumerate(places):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1:])
        words = ["--key", "k.key"] + (["--verify"] if count % 2 else [])
        done = must(restore(place, *words), 65, r"b\.hfb: .*(damaged|no backup|newer)")
        assert len(lines_of(done)) == 1 and not done.stdout, done
        nothing_new(place)
    path.write_bytes(whole)
    must(restore(place, "--key", "k.key", "--verify"), 0)


def a_backup_cut_off_or_grown_is_refused(place):
    path = backed_up(place)
    whole = path.read_bytes()
    first = HEAD + 80 + 32 + 24
    for length in (0, 3, 8, 15, 16, 90, first, first + PIECE, first + 2 * PIECE, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        must(restore(place, "--key", "k.key"), 65, r"b\.hfb: .*(damaged|no backup)")
        nothing_new(place)
    path.write_bytes(whole + b"\0")
    must(restore(place, "--key", "k.key"), 65, r"damaged")
    nothing_new(place)


def another_key_another_file_and_no_file_are_told(place):
    path = backed_up(place)
    keygen(place, "other.key")
    must(restore(place, "--key", "other.key"), 65, r"opens none of the 1 locks")
    must(restore(place), 64, r"encrypted.*--key KEYFILE")
    must(restore(place, "--key", "b.hfb"), 65, r"holds no whole secret key|larger")
    must(restore(place, "--key", "none.key"), 66, r"none\.key")
    must(place.run("--db", "new.db", "restore", "none.hfb", "--key", "k.key"), 66, r"none\.hfb")
    for foreign in (place.db.read_bytes(), b"age-encryption.org/v1\n", b"", b"HFBACK", os.urandom(5000)):
        path.write_bytes(foreign)
        must(restore(place, "--key", "k.key"), 65, r"no backup of holdfast")
    path.write_bytes(b"HFBACKUP" + b"\2\0\0\0" + bytes(5000))
    must(restore(place, "--key", "k.key"), 65, r"form 2, this program knows 1.*newer holdfast")
    path.unlink()
    path.mkdir()
    must(restore(place, "--key", "k.key"), 65, r"b\.hfb")
    nothing_new(place)


def a_missing_or_wrong_recipient_is_told_before_anything_is_written(place):
    place.fill()
    public = keygen(place)
    slip = public[:20] + ("0" if public[20] != "0" else "1") + public[21:]
    secret = (place.folder / "k.key").read_text().split("\n")[2]
    assert secret.startswith("hfkey-"), secret
    for words, status, pattern in (
            (["-o", "b.hfb"], 64, r"who can open.*--to KEY.*--plain"),
            (["-o", "b.hfb", "--to", public, "--plain"], 64, r"--plain"),
            (["--to", public], 64, r"-o FILE"),
            (["-o", "b.hfb", "--to", ""], 64, r"no key"),
            (["-o", "b.hfb", "--to", slip], 64, r"slip"),
            (["-o", "b.hfb", "--to", secret], 64, r"secret half"),
            (["-o", "b.hfb", "--to", "none.txt"], 66, r"none\.txt"),
            (["-o", "b.hfb", "--to", ",".join([public] * 65)], 64, r"64 keys"),
            (["nonsense", "-o", "b.hfb"], 64, r"nonsense")):
        done = refused(place, ["backup", *words], status, pattern)
        assert secret[6:] not in done.stderr, "a secret is repeated"
        assert not list(place.folder.glob("b.hfb*")), words


def a_bent_log_is_told_with_the_backup_and_comes_back_only_despite_it(place):
    place.fill()
    with sqlite3.connect(place.db) as connection:
        connection.execute("UPDATE event SET actor = 'x' WHERE row = 2")
    connection.close()
    done = must(place.run("--json", "backup", "-o", "b.hfb", "--plain"), 1, r"b\.hfb.*--despite-log", r"event 2 is missing or does not fit")
    assert done.json()["fault"]["code"] == "audit.hash", done
    done = must(restore(place), 65, r"event 2 is missing.*--despite-log")
    assert len(lines_of(done)) == 1, done
    nothing_new(place)
    done = must(place.run("--json", "--db", "new.db", "restore", "b.hfb", "--despite-log"), 0, r"new\.db.*although its log", r"event 2")
    assert done.json()["log_fault"]["code"] == "audit.hash", done
    log = must(place.run("--db", "new.db", "audit", "export"), 0).stdout
    assert '"backup.restored"' in log and '"log_fault":{"code":"audit.hash"' in log.replace("\\", ""), log[-1500:]
    must(place.run("backup", "-o", "c.hfb", "--plain"), 1)
    must(place.run("--db", "c.db", "restore", "c.hfb", "--despite-log"), 0)


def a_damaged_store_is_told_with_the_backup_and_does_not_come_back(place):
    place.fill()
    content = bytearray(place.db.read_bytes())
    pages = int.from_bytes(content[28:32], "big")
    content[28:32] = (pages + 1).to_bytes(4, "big")  # and a page that belongs to nothing
    place.db.write_bytes(bytes(content) + bytes(len(content) // pages))
    done = must(place.run("--json", "backup", "-o", "b.hfb", "--plain"), 1, r"b\.hfb.*will not come back", r"does not fit together")
    assert done.json()["fault"]["code"] == "store.damaged", done
    must(restore(place, "--verify"), 0)
    must(restore(place, "--despite-log"), 65, r"damaged")
    nothing_new(place)


def a_long_change_by_another_program_does_not_cost_the_backup(place):
    place.fill()
    with sqlite3.connect(place.db, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        process = place.start("backup", "-o", "b.hfb", "--plain", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            process.wait(timeout=4)  # longer than other writes wait
        except subprocess.TimeoutExpired:
            pass
        connection.execute("ROLLBACK")
    connection.close()
    told = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 0, told
    must(place.run("restore", "b.hfb", "--verify"), 0)


# --- what is there ----------------------------------------------------------------------------------------------

def nothing_is_ever_replaced(place):
    path = backed_up(place)
    before, key = path.read_bytes(), (place.folder / "k.key").read_bytes()
    refused(place, ["backup", "-o", "b.hfb", "--plain"], 65, r"b\.hfb.*there already")
    must(place.run("backup", "keygen", "-o", "k.key"), 65, r"k\.key.*there already")
    done = must(place.run("restore", "b.hfb", "--key", "k.key"), 65, r"t\.db.*there already")
    assert len(lines_of(done)) == 1, done
    check_whole(place.db)
    assert path.read_bytes() == before and (place.folder / "k.key").read_bytes() == key
    (place.folder / "new.db-wal").write_bytes(b"of another store")
    must(restore(place, "--key", "k.key"), 65, r"new\.db-wal.*take it away")
    assert [p.name for p in place.folder.glob("new.db*")] == ["new.db-wal"]


# --- no room ------------------------------------------------------------------------------------------------------

def no_room_leaves_no_file(place):
    path = backed_up(place)
    for room in (4096, 1 << 14, 1 << 17, 1 << 19):
        limits = [(resource.RLIMIT_FSIZE, room)]
        done = refused(place, ["backup", "-o", "c.hfb", "--plain"], 73, r"c\.hfb|store", limits=limits)
        assert len(lines_of(done)) == 1, done
        assert not list(place.folder.glob("c.hfb*"))
        must(restore(place, "--key", "k.key", limits=limits), 73, r"new\.db")
        nothing_new(place)
    assert path.exists()
    must(place.run("backup", "-o", "none/c.hfb", "--plain"), 73, r"none/c\.hfb")


def a_full_disk_leaves_no_file(place):
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        raise Skip("needs root and unshare to make a small disk")
    if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", str(place.folder)], capture_output=True, check=False).returncode != 0:
        raise Skip("this system mounts nothing")
    inner = [sys.executable, __file__, "--on-small-disk", place.program, str(place.folder)]
    done = subprocess.run(["unshare", "-m", *inner], capture_output=True, text=True, timeout=PATIENCE_S * 3, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def on_small_disk(program, folder):
    """In a mount namespace of its own: a disk that fills up in the middle of a backup, a restoration, an upgrade."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", folder], check=True)
    place = Place(program, folder)
    backed_up(place)
    ballast = place.folder / "ballast"
    fill_up(place, ballast, 1 << 20)
    refused(place, ["backup", "-o", "c.hfb", "--plain"], 73, r"no room.*c\.hfb")
    assert not list(place.folder.glob("c.hfb*"))
    must(restore(place, "--key", "k.key"), 73, r"no room|full")
    nothing_new(place)
    make_older(place.db)
    before = content_of(place.db)
    for words in (["rank"], ["add", "asset", "key=Z1"], ["serve", "--listen", "127.0.0.1:0"]):
        must(place.run(*words), 73, r"t\.db.*older version.*needs \d+ MB, \d+ are free")
        assert not list(place.folder.glob("t.db.schema*"))
        assert content_of(place.db) == before, "something has changed"
    ballast.unlink()
    must(place.run("rank"), 0, r"kept in .*t\.db\.schema-1\.")
    check_whole(place.db)
    must(restore(place, "--key", "k.key"), 0)


def fill_up(place, ballast, left):
    disk = os.statvfs(place.folder)
    ballast.write_bytes(b"x" * (disk.f_bavail * disk.f_frsize - left))


# --- killed ---------------------------------------------------------------------------------------------------------

def kill_after(place, seconds, words):
    process = place.start(*words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()


def killed_at_many_moments(place, words, final, is_whole):
    """A file under its final name is whole; what is left under another name is begun anew by the next call."""
    done = must(place.run(*words), 0)
    is_whole()
    parts = 30 if IS_FULL else 6
    seen = set()
    for part in range(1, parts + 1):
        for left in list(place.folder.glob(final + "*")):
            if left.name == final:
                left.unlink()
        kill_after(place, done.seconds * part / (parts + 0.5), words)
        seen.add((place.folder / final).exists())
        if (place.folder / final).exists():
            is_whole()
        allowed = {final, final + ".part", final + ".part-wal", final + ".part-shm"}
        assert {p.name for p in place.folder.glob(final + "*")} <= allowed, list(place.folder.glob(final + "*"))
        for left in place.folder.glob(final + ".part*"):
            assert left.stat().st_mode & 0o077 == 0, f"others may read {left}"
    assert False in seen, "no kill came before the end"
    (place.folder / final).unlink(missing_ok=True)
    must(place.run(*words), 0)
    is_whole()
    assert [p.name for p in place.folder.glob(final + "*")] == [final], list(place.folder.glob(final + "*"))


def a_kill_at_any_moment_of_a_backup_leaves_a_whole_one_or_none(place):
    backed_up(place)
    words = ["backup", "-o", "c.hfb", "--plain"]
    killed_at_many_moments(place, words, "c.hfb", lambda: must(place.run("restore", "c.hfb", "--verify"), 0))
    check_whole(place.db)


def a_kill_at_any_moment_of_a_restoration_leaves_a_whole_store_or_none(place):
    backed_up(place)
    words = ["--db", "new.db", "restore", "b.hfb", "--key", "k.key"]

    def is_whole():
        shutil.copy(place.folder / "new.db", place.folder / "looked-at.db")  # looking leaves files beside it
        check_whole(place.folder / "looked-at.db")

    killed_at_many_moments(place, words, "new.db", is_whole)


# --- older and newer -------------------------------------------------------------------------------------------------

def make_older(db):
    with sqlite3.connect(db) as connection:
        connection.executescript("DROP INDEX history_event; DROP INDEX history_removed; DROP INDEX asset_kind;"
                                 "ALTER TABLE asset DROP COLUMN season; UPDATE state SET value = 'old' WHERE name = 'nouns';"
                                 "PRAGMA user_version = 1")
    connection.close()


def an_upgrade_says_where_the_older_store_is_kept_and_notes_it(place):
    place.fill()
    before = content_of(place.db)
    make_older(place.db)
    older = content_of(place.db)
    assert older != before
    done = must(place.run("--json", "rank"), 0, r"brought up to date.*kept in .*/t\.db\.schema-1\.\d{4}-\d\d-\d\dT\d{6}Z")
    done.json()
    kept = list(place.folder.glob("t.db.schema-1.*"))
    assert len(kept) == 1 and kept[0].stat().st_mode & 0o777 == 0o600, kept
    assert content_of(kept[0]) == older, "what is kept is not what was"
    done = must(place.run("--json", "rank"), 0)
    assert not done.stderr, done
    log = must(place.run("audit", "export"), 0).stdout
    assert '"store.upgraded"' in log and '"from":1' in log, log[-2000:]


def what_a_killed_upgrade_copied_is_removed_by_the_next(place):
    place.fill()
    make_older(place.db)
    stale = [place.write(f"t.db.schema-{n}.2026-11-29T101500Z.part", b"all in the clear") for n in (1, 3)]
    others = [place.write(name, b"mine") for name in ("t.db.schema-1.2026-11-29T101500Z", "t.db.part", "u.db.schema-1.x.part")]
    must(place.run("rank"), 0, r"kept in ")
    assert not [path for path in stale if path.exists()], "what was half copied is still there"
    assert all(path.read_bytes() == b"mine" for path in others)


def the_kept_store_is_told_also_when_it_cannot_be_noted(place):
    place.fill()
    make_older(place.db)
    with sqlite3.connect(place.db) as connection:
        connection.execute("CREATE TRIGGER none BEFORE INSERT ON event WHEN new.action = 'store.upgraded' BEGIN SELECT RAISE(ABORT, 'no'); END")
    connection.close()
    done = place.run("rank")
    assert done.status != 0, done
    must(done, done.status, r"kept in .*t\.db\.schema-1\.")
    assert len(list(place.folder.glob("t.db.schema-1.*"))) == 1


def an_upgrade_that_fails_leaves_the_store_and_no_copy(place):
    place.fill()
    make_older(place.db)
    with sqlite3.connect(place.db) as connection:
        # Nothing can be stored in the table of the signing key.
        connection.executescript("DROP TABLE audit_key; CREATE VIEW audit_key AS SELECT 1 AS public, 2 AS secret WHERE 0")
    connection.close()
    before = content_of(place.db)
    for words in (["rank"], ["init"], ["serve", "--listen", "127.0.0.1:0"]):
        done = place.run(*words)
        assert done.status not in (0, 139), done
        assert len(lines_of(done)) == 1, done
        assert content_of(place.db) == before, "the store is not as before"
        assert not list(place.folder.glob("t.db.schema*")), list(place.folder.glob("t.db.schema*"))


def a_backup_of_a_newer_store_is_refused(place):
    place.fill()
    with sqlite3.connect(place.db) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = place.db.read_bytes()
    must(place.run("backup", "-o", "b.hfb", "--plain"), 65, r"newer holdfast")
    assert place.db.read_bytes() == before
    assert not list(place.folder.glob("b.hfb*"))


POINTS = [
    a_flipped_bit_anywhere_is_refused, a_backup_cut_off_or_grown_is_refused, another_key_another_file_and_no_file_are_told,
    a_missing_or_wrong_recipient_is_told_before_anything_is_written,
    a_bent_log_is_told_with_the_backup_and_comes_back_only_despite_it,
    a_damaged_store_is_told_with_the_backup_and_does_not_come_back,
    a_long_change_by_another_program_does_not_cost_the_backup, nothing_is_ever_replaced, no_room_leaves_no_file,
    a_full_disk_leaves_no_file, a_kill_at_any_moment_of_a_backup_leaves_a_whole_one_or_none,
    a_kill_at_any_moment_of_a_restoration_leaves_a_whole_store_or_none,
    an_upgrade_says_where_the_older_store_is_kept_and_notes_it, an_upgrade_that_fails_leaves_the_store_and_no_copy,
    what_a_killed_upgrade_copied_is_removed_by_the_next, the_kept_store_is_told_also_when_it_cannot_be_noted,
    a_backup_of_a_newer_store_is_refused,
]

if __name__ == "__main__":
    if sys.argv[1] == "--on-small-disk":
        on_small_disk(*sys.argv[2:])
        sys.exit(0)
    sys.exit(main(POINTS))
