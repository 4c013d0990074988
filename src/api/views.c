// SPDX-License-Identifier: Apache-2.0
//
// The named views of whoever is signed in.
#include "api/resource.h"

static bool get_views(hf_call *call, hf_error *err)
{
    hf_view *views = NULL;
    size_t count = 0;
    if (!hf_list_views(&call->session, call->arena, &views, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_views(views, count, &w);
    return true;
}

static bool put_view(hf_call *call, hf_error *err)
{
    hf_view view = {.name = call->params[0]};
    if (!hf_call_text(call, "address", &view.address, err) ||
        !hf_put_view(&call->session, &view, err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool delete_view(hf_call *call, hf_error *err)
{
    if (!hf_remove_view(&call->session, call->params[0], err))
        return false;
    hf_answer_empty(call);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/views",
     .id = "listViews",
     .about = "The named views of the account that is signed in",
     .gives = "Views",
     .status = 200,
     .answer = get_views},
    {.method = HF_HTTP_PUT,
     .path = "/api/v1/views/{name}",
     .id = "keepView",
     .about = "Keep an address within the web application under a name",
     .takes = "ViewWish",
     .status = 204,
     .problems = "400 413 415",
     .answer = put_view},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/views/{name}",
     .id = "removeView",
     .about = "Forget a view",
     .status = 204,
     .problems = "404",
     .answer = delete_view},
};

static const char schemas[] =
    "\"ViewWish\":{\"type\":\"object\",\"required\":[\"address\"],\"properties\":{"
    "\"address\":{\"type\":\"string\",\"maxLength\":3800,\"pattern\":\"^/\"}},"
    "\"additionalProperties\":false},"
    "\"Views\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"address\"],"
    "\"properties\":{\"name\":{\"type\":\"string\"},\"address\":{\"type\":\"string\"}}}}}}";

const hf_resource hf_resource_views = {"views", routes, HF_COUNT(routes), schemas, NULL};
