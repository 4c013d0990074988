// SPDX-License-Identifier: Apache-2.0
//
// What a State sets for its whole instance (hf_instance_settings): read and changed, each change an event.
#ifndef HF_USECASE_SETTINGS_H
#define HF_USECASE_SETTINGS_H

#include "usecase/account.h"
#include "usecase/seal.h"

// All of them, in the order of the table; empty where nothing is set. Wants the right to the profile or to accounts.
bool hf_read_settings(const hf_session *session, hf_arena *arena,
                      hf_str values[HF_INSTANCE_SETTING_COUNT], hf_error *err) HF_CHECKED;
// What holds now, set or not, for the program itself: nobody's right is asked.
bool hf_setting_now(hf_read *read, hf_instance_key key, hf_arena *arena, hf_str *out,
                    hf_error *err) HF_CHECKED;
// The same of a count.
bool hf_setting_count(hf_read *read, hf_instance_key key, uint64_t *out, hf_error *err) HF_CHECKED;
// What the instance marks a new record that is given no marking (hf_marking).
bool hf_marking_of_new(hf_read *read, int32_t *out, hf_error *err) HF_CHECKED;
// Lays it on a record of the register or of analysis that was just made from the patch, unless the patch gives one.
void hf_mark_new(const hf_patch *patch, int32_t marking, void *record);
// Changes some: those of identity and release want the right to accounts, the others that to the profile. All of them or none.
// values  ptr NULL: stays; empty: back to what holds without it
// Errors  HF_ERR_INPUT "setting.value" with the place; those of hf_can
bool hf_change_settings(const hf_session *session, const hf_str values[HF_INSTANCE_SETTING_COUNT],
                        hf_error *err) HF_CHECKED;
// The value of an HF_SETTING_SECRET; empty: none. For whoever uses it: it is in no answer.
bool hf_secret_setting_get(hf_read *read, hf_instance_key key, hf_arena *arena, hf_str *out,
                           hf_error *err) HF_CHECKED;
// In place of a secret that is kept, wherever settings are shown.
#define HF_SETTING_HIDDEN "********"
// Writes what the table says of one into an object: "name", "kind", "words", "max" or "max_bytes", "values" (for people),
// "default", "help".
void hf_write_setting(const hf_instance_setting *setting, hf_json_writer *out);
// Writes {"items": [{…, "value", "can_change"}], "seal": {…}}: can_change is this session's. value: empty where nothing is
// set.
void hf_write_settings(const hf_session *session, const hf_str values[HF_INSTANCE_SETTING_COUNT],
                       const hf_seal_facts *seal, hf_json_writer *out);

#endif
