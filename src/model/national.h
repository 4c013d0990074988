// SPDX-License-Identifier: Apache-2.0
//
// Which nouns are of the nation as a whole: what it knows, what it has decided, which law and which agreements it has, how
// it reaches into rights. They bear a marking but have no place, and are written by who assesses everywhere.
#ifndef HF_MODEL_NATIONAL_H
#define HF_MODEL_NATIONAL_H

#include "model/noun.h"

bool hf_is_national(const hf_noun *noun);

#endif
