// SPDX-License-Identifier: Apache-2.0
//
// Inside api/: what comes again and again in the schemas of answers, as pieces of string literals.
#ifndef HF_API_SCHEMA_WORDS_H
#define HF_API_SCHEMA_WORDS_H

#define SHARE      "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1}"
#define COUNT      "{\"type\":\"integer\",\"minimum\":0}"
#define TEXT       "{\"type\":\"string\"}"
#define MAYBE_TEXT "{\"type\":[\"string\",\"null\"]}"
#define FLAG       "{\"type\":\"boolean\"}"
#define ARRAY      "{\"type\":\"array\",\"items\":"
#define OBJECT     "{\"type\":\"object\",\"properties\":{"
#define A_SCORE    "{\"$ref\":\"#/components/schemas/AssessmentScore\"}"
#define ADVICE     "{\"$ref\":\"#/components/schemas/Recommendation\"}"

#endif
