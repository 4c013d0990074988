// SPDX-License-Identifier: Apache-2.0
//
// A sight held against one record.
#include "model/sight.h"

#include <string.h>

#include "model/answer.h"
#include "model/asset.h"
#include "model/attachment.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "model/measure.h"
#include "model/national.h"
#include "model/offer.h"
#include "model/organisation.h"
#include "model/preparation.h"
#include "model/region.h"
#include "model/run.h"
#include "model/scenario.h"
#include "model/service.h"

static const hf_field *field_of(const hf_noun *noun, const char *name)
{
    return hf_noun_field(noun, hf_str_of(name), NULL);
}

hf_belonging hf_noun_belongs(const hf_noun *noun)
{
    if (noun == &hf_noun_dependency || noun == &hf_noun_layer || noun == &hf_noun_preparation)
        return HF_BELONGS_TO_ITS_ENDS;
    if (noun == &hf_noun_region || noun == &hf_noun_offer || hf_is_national(noun))
        return HF_BELONGS_ANYWHERE;
    bool has_place =
        noun == &hf_noun_asset || noun == &hf_noun_service || noun == &hf_noun_organisation ||
        noun == &hf_noun_measure || noun == &hf_noun_scenario || noun == &hf_noun_run ||
        noun == &hf_noun_attachment || noun == &hf_noun_assessment || hf_is_assessment_part(noun);
    return has_place ? HF_BELONGS_BY_FIELDS : HF_BELONGS_TO_ALL;
}

hf_noun_place hf_noun_place_of(const hf_noun *noun)
{
    hf_noun_place place = {.how = hf_noun_belongs(noun)};
    if (noun == &hf_noun_asset) {
        place.sector = field_of(noun, "sector");
        place.region = field_of(noun, "region");
        place.organisation = field_of(noun, "operator");
    } else if (noun == &hf_noun_service) {
        place.sector = field_of(noun, "sector");
        place.region = field_of(noun, "region");
    } else if (noun == &hf_noun_organisation) {
        place.sector = field_of(noun, "sector");
        place.organisation = field_of(noun, "key");
    } else if (noun == &hf_noun_measure) {
        place.organisation = field_of(noun, "owner");
    } else if (noun == &hf_noun_assessment || hf_is_assessment_part(noun)) {
        place.sector = field_of(noun, "sector");
        place.organisation = field_of(noun, "organisation");
        place.section = field_of(noun, "section");
        place.round = noun == &hf_noun_assessment ? field_of(noun, "key") : NULL;
    } else if (noun == &hf_noun_attachment) {
        place.sector = field_of(noun, "sector");
        place.region = field_of(noun, "region");
        place.organisation = field_of(noun, "organisation");
        place.section = field_of(noun, "section");
    } else if (noun == &hf_noun_run) {
        place.owner = field_of(noun, "owner");
    }
    return place;
}

static bool has_all(hf_str own, hf_str wanted)
{
    hf_str part;
    while (hf_str_split(&wanted, ' ', &part))
        if (part.len > 0 && !hf_str_has_word(own, part))
            return false;
    return true;
}

bool hf_is_cleared(int32_t clearance, hf_str own, int32_t marking, hf_str compartments)
{
    return marking <= clearance && has_all(own, compartments);
}

static hf_str text_of(const hf_field *field, const void *record)
{
    return field != NULL ? *(const hf_str *)hf_field_of(field, record) : HF_STR_EMPTY;
}

static bool has_region(const hf_scope *scope, hf_str region)
{
    size_t low = 0, high = scope->region_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = hf_str_compare(scope->regions[middle], region);
        if (order == 0)
            return true;
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

static bool has_event(const hf_scope *scope, int64_t event)
{
    size_t low = 0, high = scope->event_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scope->events[middle] == event)
            return true;
        low = scope->events[middle] < event ? middle + 1 : low;
        high = scope->events[middle] < event ? high : middle;
    }
    return false;
}

bool hf_scope_holds(const hf_scope *scope, const hf_noun_place *place, const void *record)
{
    hf_str sector = text_of(place->sector, record);
    hf_str region = text_of(place->region, record);
    hf_str organisation = text_of(place->organisation, record);
    switch (scope->kind) {
    case HF_SCOPE_NATION:
        return true;
    case HF_SCOPE_SECTOR:
        return sector.len >= scope->of.len &&
               hf_str_equal(hf_str_slice(sector, 0, scope->of.len), scope->of);
    case HF_SCOPE_REGION:
        return region.len > 0 && has_region(scope, region);
    case HF_SCOPE_ORGANISATION:
        return organisation.len > 0 && hf_str_equal(organisation, scope->of);
    case HF_SCOPE_SECTION:
        return place->round != NULL ? hf_str_equal(((const hf_head *)record)->key,
                                                   hf_assessment_of_section(scope->of))
                                    : hf_str_equal(text_of(place->section, record), scope->of);
    case HF_SCOPE_OWN:
        return has_event(scope, ((const hf_head *)record)->added_event);
    }
    return false;
}

void hf_sight_write(const hf_sight *sight, hf_buf *out)
{
    hf_buf_add_format(out, "%d %d\n%.*s\n", (int)sight->clearance, sight->is_national ? 1 : 0,
                      HF_STR_ARG(sight->compartments));
    for (size_t i = 0; i < sight->scope_count && !sight->is_national; i++)
        hf_buf_add_format(out, "%d %zu %.*s\n", (int)sight->scopes[i].kind, sight->scopes[i].of.len,
                          HF_STR_ARG(sight->scopes[i].of));
}
