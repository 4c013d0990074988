// SPDX-License-Identifier: Apache-2.0
//
// More readers for a practice: the check of what it would give away, the wish, and what happens when a second person
// agrees. See library.h; who decides and how: release.c.
#include <string.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "base/vec.h"
#include "model/asset.h"
#include "usecase/account.h"
#include "usecase/library.h"
#include "usecase/release_parts.h"

#define NAME_WORDS_MAX 6u  // of a site's name that is looked for
#define HINTS_MAX      50u // findings that stop nothing; those that do are all kept

const char *const hf_share_words[] = {"compartment", "site", "address", "place", NULL};

// --- the check -------------------------------------------------------------------------------------------

typedef struct {
    hf_read *read;
    int32_t marking; // that is asked for
    hf_arena *arena;
    HF_VEC(hf_share_finding) found;
    size_t hint_count;    // of them
    HF_VEC(hf_str) words; // of the field at hand, with what stands between them in the text
} checking;

static void find(checking *c, hf_share_code code, hf_str what, bool is_stop)
{
    for (size_t i = 0; i < c->found.count; i++)
        if (c->found.items[i].code == code && hf_str_equal(c->found.items[i].what, what))
            return;
    hf_share_finding finding = {code, what, is_stop};
    if (!is_stop && c->hint_count == HINTS_MAX)
        return;
    c->hint_count += is_stop ? 0 : 1;
    HF_VEC_ADD(c->arena, &c->found, finding);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

static bool is_edge(char byte)
{
    return byte != '\0' && strchr(" \t\r\n.,;:!?()[]{}\"'", byte) != NULL;
}

// A word without the marks around it: "(P1-7)," is P1-7. What is inside it stays.
static hf_str bare(hf_str word)
{
    while (word.len > 0 && is_edge(word.ptr[0]))
        word = hf_str_slice(word, 1, word.len);
    while (word.len > 0 && is_edge(word.ptr[word.len - 1]))
        word = hf_str_slice(word, 0, word.len - 1);
    return word;
}

static bool is_address(hf_str word)
{
    size_t at = hf_str_find_byte(word, '@', 0);
    return at > 0 && at + 1 < word.len && hf_str_find_byte(word, '.', at) < word.len;
}

// 12.3456 or more digits behind the point, as places are written.
static bool is_coordinate(hf_str word)
{
    double value = 0;
    size_t point = hf_str_find_byte(word, '.', 0);
    return point < word.len && word.len - point > 4 && hf_parse_double(word, &value) &&
           value >= -180 && value <= 180;
}

static bool look_up(checking *c, hf_filter filter, hf_str what, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_query query = {.noun = &hf_noun_asset, .filters = &filter, .filter_count = 1};
    // A name may have many namesakes: the first that counts is enough.
    query.limit = HF_LIST_LIMIT_MAX;
    do {
        hf_page page = {0};
        if (!hf_store_list(c->read, &query, &scratch, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++) {
            const hf_head *head = page.records[i];
            if (head->marking > c->marking || head->compartments.len > 0) {
                find(c, HF_SHARE_SITE, what, true);
                return true;
            }
        }
        query.cursor = hf_str_copy(c->arena, page.next);
        hf_arena_reset(&scratch);
    } while (query.cursor.len > 0);
    return true;
}

// A key is one word; a name is one to six that follow each other.
static bool look_for_site(checking *c, size_t first, hf_error *err)
{
    hf_str begin = bare(c->words.items[first]);
    hf_filter key = {hf_noun_field(&hf_noun_asset, HF_STR("key"), NULL), HF_IS, begin};
    if (begin.len == 0)
        return true;
    if (!look_up(c, key, begin, err))
        return false;
    for (size_t i = first; i < c->words.count && i < first + NAME_WORDS_MAX; i++) {
        hf_str last = c->words.items[i];
        hf_str name = bare((hf_str){begin.ptr, (size_t)(last.ptr + last.len - begin.ptr)});
        hf_filter filter = {hf_noun_field(&hf_noun_asset, HF_STR("name"), NULL), HF_IS, name};
        if (name.len >= 3 && !look_up(c, filter, name, err))
            return false;
    }
    return true;
}

static bool check_text(checking *c, hf_str text, hf_error *err)
{
    size_t from = 0;
    c->words.count = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && !is_space(text.ptr[i]))
            continue;
        hf_str word = hf_str_slice(text, from, i);
        if (word.len > 0)
            HF_VEC_ADD(c->arena, &c->words, word);
        from = i + 1;
    }
    for (size_t i = 0; i < c->words.count; i++) {
        hf_str one = bare(c->words.items[i]);
        if (is_address(one))
            find(c, HF_SHARE_ADDRESS, one, false);
        if (is_coordinate(one))
            find(c, HF_SHARE_PLACE, one, false);
        if (!look_for_site(c, i, err))
            return false;
    }
    return true;
}

bool hf_share_check(const hf_session *session, hf_read *read, const hf_practice *practice,
                    int32_t marking, hf_arena *arena, hf_share_finding **out, size_t *count,
                    hf_error *err)
{
    checking c = {.read = read, .marking = marking, .arena = arena};
    (void)session;
    if (practice->head.compartments.len > 0)
        find(&c, HF_SHARE_COMPARTMENT, practice->head.compartments, true);
    for (size_t i = 0; i < hf_noun_practice.field_count; i++) {
        const hf_field *field = &hf_noun_practice.fields[i];
        if (field->type == HF_TEXT &&
            !check_text(&c, *(const hf_str *)hf_field_of(field, practice), err))
            return false;
    }
    *out = c.found.items;
    *count = c.found.count;
    return true;
}

static bool refuse_stops(const hf_share_finding *list, size_t count, hf_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].is_stop)
            return hf_fail(err, HF_ERR_CONFLICT, "share.stop",
                           "'%.*s' is in the way: it is more secret than what is asked for; take "
                           "it out of the text or out of the compartments first",
                           HF_STR_ARG(list[i].what));
    return true;
}

// --- the wish --------------------------------------------------------------------------------------------

static void write_wish(const hf_practice *practice, const hf_share_wish *wish,
                       const hf_share_finding *list, size_t count, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "findings");
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", hf_str_of(hf_share_words[list[i].code]));
        hf_json_put_str(out, "what", list[i].what);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_put_str(out, "marking", hf_str_of(hf_marking_words[wish->marking]));
    hf_json_put_str(out, "practice", practice->head.key);
    hf_json_put_u64(out, "version", (uint64_t)practice->head.version);
    hf_json_end_object(out);
}

static bool find_practice(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                          hf_practice **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_get_known(&session->actor, read, &hf_noun_practice, key, arena, &record, err))
        return false;
    *out = record;
    return record != NULL || hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown",
                                     "there is no practice '%.*s'", HF_STR_ARG(key));
}

static bool prepare_wish(const hf_session *session, const hf_share_wish *wish, hf_arena *arena,
                         hf_release *release, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 18);
    hf_json_writer writer = {.out = &text};
    hf_practice *practice = NULL;
    hf_share_finding *list = NULL;
    size_t count = 0;
    if (!hf_read_begin(session->store, &read, err) ||
        !find_practice(session, read, wish->practice, arena, &practice, err) ||
        !hf_can(&session->actor, HF_CAN_EDIT, &hf_noun_practice, practice, err))
        return false;
    if (wish->marking >= practice->head.marking) {
        hf_fail(err, HF_ERR_INPUT, "share.not_lower",
                "it is marked %s; ask for a lower marking, or raise it yourself",
                hf_marking_words[practice->head.marking]);
        return hf_fail_at(err, "/marking", 0, NULL);
    }
    if (!hf_share_check(session, read, practice, wish->marking, arena, &list, &count, err) ||
        !refuse_stops(list, count, err))
        return false;
    write_wish(practice, wish, list, count, &writer);
    if (text.overflow) // a word may be as long as its field
        return hf_release_fail(err, "/practice", "release.too_large", "the question is too large");
    release->kind = HF_STR("practice");
    release->question = hf_buf_copy(arena, &text);
    release->title = practice->title;
    release->head.marking = practice->head.marking;
    release->head.compartments = practice->head.compartments;
    return true;
}

bool hf_ask_share(const hf_session *session, const hf_share_wish *wish, hf_arena *arena,
                  hf_release **out, hf_error *err)
{
    hf_release *release = hf_noun_new(&hf_noun_release, arena);
    return hf_is_whole(session, err) && hf_release_check_reason(wish->reason, err) &&
           prepare_wish(session, wish, arena, release, err) &&
           hf_release_keep(session, release, wish->reason, arena, out, err);
}

// --- the decision ----------------------------------------------------------------------------------------

static bool share(hf_tx *tx, const hf_session *session, hf_release *release, hf_arena *arena,
                  hf_error *err)
{
    hf_json *wish = NULL;
    hf_practice *practice = NULL;
    hf_share_finding *list = NULL;
    hf_put_outcome outcome = HF_PUT_CHANGED;
    hf_marking marking = HF_TLP_RED;
    size_t count = 0;
    if (!hf_json_parse(release->question, arena, &wish, err) ||
        !find_practice(session, hf_tx_read(tx), hf_json_text(wish, "practice"), arena, &practice,
                       err) ||
        !hf_marking_parse(hf_json_text(wish, "marking"), &marking))
        return false;
    const hf_json *version = hf_json_get(wish, "version");
    if (version == NULL || version->integer != practice->head.version)
        return hf_fail(err, HF_ERR_CONFLICT, "share.changed",
                       "'%.*s' has changed since this was asked; it must be asked again",
                       HF_STR_ARG(practice->head.key));
    if (!hf_share_check(session, hf_tx_read(tx), practice, (int32_t)marking, arena, &list, &count,
                        err) ||
        !refuse_stops(list, count, err))
        return false;
    practice->head.marking = (int32_t)marking;
    practice->status = HF_PRACTICE_SHARED;
    return hf_store_put(tx, &hf_noun_practice, practice, practice->head.version, &outcome, err) &&
           hf_note(tx, session, "practice.shared", &hf_noun_practice, practice->head.key,
                   HF_STR_EMPTY, HF_STR_EMPTY, err);
}

// What a practice says can be judged by whoever may read it.
const hf_release_kind hf_release_kind_practice = {.name = "practice", .approve = share};

bool hf_share_keep(const hf_session *session, const hf_practice *before, const hf_practice *record,
                   hf_error *err)
{
    if (before == NULL || session->actor.is_local)
        return true;
    hf_str rest = before->head.compartments, word;
    bool is_wider = record->head.marking < before->head.marking;
    while (hf_str_split(&rest, ' ', &word))
        is_wider |= word.len > 0 && !hf_str_has_word(record->head.compartments, word);
    return !is_wider ||
           hf_fail(err, HF_ERR_PERMISSION, "share.second_person",
                   "more people could read it then, and that takes a second person; ask to share "
                   "'%.*s' instead",
                   HF_STR_ARG(before->head.key));
}
