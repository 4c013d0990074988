// SPDX-License-Identifier: Apache-2.0
//
// Inside api/: what comes again and again in the schemas of answers, as pieces of string literals.
#ifndef HF_API_SCHEMA_WORDS_H
#define HF_API_SCHEMA_WORDS_H

#define SHARE        "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1}"
#define COUNT        "{\"type\":\"integer\",\"minimum\":0}"
#define TEXT         "{\"type\":\"string\"}"
#define MAYBE_TEXT   "{\"type\":[\"string\",\"null\"]}"
#define FLAG         "{\"type\":\"boolean\"}"
#define MAYBE_NUMBER "{\"type\":[\"number\",\"null\"]}"
#define REF(name)    "{\"$ref\":\"#/components/schemas/" name "\"}"
#define LIST(item)   "{\"type\":\"array\",\"items\":" item "}"
#define OBJECT(of)   "{\"type\":\"object\",\"properties\":{" of "}}"
#define TEXTS        LIST(TEXT)
#define A_SCORE      REF("AssessmentScore")
#define ADVICE       REF("Recommendation")

#endif
