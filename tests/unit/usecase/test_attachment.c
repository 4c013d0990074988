// SPDX-License-Identifier: Apache-2.0
//
// Files of records: kept once, as secret as their record and where it lies, gone with it, carried by a dump; evidence
// that is accepted or refused; sections of an assessment and whose they are.
#include "fixture.h"

#include "usecase/release.h"
#include "usecase/usecase.h"

#define PDF "%PDF-1.7\nstrategy\n"

static const char *attach_as(fixture *f, const hf_session *session, const char *noun,
                             const char *record, const char *name, const char *text,
                             const hf_attachment **out)
{
    const hf_attachment *file = NULL;
    hf_error err = {0};
    const hf_attach_request wanted = {.noun = hf_noun_find(hf_str_of(noun)),
                                      .record = hf_str_of(record),
                                      .file_name = hf_str_of(name),
                                      .marking = HF_WORD_NONE,
                                      .bytes = hf_str_of(text)};
    bool is_done = hf_attach(session, &wanted, &f->memory, &file, &err);
    if (out != NULL)
        *out = file;
    return is_done ? "" : hf_str_z(&f->memory, hf_str_of(err.code));
}

static const hf_attachment *must_attach(fixture *f, const char *noun, const char *record,
                                        const char *name, const char *text)
{
    hf_session session = local_session(f);
    const hf_attachment *file = NULL;
    assert_string_equal(attach_as(f, &session, noun, record, name, text, &file), "");
    return file;
}

static size_t files_of(fixture *f, const hf_session *session, const char *noun, const char *record)
{
    hf_page page = {0};
    hf_error err = {0};
    if (!hf_list_attachments(session, hf_noun_find(hf_str_of(noun)), hf_str_of(record), &f->memory,
                             &page, &err))
        return SIZE_MAX;
    return page.count;
}

static const char *bytes_of(fixture *f, const hf_session *session, hf_str key)
{
    const hf_attachment *file = NULL;
    hf_str bytes = HF_STR_EMPTY;
    hf_error err = {0};
    return hf_read_attachment(session, key, &f->memory, &file, &bytes, &err)
               ? hf_str_z(&f->memory, bytes)
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static const hf_attachment *file_of(fixture *f, hf_str key)
{
    hf_session session = local_session(f);
    void *out = NULL;
    hf_error err = {0};
    return hf_get_record(&session, &hf_noun_attachment, key, &f->memory, &out, &err) ? out : NULL;
}

static void two_assets(fixture *f)
{
    (void)fixture_init(f);
    must_write(f, "asset", NULL, "{\"key\":\"E1\",\"name\":\"Plant\",\"sector\":\"EN\"}");
    must_write(f, "asset", NULL, "{\"key\":\"W1\",\"name\":\"Pump\",\"sector\":\"WA\"}");
}

static hf_str last_action(fixture *f)
{
    hf_session session = local_session(f);
    hf_event *events = NULL;
    size_t count = 0;
    hf_error err = {0};
    assert_true(hf_read_log(&session, 0, 1, &f->memory, &events, &count, &err));
    return events[0].action;
}

static void a_file_comes_back_as_it_came_and_each_reading_is_noted(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    two_assets(f);
    const hf_attachment *file = must_attach(f, "asset", "E1", "plan.pdf", PDF);
    assert_true(hf_str_equal_z(file->media_type, "application/pdf"));
    assert_int_equal(file->bytes, strlen(PDF));
    assert_true(hf_str_equal_z(file->sector, "EN"));
    assert_true(hf_str_equal_z(last_action(f), "attachment.added"));
    assert_string_equal(bytes_of(f, &session, file->head.key), PDF);
    assert_true(hf_str_equal_z(last_action(f), "attachment.read"));
    assert_int_equal(files_of(f, &session, "asset", "E1"), 1);
    assert_int_equal(files_of(f, &session, "asset", "W1"), 0);
    assert_string_equal(attach_as(f, &session, "asset", "E1", "again.pdf", PDF, NULL),
                        "attachment.there");
    assert_string_equal(attach_as(f, &session, "asset", "NO", "plan.pdf", PDF, NULL),
                        "record.unknown");
    assert_string_equal(attach_as(f, &session, "user", "somebody", "plan.pdf", PDF, NULL),
                        "attachment.no_home");
    assert_string_equal(attach_as(f, &session, "asset", "E1", "plan.exe", PDF, NULL),
                        "attachment.kind");
}

static void what_is_known_of_a_file_is_not_written_by_hand(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    two_assets(f);
    const hf_attachment *file = must_attach(f, "asset", "E1", "plan.pdf", PDF);
    const char *key = hf_str_z(&f->memory, file->head.key);
    assert_string_equal(
        write_record(f, &session, "attachment", NULL,
                     "{\"key\":\"X\",\"noun\":\"asset\",\"record\":\"E1\","
                     "\"file_name\":\"a.pdf\",\"sha256\":\"0123456789abcdef0123456789"
                     "abcdef0123456789abcdef0123456789abcdef\"}"),
        "attachment.needs_file");
    // By the hash of another file one could read what one may not.
    assert_string_equal(write_record(f, &session, "attachment", key,
                                     "{\"sha256\":\"0123456789abcdef0123456789"
                                     "abcdef0123456789abcdef0123456789abcdef\"}"),
                        "attachment.fixed");
    assert_string_equal(write_record(f, &session, "attachment", key, "{\"record\":\"W1\"}"),
                        "attachment.fixed");
    assert_string_equal(write_record(f, &session, "attachment", key, "{\"marking\":\"TLP:CLEAR\"}"),
                        "attachment.less_secret");
    assert_string_equal(
        write_record(f, &session, "attachment", key, "{\"title\":\"T\",\"marking\":\"TLP:RED\"}"),
        "");
}

static void a_file_is_as_secret_as_its_record_and_lies_where_it_lies(void **state)
{
    fixture *f = *state;
    const hf_role_grant grant = {HF_ROLE_OPERATOR, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}};
    hf_session operator_ = user_session(f, HF_ROLE_OPERATOR, HF_TLP_AMBER);
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    operator_.actor.role = HF_WORD_NONE;
    operator_.actor.grants = &grant;
    operator_.actor.grant_count = 1;
    two_assets(f);
    hf_str energy = must_attach(f, "asset", "E1", "e.pdf", PDF "e")->head.key;
    hf_str water = must_attach(f, "asset", "W1", "w.pdf", PDF "w")->head.key;
    assert_string_equal(bytes_of(f, &operator_, energy), PDF "e");
    assert_string_equal(bytes_of(f, &operator_, water), "record.unknown");
    assert_int_equal(files_of(f, &operator_, "asset", "W1"), SIZE_MAX);
    assert_string_equal(attach_as(f, &operator_, "asset", "W1", "x.pdf", PDF, NULL),
                        "record.unknown");
    assert_string_equal(attach_as(f, &operator_, "asset", "E1", "x.pdf", PDF, NULL), "");
    assert_string_equal(bytes_of(f, &observer, water), PDF "w");
    assert_string_equal(attach_as(f, &observer, "asset", "E1", "y.pdf", PDF "y", NULL),
                        "access.denied");
    // Moved and raised with the record; never lowered with it.
    must_write(f, "asset", "E1", "{\"sector\":\"TR\",\"marking\":\"TLP:RED\"}");
    assert_int_equal(file_of(f, energy)->head.marking, HF_TLP_RED);
    assert_string_equal(bytes_of(f, &operator_, energy), "record.unknown");
    assert_string_equal(bytes_of(f, &observer, energy), "record.unknown");
    must_write(f, "asset", "E1", "{\"marking\":\"TLP:GREEN\"}");
    assert_int_equal(file_of(f, energy)->head.marking, HF_TLP_RED);
}

static void a_file_goes_with_its_record_and_comes_back_with_it(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    uint64_t removed = 0;
    hf_undo_counts counts = {0};
    hf_error err = {0};
    two_assets(f);
    hf_str key = must_attach(f, "asset", "E1", "e.pdf", PDF)->head.key;
    assert_true(hf_remove_record(&session, &hf_noun_asset, HF_STR("E1"), HF_VERSION_ANY, false,
                                 &removed, &err));
    assert_null(file_of(f, key));
    assert_true(hf_undo_event(&session, last_event(f), &counts, &err));
    assert_string_equal(bytes_of(f, &session, key), PDF);
}

// Lowered by two persons, too, a file stays as secret as its record.
static void a_released_lowering_leaves_a_file_as_secret_as_its_record(void **state)
{
    fixture *f = *state;
    hf_session asker = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_session decider = user_session(f, HF_ROLE_AUTHORITY, HF_TLP_RED);
    const hf_query query = {.noun = &hf_noun_attachment};
    const hf_release_decision decision = {.is_approved = true};
    hf_release *release = NULL;
    hf_error err = {0};
    decider.actor.name = HF_STR("another");
    add_account(f, "{\"key\":\"somebody\",\"role\":\"analyst\",\"clearance\":\"red\"}");
    two_assets(f);
    must_write(f, "asset", "E1", "{\"marking\":\"red\"}");
    hf_str key = must_attach(f, "asset", "E1", "e.pdf", PDF)->head.key;
    hf_patch patch = patch_of(f, &hf_noun_attachment, "{\"marking\":\"green\"}");
    if (!hf_ask_lowering(&asker, &query, &patch, HF_STR("why"), &f->memory, &release, &err) ||
        !hf_decide_release(&decider, NULL, release->head.key, &decision, &f->memory, &release,
                           &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_int_equal(file_of(f, key)->head.marking, HF_TLP_RED);
}

static void one_answer(fixture *f)
{
    (void)fixture_init(f);
    must_write(f, "assessment", NULL, "{\"key\":\"N\",\"title\":\"Nation\"}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N\",\"question\":\"2341-OP2.q1\",\"rating\":\"3\"}");
}

static const hf_evidence *evidence_of(fixture *f, const char *key)
{
    hf_session session = local_session(f);
    void *out = NULL;
    hf_error err = {0};
    if (!hf_get_record(&session, &hf_noun_evidence, hf_str_of(key), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static double cover(fixture *f, int64_t now_ms)
{
    hf_session session = local_session(f);
    hf_assessment_results results;
    hf_error err = {0};
    session.now_ms = now_ms;
    assert_true(
        hf_assessment_results_read(&session, NULL, HF_STR("N"), &f->memory, &results, &err));
    return hf_score_evidence_cover(&results.overall);
}

static void evidence_counts_once_accepted_and_until_it_expires(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    one_answer(f);
    hf_str file = must_attach(f, "answer", "N/2341-OP2.q1", "s.pdf", PDF)->head.key;
    const char *offered =
        hf_str_z(&f->memory,
                 hf_str_format(&f->memory,
                               "{\"key\":\"P\",\"assessment\":\"N\",\"question\":\"2341-OP2.q1\","
                               "\"attachment\":\"%.*s\",\"expires_at\":\"2023-12-01\"}",
                               HF_STR_ARG(file)));
    must_write(f, "evidence", NULL, offered);
    assert_int_equal(evidence_of(f, "P")->state, HF_EVIDENCE_OFFERED);
    assert_true(hf_str_equal_z(evidence_of(f, "P")->given_by, "cli:test"));
    assert_true(cover(f, session.now_ms) == 0);
    assert_string_equal(write_record(f, &session, "evidence", "P", "{\"state\":\"refused\"}"),
                        "evidence.reason");
    must_write(f, "evidence", "P", "{\"state\":\"refused\",\"reason\":\"Not signed\"}");
    assert_true(cover(f, session.now_ms) == 0);
    must_write(f, "evidence", "P", "{\"state\":\"accepted\",\"reason\":null}");
    assert_true(hf_str_equal_z(evidence_of(f, "P")->judged_by, "cli:test"));
    assert_int_equal(evidence_of(f, "P")->judged_at, session.now_ms);
    assert_true(cover(f, session.now_ms) == 1);
    assert_true(cover(f, evidence_of(f, "P")->expires_at) == 0);
    // What is exchanged after that was not judged.
    must_write(f, "evidence", "P", "{\"attachment\":null,\"link\":\"https://example.org/s\"}");
    assert_int_equal(evidence_of(f, "P")->state, HF_EVIDENCE_OFFERED);
    assert_true(evidence_of(f, "P")->judged_by.len == 0);
    assert_true(cover(f, session.now_ms) == 0);
}

static void evidence_is_one_thing_that_its_giver_may_know_of(void **state)
{
    fixture *f = *state;
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    one_answer(f);
    must_write(f, "asset", NULL, "{\"key\":\"S\",\"name\":\"Secret\",\"marking\":\"TLP:RED\"}");
#define ABOUT "\"assessment\":\"N\",\"question\":\"2341-OP2.q1\""
    assert_string_equal(write_record(f, &assessor, "evidence", NULL, "{" ABOUT "}"),
                        "evidence.one");
    assert_string_equal(write_record(f, &assessor, "evidence", NULL,
                                     "{" ABOUT ",\"link\":\"https://a\",\"record\":\"asset/S\"}"),
                        "evidence.one");
    assert_string_equal(
        write_record(f, &assessor, "evidence", NULL, "{" ABOUT ",\"link\":\"javascript:1\"}"),
        "answer.evidence_link");
    assert_string_equal(
        write_record(f, &assessor, "evidence", NULL, "{" ABOUT ",\"record\":\"asset/S\"}"),
        "reference.unknown");
    assert_string_equal(
        write_record(f, &assessor, "evidence", NULL, "{" ABOUT ",\"attachment\":\"no\"}"),
        "reference.unknown");
    assert_string_equal(
        write_record(f, &assessor, "evidence", NULL, "{" ABOUT ",\"link\":\"https://a\"}"), "");
    // The same once more is the same.
    assert_string_equal(
        write_record(f, &assessor, "evidence", NULL, "{" ABOUT ",\"link\":\"https://a\"}"),
        "record.exists");
}

static void a_file_that_is_evidence_stays(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    uint64_t removed = 0;
    hf_error err = {0};
    one_answer(f);
    hf_str file = must_attach(f, "answer", "N/2341-OP2.q1", "s.pdf", PDF)->head.key;
    must_write(
        f, "evidence", NULL,
        hf_str_z(&f->memory,
                 hf_str_format(&f->memory, "{\"key\":\"P\"," ABOUT ",\"attachment\":\"%.*s\"}",
                               HF_STR_ARG(file))));
    assert_false(hf_remove_record(&session, &hf_noun_attachment, file, HF_VERSION_ANY, false,
                                  &removed, &err));
    assert_string_equal(err.code, "attachment.in_use");
    err = (hf_error){0};
    assert_true(hf_remove_record(&session, &hf_noun_evidence, HF_STR("P"), HF_VERSION_ANY, false,
                                 &removed, &err));
    assert_true(hf_remove_record(&session, &hf_noun_attachment, file, HF_VERSION_ANY, false,
                                 &removed, &err));
    assert_int_equal(files_of(f, &session, "answer", "N/2341-OP2.q1"), 0);
}

// --- sections --------------------------------------------------------------------------------------------

static hf_str theme_of(fixture *f, const char *question)
{
    hf_session session = local_session(f);
    void *asked = NULL, *provision = NULL;
    hf_error err = {0};
    assert_true(
        hf_get_record(&session, &hf_noun_question, hf_str_of(question), &f->memory, &asked, &err));
    assert_true(hf_get_record(&session, &hf_noun_provision,
                              ((const hf_provision_question *)asked)->provision, &f->memory,
                              &provision, &err));
    return ((const hf_provision *)provision)->theme;
}

static void who_answers_for_a_section_opens_and_answers_no_other(void **state)
{
    fixture *f = *state;
    one_answer(f);
    hf_str own = theme_of(f, "2341-OP2.q1");
    assert_false(hf_str_equal(theme_of(f, "2309-6A.q1"), own));
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N\",\"question\":\"2309-6A.q1\",\"rating\":\"1\"}");
    hf_role_grant grant = {
        HF_ROLE_ASSESSOR,
        {.kind = HF_SCOPE_SECTION, .of = hf_str_format(&f->memory, "N/%.*s", HF_STR_ARG(own))}};
    hf_session respondent = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    respondent.actor.role = HF_WORD_NONE;
    respondent.actor.grants = &grant;
    respondent.actor.grant_count = 1;
    hf_str file = must_attach(f, "answer", "N/2309-6A.q1", "s.pdf", PDF)->head.key;
    assert_string_equal(bytes_of(f, &respondent, file), "record.unknown");
    assert_string_equal(
        write_record(f, &respondent, "answer", "N/2341-OP2.q1", "{\"rating\":\"4\"}"), "");
    assert_string_equal(
        write_record(f, &respondent, "answer", "N/2309-6A.q1", "{\"rating\":\"4\"}"),
        "record.unknown");
    assert_string_equal(
        write_record(f, &respondent, "answer", NULL,
                     "{\"assessment\":\"N\",\"question\":\"2309-6A.q2\",\"rating\":\"4\"}"),
        "access.section");
    // Lists, figures and the assessment itself.
    hf_query query = {.noun = &hf_noun_answer, .limit = 100};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(&respondent, &query, &f->memory, &page, &err));
    assert_int_equal(page.count, 1);
    hf_assessment_results results;
    assert_true(
        hf_assessment_results_read(&respondent, NULL, HF_STR("N"), &f->memory, &results, &err));
    assert_int_equal(results.theme_count, 1);
    assert_true(hf_str_equal(results.themes[0].code, own));
    assert_string_equal(write_record(f, &respondent, "assessment", "N", "{\"title\":\"X\"}"),
                        "access.scope");
    assert_string_equal(write_record(f, &respondent, "recommendation", NULL,
                                     "{\"key\":\"R\",\"assessment\":\"N\",\"title\":\"Do\"}"),
                        "access.scope");
    // What there is may be shown; that it is enough is said by others.
    assert_string_equal(
        write_record(f, &respondent, "evidence", NULL, "{" ABOUT ",\"link\":\"https://a\"}"), "");
    assert_string_equal(write_record(f, &respondent, "evidence", NULL,
                                     "{" ABOUT ",\"link\":\"https://b\",\"state\":\"accepted\"}"),
                        "evidence.not_yours");
    assert_string_equal(write_record(f, &respondent, "answer", "N/2341-OP2.q1",
                                     "{\"evidence\":\"It\",\"evidence_accepted\":true}"),
                        "evidence.not_yours");
}

// --- a dump ----------------------------------------------------------------------------------------------

static bool to_buf(void *context, hf_str bytes, hf_error *err)
{
    (void)err;
    hf_buf_add_str(context, bytes);
    return true;
}

static hf_str dump_of(fixture *f, const hf_session *session)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of((size_t)1 << 26);
    const hf_export_request request = {.format = HF_STR("dump"), .output = {&out, to_buf}};
    uint64_t count = 0;
    hf_error err = {0};
    if (!hf_export(session, &request, &f->memory, &count, &err))
        fail_msg("%s: %s", err.code, err.message);
    return hf_buf_copy(&f->memory, &out);
}

static hf_import_result import_dump(fixture *f, hf_store *store, hf_str text)
{
    const char *path = write_file(f, "a.csv", hf_str_z(&f->memory, text));
    const hf_import_file file = {path, "all.dump"};
    const hf_import_request request = {.files = &file, .file_count = 1};
    hf_session session = local_session(f);
    hf_import_result result = {0};
    hf_error err = {0};
    session.store = store;
    if (!hf_import(&session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static void a_dump_carries_files_into_another_store(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f), again = session;
    hf_store *second = NULL;
    hf_error err = {0};
    two_assets(f);
    hf_str key = must_attach(f, "asset", "E1", "e.pdf", PDF)->head.key;
    (void)must_attach(f, "asset", "W1", "same.pdf", PDF);
    hf_str dump = dump_of(f, &session);
    const hf_store_options options = {.url = fixture_path(f, "b.csv"), .create = true};
    assert_true(hf_store_open(&options, &second, &err));
    hf_import_result result = import_dump(f, second, dump);
    assert_int_equal(result.problems.error_count, 0);
    assert_true(result.is_stored);
    again.store = second;
    assert_string_equal(bytes_of(f, &again, key), PDF);
    // The same bytes stand in it once, and the other store holds the same records.
    char one[65], two[65];
    digest_of(f->store, one);
    digest_of(second, two);
    assert_string_equal(one, two);
    size_t pieces = 0;
    for (hf_str rest = dump; hf_str_find(rest, HF_STR("{\"content\":")) < rest.len; pieces++)
        rest = hf_str_slice(rest, hf_str_find(rest, HF_STR("{\"content\":")) + 1, rest.len);
    assert_int_equal(pieces, 1);
    hf_store_close(&second);
    (void)remove(fixture_path(f, "b.csv-wal"));
    (void)remove(fixture_path(f, "b.csv-shm"));
    (void)remove(fixture_path(f, "b.csv-lock"));
}

static hf_str replaced(fixture *f, hf_str text, const char *from, const char *to)
{
    size_t at = hf_str_find(text, hf_str_of(from));
    assert_true(at < text.len);
    return hf_str_format(&f->memory, "%.*s%s%.*s", (int)at, text.ptr, to,
                         HF_STR_ARG(hf_str_slice(text, at + strlen(from), text.len)));
}

static void a_dump_brings_no_bytes_that_it_does_not_name(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    uint64_t removed = 0;
    hf_error err = {0};
    two_assets(f);
    hf_str key = must_attach(f, "asset", "E1", "e.pdf", PDF)->head.key;
    hf_str dump = dump_of(f, &session);
    assert_true(hf_remove_record(&session, &hf_noun_attachment, key, HF_VERSION_ANY, false,
                                 &removed, &err));
    hf_import_result result =
        import_dump(f, f->store, replaced(f, dump, "\"bytes\":\"JV", "\"bytes\":\"AV"));
    assert_string_equal(result.fault.code, "dump.content");
    // Bytes that are in the store already do not come with a row that only knows their digest.
    size_t from = hf_str_find(dump, HF_STR("{\"content\""));
    size_t to = hf_str_find_byte(dump, '\n', from) + 1;
    hf_str without = hf_str_format(&f->memory, "%.*s%.*s", (int)from, dump.ptr,
                                   HF_STR_ARG(hf_str_slice(dump, to, dump.len)));
    result = import_dump(f, f->store, without);
    (void)problem_with(&result, "attachment.bytes_missing");
    result = import_dump(f, f->store, replaced(f, dump, "e.pdf", "e.txt"));
    (void)problem_with(&result, "attachment.mislabelled");
    result = import_dump(f, f->store, replaced(f, dump, "\"record\":\"E1\"", "\"record\":\"E9\""));
    (void)problem_with(&result, "reference.unknown");
    result = import_dump(f, f->store, dump);
    assert_true(result.is_stored);
    assert_string_equal(bytes_of(f, &session, key), PDF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
        TEST(a_file_comes_back_as_it_came_and_each_reading_is_noted),
        TEST(what_is_known_of_a_file_is_not_written_by_hand),
        TEST(a_file_is_as_secret_as_its_record_and_lies_where_it_lies),
        TEST(a_file_goes_with_its_record_and_comes_back_with_it),
        TEST(a_released_lowering_leaves_a_file_as_secret_as_its_record),
        TEST(evidence_counts_once_accepted_and_until_it_expires),
        TEST(evidence_is_one_thing_that_its_giver_may_know_of),
        TEST(a_file_that_is_evidence_stays),
        TEST(who_answers_for_a_section_opens_and_answers_no_other),
        TEST(a_dump_carries_files_into_another_store),
        TEST(a_dump_brings_no_bytes_that_it_does_not_name),
    };
    return cmocka_run_group_tests_name("usecase/attachment", tests, NULL, NULL);
}
