// SPDX-License-Identifier: Apache-2.0
//
// Files of the log as a forger would make them: with the right hashes, and with signatures of his own.
#include "support.h"

#include "format/format_audit.h"

enum { EVENT_COUNT = 9 };

typedef struct {
    hf_arena arena;
    hf_sign_key key;
    hf_sign_secret secret;
    hf_event events[EVENT_COUNT];
    hf_sha256 leaves[EVENT_COUNT];
    hf_audit_trust trust;
    hf_audit_report report;
} log_kit;

static hf_str before(const log_kit *kit, size_t index)
{
    return index > 0 ? kit->events[index - 1].hash : HF_STR_EMPTY;
}

// Hashes of all lines from one on, as whoever writes them would.
static void chain_from(log_kit *kit, size_t from)
{
    for (size_t i = from; i < EVENT_COUNT; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(HF_EVENT_LINE_BYTES_MAX);
        char hex[65];
        hf_event_write_line(&kit->events[i], before(kit, i), false, &line);
        hf_sha256 hash = hf_sha256_of(hf_buf_str(&line));
        hf_hex(hash.bytes, sizeof(hash.bytes), hex);
        kit->events[i].hash = hf_str_copy(&kit->arena, hf_str_of(hex));
        kit->leaves[i] = hf_merkle_leaf((hf_str){(const char *)hash.bytes, sizeof(hash.bytes)});
    }
}

static int begin(void **state)
{
    static log_kit kit;
    kit = (log_kit){0};
    hf_sign_make(&kit.key, &kit.secret);
    for (size_t i = 0; i < EVENT_COUNT; i++)
        kit.events[i] = (hf_event){.sequence = (int64_t)i + 1,
                                   .at = 1700000000000 + (int64_t)i,
                                   .actor = HF_STR("ana \"\xd0\xb6\xe2\x82\xac\xf0\x9f\x98\x80\\"),
                                   .action = HF_STR("asset.changed"),
                                   .noun_name = HF_STR("asset"),
                                   .record_key = HF_STR("A\t1"),
                                   .detail = HF_STR("{\"a\":[1,null,\"x\"],\"b\":0.5}")};
    chain_from(&kit, 0);
    *state = &kit;
    return 0;
}

static int end(void **state)
{
    log_kit *kit = *state;
    hf_arena_done(&kit->arena);
    return 0;
}

// first 0: it stands alone.
static hf_audit_checkpoint sign(const log_kit *kit, int64_t first, int64_t size)
{
    hf_merkle tree = {0};
    hf_audit_checkpoint made = {
        .at = 1700000001000, .first = first > 0 ? first : size + 1, .size = size, .key = kit->key};
    for (int64_t i = 0; i < size; i++)
        hf_merkle_add(&tree, &kit->leaves[i]);
    made.root = hf_merkle_root(&tree);
    assert_true(hf_hex_parse(kit->events[size - 1].hash, made.previous.bytes, 32));
    hf_audit_sign(&made, &kit->secret);
    return made;
}

static hf_str file_of(log_kit *kit, int64_t first, int64_t last, const hf_audit_checkpoint *end_)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1 << 20);
    for (int64_t i = first - 1; i < last; i++) {
        hf_event_write_line(&kit->events[i], before(kit, (size_t)i), true, &text);
        hf_buf_add_byte(&text, '\n');
    }
    if (end_ != NULL) {
        hf_audit_write_checkpoint(end_, &text);
        hf_buf_add_byte(&text, '\n');
    }
    return hf_buf_copy(&kit->arena, &text);
}

static void check_valid(log_kit *kit, hf_str bytes, hf_audit_kind kind)
{
    hf_audit_verify(bytes, &kit->trust, &kit->report);
    if (kit->report.fault.kind != HF_ERR_NONE)
        fail_msg("%s: %s", kit->report.fault.code, kit->report.fault.message);
    assert_int_equal(kit->report.kind, kind);
    assert_true(kit->report.has_checkpoint);
}

static void check_broken(log_kit *kit, hf_str bytes, uint64_t line, const char *code)
{
    hf_audit_verify(bytes, &kit->trust, &kit->report);
    assert_int_not_equal(kit->report.fault.kind, HF_ERR_NONE);
    assert_string_equal(kit->report.fault.code, code);
    assert_int_equal(kit->report.fault.line, line);
}

static void an_export_and_each_part_of_it_are_valid(void **state)
{
    log_kit *kit = *state;
    for (int64_t first = 1; first <= EVENT_COUNT; first++)
        for (int64_t last = first; last <= EVENT_COUNT; last++) {
            hf_audit_checkpoint end_ = sign(kit, first, last);
            hf_str bytes = file_of(kit, first, last, &end_);
            check_valid(kit, bytes, HF_AUDIT_EXPORT);
            assert_int_equal(kit->report.event_count, last - first + 1);
            bytes.len--; // without its last end of line
            check_valid(kit, bytes, HF_AUDIT_EXPORT);
        }
}

static void other_spelling_of_the_same_json_is_the_same_line(void **state)
{
    log_kit *kit = *state;
    hf_audit_checkpoint end_ = sign(kit, 1, EVENT_COUNT);
    hf_str bytes = file_of(kit, 1, EVENT_COUNT, &end_);
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1 << 20);
    for (size_t i = 0; i < bytes.len; i++) {
        hf_buf_add_byte(&text, bytes.ptr[i]);
        if (bytes.ptr[i] == '{')
            hf_buf_add_byte(&text, ' ');
    }
    check_valid(kit, hf_buf_str(&text), HF_AUDIT_EXPORT);
}

// Every byte of a file counts: whichever is changed, a line is broken, and not one before it.
static void any_changed_byte_breaks_its_line(void **state)
{
    log_kit *kit = *state;
    hf_audit_checkpoint end_ = sign(kit, 1, 3);
    hf_str bytes = file_of(kit, 1, 3, &end_);
    char *copy = hf_arena_take(&kit->arena, bytes.len);
    uint64_t line = 1;
    memcpy(copy, bytes.ptr, bytes.len);
    for (size_t i = 0; i + 1 < bytes.len; i++) {
        copy[i] ^= 1;
        hf_audit_verify((hf_str){copy, bytes.len}, &kit->trust, &kit->report);
        assert_int_not_equal(kit->report.fault.kind, HF_ERR_NONE);
        assert_int_equal(kit->report.fault.line, line);
        copy[i] ^= 1;
        line += bytes.ptr[i] == '\n';
    }
}

// Whoever edits a line and mends all hashes behind it meets the signature.
static void a_mended_chain_is_broken_at_the_signed_end(void **state)
{
    log_kit *kit = *state;
    hf_audit_checkpoint end_ = sign(kit, 1, EVENT_COUNT), part = sign(kit, 3, EVENT_COUNT);
    kit->events[4].actor = HF_STR("eve");
    chain_from(kit, 4);
    check_broken(kit, file_of(kit, 1, EVENT_COUNT, &end_), EVENT_COUNT + 1, "audit.chain");
    check_broken(kit, file_of(kit, 3, EVENT_COUNT, &part), EVENT_COUNT - 1, "audit.chain");
}

static void a_checkpoint_that_is_changed_with_its_hash_is_forged(void **state)
{
    log_kit *kit = *state;
    hf_audit_checkpoint end_ = sign(kit, 1, EVENT_COUNT);
    end_.at++;
    check_broken(kit, file_of(kit, 1, EVENT_COUNT, &end_), EVENT_COUNT + 1, "audit.signature");
    end_ = sign(kit, 1, EVENT_COUNT);
    end_.root.bytes[0] ^= 1;
    hf_audit_sign(&end_, &kit->secret);
    check_broken(kit, file_of(kit, 1, EVENT_COUNT, &end_), EVENT_COUNT + 1, "audit.chain");
}

static void a_forger_with_a_key_of_his_own_is_told_by_the_key(void **state)
{
    log_kit *kit = *state;
    hf_sign_key real = kit->key;
    hf_audit_checkpoint given = sign(kit, 0, 4);
    hf_sign_make(&kit->key, &kit->secret);
    hf_audit_checkpoint end_ = sign(kit, 1, EVENT_COUNT);
    hf_str forged = file_of(kit, 1, EVENT_COUNT, &end_);
    check_valid(kit, forged, HF_AUDIT_EXPORT); // in itself all is well
    kit->trust.key = &real;
    check_broken(kit, forged, EVENT_COUNT + 1, "audit.key");
    kit->trust = (hf_audit_trust){.known = &given};
    check_broken(kit, forged, EVENT_COUNT + 1, "audit.key");
}

static void a_past_that_was_rewritten_shows_against_an_earlier_checkpoint(void **state)
{
    log_kit *kit = *state;
    hf_audit_checkpoint given = sign(kit, 0, 4);
    kit->trust.known = &given;
    hf_audit_checkpoint end_ = sign(kit, 1, EVENT_COUNT), part = sign(kit, 4, EVENT_COUNT),
                        late = sign(kit, 6, 8);
    check_valid(kit, file_of(kit, 1, EVENT_COUNT, &end_), HF_AUDIT_EXPORT);
    check_valid(kit, file_of(kit, 4, EVENT_COUNT, &part), HF_AUDIT_EXPORT);
    check_broken(kit, file_of(kit, 6, 8, &late), 4, "audit.not_covered");
    hf_audit_checkpoint small = sign(kit, 1, 3); // shorter than what was given away: rolled back
    check_broken(kit, file_of(kit, 1, 3, &small), 4, "audit.not_covered");
    kit->events[1].actor = HF_STR("eve");
    chain_from(kit, 1);
    end_ = sign(kit, 1, EVENT_COUNT);
    check_broken(kit, file_of(kit, 1, EVENT_COUNT, &end_), 4, "audit.other_past");
}

static void lines_in_front_behind_or_none_at_all_are_told(void **state)
{
    log_kit *kit = *state;
    hf_audit_checkpoint end_ = sign(kit, 1, EVENT_COUNT), alone = sign(kit, 0, 4);
    check_broken(kit, file_of(kit, 3, EVENT_COUNT, &end_), 1, "audit.gap");
    check_broken(kit, file_of(kit, 1, 5, &end_), 6, "audit.gap");
    check_broken(kit, file_of(kit, 1, 5, NULL), 6, "audit.cut");
    check_broken(kit, file_of(kit, 1, 0, &end_), 1, "audit.gap"); // the end alone
    check_broken(kit, HF_STR_EMPTY, 1, "audit.cut");
    HF_CLEANUP(hf_buf_done) hf_buf twice = hf_buf_of(1 << 20);
    hf_buf_add_str(&twice, file_of(kit, 1, EVENT_COUNT, &end_));
    hf_buf_add_str(&twice, file_of(kit, 1, EVENT_COUNT, &end_));
    check_broken(kit, hf_buf_str(&twice), EVENT_COUNT + 2, "audit.tail");
    check_valid(kit, file_of(kit, 1, 0, &alone), HF_AUDIT_CHECKPOINT);
}

static void proofs_of_one_event_hold_for_it_only(void **state)
{
    log_kit *kit = *state;
    for (int64_t size = 1; size <= EVENT_COUNT; size++)
        for (int64_t i = 0; i < size; i++) {
            HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(1 << 20), proof = hf_buf_of(1 << 20);
            hf_audit_checkpoint head = sign(kit, 0, size);
            hf_merkle_path path;
            hf_merkle_prove(kit->leaves, (uint64_t)size, (uint64_t)i, &path);
            hf_event_write_line(&kit->events[i], before(kit, (size_t)i), true, &line);
            hf_audit_write_inclusion(hf_buf_str(&line), &path, &head, &proof);
            check_valid(kit, hf_buf_str(&proof), HF_AUDIT_INCLUSION);
            assert_int_equal(kit->report.first, i + 1);
            hf_buf_clear(&line);
            hf_buf_clear(&proof);
            int64_t other = (i + 1) % EVENT_COUNT;
            hf_event_write_line(&kit->events[other], before(kit, (size_t)other), true, &line);
            hf_audit_write_inclusion(hf_buf_str(&line), &path, &head, &proof);
            check_broken(kit, hf_buf_str(&proof), 1, "audit.proof");
        }
}

static void proofs_of_growth_hold_for_the_same_past_only(void **state)
{
    log_kit *kit = *state;
    HF_CLEANUP(hf_buf_done) hf_buf proof = hf_buf_of(1 << 20);
    hf_audit_checkpoint older = sign(kit, 0, 5), head = sign(kit, 0, 8), between = sign(kit, 0, 6);
    hf_merkle_path path;
    hf_merkle_prove_growth(kit->leaves, 8, 5, &path);
    hf_audit_write_growth(&older, &path, &head, &proof);
    kit->trust.known = &older;
    check_valid(kit, hf_buf_str(&proof), HF_AUDIT_GROWTH);
    kit->trust.known = &between;
    check_broken(kit, hf_buf_str(&proof), 1, "audit.not_covered");
    kit->events[2].actor = HF_STR("eve");
    chain_from(kit, 2);
    hf_audit_checkpoint other = sign(kit, 0, 5);
    kit->trust.known = &other;
    check_broken(kit, hf_buf_str(&proof), 1, "audit.other_past");
    kit->trust.known = NULL;
    hf_buf_clear(&proof);
    hf_audit_write_growth(&other, &path, &head, &proof);
    check_broken(kit, hf_buf_str(&proof), 1, "audit.proof");
}

static void lines_for_other_systems_keep_their_form_whatever_is_in_them(void **state)
{
    log_kit *kit = *state;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 20);
    hf_event event = kit->events[0];
    event.actor = HF_STR("a]b\"c\\d\ne=f|g");
    event.action = HF_STR("user.sign_in failed");
    event.detail = HF_STR_EMPTY;
    event.hash = HF_STR("00");
    hf_audit_write_event(HF_AUDIT_AS_SYSLOG, &event, HF_STR_EMPTY, HF_STR("h st"), &out);
    assert_true(hf_str_equal_z(hf_buf_str(&out),
                               "<108>1 2023-11-14T22:13:20.000Z h-st holdfast - "
                               "user.sign_in-failed [event@32473 sequence=\"1\" "
                               "actor=\"a\\]b\\\"c\\\\d e=f|g\" action=\"user.sign_in failed\" "
                               "noun=\"asset\" record=\"A 1\" hash=\"00\"] "
                               "\xEF\xBB\xBF{}"));
    hf_buf_clear(&out);
    hf_audit_write_event(HF_AUDIT_AS_CEF, &event, HF_STR_EMPTY, HF_STR("h"), &out);
    assert_true(hf_str_equal_z(hf_buf_str(&out),
                               "CEF:0|Holdfast|Holdfast|" HF_VERSION
                               "|user.sign_in failed|user.sign_in failed|6|externalId=1 "
                               "rt=1700000000000 dvchost=h suser=a]b\"c\\\\d\\ne\\=f|g "
                               "act=user.sign_in failed cs1Label=noun cs1=asset "
                               "cs2Label=record cs2=A\t1 cs5Label=hash cs5=00"));
    hf_buf_clear(&out);
    hf_audit_write_event(HF_AUDIT_AS_ECS, &event, HF_STR("11"), HF_STR("h"), &out);
    hf_json *tree = NULL;
    hf_error err = {0};
    assert_true(hf_json_parse(hf_buf_str(&out), &kit->arena, &tree, &err));
    assert_true(hf_str_equal_z(hf_json_text(hf_json_get(tree, "event"), "outcome"), "failure"));
    assert_true(hf_str_equal(hf_json_text(hf_json_get(tree, "user"), "name"), event.actor));
    assert_true(hf_str_equal_z(hf_json_text(hf_json_get(tree, "holdfast"), "previous"), "11"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_export_and_each_part_of_it_are_valid, begin, end),
        cmocka_unit_test_setup_teardown(other_spelling_of_the_same_json_is_the_same_line, begin,
                                        end),
        cmocka_unit_test_setup_teardown(any_changed_byte_breaks_its_line, begin, end),
        cmocka_unit_test_setup_teardown(a_mended_chain_is_broken_at_the_signed_end, begin, end),
        cmocka_unit_test_setup_teardown(a_checkpoint_that_is_changed_with_its_hash_is_forged, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_forger_with_a_key_of_his_own_is_told_by_the_key, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            a_past_that_was_rewritten_shows_against_an_earlier_checkpoint, begin, end),
        cmocka_unit_test_setup_teardown(lines_in_front_behind_or_none_at_all_are_told, begin, end),
        cmocka_unit_test_setup_teardown(proofs_of_one_event_hold_for_it_only, begin, end),
        cmocka_unit_test_setup_teardown(proofs_of_growth_hold_for_the_same_past_only, begin, end),
        cmocka_unit_test_setup_teardown(lines_for_other_systems_keep_their_form_whatever_is_in_them,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
