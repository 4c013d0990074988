// SPDX-License-Identifier: Apache-2.0
//
// The door of usecase/: all that can be done with Holdfast, whichever door it comes through. Others
// include this file only.
#ifndef HF_USECASE_USECASE_H
#define HF_USECASE_USECASE_H

#include "usecase/access.h"         // who may what
#include "usecase/account.h"        // set-up, signing in, tokens
#include "usecase/agreement.h"      // several assessors of one assessment
#include "usecase/assessment.h"     // how a State protects itself
#include "usecase/assistance.h"     // who can help with what
#include "usecase/attachment.h"     // files of records
#include "usecase/audit.h"          // proof of the log
#include "usecase/audit_key.h"      // who signs it, and who did
#include "usecase/aviation.h"       // programmes, equipment, trials, findings
#include "usecase/awareness.h"      // bulletins, and who has read them
#include "usecase/backup.h"         // the whole store into a file, and back
#include "usecase/certificates.h"   // of clients, and whose they are
#include "usecase/exchange.h"       // import, export, inference
#include "usecase/graph.h"          // dependencies around an asset, paths
#include "usecase/jobs.h"           // long work
#include "usecase/keep.h"           // how long what people leave behind is kept
#include "usecase/library.h"        // good practice: found, adopted, shared
#include "usecase/names.h"          // what people call the assets of an answer
#include "usecase/notices.h"        // what happened to one's own account
#include "usecase/oidc.h"           // signing in by a provider of identities
#include "usecase/oscal.h"          // OSCAL documents out
#include "usecase/overview.h"       // the register at a glance
#include "usecase/passkeys.h"       // signing in without a password
#include "usecase/places.h"         // where assets lie
#include "usecase/portfolio.h"      // measures for a budget
#include "usecase/provisions.h"     // the catalogue of what States are asked
#include "usecase/question.h"       // plan, cascade, rank, explain
#include "usecase/questionnaire.h"  // questionnaires of one's own, as documents
#include "usecase/readers.h"        // who can see a record, and why
#include "usecase/reading.h"        // how much accounts read, and alarms
#include "usecase/record.h"         // the session; single records, log, installation
#include "usecase/release.h"        // what takes a second person
#include "usecase/run.h"            // runs: kept, repeated, compared; simulations, scenarios
#include "usecase/seal.h"           // whether secrets are sealed
#include "usecase/second_factor.h"  // one-time codes beside the password
#include "usecase/settings.h"       // of the instance
#include "usecase/simulate_trial.h" // one trial of a simulation, told by itself
#include "usecase/strategy.h"       // strategy, law, roles, agreements, intrusive measures
#include "usecase/views.h"          // named views of an account
#include "usecase/watermark.h"      // for whom a file was made

#endif
