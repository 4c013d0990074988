// SPDX-License-Identifier: Apache-2.0
//
// The shipped words of the catalogue, and how they become records of a new store.
#include "base/vec.h"
#include "model/translation.h"
#include "usecase/profile.h"
#include "usecase/provisions.h"

const char *const hf_said_words[] = {"original", "own", "unreviewed", "reviewed", NULL};

// --- words -----------------------------------------------------------------------------------------------

static bool parse_file(const char *name, hf_arena *arena, hf_json **out, hf_error *err)
{
    const hf_embedded_file *file = hf_shipped_provisions;
    *out = NULL;
    while (file->name != NULL && !hf_str_equal_z(hf_str_of(file->name), name))
        file++;
    return file->name == NULL || hf_json_parse((hf_str){file->ptr, file->bytes}, arena, out, err);
}

static void index_texts(const hf_json *file, hf_map *map, hf_str *texts, uint32_t *count)
{
    for (const hf_json *item = file != NULL ? file->child : NULL; item != NULL; item = item->next) {
        texts[*count] = item->text;
        (void)hf_map_add(map, item->name, (*count)++, NULL);
    }
}

// Bits of hf_phase.
static uint32_t phases_of(const hf_json *list)
{
    uint32_t bits = 0;
    for (const hf_json *word = list != NULL ? list->child : NULL; word != NULL; word = word->next)
        for (size_t i = 0; i < HF_PHASE_COUNT; i++)
            if (hf_str_equal_z(word->text, hf_phase_words[i]))
                bits |= 1u << i;
    return bits;
}

// "leg ce_1" of the n-th question, as a bit-packed pair: 1 + area, and 1 + element above it.
static uint32_t audit_of(hf_str text)
{
    hf_str area, element = text;
    uint32_t pair = 0;
    (void)hf_str_split(&element, ' ', &area);
    for (uint32_t i = 0; i < HF_AUDIT_AREA_COUNT; i++)
        pair |= hf_str_equal_z(area, hf_audit_area_words[i]) ? i + 1 : 0;
    for (uint32_t i = 0; i < HF_CRITICAL_ELEMENT_COUNT; i++)
        pair |= hf_str_equal_z(element, hf_critical_element_words[i]) ? (i + 1) << 8 : 0;
    return pair;
}

static hf_str question_key(hf_str provision, const hf_json *number, hf_arena *arena)
{
    return hf_str_format(arena, "%.*s.q%lld", HF_STR_ARG(provision), (long long)number->integer);
}

static void index_audits(const hf_json *item, hf_arena *arena, hf_map *out)
{
    const hf_json *audits = hf_json_get(item, "audit");
    const hf_json *audit = audits != NULL ? audits->child : NULL;
    const hf_json *number = hf_json_get(item, "questions")->child;
    for (; audit != NULL && number != NULL; audit = audit->next, number = number->next)
        (void)hf_map_add(out, question_key(hf_json_text(item, "id"), number, arena),
                         audit_of(audit->text), NULL);
}

bool hf_texts_load(hf_lang lang, hf_arena *arena, hf_provision_texts *out, hf_error *err)
{
    hf_json *catalogue = NULL, *english = NULL, *other = NULL;
    hf_str name = hf_str_format(arena, "%s.json", hf_lang_code(lang));
    if (!parse_file("catalogue.json", arena, &catalogue, err) ||
        !parse_file("en.json", arena, &english, err) ||
        (lang != HF_LANG_EN && !parse_file(hf_str_z(arena, name), arena, &other, err)))
        return false;
    HF_ASSERT(catalogue != NULL && english != NULL);
    size_t total = english->child_count + (other != NULL ? other->child_count : 0);
    hf_str *texts = HF_NEW_N(arena, hf_str, total + 1);
    uint32_t count = 0;
    *out = (hf_provision_texts){.lang = lang,
                                .english = hf_map_of(arena, english->child_count),
                                .other = hf_map_of(arena, total),
                                .reviewed = hf_map_of(arena, 16),
                                .phases = hf_map_of(arena, 256),
                                .audits = hf_map_of(arena, 128),
                                .texts = texts,
                                .themes = hf_json_get(catalogue, "themes"),
                                .scale = hf_json_get(catalogue, "answer_scale"),
                                .edition = hf_json_text(catalogue, "edition")};
    index_texts(english, &out->english, texts, &count);
    index_texts(other, &out->other, texts, &count);
    const hf_json *read = hf_json_get(hf_json_get(catalogue, "reviewed"), hf_lang_code(lang));
    for (const hf_json *key = read != NULL ? read->child : NULL; key != NULL; key = key->next)
        (void)hf_map_add(&out->reviewed, key->text, 1, NULL);
    const hf_json *provisions = hf_json_get(catalogue, "provisions");
    for (const hf_json *item = provisions->child; item != NULL; item = item->next) {
        (void)hf_map_add(&out->phases, hf_json_text(item, "id"),
                         phases_of(hf_json_get(item, "phases")), NULL);
        index_audits(item, arena, &out->audits);
    }
    return true;
}

// "instrument.KEY", "PROVISION.title", "QUESTION", "QUESTION.evidence": as the shipped texts are called.
static hf_str own_key(const hf_noun *noun, hf_str key, hf_str member, hf_arena *arena)
{
    if (noun == &hf_noun_instrument)
        return hf_str_format(arena, "instrument.%.*s", HF_STR_ARG(key));
    if (noun == &hf_noun_question && hf_str_equal_z(member, "text"))
        return key;
    if (noun == &hf_noun_question && hf_str_equal_z(member, "wanted"))
        member = HF_STR("evidence");
    return hf_str_format(arena, "%.*s.%.*s", HF_STR_ARG(key), HF_STR_ARG(member));
}

static hf_str own_text(const hf_json *member, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf list = hf_buf_of(HF_TRANSLATIONS_BYTES_MAX);
    if (member->type == HF_JSON_TEXT)
        return member->text;
    hf_json_canonical(member, &list);
    return hf_buf_copy(arena, &list);
}

static hf_str translations_of(const hf_noun *noun, const void *record)
{
    const hf_field *field = hf_noun_field(noun, HF_STR("translations"), NULL);
    return *(const hf_str *)hf_field_of(field, record);
}

bool hf_texts_add_own(hf_provision_texts *texts, const hf_noun *noun, const hf_page *records,
                      hf_arena *arena, hf_error *err)
{
    HF_VEC(hf_own_text) list = {0};
    for (size_t i = 0; i < texts->own.count; i++)
        HF_VEC_ADD(arena, &list, texts->own_texts[i]);
    if (texts->own.arena == NULL)
        texts->own = hf_map_of(arena, 16);
    for (size_t i = 0; i < records->count; i++) {
        hf_json *all = NULL;
        const hf_head *head = records->records[i];
        hf_str json = translations_of(noun, head);
        if (json.len == 0)
            continue;
        if (!hf_json_parse(json, arena, &all, err))
            return false;
        const hf_json *words = hf_json_get(all, hf_lang_code(texts->lang));
        const hf_json *mark = words != NULL ? hf_json_get(words, "reviewed") : NULL;
        for (const hf_json *member = words != NULL ? words->child : NULL; member != NULL;
             member = member->next) {
            if (member->type == HF_JSON_BOOL || (member->text.len == 0 && member->child == NULL))
                continue;
            if (hf_map_add(&texts->own, own_key(noun, head->key, member->name, arena),
                           (uint32_t)list.count, NULL))
                HF_VEC_ADD(arena, &list,
                           ((hf_own_text){own_text(member, arena), mark != NULL && mark->boolean}));
        }
    }
    texts->own_texts = list.items;
    return true;
}

// family.name, or the family alone, in room that the caller has.
static hf_str joined_key(hf_str family, hf_str name, hf_buf *room)
{
    hf_buf_add_str(room, family);
    if (name.len > 0)
        hf_buf_add_byte(room, '.');
    hf_buf_add_str(room, name);
    return hf_buf_str(room);
}

hf_str hf_paragraph_text(const hf_provision_texts *texts, hf_str paragraph)
{
    HF_CLEANUP(hf_buf_done) hf_buf code = hf_buf_of(paragraph.len + 1);
    for (size_t i = 0; i < paragraph.len; i++) {
        char byte = paragraph.ptr[i];
        bool is_upper = byte >= 'A' && byte <= 'Z';
        if (is_upper || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9'))
            hf_buf_add_byte(&code, is_upper ? (char)(byte + ('a' - 'A')) : byte);
        else if (code.len > 0 && code.ptr[code.len - 1] != '-')
            hf_buf_add_byte(&code, '-');
    }
    hf_str name = hf_buf_str(&code);
    if (hf_str_ends(name, "-"))
        name = hf_str_slice(name, 0, name.len - 1);
    hf_str text = hf_text_of(texts, HF_STR("paragraph"), name);
    return text.ptr == name.ptr ? paragraph : text;
}

hf_str hf_text_of(const hf_provision_texts *texts, hf_str family, hf_str name)
{
    HF_CLEANUP(hf_buf_done) hf_buf room = hf_buf_of(family.len + name.len + 1);
    hf_str key = joined_key(family, name, &room);
    uint32_t at = 0;
    return hf_map_get(&texts->other, key, &at) || hf_map_get(&texts->english, key, &at)
               ? texts->texts[at]
               : name;
}

hf_str hf_text_for(const hf_provision_texts *texts, hf_str family, hf_str name, hf_str own,
                   hf_said *said)
{
    HF_CLEANUP(hf_buf_done) hf_buf room = hf_buf_of(family.len + name.len + 1);
    hf_str key = joined_key(family, name, &room);
    uint32_t english = 0, other = 0, unused = 0;
    if (hf_map_get(&texts->own, key, &other)) {
        if (said != NULL)
            *said = texts->own_texts[other].is_reviewed ? HF_SAID_REVIEWED : HF_SAID_UNREVIEWED;
        return texts->own_texts[other].text;
    }
    bool is_shipped =
        hf_map_get(&texts->english, key, &english) && hf_str_equal(texts->texts[english], own);
    bool is_translated = is_shipped && hf_map_get(&texts->other, key, &other);
    if (said != NULL)
        *said = !is_shipped                                  ? HF_SAID_OWN
                : !is_translated                             ? HF_SAID_ORIGINAL
                : hf_map_get(&texts->reviewed, key, &unused) ? HF_SAID_REVIEWED
                                                             : HF_SAID_UNREVIEWED;
    return is_translated ? texts->texts[other] : own;
}

hf_str hf_provision_title(const hf_provision_texts *texts, const hf_provision *provision)
{
    return hf_text_for(texts, provision->head.key, HF_STR("title"), provision->title, NULL);
}

hf_str hf_instrument_name(const hf_provision_texts *texts, const hf_instrument *instrument)
{
    return hf_text_for(texts, HF_STR("instrument"), instrument->head.key, instrument->name, NULL);
}

bool hf_provision_serves(const hf_provision_texts *texts, const hf_provision *provision,
                         hf_phase phase)
{
    uint32_t bits = 0;
    if (provision->phases.len > 0)
        return hf_has_phase(provision->phases, phase);
    return hf_map_get(&texts->phases, provision->head.key, &bits) && (bits >> phase & 1u) != 0;
}

void hf_question_audit(const hf_provision_texts *texts, const hf_provision_question *question,
                       int32_t *area, int32_t *element)
{
    uint32_t pair = 0;
    (void)hf_map_get(&texts->audits, question->head.key, &pair);
    *area =
        question->audit_area != HF_WORD_NONE ? question->audit_area : (int32_t)(pair & 255u) - 1;
    *element = question->critical_element != HF_WORD_NONE ? question->critical_element
                                                          : (int32_t)(pair >> 8) - 1;
}

// --- records of a new store ------------------------------------------------------------------------------

typedef struct {
    hf_tx *tx;
    hf_arena *arena;
    hf_provision_texts texts; // English
} putting;

static bool put(const putting *p, const hf_noun *noun, void *record, hf_str key, hf_error *err)
{
    hf_put_outcome outcome = HF_PUT_ADDED;
    hf_head *head = record;
    head->key = key;
    head->marking = HF_TLP_CLEAR;
    head->source = HF_STR("shipped");
    return hf_noun_check(noun, record, p->arena, err) &&
           hf_store_put(p->tx, noun, record, HF_VERSION_ANY, &outcome, err);
}

static bool set_word(const putting *p, const hf_noun *noun, void *record, const char *field,
                     hf_str word, hf_error *err)
{
    return hf_field_set_text(hf_noun_field(noun, hf_str_of(field), NULL), record, word, false,
                             p->arena, err);
}

static bool put_instrument(const putting *p, const hf_json *item, int64_t position, hf_error *err)
{
    hf_instrument *record = hf_noun_new(&hf_noun_instrument, p->arena);
    hf_str id = hf_json_text(item, "id");
    record->name = hf_text_of(&p->texts, HF_STR("instrument"), id);
    record->position = position;
    record->edition = p->texts.edition;
    return set_word(p, &hf_noun_instrument, record, "force", hf_json_text(item, "force"), err) &&
           put(p, &hf_noun_instrument, record, id, err);
}

static bool put_question(const putting *p, hf_str provision, int64_t number, hf_error *err)
{
    hf_provision_question *record = hf_noun_new(&hf_noun_question, p->arena);
    hf_str key = hf_str_format(p->arena, "%.*s.q%lld", HF_STR_ARG(provision), (long long)number);
    record->provision = provision;
    record->text = hf_text_of(&p->texts, provision, hf_str_slice(key, provision.len + 1, key.len));
    record->wanted = hf_text_of(&p->texts, key, HF_STR("evidence"));
    record->position = number;
    record->edition = p->texts.edition;
    hf_provision_question shipped = *record;
    shipped.head.key = key;
    hf_question_audit(&p->texts, &shipped, &record->audit_area, &record->critical_element);
    return put(p, &hf_noun_question, record, key, err);
}

static hf_str joined(const putting *p, const hf_json *list)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4000);
    for (const hf_json *item = list->child; item != NULL; item = item->next)
        hf_buf_add_format(&text, "%s%.*s", text.len > 0 ? " " : "", HF_STR_ARG(item->text));
    return hf_buf_copy(p->arena, &text);
}

static bool put_provision(const putting *p, const hf_json *item, int64_t position, hf_error *err)
{
    hf_provision *record = hf_noun_new(&hf_noun_provision, p->arena);
    const hf_json *cites = hf_json_get(item, "references");
    hf_str id = hf_json_text(item, "id");
    record->title = hf_text_of(&p->texts, id, HF_STR("title"));
    record->requirement = hf_text_of(&p->texts, id, HF_STR("requirement"));
    record->instrument = hf_json_text(item, "instrument");
    record->paragraph = hf_json_text(item, "paragraph");
    record->theme = hf_json_text(item, "theme");
    record->document = hf_json_text(item, "source");
    record->basis = hf_json_text(item, "basis");
    record->position = position;
    record->edition = p->texts.edition;
    if (!set_word(p, &hf_noun_provision, record, "evidence_level",
                  hf_json_text(item, "evidence_level"), err) ||
        !set_word(p, &hf_noun_provision, record, "crosswalk",
                  joined(p, hf_json_get(item, "crosswalk")), err) ||
        !set_word(p, &hf_noun_provision, record, "phases", joined(p, hf_json_get(item, "phases")),
                  err) ||
        (cites->child_count > 0 &&
         !hf_field_set_json(hf_noun_field(&hf_noun_provision, HF_STR("cites"), NULL), record, cites,
                            p->arena, err)) ||
        !put(p, &hf_noun_provision, record, id, err))
        return false;
    const hf_json *questions = hf_json_get(item, "questions");
    for (const hf_json *number = questions->child; number != NULL; number = number->next)
        if (!put_question(p, id, number->integer, err))
            return false;
    return true;
}

bool hf_put_provisions(hf_tx *tx, hf_arena *arena, hf_error *err)
{
    putting p = {.tx = tx, .arena = arena};
    hf_json *catalogue = NULL;
    int64_t position = 0;
    if (!hf_texts_load(HF_LANG_EN, arena, &p.texts, err) ||
        !parse_file("catalogue.json", arena, &catalogue, err))
        return false;
    const hf_json *instruments = hf_json_get(catalogue, "instruments");
    for (const hf_json *item = instruments->child; item != NULL; item = item->next)
        if (!put_instrument(&p, item, ++position, err))
            return false;
    position = 0;
    const hf_json *provisions = hf_json_get(catalogue, "provisions");
    for (const hf_json *item = provisions->child; item != NULL; item = item->next)
        if (!put_provision(&p, item, ++position, err))
            return false;
    return true;
}
