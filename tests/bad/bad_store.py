#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A store that is full, locked, older, newer, foreign, cut off, or whose writer is killed: the stated exit status, one
clear message, and the store as before. Usage: bad_store.py HOLDFAST [POINT…]; $HOLDFAST_FULL=1 for many kills."""
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from kit import IS_FULL, PATIENCE_S, Place, Skip, check_whole, content_of, main, must, refused

ROWS = 12000


def table(count, word="K"):
    return "key,name,lon,lat,people_served\n" + "".join(
        f"{word}{i},Site number {i} with a name,{10 + i % 100 / 100},{45 + i % 90 / 100},{i}\n" for i in range(count))


# --- no room ----------------------------------------------------------------------------------------------------

def a_file_that_may_not_grow_is_a_full_disk(place):
    place.fill()
    place.write("many.csv", table(ROWS * 4))  # its log outgrows the store, which holds the catalogue from the start
    size = place.db.stat().st_size
    for room in (0, 1 << 14, 1 << 17):
        refused(place, ["import", "--as", "asset", "many.csv"], 73, r"(full|write)", limits=[(resource.RLIMIT_FSIZE, size + room)])
        check_whole(place.db)
    for words in (["add", "asset", "key=Z1"], ["edit", "asset", "A1", "name=Other"], ["remove", "asset", "A3", "--with-links"],
                  ["undo", "asset", "A1"], ["infer"]):
        refused(place, words, 73, r"(full|write)", limits=[(resource.RLIMIT_FSIZE, 4096)])
    check_whole(place.db)
    place.write("few.csv", table(ROWS))  # no more than is sorted in memory
    must(place.run("import", "--as", "asset", "few.csv"), 0)
    limits = [(resource.RLIMIT_FSIZE, 120000)]  # room for a line in the log of events, not for the output
    for words in (["export", "--as", "csv", "--noun", "asset", "-o", "out.csv"], ["export", "--dump", "-o", "out.dump"],
                  ["export", "--as", "xlsx", "-o", "out.xlsx"]):
        must(place.run(*words, limits=limits), 73, r"out\.\w+.*")
        check_whole(place.db)  # it holds that the export was begun
        assert not list(place.folder.glob("out*")), list(place.folder.glob("out*"))
    # A report is noted before it is given: where the log takes no line, there is no report.
    limits = [(resource.RLIMIT_FSIZE, 33000)]  # room for SQLite's index of its log alone
    refused(place, ["report", "national", "-o", "out.html"], 73, r"(cannot read or write the store|full)", limits=limits)
    assert not list(place.folder.glob("out*")), list(place.folder.glob("out*"))


def a_new_store_on_a_full_disk_is_refused(place):
    place.write("seed.csv", table(5))
    for words in (["init"], ["import", "--as", "asset", "seed.csv"], ["demo", "--size", "1k"]):
        must(place.run(*words, limits=[(resource.RLIMIT_FSIZE, 40000)]), 73, r"(full|write)")
    must(place.run("import", "--as", "asset", "seed.csv"), 0)
    check_whole(place.db)
    assert must(place.run("--json", "list", "taxonomy"), 0).json()["items"], "the store is half made"


def a_full_disk_leaves_the_store_as_before(place):
    inner = [sys.executable, __file__, "--on-small-disk", place.program, str(place.folder)]
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        raise Skip("needs root and unshare to make a small disk")
    if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", str(place.folder)], capture_output=True, check=False).returncode != 0:
        raise Skip("this system mounts nothing")
    done = subprocess.run(["unshare", "-m", *inner], capture_output=True, text=True, timeout=PATIENCE_S * 3, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def on_small_disk(program, folder):
    """In a mount namespace of its own: a disk that fills up in the middle of an import."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", folder], check=True)
    place = Place(program, folder)
    place.fill()
    place.write("many.csv", table(ROWS))
    room = os.statvfs(folder)
    (place.folder / "ballast").write_bytes(b"x" * (room.f_bavail * room.f_frsize - (2 << 20)))
    refused(place, ["import", "--as", "asset", "many.csv"], 73, r"full")
    check_whole(place.db)
    must(place.run("export", "--as", "csv", "--noun", "asset", "-o", "fits.csv"), 0)
    (place.folder / "ballast").unlink()
    must(place.run("add", "asset", "key=Z1"), 0)
    check_whole(place.db)


# --- killed -----------------------------------------------------------------------------------------------------

def kill_after(place, seconds, words):
    process = place.start(*words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return process.returncode


def killed_at_many_moments(place, words):
    """Runs to the end once for the time and the result, then kills copies at parts of it."""
    origin = place.folder / "origin.db"
    shutil.copy(place.db, origin)
    before = content_of(place.db)
    done = must(place.run(*words), 0)
    after_snapshot = place.snapshot()
    parts = 24 if IS_FULL else 4
    outcomes = set()
    for part in range(1, parts + 1):
        for name in ("t.db", "t.db-wal", "t.db-shm", "t.db-journal"):
            (place.folder / name).unlink(missing_ok=True)
        shutil.copy(origin, place.db)
        kill_after(place, done.seconds * part / (parts + 0.5), words)
        snapshot = place.snapshot()  # opens the store, and so recovers it
        is_stored = snapshot == after_snapshot
        outcomes.add(is_stored)
        assert is_stored or content_of(place.db) == before, f"something is half there after {part}/{parts}"
        check_whole(place.db)
    must(place.run(*words), 0)
    assert place.snapshot() == after_snapshot
    assert False in outcomes, "no kill came before the end"


def a_kill_at_any_moment_of_an_import_leaves_all_or_nothing(place):
    place.fill()
    place.write("many.csv", table(ROWS * 4))
    killed_at_many_moments(place, ["import", "--as", "asset", "many.csv"])


def a_kill_at_any_moment_of_the_first_import_leaves_all_or_nothing(place):
    must(place.run("init"), 0)
    place.write("many.csv", table(ROWS * 4))
    killed_at_many_moments(place, ["import", "--as", "asset", "many.csv"])


def a_kill_at_any_moment_of_the_demonstration_leaves_all_or_nothing(place):
    must(place.run("init"), 0)
    killed_at_many_moments(place, ["demo", "--size", "1k"])


def a_kill_while_the_store_is_made_is_mended_by_the_next_call(place):
    place.write("seed.csv", table(5))
    words = ["import", "--as", "asset", "seed.csv"]
    done = must(place.run(*words), 0)
    entries = len(must(place.run("--json", "list", "taxonomy", "--limit", "1000"), 0).json()["items"])
    parts = 40 if IS_FULL else 8
    for part in range(1, parts + 1):
        for name in ("t.db", "t.db-wal", "t.db-shm"):
            (place.folder / name).unlink(missing_ok=True)
        kill_after(place, done.seconds * part / (parts + 0.5), words)
        must(place.run(*words), 0)
        check_whole(place.db)
        found = must(place.run("--json", "list", "taxonomy", "--limit", "1000"), 0).json()["items"]
        assert len(found) == entries, f"{len(found)} entries of the taxonomy after a kill at {part}/{parts}"
        assert len(must(place.run("--json", "list", "assets"), 0).json()["items"]) == 5


def a_store_half_made_is_mended(place):
    """What a kill between the making of the tables and of the profile leaves."""
    place.write("seed.csv", table(5))
    must(place.run("init"), 0)
    with sqlite3.connect(place.db) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN "
                                          "('taxonomy', 'rule', 'recipe', 'instrument', 'provision', 'question', 'event', 'history', "
                                          "'credential', 'setting')").fetchall():
            connection.execute(f'DELETE FROM "{name}"')
        connection.execute("DELETE FROM state WHERE name <> 'nouns'")
    connection.close()
    must(place.run("import", "--as", "asset", "seed.csv"), 0)
    assert must(place.run("--json", "list", "taxonomy"), 0).json()["items"], "no taxonomy"


# --- somebody else writes ---------------------------------------------------------------------------------------

def wait_for_lock(db):
    """Returns when another program holds the write lock."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        connection = sqlite3.connect(db, timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return
        finally:
            connection.close()
    raise AssertionError("nobody took the lock")


def a_second_writer_is_told_to_try_again(place):
    place.fill()
    writer = place.start("import", "--as", "asset", "-", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        writer.stdin.write(b"key,name\n" + b"".join(b"W%d,x\n" % i for i in range(300000)))
        writer.stdin.flush()
        wait_for_lock(place.db)
        place.write("more.csv", "key,name\nM1,x\n")
        for words in (["add", "asset", "key=Z1"], ["import", "--as", "asset", "more.csv"], ["remove", "asset", "A3", "--with-links"],
                      ["undo", "asset", "A1"]):
            refused(place, words, 75, r"another program is writing.*try again", seconds=30)
        assert len(must(place.run("--json", "list", "assets"), 0).json()["items"]) == 3, "readers must not wait"
        must(place.run("rank"), 0)
        writer.stdin.write(b"W-last,x\n")
        writer.stdin.close()
        assert writer.wait(timeout=PATIENCE_S) == 0
    finally:
        writer.kill()
        writer.wait()
    must(place.run("show", "asset", "W-last"), 0)
    must(place.run("add", "asset", "key=Z1"), 0)


# --- other files ------------------------------------------------------------------------------------------------

def an_older_store_is_brought_up_to_date_and_kept(place):
    place.fill()
    snapshot = place.snapshot()
    with sqlite3.connect(place.db) as connection:
        connection.executescript("DROP INDEX history_event; DROP INDEX history_removed; DROP INDEX asset_kind;"
                                 "ALTER TABLE asset DROP COLUMN season; UPDATE state SET value = 'old' WHERE name = 'nouns';"
                                 "PRAGMA user_version = 1")
    connection.close()
    assert place.snapshot() == snapshot
    kept = list(place.folder.glob("t.db.schema-1.*"))
    assert len(kept) == 1, kept
    with sqlite3.connect(kept[0]) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()
    must(place.run("edit", "asset", "A1", "season=07"), 0)
    check_whole(place.db)


def untouched(place, words, status, *patterns):
    """A command that must fail and leave every byte of the store's file alone."""
    before = place.db.read_bytes()
    done = must(place.run(*words), status, *patterns)
    assert place.db.read_bytes() == before, "the file has changed"
    return done


def a_newer_store_is_refused_and_left_alone(place):
    place.fill()
    with sqlite3.connect(place.db) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for words in (["rank"], ["add", "asset", "key=Z1"], ["import", "--as", "asset", "seed.csv"], ["init"], ["demo", "--size", "1k"],
                  ["serve", "--listen", "127.0.0.1:0"]):
        untouched(place, words, 65, r"t\.db.*newer holdfast")


def a_file_that_is_no_store_is_refused_and_left_alone(place):
    place.write("seed.csv", table(5))
    with sqlite3.connect(place.folder / "other.db") as other:
        other.execute("CREATE TABLE mine(a)")
    other.close()
    foreign = (place.folder / "other.db").read_bytes()
    for content in (b"This is no store.\n", b"x", os.urandom(50000), b"SQLite format 3\0" + os.urandom(9000), foreign):
        place.db.write_bytes(content)
        for words in (["rank"], ["import", "--as", "asset", "seed.csv"], ["init"], ["demo", "--size", "1k"], ["serve", "--listen", "127.0.0.1:0"]):
            untouched(place, words, 65, r"t\.db|store|database")
    place.db.unlink()
    place.db.mkdir()
    must(place.run("rank"), 65, r"not a file|folder")


def a_store_cut_off_or_bent_is_told(place):
    place.fill()
    place.write("many.csv", table(ROWS))
    must(place.run("import", "--as", "asset", "many.csv"), 0)
    whole = place.db.read_bytes()
    for part in (3, 10, 50, 90):
        place.db.write_bytes(whole[:len(whole) * part // 100])
        for suffix in ("-wal", "-shm"):
            (place.folder / f"t.db{suffix}").unlink(missing_ok=True)
        must(place.run("export", "--dump", "-o", "out.dump"), 65, r"damaged|not a store")
        assert not list(place.folder.glob("out*"))


def a_port_in_use_is_told(place):
    from kit import Server
    with Server(place) as first:
        before = place.content()
        done = must(place.run("serve", "--listen", f"127.0.0.1:{first.port}"), 69, rf"127\.0\.0\.1:{first.port} is in use.*--listen")
        assert len(done.stderr.strip().split("\n")) == 1, done
        assert place.content() == before
    must(place.run("serve", "--listen", "0.0.0.0:0"), 64, r"--tls-cert")
    must(place.run("serve", "--listen", "nonsense"), 64, r"HOST:PORT")


POINTS = [
    a_file_that_may_not_grow_is_a_full_disk, a_new_store_on_a_full_disk_is_refused, a_full_disk_leaves_the_store_as_before,
    a_kill_at_any_moment_of_an_import_leaves_all_or_nothing, a_kill_at_any_moment_of_the_first_import_leaves_all_or_nothing,
    a_kill_at_any_moment_of_the_demonstration_leaves_all_or_nothing,
    a_kill_while_the_store_is_made_is_mended_by_the_next_call, a_store_half_made_is_mended, a_second_writer_is_told_to_try_again,
    an_older_store_is_brought_up_to_date_and_kept, a_newer_store_is_refused_and_left_alone,
    a_file_that_is_no_store_is_refused_and_left_alone, a_store_cut_off_or_bent_is_told, a_port_in_use_is_told,
]

if __name__ == "__main__":
    if sys.argv[1] == "--on-small-disk":
        on_small_disk(*sys.argv[2:])
        sys.exit(0)
    sys.exit(main(POINTS))
