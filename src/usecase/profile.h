// SPDX-License-Identifier: Apache-2.0
//
// The profile that ships with the program, packed from content/. Only init.c and provisions_texts.c use it.
#ifndef HF_USECASE_PROFILE_H
#define HF_USECASE_PROFILE_H

#include "base/embedded.h"

extern const hf_embedded_file hf_shipped_profile[];    // taxonomy.json, rules.json
extern const hf_embedded_file hf_shipped_provisions[]; // catalogue.json, and en.json … by language

#endif
