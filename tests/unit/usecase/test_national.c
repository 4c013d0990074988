// SPDX-License-Identifier: Apache-2.0
//
// What is of the nation: the library found in every script and adopted, sharing with a second person, bulletins with their
// receipts, the strategy as its readers may know of it.
#include "fixture.h"

#include "usecase/usecase.h"

#define PRACTICE                                                                                   \
    "{\"key\":\"P1\",\"title\":\"Joint exercise\",\"done\":\"Once a year, from the fall of the "   \
    "line.\","                                                                                     \
    "\"phases\":[\"respond\",\"recover\"],\"sectors\":[\"EN01\"],\"provisions\":[\"2341-OP5\"],"   \
    "\"marking\":\"TLP:AMBER\"}"

static hf_library find(fixture *f, const hf_session *session, hf_library_request request)
{
    hf_library out;
    hf_error err = {0};
    if (!hf_library_read(session, &request, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static hf_library_request any(const char *text)
{
    return (hf_library_request){
        .text = hf_str_of(text), .form = HF_WORD_NONE, .phase = HF_WORD_NONE};
}

static const char *first_key(fixture *f, const hf_library *library)
{
    return library->count == 0 ? "" : hf_str_z(&f->memory, library->items[0].practice->head.key);
}

static void practices_are_found_by_words_of_every_script_and_by_what_they_serve(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    must_write(f, "practice", NULL, PRACTICE);
    must_write(f, "practice", NULL,
               "{\"key\":\"P2\",\"title\":\"备用变压器共享库\",\"phases\":[\"recover\"],"
               "\"sectors\":[\"any\"]}");
    must_write(
        f, "practice", NULL,
        "{\"key\":\"P3\",\"title\":\"تدريب الحرّاس\",\"form\":\"training\",\"done\":\"в рынке\"}");
    must_write(f, "practice", NULL,
               "{\"key\":\"P4\",\"title\":\"Old joint exercise\",\"status\":\"retired\"}");
    hf_library found = find(f, &session, any("变压器"));
    assert_int_equal(found.count, 1);
    assert_string_equal(first_key(f, &found), "P2");
    found = find(f, &session, any("الحراس")); // without the vowel sign
    assert_string_equal(first_key(f, &found), "P3");
    found = find(f, &session, any("РЫНКЕ"));
    assert_string_equal(first_key(f, &found), "P3");
    found = find(f, &session, any("exercise")); // the retired one is not told
    assert_int_equal(found.count, 1);
    found = find(f, &session, any(""));
    assert_int_equal(found.count, 3);
    assert_int_equal(found.by_phase[HF_PHASE_RECOVER], 2);
    assert_int_equal(found.by_phase[HF_PHASE_INVESTIGATE], 0);
    assert_int_equal(found.without_phase, 1);
    hf_library_request request = any("");
    request.phase = HF_PHASE_RESPOND;
    found = find(f, &session, request);
    assert_string_equal(first_key(f, &found), "P1");
    assert_int_equal(found.by_phase[HF_PHASE_RECOVER], 2); // counted as if no phase were asked for
    request = any("");
    request.sector = HF_STR("EN");
    assert_int_equal(find(f, &session, request).count, 2);
    request.sector = HF_STR("WA");
    assert_int_equal(find(f, &session, request).count, 1);
    request = any("");
    request.provision = HF_STR("2341-OP5");
    assert_int_equal(find(f, &session, request).count, 1);
    request = any("");
    request.form = 4;
    assert_int_equal(find(f, &session, request).count, 1);
    // As secret as each is: who is not cleared finds less, and counts less.
    must_write(f, "practice", "P1", "{\"marking\":\"TLP:RED\"}");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    found = find(f, &observer, any(""));
    assert_int_equal(found.count, 2);
    assert_int_equal(found.by_phase[HF_PHASE_RECOVER], 1);
}

static void a_practice_is_adopted_as_what_refers_back_to_it(void **state)
{
    fixture *f = *state;
    const hf_noun *noun = NULL;
    void *record = NULL;
    hf_error err = {0};
    (void)fixture_init(f);
    hf_session session = local_session(f);
    must_write(f, "practice", NULL, PRACTICE);
    must_write(f, "strategy", NULL, "{\"key\":\"S\",\"title\":\"National\"}");
    must_write(f, "objective", NULL,
               "{\"key\":\"O\",\"strategy\":\"S\",\"title\":\"Ready\",\"marking\":\"TLP:RED\"}");
    hf_adoption wanted = {.practice = HF_STR("P1")};
    assert_true(hf_adopt_practice(&session, &wanted, &f->memory, &noun, &record, &err));
    const hf_measure *measure = record;
    assert_ptr_equal(noun, &hf_noun_measure);
    assert_true(hf_str_equal_z(measure->head.key, "P1/M1"));
    assert_true(hf_str_equal_z(measure->practice, "P1"));
    assert_true(hf_str_equal_z(measure->about, "Once a year, from the fall of the line."));
    assert_true(hf_adopt_practice(&session, &wanted, &f->memory, &noun, &record, &err));
    assert_true(hf_str_equal_z(((const hf_head *)record)->key, "P1/M2"));
    wanted.objective = HF_STR("O");
    assert_true(hf_adopt_practice(&session, &wanted, &f->memory, &noun, &record, &err));
    const hf_action *action = record;
    assert_ptr_equal(noun, &hf_noun_action);
    assert_true(hf_str_equal_z(action->practice, "P1"));
    assert_true(hf_str_equal_z(action->phases, "recover respond"));
    assert_int_equal(action->head.marking, HF_TLP_RED); // as its objective
    hf_library found = find(f, &session, any(""));
    assert_int_equal(found.items[0].measures, 2);
    assert_int_equal(found.items[0].actions, 1);
    wanted.objective = HF_STR("NONE");
    assert_false(hf_adopt_practice(&session, &wanted, &f->memory, &noun, &record, &err));
    assert_string_equal(err.code, "reference.unknown");
    err = (hf_error){0};
    wanted.practice = HF_STR("NONE");
    assert_false(hf_adopt_practice(&session, &wanted, &f->memory, &noun, &record, &err));
    assert_string_equal(err.code, "record.unknown");
    // What others name stays.
    uint64_t removed = 0;
    err = (hf_error){0};
    assert_false(hf_remove_record(&session, &hf_noun_practice, HF_STR("P1"), HF_VERSION_ANY, false,
                                  &removed, &err));
    assert_string_equal(err.code, "library.adopted");
    err = (hf_error){0};
    assert_false(hf_remove_record(&session, &hf_noun_strategy, HF_STR("S"), HF_VERSION_ANY, false,
                                  &removed, &err));
    assert_string_equal(err.code, "strategy.has_parts");
    // Who has no right to it adopts nothing.
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    wanted = (hf_adoption){.practice = HF_STR("P1")};
    err = (hf_error){0};
    assert_false(hf_adopt_practice(&observer, &wanted, &f->memory, &noun, &record, &err));
    assert_string_equal(err.code, "access.denied");
}

static const char *ask_share(fixture *f, const hf_session *session, hf_marking marking,
                             const char *reason, hf_release **out)
{
    const hf_share_wish wish = {HF_STR("P1"), (int32_t)marking, hf_str_of(reason)};
    hf_error err = {0};
    return hf_ask_share(session, &wish, &f->memory, out, &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static const char *decide(fixture *f, const hf_session *session, const hf_release *release)
{
    const hf_release_decision decision = {.is_approved = true};
    hf_release *out = NULL;
    hf_error err = {0};
    return hf_decide_release(session, NULL, release->head.key, &decision, &f->memory, &out, &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static int32_t marking_of(fixture *f)
{
    void *practice = NULL;
    hf_error err = {0};
    hf_session session = local_session(f);
    assert_true(
        hf_get_record(&session, &hf_noun_practice, HF_STR("P1"), &f->memory, &practice, &err));
    return ((const hf_head *)practice)->marking;
}

static void a_practice_is_shared_by_two_people_and_after_a_look_for_sites(void **state)
{
    fixture *f = *state;
    hf_release *release = NULL;
    (void)fixture_init(f);
    must_write(f, "asset", NULL,
               "{\"key\":\"SUB-7\",\"name\":\"Old Mill Substation\",\"kind\":\"substation\","
               "\"marking\":\"TLP:AMBER\"}");
    must_write(f, "practice", NULL, PRACTICE);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_session authority = user_session(f, HF_ROLE_AUTHORITY, HF_TLP_AMBER);
    authority.actor.name = HF_STR("another");
    // Alone, nobody makes it readable for more.
    assert_string_equal(write_record(f, &analyst, "practice", "P1", "{\"marking\":\"TLP:GREEN\"}"),
                        "share.second_person");
    assert_string_equal(write_record(f, &analyst, "practice", "P1", "{\"marking\":\"TLP:AMBER\"}"),
                        "");
    assert_string_equal(ask_share(f, &analyst, HF_TLP_AMBER, "why", &release), "share.not_lower");
    assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, " ", &release), "release.reason");
    // A site that is more secret is found by its key and by its name, also across a line.
    static const char *const telling[] = {"We met at (SUB-7), twice.", "At Old Mill\\nno.",
                                          "It began at the Old Mill Substation."};
    static const char *const codes[] = {"share.stop", "", "share.stop"};
    for (size_t i = 0; i < HF_COUNT(telling); i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"about\":\"%s\"}", telling[i]);
        must_write(f, "practice", "P1", json);
        assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, "why", &release), codes[i]);
    }
    must_write(f, "practice", "P1",
               "{\"about\":\"Write to who@example.org, near 12.34567.\",\"compartments\":[\"x\"]}");
    hf_session local = local_session(f);
    assert_string_equal(ask_share(f, &local, HF_TLP_GREEN, "why", &release), "share.stop");
    must_write(f, "practice", "P1", "{\"compartments\":[]}");
    assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, "for the region", &release), "");
    assert_true(hf_str_find(release->question, HF_STR("who@example.org")) < release->question.len);
    assert_true(hf_str_find(release->question, HF_STR("12.34567")) < release->question.len);
    assert_string_equal(decide(f, &analyst, release), "access.denied");
    hf_session asker = authority;
    asker.actor.name = HF_STR("somebody"); // has the right, but asked
    assert_string_equal(decide(f, &asker, release), "release.own");
    // What was read is what is shared: a change in between ends the wish.
    must_write(f, "practice", "P1", "{\"result\":\"good\"}");
    assert_string_equal(decide(f, &authority, release), "share.changed");
    assert_int_equal(marking_of(f), HF_TLP_AMBER);
    assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, "for the region", &release), "");
    assert_string_equal(decide(f, &authority, release), "");
    assert_int_equal(marking_of(f), HF_TLP_GREEN);
    assert_string_equal(decide(f, &authority, release), "release.decided");
}

// However much else there is to find.
static void no_other_findings_hide_a_site(void **state)
{
    enum { ADDRESSES = 60 };
    fixture *f = *state;
    hf_release *release = NULL;
    (void)fixture_init(f);
    must_write(f, "asset", NULL,
               "{\"key\":\"SUB-7\",\"name\":\"Old Mill\",\"marking\":\"TLP:RED\"}");
    must_write(f, "asset", NULL,
               "{\"key\":\"CLUB-9\",\"marking\":\"TLP:CLEAR\",\"compartments\":[\"x\"]}");
    must_write(f, "practice", NULL, PRACTICE);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    for (int i = 0; i < ADDRESSES; i++)
        hf_buf_add_format(&text, "a%d@example.org ", i);
    hf_str many = hf_buf_str(&text);
    hf_str json = hf_str_format(&f->memory, "{\"about\":\"%.*s\"}", HF_STR_ARG(many));
    must_write(f, "practice", "P1", hf_str_z(&f->memory, json));
    assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, "why", &release), "");
    json = hf_str_format(&f->memory, "{\"about\":\"%.*s SUB-7\"}", HF_STR_ARG(many));
    must_write(f, "practice", "P1", hf_str_z(&f->memory, json));
    assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, "why", &release), "share.stop");
    // A site that is hidden by a compartment is no less secret than one that is marked.
    must_write(f, "practice", "P1", "{\"about\":\"We met at CLUB-9.\"}");
    assert_string_equal(ask_share(f, &analyst, HF_TLP_GREEN, "why", &release), "share.stop");
}

// The check of its text is asked for by one way only.
static void a_practice_is_not_lowered_beside_the_look_for_sites(void **state)
{
    fixture *f = *state;
    hf_release *release = NULL;
    hf_error err = {0};
    (void)fixture_init(f);
    must_write(f, "practice", NULL, PRACTICE);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_patch patch = patch_of(f, &hf_noun_practice, "{\"marking\":\"green\"}");
    const hf_query query = {.noun = &hf_noun_practice};
    assert_false(
        hf_ask_lowering(&analyst, &query, &patch, HF_STR("why"), &f->memory, &release, &err));
    assert_string_equal(err.code, "share.second_person");
}

static void add_user(fixture *f, const char *name, const char *organisation, const char *clearance)
{
    char json[300];
    snprintf(json, sizeof json,
             "{\"key\":\"%s\",\"role\":\"observer\",\"organisation\":\"%s\",\"clearance\":\"%s\"}",
             name, organisation, clearance);
    must_write(f, "user", NULL, json);
}

static hf_awareness read_awareness(fixture *f, const hf_session *session)
{
    hf_awareness out;
    hf_error err = {0};
    if (!hf_awareness_read(session, HF_STR_EMPTY, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static const char *confirm(fixture *f, const hf_session *session, const char *bulletin)
{
    hf_receipt *out = NULL;
    hf_error err = {0};
    return hf_confirm_bulletin(session, hf_str_of(bulletin), &f->memory, &out, &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static void receipts_tell_who_has_read_by_organisation(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    must_write(f, "user", NULL, "{\"key\":\"root\",\"role\":\"administrator\"}");
    must_write(f, "organisation", NULL, "{\"key\":\"GRID\",\"name\":\"Grid\"}");
    add_user(f, "ann", "GRID", "TLP:AMBER");
    add_user(f, "bob", "GRID", "TLP:GREEN");
    add_user(f, "cid", "RAIL", "TLP:AMBER");
    must_write(
        f, "bulletin", NULL,
        "{\"key\":\"B\",\"title\":\"Doors\",\"body\":\"Close them.\",\"audience\":[\"GRID\"]}");
    hf_session ann = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    ann.actor.name = HF_STR("ann");
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    assert_int_equal(read_awareness(f, &ann).count, 0); // a draft
    assert_string_equal(confirm(f, &ann, "B"), "bulletin.not_issued");
    must_write(f, "bulletin", "B", "{\"status\":\"issued\"}");
    hf_awareness own = read_awareness(f, &ann);
    assert_int_equal(own.count, 1);
    assert_true(own.bulletins[0].is_for_me);
    assert_false(own.has_coverage);
    assert_int_equal(own.bulletins[0].group_count, 0);
    assert_int_equal(own.bulletins[0].bulletin->issued_at, 1700000000000);
    assert_string_equal(confirm(f, &ann, "B"), "");
    assert_string_equal(confirm(f, &ann, "B"), ""); // once is enough
    assert_int_equal(count_of(f, &hf_noun_receipt), 1);
    // Bob is not cleared for it, Cid is not addressed.
    hf_awareness all = read_awareness(f, &analyst);
    assert_true(all.has_coverage);
    assert_int_equal(all.bulletins[0].group_count, 1);
    assert_true(hf_str_equal_z(all.bulletins[0].groups[0].name, "Grid"));
    assert_int_equal(all.bulletins[0].accounts, 1);
    assert_int_equal(all.bulletins[0].read, 1);
    // It stays as it was read, and while somebody has; receipts are as secret as it is.
    assert_string_equal(write_record(f, &analyst, "bulletin", "B", "{\"body\":\"Open them.\"}"),
                        "bulletin.issued");
    uint64_t removed = 0;
    hf_error err = {0};
    assert_false(hf_remove_record(&analyst, &hf_noun_bulletin, HF_STR("B"), HF_VERSION_ANY, false,
                                  &removed, &err));
    assert_string_equal(err.code, "bulletin.has_receipts");
    must_write(f, "bulletin", "B", "{\"marking\":\"TLP:RED\"}");
    hf_session local = local_session(f);
    void *receipt = NULL;
    assert_true(
        hf_get_record(&local, &hf_noun_receipt, HF_STR("B/ann"), &f->memory, &receipt, &err));
    assert_int_equal(((const hf_head *)receipt)->marking, HF_TLP_RED);
    assert_int_equal(read_awareness(f, &ann).count, 0);
    assert_string_equal(confirm(f, &ann, "B"), "record.unknown");
    assert_string_equal(write_record(f, &analyst, "receipt", NULL,
                                     "{\"key\":\"X\",\"bulletin\":\"B\",\"reader\":\"cid\"}"),
                        "access.denied");
}

static void a_frame_tells_of_what_its_reader_may_know(void **state)
{
    fixture *f = *state;
    hf_national_frame frame;
    hf_error err = {0};
    (void)fixture_init(f);
    must_write(f, "organisation", NULL, "{\"key\":\"GOV\",\"name\":\"Interior\"}");
    must_write(f, "strategy", NULL, "{\"key\":\"S\",\"title\":\"National\",\"owner\":\"GOV\"}");
    must_write(f, "objective", NULL,
               "{\"key\":\"O2\",\"strategy\":\"S\",\"title\":\"Two\",\"position\":2}");
    must_write(f, "objective", NULL,
               "{\"key\":\"O1\",\"strategy\":\"S\",\"title\":\"One\",\"position\":1,"
               "\"indicator\":\"n\"}");
    must_write(f, "action", NULL,
               "{\"key\":\"A\",\"objective\":\"O2\",\"title\":\"Do\",\"phases\":[\"recover\"],"
               "\"cost\":5,\"marking\":\"TLP:RED\"}");
    must_write(f, "law", NULL,
               "{\"key\":\"L\",\"conduct\":\"infrastructure\",\"form\":\"training\","
               "\"act\":\"Code, 1\"}");
    must_write(f, "mandate", NULL,
               "{\"organisation\":\"GOV\",\"phase\":\"prevent\",\"part\":\"leads\"}");
    must_write(f, "agreement", NULL,
               "{\"key\":\"G\",\"title\":\"Grid\",\"kind\":\"public_private\",\"sectors\":[\"EN\"],"
               "\"exercised_at\":\"2023-01-01\",\"phases\":[\"protect\"]}");
    must_write(f, "safeguard", NULL,
               "{\"key\":\"V1\",\"title\":\"Fine\",\"kind\":\"vetting\",\"organisation\":\"GOV\","
               "\"legal_basis\":\"x\",\"aim\":\"x\",\"necessity\":\"x\",\"proportionality\":\"x\","
               "\"oversight\":\"x\",\"remedy\":\"x\"}");
    must_write(f, "safeguard", NULL,
               "{\"key\":\"V2\",\"title\":\"Bare\",\"kind\":\"vetting\",\"organisation\":\"GOV\"}");
    hf_session local = local_session(f), observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    assert_true(hf_national_frame_read(&local, HF_STR_EMPTY, &f->memory, &frame, &err));
    assert_int_equal(frame.strategy_count, 1);
    assert_true(hf_str_equal_z(frame.strategies[0].objectives[0]->head.key, "O1"));
    assert_int_equal(frame.strategies[0].action_count, 1);
    assert_int_equal(frame.phases[HF_PHASE_RECOVER].actions, 1);
    assert_int_equal(frame.phases[HF_PHASE_PROTECT].agreements, 1);
    assert_int_equal(frame.leads[HF_PHASE_PREVENT], 1);
    assert_true(hf_str_equal_z(frame.roles[0].name, "Interior"));
    assert_int_equal(frame.empty_asked_cells, 5);
    assert_int_equal(frame.empty_cells, HF_CONDUCT_COUNT * HF_OFFENCE_COUNT - 1);
    assert_true(hf_str_equal_z(frame.reach[0].code, "EN"));
    assert_int_equal(frame.reach[0].in_force, 1);
    assert_int_equal(frame.reach[0].exercised, 1);
    assert_int_equal(frame.reach[1].in_force, 0);
    assert_true(hf_str_equal_z(frame.safeguards[0].safeguard->head.key, "V2"));
    assert_int_equal(frame.safeguards[1].lacks, 0);
    assert_int_equal(frame.marking, HF_TLP_RED);
    bool has_money = false, has_partnership = true;
    for (size_t i = 0; i < frame.strategies[0].missing_count; i++) {
        has_money |= frame.strategies[0].missing[i].rule == HF_RULE_ACTION_MONEY;
        has_partnership &= frame.strategies[0].missing[i].rule != HF_RULE_PARTNERSHIP;
    }
    assert_true(has_money);
    assert_true(has_partnership);
    // The red action counts for nobody else.
    assert_true(hf_national_frame_read(&observer, HF_STR_EMPTY, &f->memory, &frame, &err));
    assert_int_equal(frame.strategies[0].action_count, 0);
    assert_int_equal(frame.phases[HF_PHASE_RECOVER].actions, 0);
    assert_int_equal(frame.marking, HF_TLP_AMBER);
    assert_false(hf_national_frame_read(&observer, HF_STR("NOPE"), &f->memory, &frame, &err));
    assert_string_equal(err.code, "record.unknown");
    // Operators keep what is theirs, not what is the nation's.
    hf_session operator_ = user_session(f, HF_ROLE_OPERATOR, HF_TLP_RED);
    assert_string_equal(write_record(f, &operator_, "strategy", "S", "{\"title\":\"Mine\"}"),
                        "access.denied");
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED);
    assert_string_equal(write_record(f, &assessor, "strategy", "S", "{\"title\":\"Ours\"}"), "");
    const hf_role_grant grant = {HF_ROLE_ASSESSOR, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}};
    assessor.actor.role = HF_WORD_NONE;
    assessor.actor.grants = &grant;
    assessor.actor.grant_count = 1;
    assert_string_equal(write_record(f, &assessor, "strategy", "S", "{\"title\":\"Mine\"}"),
                        "access.scope");
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(practices_are_found_by_words_of_every_script_and_by_what_they_serve),
        WITH_STORE(a_practice_is_adopted_as_what_refers_back_to_it),
        WITH_STORE(a_practice_is_shared_by_two_people_and_after_a_look_for_sites),
        WITH_STORE(no_other_findings_hide_a_site),
        WITH_STORE(a_practice_is_not_lowered_beside_the_look_for_sites),
        WITH_STORE(receipts_tell_who_has_read_by_organisation),
        WITH_STORE(a_frame_tells_of_what_its_reader_may_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
