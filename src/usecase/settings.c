// SPDX-License-Identifier: Apache-2.0
//
// The few settings of an instance: who may, is it right, keep it, note it.
#include "usecase/settings.h"

#include "base/limits.h"
#include "base/message.h"
#include "base/text.h"
#include "base/webauthn.h"
#include "usecase/oidc.h"

static const char *const account_words[] = {"linked", "make", NULL};

static const char *const switch_words[] = {"off", "on", NULL};
static const char *const persons[] = {"two_persons", "one_person", NULL};

const hf_instance_setting hf_instance_settings[HF_INSTANCE_SETTING_COUNT] = {
    [HF_INSTANCE_NAME] = {.name = "instance.name",
                          .kind = HF_SETTING_TEXT,
                          .fallback = "Holdfast",
                          .help = "name of the State or body, shown on every page"},
    [HF_INSTANCE_LANGUAGE] = {.name = "instance.language",
                              .kind = HF_SETTING_WORD,
                              .words = hf_lang_codes,
                              .fallback = "en",
                              .help = "language of people who have not chosen one"},
    [HF_INSTANCE_ORIGIN] = {.name = "identity.origin",
                            .kind = HF_SETTING_ORIGIN,
                            .fallback = "",
                            .help = "address at which people open this, as their browsers show "
                                    "it, without a path; passkeys are bound to it"},
    [HF_INSTANCE_SECOND_FACTOR] = {.name = "identity.second_factor",
                                   .kind = HF_SETTING_WORDS,
                                   .words = hf_role_words,
                                   .fallback = "",
                                   .help = "roles that need a second factor beside the password; "
                                           "empty: everybody chooses"},
    [HF_INSTANCE_BULK_RECORDS] = {.name = "release.bulk_records",
                                  .kind = HF_SETTING_COUNT,
                                  .max = 1000000000,
                                  .fallback = "1000",
                                  .help = "more records than this, at once or within a day, leave "
                                          "only when a second person releases them; 0: any "
                                          "number leaves without one"},
    [HF_INSTANCE_BULK_READS] = {.name = "release.bulk_reads",
                                .kind = HF_SETTING_COUNT,
                                .max = 1000000000,
                                .fallback = "20000",
                                .help = "an account that was told of more records than this in a "
                                        "day sees first pages only, and takes the rest as a "
                                        "released export; 0: any number"},
    [HF_INSTANCE_LOWERING] = {.name = "release.lowering",
                              .kind = HF_SETTING_WORD,
                              .words = persons,
                              .fallback = "two_persons",
                              .help = "how many persons lower a marking or take a compartment "
                                      "away"},
    [HF_INSTANCE_ALARM_RECORDS] = {.name = "alarm.records_per_hour",
                                   .kind = HF_SETTING_COUNT,
                                   .max = 1000000000,
                                   .fallback = "10000",
                                   .help = "an account that is told of more records than this in "
                                           "an hour raises an alarm; 0: none does"},
    [HF_INSTANCE_ALARM_REFUSED] = {.name = "alarm.refused_per_hour",
                                   .kind = HF_SETTING_COUNT,
                                   .max = 1000000000,
                                   .fallback = "100",
                                   .help = "an account that is refused more requests than this in "
                                           "an hour raises an alarm; 0: none does"},
    [HF_INSTANCE_ALARM_HOURS] = {.name = "alarm.hours",
                                 .kind = HF_SETTING_HOURS,
                                 .fallback = "",
                                 .help = "hours in UTC when reading is usual, as 6-20: much of it "
                                         "outside of them raises an alarm; empty: any hour is"},
    [HF_INSTANCE_ALARM_PAUSE] = {.name = "alarm.pause",
                                 .kind = HF_SETTING_WORD,
                                 .words = switch_words,
                                 .fallback = "off",
                                 .help = "an alarm of much reading pauses the account: no exports, "
                                         "reports or long lists until an administrator lifts it"},
    [HF_INSTANCE_LIMIT_REQUESTS] = {.name = "limit.requests_per_minute",
                                    .kind = HF_SETTING_COUNT,
                                    .max = 1000000,
                                    .fallback = "6000",
                                    .help = "requests that one account may make in a minute; 0: "
                                            "any number"},
    [HF_INSTANCE_LIMIT_MEGABYTES] = {.name = "limit.upload_mb_per_day",
                                     .kind = HF_SETTING_COUNT,
                                     .max = 1000000000,
                                     .fallback = "20000",
                                     .help = "megabytes that one account may send in a day; 0: any "
                                             "number"},
    [HF_INSTANCE_TOKEN_DAYS] = {.name = "identity.token_days",
                                .kind = HF_SETTING_COUNT,
                                .max = 3650,
                                .fallback = "365",
                                .help = "days that a program's token lives at most; 0: one may "
                                        "have no end"},
    [HF_INSTANCE_OIDC_ISSUER] = {.name = "oidc.issuer",
                                 .kind = HF_SETTING_ISSUER,
                                 .fallback = "",
                                 .help = "issuer of OpenID Connect by which people sign in, as it "
                                         "calls itself; empty: there is none"},
    [HF_INSTANCE_OIDC_CLIENT] = {.name = "oidc.client_id",
                                 .kind = HF_SETTING_TEXT,
                                 .fallback = "",
                                 .help = "name under which this instance is registered there"},
    [HF_INSTANCE_OIDC_SECRET] = {.name = "oidc.client_secret",
                                 .kind = HF_SETTING_SECRET,
                                 .fallback = "",
                                 .help = "secret of that registration, from standard input ('-'); "
                                         "it is shown to nobody"},
    [HF_INSTANCE_OIDC_LABEL] = {.name = "oidc.label",
                                .kind = HF_SETTING_TEXT,
                                .fallback = "OpenID Connect",
                                .help = "what people call the provider, on the button"},
    [HF_INSTANCE_OIDC_SCOPES] = {.name = "oidc.scopes",
                                 .kind = HF_SETTING_SCOPES,
                                 .fallback = "openid profile",
                                 .help = "scopes that are asked for, openid among them"},
    [HF_INSTANCE_OIDC_CLAIM] = {.name = "oidc.groups_claim",
                                .kind = HF_SETTING_TEXT,
                                .fallback = "groups",
                                .help = "claim of the ID token that holds groups"},
    [HF_INSTANCE_OIDC_GROUPS] = {.name = "oidc.groups",
                                 .kind = HF_SETTING_RULES,
                                 .fallback = "",
                                 .help =
                                     "what groups give, a rule a line: GROUP = ROLE, or GROUP = "
                                     "ROLE sector|region|organisation CODE"},
    [HF_INSTANCE_OIDC_ACCOUNTS] = {.name = "oidc.accounts",
                                   .kind = HF_SETTING_WORD,
                                   .words = account_words,
                                   .fallback = "linked",
                                   .help = "who comes in: linked accounts only, or make one at the "
                                           "first sign-in"},
    [HF_INSTANCE_KEEP_JOBS] = {.name = "keep.job_days",
                               .kind = HF_SETTING_COUNT,
                               .max = 36500,
                               .fallback = "0", // rankings and portfolios stand nowhere else
                               .help = "days that a job and what came of it stay once it has "
                                       "ended; 0: for ever"},
    [HF_INSTANCE_KEEP_ENDED] = {.name = "keep.ended_token_days",
                                .kind = HF_SETTING_COUNT,
                                .max = 3650,
                                .fallback = "365",
                                .help = "days that a token which was taken back stays known, so "
                                        "that the log tells who shows it again"},
    [HF_INSTANCE_MARKING] = {.name = "register.marking",
                             .kind = HF_SETTING_WORD,
                             .words = hf_marking_words,
                             .fallback = "TLP:AMBER",
                             .help = "marking of a new record of the register that is given none; "
                                     "kinds of records that are marked higher by themselves stay "
                                     "so"},
};

static hf_verb verb_of(hf_instance_key key)
{
    return key >= HF_INSTANCE_ORIGIN ? HF_CAN_USERS : HF_CAN_CONFIGURE; // who gets in, and how
}

bool hf_setting_now(hf_read *read, hf_instance_key key, hf_arena *arena, hf_str *out, hf_error *err)
{
    if (!hf_setting_get(read, hf_instance_settings[key].name, arena, out, err))
        return false;
    if (out->len == 0)
        *out = hf_str_of(hf_instance_settings[key].fallback);
    return true;
}

bool hf_setting_count(hf_read *read, hf_instance_key key, uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str text;
    HF_ASSERT(hf_instance_settings[key].kind == HF_SETTING_COUNT);
    if (!hf_setting_now(read, key, &scratch, &text, err))
        return false;
    if (!hf_parse_u64(text, out)) // nothing else is ever stored
        HF_ASSERT(hf_parse_u64(hf_str_of(hf_instance_settings[key].fallback), out));
    return true;
}

bool hf_marking_of_new(hf_read *read, int32_t *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_marking marking = HF_TLP_AMBER;
    hf_str text;
    if (!hf_setting_now(read, HF_INSTANCE_MARKING, &scratch, &text, err))
        return false;
    HF_ASSERT(hf_marking_parse(text, &marking)); // nothing else is ever stored
    *out = (int32_t)marking;
    return true;
}

void hf_mark_new(const hf_patch *patch, int32_t marking, void *record)
{
    size_t index = 0;
    hf_head *head = record;
    bool is_of_state =
        patch->noun->group == HF_GROUP_REGISTER || patch->noun->group == HF_GROUP_ANALYSIS;
    if (!is_of_state || hf_noun_field(patch->noun, HF_STR("marking"), &index) == NULL ||
        (patch->present >> index & 1u) != 0)
        return;
    // A kind of record that is not marked as usual is so for a reason: it only rises.
    if (head->marking == HF_TLP_AMBER || marking > head->marking)
        head->marking = marking;
}

static bool are_words(hf_str text, const char *const *words)
{
    hf_str part;
    while (text.len > 0 && hf_str_split(&text, ' ', &part))
        if (hf_word_at(words, part) == HF_WORD_NONE)
            return false;
    return true;
}

// "6-20": two hours of a day, not the same.
static bool are_hours(hf_str text)
{
    uint64_t from = 0, until = 0;
    size_t dash = hf_str_find_byte(text, '-', 0);
    return hf_parse_u64(hf_str_slice(text, 0, dash), &from) && dash < text.len &&
           hf_parse_u64(hf_str_slice(text, dash + 1, text.len), &until) && from < 24 &&
           until <= 24 && from != until;
}

static bool is_good(const hf_instance_setting *setting, hf_str value)
{
    if (value.len == 0) // back to what holds without it
        return true;
    switch (setting->kind) {
    case HF_SETTING_TEXT:
        return value.len <= HF_KEY_BYTES_MAX && hf_utf8_valid(value, NULL);
    case HF_SETTING_WORD:
        return hf_word_at(setting->words, value) != HF_WORD_NONE;
    case HF_SETTING_WORDS:
        return are_words(value, setting->words);
    case HF_SETTING_HOURS:
        return are_hours(value);
    case HF_SETTING_COUNT: {
        uint64_t count = 0;
        return hf_parse_u64(value, &count) && count <= setting->max;
    }
    case HF_SETTING_ORIGIN:
        return value.len <= HF_KEY_BYTES_MAX && hf_webauthn_rp_id(value).len > 0;
    case HF_SETTING_ISSUER:
        return value.len <= HF_KEY_BYTES_MAX && hf_is_issuer(value);
    case HF_SETTING_SCOPES:
        return value.len <= HF_KEY_BYTES_MAX && hf_utf8_valid(value, NULL) &&
               hf_str_has_word(value, HF_STR("openid"));
    case HF_SETTING_RULES:
        return value.len <= HF_TEXT_BYTES_MAX && hf_utf8_valid(value, NULL);
    case HF_SETTING_SECRET:
        return value.len <= HF_KEY_BYTES_MAX && hf_utf8_valid(value, NULL) &&
               !hf_str_equal_z(value, HF_SETTING_HIDDEN);
    }
    return false;
}

static hf_str values_of(const hf_instance_setting *setting, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4096);
    if (setting->kind == HF_SETTING_COUNT)
        return hf_str_format(arena, "a whole number from 0 to %llu",
                             (unsigned long long)setting->max);
    if (setting->kind == HF_SETTING_HOURS)
        return HF_STR("two hours of the day in UTC, as 6-20");
    if (setting->kind == HF_SETTING_ORIGIN)
        return HF_STR("https://NAME or https://NAME:PORT; on this machine alone "
                      "http://localhost:PORT");
    if (setting->kind == HF_SETTING_ISSUER)
        return HF_STR("https://NAME/PATH without a slash at the end; on this machine alone "
                      "http://127.0.0.1:PORT");
    if (setting->kind == HF_SETTING_SCOPES)
        return HF_STR("words separated by spaces, openid among them");
    if (setting->kind == HF_SETTING_RULES)
        return hf_str_format(arena, "at most %u bytes of rules", HF_TEXT_BYTES_MAX);
    if (setting->words == NULL)
        return hf_str_format(arena, "a text of at most %u bytes", HF_KEY_BYTES_MAX);
    for (size_t i = 0; setting->words[i] != NULL; i++)
        hf_buf_add_format(&text, "%s%s", i == 0 ? "" : "|", setting->words[i]);
    if (setting->kind == HF_SETTING_WORDS)
        hf_buf_add_z(&text, ", separated by spaces");
    return hf_buf_copy(arena, &text);
}

static bool check(const hf_session *session, hf_instance_key key, hf_str value, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_instance_setting *facts = &hf_instance_settings[key];
    if (!hf_can(&session->actor, verb_of(key), NULL, NULL, err))
        return false;
    if (facts->kind == HF_SETTING_RULES && !hf_group_rules_check(value, err))
        return hf_fail_at(err, NULL, 0, facts->name);
    if (is_good(facts, value))
        return true;
    hf_fail(err, HF_ERR_INPUT, "setting.value", "'%.*s' is no value of %s; give %.*s",
            HF_STR_ARG(facts->kind == HF_SETTING_SECRET ? HF_STR(HF_SETTING_HIDDEN) : value),
            facts->name, HF_STR_ARG(values_of(facts, &scratch)));
    return hf_fail_at(err, NULL, 0, facts->name);
}

// Where other secrets are: in the table that is in no export, list or dump.
static hf_sha256 secret_row(hf_instance_key key)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    return hf_sha256_of(hf_str_format(&scratch, "kept %s", hf_instance_settings[key].name));
}

static bool keep_secret(hf_tx *tx, hf_instance_key key, hf_str value, int64_t now_ms, hf_error *err)
{
    const hf_credential row = {.kind = HF_CREDENTIAL_KEPT,
                               .secret = secret_row(key),
                               .user_key = HF_STR(""),
                               .label = HF_STR(""),
                               .created_ms = now_ms,
                               .expires_ms = HF_INTEGER_NONE,
                               .last_seen_ms = HF_INTEGER_NONE,
                               .detail = value};
    return hf_credential_remove(tx, &row.secret, err) &&
           (value.len == 0 || hf_credential_add(tx, &row, err));
}

static bool find_secret(hf_read *read, hf_instance_key key, hf_arena *arena, hf_credential **out,
                        hf_error *err)
{
    hf_sha256 row = secret_row(key);
    return hf_credential_find(read, HF_CREDENTIAL_KEPT, &row, INT64_MIN, arena, out, err);
}

bool hf_secret_setting_get(hf_read *read, hf_instance_key key, hf_arena *arena, hf_str *out,
                           hf_error *err)
{
    hf_credential *found = NULL;
    if (!find_secret(read, key, arena, &found, err))
        return false;
    *out = HF_STR_EMPTY;
    return found == NULL || hf_credential_reveal(read, found, arena, out, err);
}

static bool show(hf_read *read, hf_instance_key key, hf_arena *arena, hf_str *out, hf_error *err)
{
    hf_credential *found = NULL;
    if (hf_instance_settings[key].kind != HF_SETTING_SECRET)
        return hf_setting_get(read, hf_instance_settings[key].name, arena, out, err);
    if (!find_secret(read, key, arena, &found, err))
        return false;
    *out = found != NULL ? HF_STR(HF_SETTING_HIDDEN) : HF_STR_EMPTY;
    return true;
}

bool hf_read_settings(const hf_session *session, hf_arena *arena,
                      hf_str values[HF_INSTANCE_SETTING_COUNT], hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if ((!hf_may(&session->actor, HF_CAN_CONFIGURE, NULL, NULL) &&
         !hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err)) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    for (hf_instance_key key = HF_INSTANCE_NAME; key < HF_INSTANCE_SETTING_COUNT; key++)
        if (!show(read, key, arena, &values[key], err))
            return false;
    return true;
}

static bool change(hf_tx *tx, const hf_session *session, hf_instance_key key, hf_str value,
                   hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(8 * HF_TEXT_BYTES_MAX);
    hf_json_writer w = {.out = &detail};
    bool is_secret = hf_instance_settings[key].kind == HF_SETTING_SECRET;
    hf_json_begin_object(&w);
    hf_json_name(&w, "name");
    hf_json_add_z(&w, hf_instance_settings[key].name);
    hf_json_name(&w, "value");
    hf_json_add_str(&w, is_secret && value.len > 0 ? HF_STR(HF_SETTING_HIDDEN) : value);
    hf_json_end_object(&w);
    return (is_secret ? keep_secret(tx, key, value, session->now_ms, err)
                      : hf_setting_set(tx, hf_instance_settings[key].name, value, err)) &&
           hf_note(tx, session, "setting.changed", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err);
}

bool hf_change_settings(const hf_session *session, const hf_str values[HF_INSTANCE_SETTING_COUNT],
                        hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    for (hf_instance_key key = HF_INSTANCE_NAME; key < HF_INSTANCE_SETTING_COUNT; key++)
        if (values[key].ptr != NULL && !check(session, key, values[key], err))
            return false;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err))
        return false;
    for (hf_instance_key key = HF_INSTANCE_NAME; key < HF_INSTANCE_SETTING_COUNT; key++)
        if (values[key].ptr != NULL && !change(tx, session, key, values[key], err))
            return false;
    return hf_tx_commit(&tx, err);
}

void hf_write_setting(const hf_instance_setting *setting, hf_json_writer *out)
{
    static const char *const kinds[] = {"text",   "word",   "words",  "count", "hours",
                                        "origin", "issuer", "scopes", "rules", "secret"};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json_name(out, "name");
    hf_json_add_z(out, setting->name);
    hf_json_name(out, "kind");
    hf_json_add_z(out, kinds[setting->kind]);
    if (setting->words != NULL) {
        hf_json_name(out, "words");
        hf_json_begin_array(out);
        for (size_t i = 0; setting->words[i] != NULL; i++)
            hf_json_add_z(out, setting->words[i]);
        hf_json_end_array(out);
    } else if (setting->kind == HF_SETTING_COUNT) {
        hf_json_put_u64(out, "max", setting->max);
    } else if (setting->kind == HF_SETTING_TEXT) {
        hf_json_name(out, "max_bytes");
        hf_json_add_u64(out,
                        setting->kind == HF_SETTING_RULES ? HF_TEXT_BYTES_MAX : HF_KEY_BYTES_MAX);
    }
    hf_json_name(out, "values");
    hf_json_add_str(out, values_of(setting, &scratch));
    hf_json_name(out, "default");
    hf_json_add_z(out, setting->fallback);
    hf_json_name(out, "help");
    hf_json_add_z(out, setting->help);
}

void hf_write_settings(const hf_session *session, const hf_str values[HF_INSTANCE_SETTING_COUNT],
                       const hf_seal_facts *seal, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (hf_instance_key key = HF_INSTANCE_NAME; key < HF_INSTANCE_SETTING_COUNT; key++) {
        hf_json_begin_object(out);
        hf_write_setting(&hf_instance_settings[key], out);
        hf_json_name(out, "value");
        hf_json_add_str(out, values[key]);
        hf_json_name(out, "can_change");
        hf_json_add_bool(out, hf_may(&session->actor, verb_of(key), NULL, NULL));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "seal");
    hf_write_seal(seal, out);
    hf_json_end_object(out);
}
