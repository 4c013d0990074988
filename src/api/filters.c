// SPDX-License-Identifier: Apache-2.0
//
// From the query of an address to a query of the store: words, filters by field, order, a box. Lists, exports and
// changes to many records read it alike, so that one address means the same records everywhere.
#include <string.h>

#include "api/resource.h"
#include "usecase/area.h"

// What the route has a word for itself is no filter.
static bool is_routes_own(const hf_call *call, hf_str name)
{
    for (const hf_param *param = call->route->params; param->name != NULL; param++)
        if (hf_str_equal_z(name, param->name))
            return true;
    return hf_str_equal_z(name, "lang");
}

static bool no_such_field(const hf_noun *noun, hf_str name, hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "query.field",
                   "%s cannot be filtered or sorted by '%.*s'; see /api/v1/schema", noun->plural,
                   HF_STR_ARG(name));
}

// field=value, field_min=value, field_max=value; an empty value asks for records without one.
static bool filter_of(const hf_noun *noun, const hf_http_pair *pair, hf_filter *out, hf_error *err)
{
    static const struct {
        const char *ending;
        hf_filter_operator how;
    } endings[] = {
        {"", HF_IS}, {"_min", HF_AT_LEAST}, {"_max", HF_AT_MOST}, {"_begins", HF_BEGINS}};
    for (size_t i = 0; i < HF_COUNT(endings); i++) {
        size_t cut = strlen(endings[i].ending);
        if (!hf_str_ends(pair->name, endings[i].ending) || pair->name.len <= cut)
            continue;
        hf_str name = hf_str_slice(pair->name, 0, pair->name.len - cut);
        const hf_field *field = hf_noun_field(noun, name, NULL);
        if (field == NULL || ((field->flags & HF_FIELD_FILTER) == 0 && field->type != HF_KEY))
            continue;
        *out = (hf_filter){field, endings[i].how, pair->value};
        if (pair->value.len == 0)
            out->how = HF_IS_EMPTY;
        else if (out->how == HF_IS && hf_str_equal_z(pair->value, "*"))
            out->how = HF_NOT_EMPTY;
        return true;
    }
    return no_such_field(noun, pair->name, err);
}

static bool filters_of(hf_call *call, hf_query *query, hf_error *err)
{
    const hf_http_pairs *pairs = &call->request->query;
    hf_filter *filters = HF_NEW_N(call->arena, hf_filter, pairs->count + 1);
    for (size_t i = 0; i < pairs->count; i++) {
        if (is_routes_own(call, pairs->items[i].name))
            continue;
        if (!filter_of(query->noun, &pairs->items[i], &filters[query->filter_count], err))
            return false;
        query->filter_count++;
    }
    query->filters = filters;
    return true;
}

static bool sort_of(hf_call *call, hf_query *query, hf_error *err)
{
    hf_str name = hf_request_query(call->request, "sort");
    if (name.len == 0)
        return true;
    query->descending = name.ptr[0] == '-';
    if (query->descending)
        name = hf_str_slice(name, 1, name.len);
    query->sort = hf_noun_field(query->noun, name, NULL);
    return query->sort != NULL || no_such_field(query->noun, name, err);
}

static bool box_of(hf_call *call, hf_query *query, hf_error *err)
{
    hf_str rest = hf_request_query(call->request, "bbox");
    double *sides[] = {&query->west, &query->south, &query->east, &query->north};
    hf_str part;
    if (rest.len == 0)
        return true;
    for (size_t i = 0; i < HF_COUNT(sides); i++) {
        double most = i % 2 == 0 ? 180 : 90;
        if (!hf_str_split(&rest, ',', &part) || !hf_parse_double(hf_str_trim(part), sides[i]) ||
            !(*sides[i] >= -most && *sides[i] <= most))
            return hf_fail(err, HF_ERR_USAGE, "query.value",
                           "bbox must be west,south,east,north in degrees");
    }
    query->has_box = true;
    return true;
}

bool hf_call_query(hf_call *call, const hf_noun *noun, hf_query *query, hf_error *err)
{
    query->noun = noun;
    query->text = hf_request_query(call->request, "q");
    return filters_of(call, query, err) && sort_of(call, query, err) && box_of(call, query, err) &&
           hf_list_within(&call->session, hf_request_query(call->request, "within"), call->arena,
                          query, err);
}
