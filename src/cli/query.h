// SPDX-License-Identifier: Apache-2.0
//
// What list, show, jobs and the commands that change a record share: records as JSON, tables and lines. Private
// to cli/.
#ifndef HF_CLI_QUERY_H
#define HF_CLI_QUERY_H

#include "cli/cli.h"

#define HF_CLI_LIST_LIMIT 100u

// Writes up to `limit` records of a query, page by page: a table for people, else
// {"items":[…],"next":null|"…","count":{"value","exact"}}.
bool hf_cli_write_records(hf_cli *cli, hf_query *query, uint64_t limit, hf_error *err) HF_CHECKED;
// Writes one record: a line per field that is not empty, or its JSON object.
void hf_cli_write_record(hf_cli *cli, const hf_noun *noun, const void *record);
// "FIELD=VALUE" words from `first` on as a patch; fields that the noun does not have become attributes.
bool hf_cli_read_patch(hf_cli *cli, const hf_noun *noun, size_t first, hf_patch *out,
                       hf_error *err) HF_CHECKED;
// --filter and --text of the command into a query of query->noun. Errors: HF_ERR_USAGE "query.field".
bool hf_cli_read_query(hf_cli *cli, hf_query *query, hf_error *err) HF_CHECKED;

#endif
