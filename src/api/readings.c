// SPDX-License-Identifier: Apache-2.0
//
// How much each account reads, for whoever may read the log.
#include "api/resource.h"

static bool get_readings(hf_call *call, hf_error *err)
{
    hf_json_writer w = hf_answer_json(call);
    return hf_write_readings(&call->session, &w, err);
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/readings",
     .id = "getReadings",
     .about =
         "How many records, searches, exports, refusals and places of the map each account had "
         "in this hour and today, what is usual for it, and the settings that protect the instance",
     .gives = "ReadingPage",
     .status = 200,
     .answer = get_readings},
};

#define COUNTS                                                                                     \
    "{\"type\":\"object\",\"properties\":{\"records\":{\"type\":\"integer\"},"                     \
    "\"searches\":{\"type\":\"integer\"},\"exports\":{\"type\":\"integer\"},"                      \
    "\"refused\":{\"type\":\"integer\"},\"places\":{\"type\":\"integer\"}}}"

static const char schemas[] =
    "\"ReadingPage\":{\"type\":\"object\",\"required\":[\"items\",\"rules\"],\"properties\":{"
    "\"rules\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}},\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"user\",\"paused\",\"hour\","
    "\"today\",\"usual\",\"days\"],\"properties\":{\"user\":{\"type\":\"string\"},"
    "\"display_name\":{\"type\":[\"string\",\"null\"]},\"paused\":{\"type\":\"boolean\"},"
    "\"hour\":" COUNTS ",\"today\":" COUNTS ",\"usual\":" COUNTS
    ",\"days\":{\"type\":\"integer\"}}}}}}";

const hf_resource hf_resource_readings = {"readings", routes, HF_COUNT(routes), schemas, NULL};
