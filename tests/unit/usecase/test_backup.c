// SPDX-License-Identifier: Apache-2.0
//
// A store into a backup and out of it: the same register, log and contents; who may; what does not go on; what is there
// already stays; keys and their files.
#include <ctype.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "model/attachment.h"
#include "model/job.h"
#include "store/internal.h"
#include "usecase/audit.h"
#include "usecase/backup.h"

#define NOW_MS 1700000000000

static const char *const made_names[] = {"b.hfb",      "b.hfb.part", "new.db", "new.db.part",
                                         "new.db-wal", "k.key",      "to.txt", "new.db.part-wal"};

static int close_all(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < HF_COUNT(made_names); i++)
        (void)remove(fixture_path(f, made_names[i]));
    return fixture_close(state);
}

#define GOOD(call)                                                                                 \
    do {                                                                                           \
        hf_error err = {0};                                                                        \
        if (!(call))                                                                               \
            fail_msg("%s: %s", err.code, err.message);                                             \
    } while (false)
#define BAD(call, wanted)                                                                          \
    do {                                                                                           \
        hf_error err = {0};                                                                        \
        assert_false(call);                                                                        \
        assert_string_equal(err.code, wanted);                                                     \
    } while (false)

static bool is_there(fixture *f, const char *name)
{
    struct stat facts;
    return lstat(fixture_path(f, name), &facts) == 0;
}

static void add_job(hf_tx *tx, const char *kind)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_job job;
    hf_error err = {0};
    hf_noun_init(&hf_noun_job, &job);
    job.kind = hf_str_of(kind);
    job.owner = HF_STR("ana");
    job.request = HF_STR("{}");
    assert_true(hf_job_add(tx, &job, &arena, &err));
}

static void add_credential(hf_tx *tx, hf_credential_kind kind, const char *secret)
{
    hf_error err = {0};
    hf_credential credential = {.kind = kind,
                                .secret = hf_sha256_of(hf_str_of(secret)),
                                .user_key = HF_STR("ana"),
                                .created_ms = NOW_MS,
                                .expires_ms = HF_INTEGER_NONE,
                                .last_seen_ms = HF_INTEGER_NONE};
    assert_true(hf_credential_add(tx, &credential, &err));
}

static char content_hex[65]; // of what is attached

// Assets, somebody who is signed in, programs' tokens, jobs that wait, a content of its own.
static void fill(fixture *f)
{
    static const char *const pairs[] = {"assets.csv",
                                        "key,name,lon,lat\nA1,Dam,10,45\nA2,Pump,11,46\n", NULL};
    hf_session session = local_session(f);
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error err = {0};
    (void)fixture_init(f);
    (void)import_texts(f, (hf_import_request){.as = &hf_noun_asset}, pairs);
    assert_true(hf_tx_begin(f->store, NOW_MS, &tx, &err));
    add_credential(tx, HF_CREDENTIAL_SESSION, "session");
    add_credential(tx, HF_CREDENTIAL_DEVICE, "device");
    add_credential(tx, HF_CREDENTIAL_TOKEN, "token");
    add_job(tx, "import");
    add_job(tx, "rank");
    assert_true(hf_blob_put(tx, HF_STR("what is attached"), content_hex, &err));
    assert_true(
        hf_note(tx, &session, "test.filled", NULL, HF_STR_EMPTY, HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
}

static hf_backup_result back_up_as_it_is(fixture *f, const hf_box_key *keys, uint32_t count)
{
    hf_session session = local_session(f);
    hf_backup_result made;
    const hf_backup_request request = {
        .path = fixture_path(f, "b.hfb"), .keys = keys, .key_count = count};
    GOOD(hf_backup(&session, &request, &made, &err));
    return made;
}

static hf_backup_facts back_up(fixture *f, const hf_box_key *keys, uint32_t count)
{
    hf_backup_result made = back_up_as_it_is(f, keys, count);
    assert_int_equal(made.fault.kind, HF_ERR_NONE);
    return made.facts;
}

static hf_restore_request into_new(fixture *f, const hf_box_secret *secret)
{
    return (hf_restore_request){
        .path = fixture_path(f, "b.hfb"), .secret = secret, .db = fixture_path(f, "new.db")};
}

static hf_job_state state_of(hf_read *read, const char *kind)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    const hf_filter filter = {hf_noun_field(&hf_noun_job, HF_STR("kind"), NULL), HF_IS,
                              hf_str_of(kind)};
    hf_query query = {.noun = &hf_noun_job, .filters = &filter, .filter_count = 1};
    hf_page page;
    assert_true(hf_store_list(read, &query, &arena, &page, &err));
    assert_int_equal(page.count, 1);
    return (hf_job_state)((const hf_job *)page.records[0])->state;
}

static bool has_credential(hf_read *read, hf_credential_kind kind, const char *secret)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_credential *found = NULL;
    hf_sha256 hash = hf_sha256_of(hf_str_of(secret));
    assert_true(hf_credential_find(read, kind, &hash, NOW_MS, &arena, &found, &err));
    return found != NULL;
}

static hf_event newest_event(hf_store *store, hf_arena *arena)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error err = {0};
    hf_event *events = NULL;
    size_t count = 0;
    assert_true(hf_read_begin(store, &read, &err));
    assert_true(hf_event_follow(read, hf_event_last(read) - 1, 1, arena, &events, &count, &err));
    assert_int_equal(count, 1);
    return events[0];
}

static void a_restored_store_is_the_same_and_nobody_is_signed_in(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_box_key key;
    hf_box_secret secret;
    hf_restore_result done;
    struct stat mode;
    hf_box_make(&key, &secret);
    fill(f);
    hf_backup_facts facts = back_up(f, &key, 1);
    assert_int_equal(stat(fixture_path(f, "b.hfb"), &mode), 0);
    assert_int_equal(mode.st_mode & 0777, 0600);
    hf_event event = newest_event(f->store, &f->memory);
    assert_true(hf_str_equal_z(event.action, "backup.made"));
    assert_int_equal(event.sequence, facts.event_last + 1);
    assert_null(
        strstr(hf_str_z(&f->memory, event.detail), "b.hfb")); // where it lies is nobody's business
    assert_non_null(strstr(hf_str_z(&f->memory, event.detail), "\"keys\":1"));

    hf_restore_request request = into_new(f, &secret);
    GOOD(hf_restore(&session, &request, &done, &err));
    assert_int_equal(stat(request.db, &mode), 0);
    assert_int_equal(mode.st_mode & 0777, 0600);
    assert_false(is_there(f, "new.db.part"));
    assert_false(is_there(f, "new.db.part-wal"));
    assert_int_equal(done.event_count, facts.event_last);
    assert_int_equal(done.settled.sessions, 2);
    assert_int_equal(done.settled.tokens, 1);
    assert_int_equal(done.settled.imports, 1);
    assert_memory_equal(&done.facts.content, &facts.content, sizeof(facts.content));

    hf_store *store = NULL;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_store_options options = {.url = request.db};
    char digest[65], hex[65];
    hf_str bytes;
    GOOD(hf_store_open(&options, &store, &err));
    GOOD(hf_read_begin(store, &read, &err));
    GOOD(hf_read_digest(read, digest, &err));
    hf_hex(facts.snapshot.bytes, sizeof(facts.snapshot.bytes), hex);
    assert_string_equal(digest, hex);
    GOOD(hf_blob_get(read, hf_str_of(content_hex), &f->memory, &bytes, &err));
    assert_true(hf_str_equal_z(bytes, "what is attached"));
    assert_false(has_credential(read, HF_CREDENTIAL_SESSION, "session"));
    assert_false(has_credential(read, HF_CREDENTIAL_DEVICE, "device"));
    assert_true(has_credential(read, HF_CREDENTIAL_TOKEN, "token"));
    assert_int_equal(state_of(read, "import"), HF_JOB_CANCELLED);
    assert_int_equal(state_of(read, "rank"), HF_JOB_QUEUED);
    hf_read_end(&read);
    event = newest_event(store, &f->memory);
    assert_true(hf_str_equal_z(event.action, "backup.restored"));
    assert_int_equal(event.sequence, facts.event_last + 1);
    hf_session inside = session;
    hf_log_check check;
    inside.store = store;
    GOOD(hf_check_log(&inside, &check, &err));
    assert_int_equal(check.fault.kind, HF_ERR_NONE);
    hf_store_close(&store);
    // The store that it is of has not changed.
    GOOD(hf_read_begin(f->store, &read, &err));
    assert_true(has_credential(read, HF_CREDENTIAL_SESSION, "session"));
    assert_int_equal(state_of(read, "import"), HF_JOB_QUEUED);
}

typedef struct {
    fixture *f;
    uint64_t calls;
} writer_of_others;

// Somebody writes while pieces are on their way.
static bool write_meanwhile(void *context, uint64_t done, uint64_t total, const char *unit)
{
    writer_of_others *w = context;
    hf_error err = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session session = local_session(w->f);
    (void)unit;
    assert_true(done <= total);
    if (w->calls++ % 20 != 0)
        return true;
    char key[16];
    (void)snprintf(key, sizeof(key), "W%d", (int)w->calls);
    hf_asset asset;
    hf_put_outcome outcome;
    hf_noun_init(&hf_noun_asset, &asset);
    asset.head.key = hf_str_of(key);
    asset.name = HF_STR("Meanwhile");
    assert_true(hf_tx_begin(w->f->store, NOW_MS, &tx, &err));
    assert_true(hf_store_put(tx, &hf_noun_asset, &asset, HF_VERSION_ANY, &outcome, &err));
    assert_true(hf_note(tx, &session, "asset.added", &hf_noun_asset, hf_str_of(key), HF_STR_EMPTY,
                        HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
    return true;
}

static void what_is_written_meanwhile_is_not_in_it(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    writer_of_others others = {.f = f};
    hf_backup_result made;
    hf_restore_result done;
    fill(f);
    const hf_backup_request request = {.path = fixture_path(f, "b.hfb"),
                                       .progress = {&others, write_meanwhile}};
    GOOD(hf_backup(&session, &request, &made, &err));
    assert_true(others.calls > 20);
    hf_restore_request back = into_new(f, NULL);
    GOOD(hf_restore(&session, &back, &done, &err));
    hf_store *store = NULL;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_store_options options = {.url = back.db};
    GOOD(hf_store_open(&options, &store, &err));
    GOOD(hf_read_begin(store, &read, &err));
    assert_int_equal(hf_read_count(read, &hf_noun_asset), 2);
    hf_read_end(&read);
    hf_store_close(&store);
}

static void only_who_may_see_and_manage_everything_takes_it_out(void **state)
{
    fixture *f = *state;
    hf_backup_result made;
    hf_restore_result done;
    const hf_backup_request request = {.path = fixture_path(f, "b.hfb")};
    fill(f);
    for (int role = 0; role < HF_ROLE_COUNT; role++) {
        hf_session session = user_session(f, (hf_user_role)role, HF_TLP_RED);
        // An administrator who is in no compartment does not see what is in one.
        BAD(hf_backup(&session, &request, &made, &err), "access.denied");
        assert_false(is_there(f, "b.hfb"));
        assert_false(is_there(f, "b.hfb.part"));
    }
    hf_session nobody = local_session(f);
    nobody.actor = (hf_actor){0};
    BAD(hf_backup(&nobody, &request, &made, &err), "access.sign_in");
    (void)back_up(f, NULL, 0);
    hf_restore_request back = into_new(f, NULL);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    BAD(hf_restore(&analyst, &back, &done, &err), "access.denied");
    assert_false(is_there(f, "new.db"));
}

static void what_is_there_stays(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_backup_result made;
    hf_restore_result done;
    const hf_backup_request request = {.path = fixture_path(f, "b.hfb")};
    fill(f);
    (void)write_file(f, "b.hfb", "mine");
    BAD(hf_backup(&session, &request, &made, &err), "file.exists");
    (void)remove(request.path);
    (void)back_up(f, NULL, 0);
    hf_restore_request back = into_new(f, NULL);
    (void)write_file(f, "new.db", "mine");
    BAD(hf_restore(&session, &back, &done, &err), "file.exists");
    (void)remove(back.db);
    (void)write_file(f, "new.db-wal", "of another store"); // would be read into the new one
    BAD(hf_restore(&session, &back, &done, &err), "file.exists");
    assert_false(is_there(f, "new.db"));
    (void)remove(fixture_path(f, "new.db-wal"));
    // What a killed one left is begun anew; what another one is writing is not touched.
    (void)write_file(f, "new.db.part", "half");
    int held = open(fixture_path(f, "new.db.part"), O_RDWR);
    assert_int_equal(flock(held, LOCK_EX), 0);
    BAD(hf_restore(&session, &back, &done, &err), "file.in_use");
    assert_true(is_there(f, "new.db.part"));
    (void)close(held);
    GOOD(hf_restore(&session, &back, &done, &err));
    assert_false(is_there(f, "new.db.part"));
}

static void a_damaged_backup_leaves_nothing(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_restore_result done;
    hf_backup_facts facts;
    hf_str bytes;
    fill(f);
    (void)back_up(f, NULL, 0);
    hf_restore_request back = into_new(f, NULL);
    GOOD(hf_file_read(back.path, UINT64_MAX, &f->memory, &bytes, &err));
    for (size_t at = 100; at < bytes.len; at += bytes.len / 5) {
        char *bent = hf_str_z(&f->memory, bytes);
        bent[at] = (char)(bent[at] ^ 4);
        GOOD(hf_file_write(back.path, (hf_str){bent, bytes.len}, &err));
        BAD(hf_restore(&session, &back, &done, &err), "backup.damaged");
        BAD(hf_backup_verify(&back, &facts, &err), "backup.damaged");
        assert_false(is_there(f, "new.db"));
        assert_false(is_there(f, "new.db.part"));
    }
}

// A backup that is whole, of a store whose log was bent: told when it is made, and nobody goes on with it unawares.
static void a_store_with_a_bent_log_comes_back_only_despite_it(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_restore_result done;
    fill(f);
    GOOD(hf_conn_run(f->store->writer, "UPDATE event SET actor = 'x' WHERE row = 1", &err));
    hf_backup_result made = back_up_as_it_is(f, NULL, 0);
    assert_string_equal(made.fault.code, "audit.hash");
    hf_event event = newest_event(f->store, &f->memory);
    assert_true(hf_str_equal_z(event.action, "backup.made"));
    assert_non_null(
        strstr(hf_str_z(&f->memory, event.detail), "\"fault\":{\"code\":\"audit.hash\""));
    hf_restore_request back = into_new(f, NULL);
    BAD(hf_restore(&session, &back, &done, &err), "backup.log_broken");
    assert_false(is_there(f, "new.db"));
    assert_false(is_there(f, "new.db.part"));
    back.is_despite_log = true;
    GOOD(hf_restore(&session, &back, &done, &err));
    assert_string_equal(done.log_fault.code, "audit.hash");
    hf_store *store = NULL;
    const hf_store_options options = {.url = back.db};
    GOOD(hf_store_open(&options, &store, &err));
    event = newest_event(store, &f->memory);
    assert_true(hf_str_equal_z(event.action, "backup.restored"));
    assert_non_null(
        strstr(hf_str_z(&f->memory, event.detail), "\"log_fault\":{\"code\":\"audit.hash\""));
    hf_store_close(&store);
}

// The digest that a store keeps of itself is no proof of what is in it.
static void the_snapshot_is_of_what_is_there(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_restore_result done;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    char digest[65], hex[65];
    fill(f);
    GOOD(hf_conn_run(f->store->writer,
                     "INSERT OR REPLACE INTO state(name, value) SELECT 'digest', value || ':' || "
                     "hex(zeroblob(32)) FROM state WHERE name = 'data_version'",
                     &err));
    f->store->digest_version = 0;
    GOOD(hf_read_begin(f->store, &read, &err));
    GOOD(hf_read_digest(read, digest, &err));
    assert_string_equal(digest, "0000000000000000000000000000000000000000000000000000000000000000");
    GOOD(hf_read_digest_known(read, NULL, digest, &err));
    hf_read_end(&read);
    hf_backup_facts facts = back_up(f, NULL, 0);
    hf_hex(facts.snapshot.bytes, sizeof(facts.snapshot.bytes), hex);
    assert_string_equal(hex, digest);
    hf_restore_request back = into_new(f, NULL);
    GOOD(hf_restore(&session, &back, &done, &err));
    hf_store *store = NULL;
    const hf_store_options options = {.url = back.db};
    GOOD(hf_store_open(&options, &store, &err));
    GOOD(hf_read_begin(store, &read, &err));
    GOOD(hf_read_digest(read, hex, &err));
    assert_string_equal(hex, digest);
    hf_read_end(&read);
    hf_store_close(&store);
}

// Whoever knows the public half can shut a backup of a store of theirs.
static void a_backup_of_another_instance_is_known_by_its_key(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_restore_result done;
    hf_backup_facts facts;
    hf_sign_key ours, theirs;
    hf_sign_secret secret;
    fill(f);
    hf_backup_facts made = back_up(f, NULL, 0);
    hf_restore_request back = into_new(f, NULL);
    memcpy(ours.bytes, made.instance.bytes, sizeof(ours.bytes));
    hf_sign_make(&theirs, &secret);
    back.instance = &theirs;
    BAD(hf_backup_verify(&back, &facts, &err), "backup.other_instance");
    BAD(hf_restore(&session, &back, &done, &err), "backup.other_instance");
    assert_false(is_there(f, "new.db"));
    back.instance = &ours;
    GOOD(hf_backup_verify(&back, &facts, &err));
    GOOD(hf_restore(&session, &back, &done, &err));
    (void)remove(back.db);
    (void)remove(back.path);
    // The public half of another instance, written into a store: it says so, and cannot sign.
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    GOOD(hf_stmt_once(f->store->writer, "UPDATE audit_key SET public = ?1", &stmt, &err));
    hf_stmt_blob(stmt, 1, theirs.bytes, sizeof(theirs.bytes));
    GOOD(hf_stmt_run(stmt, &err));
    (void)back_up_as_it_is(f, NULL, 0);
    back.instance = &theirs;
    back.is_despite_log = true;
    GOOD(hf_backup_verify(&back, &facts, &err));
    BAD(hf_restore(&session, &back, &done, &err), "backup.other_instance");
    assert_false(is_there(f, "new.db"));
}

static void keys_go_through_files_and_a_slip_is_seen(void **state)
{
    fixture *f = *state;
    hf_box_key key, second, read_key;
    hf_box_secret secret, made;
    hf_box_key_list list = {0};
    char text[HF_BOX_TEXT_BYTES], other[HF_BOX_TEXT_BYTES], both[400];
    const char *path = fixture_path(f, "k.key");
    struct stat mode;
    GOOD(hf_backup_make_key(path, NOW_MS, &key, &err));
    BAD(hf_backup_make_key(path, NOW_MS, &read_key, &err), "file.exists");
    assert_int_equal(stat(path, &mode), 0);
    assert_int_equal(mode.st_mode & 0777, 0600);
    GOOD(hf_backup_read_key(path, &secret, &err));
    hf_cipher_key content, opened;
    uint8_t box[HF_BOX_BYTES];
    hf_random_bytes(content.bytes, sizeof(content.bytes));
    assert_true(hf_box_shut(&content, &key, box));
    assert_true(hf_box_open(box, &secret, &opened));
    assert_memory_equal(&content, &opened, sizeof(content));

    hf_box_key_text(&key, text);
    for (size_t i = 0; text[i] != 0; i++) {
        char kept = text[i];
        text[i] = kept == '3' ? '4' : '3';
        assert_false(hf_box_key_parse(hf_str_of(text), &read_key));
        text[i] = kept;
    }
    hf_box_make(&second, &made);
    hf_box_key_text(&second, other);
    (void)snprintf(both, sizeof(both), "# ours\n%s\n\n  %s  \n", text, other);
    (void)write_file(f, "to.txt", both);
    const char *to = fixture_path(f, "to.txt");
    GOOD(hf_backup_read_recipients(hf_str_of(to), &f->memory, &list, &err));
    GOOD(hf_backup_read_recipients(hf_str_of(text), &f->memory, &list, &err));
    assert_int_equal(list.count, 3);
    assert_memory_equal(&list.items[1], &second, sizeof(second));
    // The secret half is no public one, and is not repeated.
    hf_error told = {0};
    hf_box_secret_text(&secret, text);
    assert_false(hf_backup_read_recipients(hf_str_of(text), &f->memory, &list, &told));
    assert_string_equal(told.code, "backup.recipient");
    assert_null(strstr(told.message, text + 6));
    // Not with a slip either, nor in capitals, nor in a file, of which only the line is told.
    for (int way = 0; way < 3; way++) {
        hf_box_secret_text(&secret, text);
        if (way == 0)
            text[30] = text[30] == '3' ? '4' : '3';
        for (size_t i = 0; way == 1 && text[i] != 0; i++)
            text[i] = (char)toupper(text[i]);
        (void)snprintf(both, sizeof(both), "# ours\n\n%s\n", way == 2 ? "password=12" : text);
        (void)write_file(f, "to.txt", both);
        const char *named = way == 2 ? "password" : text + 6;
        told = (hf_error){0};
        assert_false(hf_backup_read_recipients(hf_str_of(to), &f->memory, &list, &told));
        assert_string_equal(told.code, "backup.recipient");
        assert_string_equal(told.source, to);
        assert_int_equal(told.line, 3);
        assert_null(strstr(told.message, named));
        if (way == 2)
            continue;
        told = (hf_error){0};
        assert_false(hf_backup_read_recipients(hf_str_of(text), &f->memory, &list, &told));
        assert_string_equal(told.code, "backup.recipient");
        assert_null(strstr(told.message, named));
    }
    (void)snprintf(both, sizeof(both), "%s\n", other);
    (void)write_file(f, "to.txt", both);
    BAD(hf_backup_read_key(to, &secret, &err), "backup.key");
    (void)write_file(f, "to.txt", "# nobody\n");
    BAD(hf_backup_read_recipients(hf_str_of(to), &f->memory, &list, &err), "backup.recipient");
    BAD(hf_backup_read_recipients(HF_STR("hfpub-12"), &f->memory, &list, &err), "backup.recipient");
    // As many as may be, and one more.
    hf_box_key_text(&key, text);
    while (list.count < HF_BACKUP_KEYS_MAX)
        GOOD(hf_backup_read_recipients(hf_str_of(text), &f->memory, &list, &err));
    BAD(hf_backup_read_recipients(hf_str_of(text), &f->memory, &list, &err), "backup.recipients");
    fill(f);
    (void)back_up(f, list.items, (uint32_t)list.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_restored_store_is_the_same_and_nobody_is_signed_in,
                                        fixture_open, close_all),
        cmocka_unit_test_setup_teardown(what_is_written_meanwhile_is_not_in_it, fixture_open,
                                        close_all),
        cmocka_unit_test_setup_teardown(only_who_may_see_and_manage_everything_takes_it_out,
                                        fixture_open, close_all),
        cmocka_unit_test_setup_teardown(what_is_there_stays, fixture_open, close_all),
        cmocka_unit_test_setup_teardown(a_damaged_backup_leaves_nothing, fixture_open, close_all),
        cmocka_unit_test_setup_teardown(a_store_with_a_bent_log_comes_back_only_despite_it,
                                        fixture_open, close_all),
        cmocka_unit_test_setup_teardown(the_snapshot_is_of_what_is_there, fixture_open, close_all),
        cmocka_unit_test_setup_teardown(a_backup_of_another_instance_is_known_by_its_key,
                                        fixture_open, close_all),
        cmocka_unit_test_setup_teardown(keys_go_through_files_and_a_slip_is_seen, fixture_open,
                                        close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
