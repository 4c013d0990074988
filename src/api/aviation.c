// SPDX-License-Identifier: Apache-2.0
//
// The aviation pack in one answer, and the sheet of a trial. The records themselves are like any others (records.c).
#include "api/resource.h"
#include "api/schema_words.h"

// Records in full; of what is merged into another one only the key.
static uint64_t told(const hf_aviation *a)
{
    return a->programme_count + a->device_count + a->trial_count + a->finding_count;
}

static bool get_aviation(hf_call *call, hf_error *err)
{
    hf_aviation aviation;
    if (!hf_aviation_read(&call->session, hf_request_query(call->request, "assessment"),
                          call->arena, &aviation, err) ||
        !hf_call_tells(call, told(&aviation), err))
        return false;
    if (aviation.marking >= 0)
        hf_answer_marking(call, aviation.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_aviation(&call->session, &aviation, &w);
    return true;
}

static bool get_sheet(hf_call *call, hf_error *err)
{
    const hf_trial *trial = NULL;
    if (!hf_trial_sheet(&call->session, call->params[0], call->arena, &trial, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_trial_sheet(trial, &w);
    return true;
}

static const hf_param params[] = {
    {.name = "assessment",
     .about =
         "whose figures are told; unless given that of the newest one that asks about aviation"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};
static const hf_param sheet_params[] = {
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/aviation",
     .id = "aviation",
     .about = "Effective implementation by audit area and critical element, and by chapter of "
              "Annex 17; programmes and screening "
              "equipment with their clocks; trials; findings merged, and pairs that are likely one",
     .params = params,
     .gives = "Aviation",
     .status = 200,
     .problems = "404",
     .answer = get_aviation},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/aviation/sheets/{key}",
     .id = "trialSheet",
     .about = "What may be told of a trial, and nothing else of it",
     .params = sheet_params,
     .gives = "TrialSheet",
     .status = 200,
     .problems = "404 409",
     .answer = get_sheet},
};

#define SCORE                                                                                      \
    OBJECT("\"code\":" TEXT ",\"asked\":" COUNT ",\"applicable\":" COUNT ",\"satisfied\":" COUNT   \
           ",\"effective\":" SHARE ",\"open_findings\":" COUNT)
#define AUDIT_SCORE                                                                                \
    "\"asked\":" COUNT ",\"applicable\":" COUNT ",\"satisfied\":" COUNT ",\"effective\":" SHARE
#define CELL OBJECT("\"area\":" TEXT ",\"element\":" TEXT "," AUDIT_SCORE)
#define CARRIED                                                                                    \
    OBJECT("\"level\":" TEXT ",\"in_force\":" COUNT ",\"late\":" COUNT ",\"draft\":" COUNT)
#define SECTION                                                                                    \
    OBJECT("\"key\":" TEXT ",\"paragraph\":" TEXT ",\"title\":" TEXT ",\"is_read\":" FLAG          \
           "," AUDIT_SCORE                                                                         \
           ",\"areas\":" LIST(TEXT) ",\"elements\":" LIST(TEXT) ",\"open_findings\":" COUNT        \
                                                                ",\"programmes\":" LIST(CARRIED))
#define CHAPTER                                                                                    \
    OBJECT("\"instrument\":" TEXT ",\"name\":" TEXT ",\"paragraph\":" TEXT "," AUDIT_SCORE         \
           ",\"sections\":" LIST(SECTION))
#define PROGRAMME                                                                                  \
    OBJECT("\"programme\":" REF("Programme") ",\"review_due_at\":" MAYBE_TEXT                      \
                                             ",\"is_overdue\":" FLAG)
#define DEVICE                                                                                     \
    OBJECT("\"device\":" REF("Device") ",\"test_due_at\":" MAYBE_TEXT ",\"is_test_overdue\":" FLAG \
                                       ",\"is_past_life\":" FLAG)
#define FINDING                                                                                    \
    OBJECT("\"finding\":" REF("Finding") ",\"origins\":" LIST(TEXT) ",\"merged\":" LIST(           \
        TEXT) ",\"is_open\":" FLAG ",\"is_overdue\":" FLAG)
#define PAIR                                                                                       \
    OBJECT("\"a\":" TEXT ",\"title_a\":" TEXT ",\"b\":" TEXT ",\"title_b\":" TEXT                  \
           ",\"title_likeness\":" SHARE)

#define CELLS      LIST(CELL)
#define CHAPTERS   LIST(CHAPTER)
#define SCORES     LIST(REF("AuditScore"))
#define PROGRAMMES LIST(PROGRAMME)
#define DEVICES    LIST(DEVICE)
#define TRIALS     LIST(REF("Trial"))
#define FINDINGS   LIST(FINDING)
#define PAIRS      LIST(PAIR)

static const char schemas[] =
    "\"AuditScore\":" SCORE ",\"Aviation\":{\"type\":\"object\",\"required\":[\"areas\","
    "\"elements\",\"cells\",\"chapters\",\"programmes\",\"devices\",\"trials\",\"findings\","
    "\"pairs\"],"
    "\"properties\":{\"assessment\":" MAYBE_TEXT ",\"title\":" MAYBE_TEXT ",\"areas\":" SCORES
    ",\"elements\":" SCORES ",\"cells\":" CELLS ",\"chapters\":" CHAPTERS
    ",\"programmes\":" PROGRAMMES ",\"devices\":" DEVICES ",\"trials\":" TRIALS
    ",\"findings\":" FINDINGS ",\"pairs\":" PAIRS ",\"pairs_left_out\":" FLAG "}},"
    "\"TrialSheet\":{\"type\":\"object\",\"properties\":{\"kind\":" MAYBE_TEXT
    ",\"year\":" MAYBE_TEXT ",\"sheet\":" TEXT ",\"contact\":" TEXT "}}";

const hf_resource hf_resource_aviation = {"aviation", routes, HF_COUNT(routes), schemas, NULL};
