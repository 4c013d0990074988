// SPDX-License-Identifier: Apache-2.0
//
// The few settings of an instance: who may, is it right, keep it, note it.
#include "usecase/settings.h"

#include "base/limits.h"

static hf_verb verb_of(hf_instance_key key)
{
    return key == HF_INSTANCE_SECOND_FACTOR ? HF_CAN_USERS : HF_CAN_CONFIGURE;
}

bool hf_read_settings(const hf_session *session, hf_arena *arena,
                      hf_str values[HF_INSTANCE_SETTING_COUNT], hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if ((!hf_may(&session->actor, HF_CAN_CONFIGURE, NULL, NULL) &&
         !hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err)) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++)
        if (!hf_setting_get(read, hf_instance_settings[i].name, arena, &values[i], err))
            return false;
    return true;
}

static bool is_role(hf_str word)
{
    for (size_t i = 0; hf_role_words[i] != NULL; i++)
        if (hf_str_equal_z(word, hf_role_words[i]))
            return true;
    return false;
}

static bool is_roles(hf_str text)
{
    hf_str part;
    while (text.len > 0 && hf_str_split(&text, ' ', &part))
        if (!is_role(part))
            return false;
    return true;
}

static bool is_good(hf_instance_key key, hf_str value)
{
    hf_lang lang;
    switch (key) {
    case HF_INSTANCE_NAME:
        return value.len <= HF_KEY_BYTES_MAX;
    case HF_INSTANCE_LANGUAGE:
        return hf_lang_parse(value, &lang);
    case HF_INSTANCE_SECOND_FACTOR:
        return is_roles(value);
    case HF_INSTANCE_SETTING_COUNT:
        break;
    }
    return false;
}

static bool check(const hf_session *session, hf_instance_key key, hf_str value, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_instance_setting *facts = &hf_instance_settings[key];
    if (!hf_can(&session->actor, verb_of(key), NULL, NULL, err))
        return false;
    if (is_good(key, value))
        return true;
    hf_fail(err, HF_ERR_INPUT, "setting.value", "'%.*s' is no value of %s; give %s",
            HF_STR_ARG(value), facts->name, facts->values);
    return hf_fail_at(err, hf_str_z(&scratch, hf_str_format(&scratch, "/%s", facts->name)), 0,
                      facts->name);
}

static bool change(hf_tx *tx, const hf_session *session, hf_instance_key key, hf_str value,
                   hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(4096);
    hf_json_writer w = {.out = &detail};
    hf_json_begin_object(&w);
    hf_json_name(&w, "name");
    hf_json_add_z(&w, hf_instance_settings[key].name);
    hf_json_name(&w, "value");
    hf_json_add_str(&w, value);
    hf_json_end_object(&w);
    return hf_setting_set(tx, hf_instance_settings[key].name, value, err) &&
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

void hf_write_settings(const hf_str values[HF_INSTANCE_SETTING_COUNT], hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "name");
        hf_json_add_z(out, hf_instance_settings[i].name);
        hf_json_name(out, "value");
        hf_json_add_str(out, values[i]);
        hf_json_name(out, "values");
        hf_json_add_z(out, hf_instance_settings[i].values);
        hf_json_name(out, "help");
        hf_json_add_z(out, hf_instance_settings[i].help);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}
