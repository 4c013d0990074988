// SPDX-License-Identifier: Apache-2.0
//
// The list of them.
#include "model/national.h"

#include "model/action.h"
#include "model/agreement.h"
#include "model/bulletin.h"
#include "model/device.h"
#include "model/finding.h"
#include "model/law.h"
#include "model/mandate.h"
#include "model/objective.h"
#include "model/occurrence.h"
#include "model/practice.h"
#include "model/programme.h"
#include "model/receipt.h"
#include "model/safeguard.h"
#include "model/strategy.h"
#include "model/trial.h"

bool hf_is_national(const hf_noun *noun)
{
    static const hf_noun *const nouns[] = {
        &hf_noun_practice, &hf_noun_strategy, &hf_noun_objective, &hf_noun_action,
        &hf_noun_law,      &hf_noun_mandate,  &hf_noun_agreement, &hf_noun_safeguard,
        &hf_noun_bulletin, &hf_noun_receipt,  &hf_noun_programme, &hf_noun_device,
        &hf_noun_trial,    &hf_noun_finding,  &hf_noun_occurrence};
    for (size_t i = 0; i < HF_COUNT(nouns); i++)
        if (nouns[i] == noun)
            return true;
    return false;
}
