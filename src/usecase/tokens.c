// SPDX-License-Identifier: Apache-2.0
//
// Tokens of programs: made, shown once, kept as hashes. A limited one never reaches beyond what its account may when it is
// used: its role stands in for those of the account's that hold all of its rights, within their scopes.
#include "base/text.h"
#include "usecase/settings.h"

static unsigned verbs_of_role(int32_t role)
{
    const hf_actor probe = {.role = role, .clearance = HF_TLP_RED, .is_signed_in = true};
    return hf_verbs_of(&probe);
}

// Does whoever has the one role also have the other?
static bool holds(int32_t role, int32_t wanted)
{
    return role != HF_WORD_NONE && (verbs_of_role(wanted) & ~verbs_of_role(role)) == 0;
}

static bool holds_anywhere(const hf_actor *actor, int32_t wanted)
{
    if (holds(actor->role, wanted))
        return true;
    for (size_t i = 0; i < actor->grant_count; i++)
        if (holds(actor->grants[i].role, wanted))
            return true;
    return false;
}

// Who may make accounts could make one that is not limited.
static bool makes_accounts(int32_t role)
{
    return (verbs_of_role(role) >> HF_CAN_USERS & 1) != 0;
}

static void narrow(hf_actor *actor, int32_t role, int32_t clearance, hf_arena *arena)
{
    hf_role_grant *kept = HF_NEW_N(arena, hf_role_grant, actor->grant_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < actor->grant_count; i++) {
        if (!holds(actor->grants[i].role, role))
            continue;
        kept[count] = actor->grants[i];
        kept[count++].role = role;
    }
    actor->role = holds(actor->role, role) ? role : HF_WORD_NONE;
    actor->grants = kept;
    actor->grant_count = count;
    if (clearance != HF_WORD_NONE && clearance < actor->clearance)
        actor->clearance = clearance;
}

static bool read_limit(hf_str detail, hf_arena *arena, int32_t *role, int32_t *clearance,
                       hf_error *err)
{
    hf_json *limit = NULL;
    hf_user *probe = hf_noun_new(&hf_noun_user, arena);
    if (!hf_json_parse(detail, arena, &limit, err) ||
        !hf_field_set_text(hf_noun_field(&hf_noun_user, HF_STR("role"), NULL), probe,
                           hf_json_text(limit, "role"), false, arena, err))
        return false;
    *role = probe->role;
    *clearance = HF_WORD_NONE;
    hf_str marking = hf_json_text(limit, "clearance");
    hf_marking highest = HF_TLP_CLEAR;
    if (marking.len > 0 && hf_marking_parse(marking, &highest))
        *clearance = (int32_t)highest;
    return true;
}

bool hf_limit_by_token(const hf_credential *token, hf_actor *actor, hf_arena *arena, bool *limited,
                       hf_error *err)
{
    int32_t role = HF_WORD_NONE;
    int32_t clearance = HF_WORD_NONE;
    *limited = token->detail.len > 0;
    if (!*limited)
        return true;
    if (!read_limit(token->detail, arena, &role, &clearance, err))
        return false;
    narrow(actor, role, clearance, arena);
    return true;
}

static bool refuse(const char *why, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "account.token", "%s", why);
}

// Is the limit one that can be kept, and not above what the account has?
static bool check(const hf_token_request *request, const hf_actor *owner, hf_error *err)
{
    if (request->label.len > 200 || !hf_utf8_valid(request->label, NULL) || request->days < 0 ||
        request->days > 3650)
        return refuse("a token's label has at most 200 bytes, its life 0 to 3650 days", err);
    if (request->role == HF_WORD_NONE)
        return request->clearance == HF_WORD_NONE ||
               refuse("a token with a clearance of its own needs a role of its own", err);
    if (makes_accounts(request->role))
        return refuse("a limited token cannot have a role that makes accounts", err);
    if (!holds_anywhere(owner, request->role) ||
        (request->clearance != HF_WORD_NONE && request->clearance > owner->clearance))
        return hf_fail(err, HF_ERR_PERMISSION, "account.token_above",
                       "the token would be allowed more than its account");
    return true;
}

static hf_str limit_of(const hf_token_request *request, hf_arena *arena)
{
    if (request->role == HF_WORD_NONE)
        return HF_STR_EMPTY;
    return hf_str_format(
        arena, "{\"role\":\"%s\",\"clearance\":\"%s\"}", hf_role_words[request->role],
        request->clearance == HF_WORD_NONE ? "" : hf_marking_words[request->clearance]);
}

// How long it lives: as wished, or as long as any may. days 0: without an end.
static bool find_days(hf_read *read, const hf_token_request *request, int64_t *days, hf_error *err)
{
    uint64_t most = 0;
    if (!hf_setting_count(read, HF_INSTANCE_TOKEN_DAYS, &most, err))
        return false;
    *days = request->days > 0 ? request->days : (int64_t)most;
    return most == 0 || *days <= (int64_t)most ||
           hf_fail(err, HF_ERR_INPUT, "account.token_days",
                   "a token lives %llu days at most here; ask for fewer", (unsigned long long)most);
}

static bool has_room(hf_read *read, const hf_user *user, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *list = NULL;
    size_t count = 0;
    return hf_credential_list(read, HF_CREDENTIAL_TOKEN, user->head.key, &scratch, &list, &count,
                              err) &&
           (count < HF_TOKENS_MAX ||
            hf_fail(err, HF_ERR_CONFLICT, "account.too_many_tokens",
                    "an account has at most %u tokens; end one that is not used", HF_TOKENS_MAX));
}

bool hf_add_token(const hf_session *session, const hf_token_request *request, hf_arena *arena,
                  hf_str *token, hf_error *err)
{
    int64_t days = 0;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_actor owner = {0};
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_find_managed(session, hf_tx_read(tx), request->user_key, arena, &user, err) ||
        !hf_actor_of(hf_tx_read(tx), user, session->now_ms, arena, &owner, err) ||
        !check(request, &owner, err) || !find_days(hf_tx_read(tx), request, &days, err) ||
        !has_room(hf_tx_read(tx), user, err))
        return false;
    hf_str secret = hf_make_secret(arena);
    const hf_credential credential = {
        .kind = HF_CREDENTIAL_TOKEN,
        .secret = hf_sha256_of(secret),
        .user_key = user->head.key,
        .label = request->label,
        .created_ms = session->now_ms,
        .expires_ms = days > 0 ? session->now_ms + days * HF_DAY_MS : HF_INTEGER_NONE,
        .last_seen_ms = HF_INTEGER_NONE,
        .detail = limit_of(request, arena),
    };
    if (!hf_credential_add(tx, &credential, err) ||
        !hf_note(tx, session, "user.token_added", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                 credential.detail, err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *token = secret;
    return true;
}

bool hf_find_token_limits(const hf_session *session, hf_str user_key, hf_arena *arena,
                          hf_token_limits *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_actor owner = {0};
    hf_token_limits found = {0};
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, arena, &user, err) ||
        !hf_actor_of(read, user, session->now_ms, arena, &owner, err))
        return false;
    for (int32_t role = 0; hf_role_words[role] != NULL; role++)
        if (!makes_accounts(role) && holds_anywhere(&owner, role))
            found.roles |= 1u << role;
    found.clearance = owner.clearance;
    *out = found;
    return true;
}
