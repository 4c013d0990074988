// SPDX-License-Identifier: Apache-2.0
//
// The profile that ships with the program, packed from content/. Only init.c uses it.
#ifndef HF_USECASE_PROFILE_H
#define HF_USECASE_PROFILE_H

#include "base/embedded.h"

extern const hf_embedded_file hf_shipped_profile[]; // taxonomy.json, rules.json

#endif
