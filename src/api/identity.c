// SPDX-License-Identifier: Apache-2.0
//
// The second factor of an account, and the settings of the instance, among them who must have one.
#include "api/resource.h"

static bool get_factor(hf_call *call, hf_error *err)
{
    hf_second_factor found = {0};
    if (!hf_second_factor_get(&call->session, call->params[0], call->arena, &found, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "is_on");
    hf_json_add_bool(&w, found.is_on);
    hf_json_name(&w, "is_required");
    hf_json_add_bool(&w, found.is_required);
    hf_noun_write_time(&w, "since", found.since_ms);
    hf_json_name(&w, "recovery_left");
    hf_json_add_u64(&w, found.recovery_left);
    hf_json_end_object(&w);
    return true;
}

// What the three writes have in common: a password or a code, and what comes of it.
typedef struct {
    hf_str typed;
    hf_str secret, uri;
    hf_str codes[HF_RECOVERY_CODE_COUNT];
} factor_try;

static bool try_begin(hf_call *call, void *context, hf_error *err)
{
    factor_try *it = context;
    return hf_second_factor_begin(&call->session, call->params[0], it->typed, call->arena,
                                  &it->secret, &it->uri, err);
}

static bool post_factor(hf_call *call, hf_error *err)
{
    factor_try it = {0};
    if (!hf_call_text(call, "password", &it.typed, err) ||
        !hf_guard(call, call->session.actor.name, try_begin, &it, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "secret");
    hf_json_add_str(&w, it.secret);
    hf_json_name(&w, "uri");
    hf_json_add_str(&w, it.uri);
    hf_json_end_object(&w);
    return true;
}

void hf_write_codes(const hf_str *codes, size_t count, hf_json_writer *w)
{
    hf_json_name(w, "recovery");
    hf_json_begin_array(w);
    for (size_t i = 0; i < count; i++)
        hf_json_add_str(w, codes[i]);
    hf_json_end_array(w);
}

static bool try_confirm(hf_call *call, void *context, hf_error *err)
{
    factor_try *it = context;
    return hf_second_factor_confirm(&call->session, call->params[0], it->typed, call->arena,
                                    it->codes, err);
}

static bool post_confirm(hf_call *call, hf_error *err)
{
    factor_try it = {0};
    if (!hf_call_text(call, "code", &it.typed, err) ||
        !hf_guard(call, call->session.actor.name, try_confirm, &it, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_codes(it.codes, HF_RECOVERY_CODE_COUNT, &w);
    hf_json_end_object(&w);
    return true;
}

typedef struct {
    hf_way_in_end end; // NULL: of the second factor
    hf_proof proof;
} way_in_try;

static bool try_end(hf_call *call, void *context, hf_error *err)
{
    way_in_try *it = context;
    return it->end == NULL
               ? hf_second_factor_remove(&call->session, call->params[0], &it->proof, err)
               : it->end(&call->session, call->params[0], call->params[1], &it->proof, err);
}

bool hf_call_end_way_in(hf_call *call, hf_way_in_end end, hf_error *err)
{
    static const char *const members[] = {"password", "identified", NULL};
    hf_json *body = NULL;
    way_in_try it = {.end = end};
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "password", &it.proof.password, err) ||
        !hf_json_want_text(body, "identified", &it.proof.identified, err) ||
        !hf_guard(call, call->session.actor.name, try_end, &it, err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool post_remove(hf_call *call, hf_error *err)
{
    return hf_call_end_way_in(call, NULL, err);
}

static bool get_settings(hf_call *call, hf_error *err)
{
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_seal_facts seal;
    if (!hf_read_settings(&call->session, call->arena, values, err) ||
        !hf_read_seal(&call->session, &seal, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_settings(&call->session, values, &seal, &w);
    return true;
}

static bool patch_settings(hf_call *call, hf_error *err)
{
    const char *members[HF_INSTANCE_SETTING_COUNT + 1] = {0};
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_json *body = NULL;
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++)
        members[i] = hf_instance_settings[i].name;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err))
        return false;
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++)
        if (!hf_json_want_text(body, members[i], &values[i], err))
            return false;
    return hf_change_settings(&call->session, values, err) && get_settings(call, err);
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/second-factor",
     .id = "getSecondFactor",
     .about = "Whether an account has a second factor, and must have one",
     .flags = HF_ROUTE_OWN,
     .gives = "SecondFactor",
     .status = 200,
     .problems = "404",
     .answer = get_factor},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/second-factor",
     .id = "beginSecondFactor",
     .about =
         "Begin one's own: a secret for an authenticator, which counts once a code of it is shown",
     .flags = HF_ROUTE_OWN,
     .takes = "CurrentPassword",
     .gives = "NewSecondFactor",
     .status = 200,
     .problems = "400 404 409 413 415 429",
     .answer = post_factor},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/second-factor/confirm",
     .id = "confirmSecondFactor",
     .about = "Turn it on by a code; gives the recovery codes, this once",
     .flags = HF_ROUTE_OWN,
     .takes = "Code",
     .gives = "RecoveryCodes",
     .status = 200,
     .problems = "400 404 409 413 415 429",
     .answer = post_confirm},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/second-factor/remove",
     .id = "removeSecondFactor",
     .about = "Take it off: one's own with the password, another's as administrator; ends all "
              "sessions but the one that asks",
     .takes = "WayInEnd",
     .status = 204,
     .problems = "400 404 413 415 429",
     .answer = post_remove},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/settings",
     .id = "getSettings",
     .about = "What is set for the whole instance",
     .gives = "Settings",
     .status = 200,
     .answer = get_settings},
    {.method = HF_HTTP_PATCH,
     .path = "/api/v1/settings",
     .id = "changeSettings",
     .about = "Change settings of the instance",
     .takes = "SettingsPatch",
     .gives = "Settings",
     .status = 200,
     .problems = "400 413 415",
     .answer = patch_settings},
};

static const char schemas[] =
    "\"SecondFactor\":{\"type\":\"object\",\"required\":[\"is_on\",\"is_required\"],\"properties\":"
    "{"
    "\"is_on\":{\"type\":\"boolean\"},\"is_required\":{\"type\":\"boolean\"},"
    "\"since\":{\"type\":[\"string\",\"null\"]},\"recovery_left\":{\"type\":\"integer\"}}},"
    "\"CurrentPassword\":{\"type\":\"object\",\"properties\":{\"password\":{\"type\":\"string\"}},"
    "\"additionalProperties\":false},"
    "\"WayInEnd\":{\"type\":\"object\",\"properties\":{\"password\":{\"type\":\"string\","
    "\"description\":\"of one's own account\"},\"identified\":{\"type\":\"string\","
    "\"maxLength\":500,\"description\":\"of another's: how it was made sure who asks for it; "
    "kept in the log\"}},\"additionalProperties\":false},"
    "\"NewSecondFactor\":{\"type\":\"object\",\"required\":[\"secret\",\"uri\"],\"properties\":{"
    "\"secret\":{\"type\":\"string\",\"description\":\"base 32\"},"
    "\"uri\":{\"type\":\"string\",\"description\":\"otpauth://totp/…, to be shown as a QR "
    "code\"}}},"
    "\"Code\":{\"type\":\"object\",\"required\":[\"code\"],\"properties\":{"
    "\"code\":{\"type\":\"string\"}},\"additionalProperties\":false},"
    "\"RecoveryCodes\":{\"type\":\"object\",\"required\":[\"recovery\"],\"properties\":{"
    "\"recovery\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
    "\"Settings\":{\"type\":\"object\",\"required\":[\"items\",\"seal\"],\"properties\":{"
    "\"seal\":{\"type\":\"object\",\"description\":\"whether the secrets in the store are sealed\","
    "\"required\":[\"sealed\",\"key\",\"secrets\"],\"properties\":{\"sealed\":{\"type\":"
    "\"boolean\"},\"key\":{\"type\":[\"string\",\"null\"],\"description\":\"the name of the "
    "key\"},\"secrets\":{\"type\":\"integer\"}}},\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":"
    "\"string\"},"
    "\"kind\":{\"enum\":[\"text\",\"word\",\"words\",\"count\",\"hours\",\"origin\",\"issuer\","
    "\"scopes\",\"rules\",\"secret\"]},\"max\":{\"type\":\"integer\"},\"words\":{\"type\":"
    "\"array\","
    "\"items\":{"
    "\"type\":\"string\"}},\"max_bytes\":{\"type\":\"integer\"},\"default\":{\"type\":\"string\"},"
    "\"value\":{\"type\":\"string\",\"description\":\"empty: the default\"},"
    "\"values\":{\"type\":\"string\"},"
    "\"help\":{\"type\":\"string\"},\"can_change\":{\"type\":\"boolean\"}}}}}},"
    "\"SettingsPatch\":{\"type\":\"object\",\"properties\":{"
    "\"instance.name\":{\"type\":\"string\"},\"instance.language\":{\"type\":\"string\"},"
    "\"identity.origin\":{\"type\":\"string\"},"
    "\"oidc.issuer\":{\"type\":\"string\"},"
    "\"oidc.client_id\":{\"type\":\"string\"},"
    "\"oidc.client_secret\":{\"type\":\"string\"},"
    "\"oidc.label\":{\"type\":\"string\"},"
    "\"oidc.scopes\":{\"type\":\"string\"},"
    "\"oidc.groups_claim\":{\"type\":\"string\"},"
    "\"oidc.groups\":{\"type\":\"string\"},"
    "\"oidc.accounts\":{\"type\":\"string\"},"
    "\"identity.second_factor\":{\"type\":\"string\",\"description\":\"roles, separated by "
    "spaces\"},\"release.bulk_records\":{\"type\":\"string\",\"description\":\"a count; 0: "
    "off\"},"
    "\"release.bulk_reads\":{\"type\":\"string\"},\"release.lowering\":{\"enum\":[\"two_persons\","
    "\"one_person\",\"\"]},"
    "\"alarm.records_per_hour\":{\"type\":\"string\"},"
    "\"alarm.refused_per_hour\":{\"type\":\"string\"},\"alarm.hours\":{\"type\":\"string\"},"
    "\"alarm.pause\":{\"enum\":[\"off\",\"on\",\"\"]},"
    "\"limit.requests_per_minute\":{\"type\":\"string\"},"
    "\"limit.upload_mb_per_day\":{\"type\":\"string\"},"
    "\"identity.token_days\":{\"type\":\"string\"},"
    "\"keep.job_days\":{\"type\":\"string\",\"description\":\"a count; 0: for ever\"},"
    "\"keep.ended_token_days\":{\"type\":\"string\"},"
    "\"register.marking\":{\"type\":\"string\",\"description\":\"of a new record that is given "
    "none\"}},"
    "\"additionalProperties\":false}";

const hf_resource hf_resource_identity = {"identity", routes, HF_COUNT(routes), schemas, NULL};
