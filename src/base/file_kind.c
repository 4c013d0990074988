// SPDX-License-Identifier: Apache-2.0
//
// The kinds of files that are taken, each by its suffix, its media types and its first bytes; and what no file may be.
// The list is short on purpose: what cannot be judged is not taken.
#include "base/file_kind.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/zip_look.h"

typedef enum {
    FORM_UNKNOWN,
    FORM_TEXT,
    FORM_JSON,
    FORM_XML,
    FORM_PDF,
    FORM_PNG,
    FORM_JPEG,
    FORM_GIF,
    FORM_WEBP,
    FORM_TIFF,
    FORM_MP4,
    FORM_WAV,
    FORM_MP3,
    FORM_OLD_WORD,
    FORM_OLD_SHEET,
    FORM_OLD_SLIDES,
    FORM_ZIP,
    FORM_WORD,
    FORM_SHEET,
    FORM_SLIDES,
    FORM_OPEN // OpenDocument, which tells its own media type
} form;

#define OFFICE "application/vnd.openxmlformats-officedocument."
#define OPEN   "application/vnd.oasis.opendocument."

static const struct {
    const char *suffix;
    form form;
    const char *media_type;
    const char *also; // as other programs call it
} kinds[] = {
    {"pdf", FORM_PDF, "application/pdf", "application/x-pdf"},
    {"png", FORM_PNG, "image/png", ""},
    {"jpg", FORM_JPEG, "image/jpeg", "image/jpg image/pjpeg"},
    {"jpeg", FORM_JPEG, "image/jpeg", "image/jpg image/pjpeg"},
    {"gif", FORM_GIF, "image/gif", ""},
    {"webp", FORM_WEBP, "image/webp", ""},
    {"tif", FORM_TIFF, "image/tiff", ""},
    {"tiff", FORM_TIFF, "image/tiff", ""},
    {"docx", FORM_WORD, OFFICE "wordprocessingml.document", ""},
    {"xlsx", FORM_SHEET, OFFICE "spreadsheetml.sheet", ""},
    {"pptx", FORM_SLIDES, OFFICE "presentationml.presentation", ""},
    {"doc", FORM_OLD_WORD, "application/msword", ""},
    {"xls", FORM_OLD_SHEET, "application/vnd.ms-excel", ""},
    {"ppt", FORM_OLD_SLIDES, "application/vnd.ms-powerpoint", ""},
    {"odt", FORM_OPEN, OPEN "text", ""},
    {"ods", FORM_OPEN, OPEN "spreadsheet", ""},
    {"odp", FORM_OPEN, OPEN "presentation", ""},
    {"zip", FORM_ZIP, "application/zip", "application/x-zip-compressed"},
    {"txt", FORM_TEXT, "text/plain", ""},
    {"log", FORM_TEXT, "text/plain", "text/x-log"},
    {"md", FORM_TEXT, "text/markdown", "text/plain text/x-markdown"},
    {"csv", FORM_TEXT, "text/csv", "text/plain application/csv application/vnd.ms-excel"},
    {"tsv", FORM_TEXT, "text/tab-separated-values", "text/plain"},
    {"eml", FORM_TEXT, "message/rfc822", "text/plain"},
    {"json", FORM_JSON, "application/json", "text/json text/plain"},
    {"geojson", FORM_JSON, "application/geo+json", "application/json text/plain"},
    {"xml", FORM_XML, "application/xml", "text/xml"},
    {"kml", FORM_XML, "application/vnd.google-earth.kml+xml", "application/xml text/xml"},
    {"gpx", FORM_XML, "application/gpx+xml", "application/xml text/xml"},
    {"mp4", FORM_MP4, "video/mp4", ""},
    {"m4a", FORM_MP4, "audio/mp4", "audio/x-m4a"},
    {"mp3", FORM_MP3, "audio/mpeg", "audio/mp3"},
    {"wav", FORM_WAV, "audio/wav", "audio/x-wav audio/vnd.wave audio/wave"},
};

hf_str hf_file_kinds_taken(void)
{
    return HF_STR(
        "pdf png jpg jpeg gif webp tif tiff docx xlsx pptx doc xls ppt odt ods odp zip txt "
        "log md csv tsv eml json geojson xml kml gpx mp4 m4a mp3 wav");
}

// --- names -----------------------------------------------------------------------------------------------

static bool starts(hf_str bytes, const char *magic, size_t count)
{
    return bytes.len >= count && memcmp(bytes.ptr, magic, count) == 0;
}

// What turns the direction of writing, or is not seen: "cod.exe" can be made to look like "exe.doc" by it.
static bool is_trick(const unsigned char *at, size_t left)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return true;
    if (left >= 2 && ((at[0] == 0xc2 && at[1] < 0xa0) || (at[0] == 0xd8 && at[1] == 0x9c)))
        return true; // C1 controls; Arabic letter mark
    if (left < 3)
        return false;
    bool is_general = at[0] == 0xe2 && at[1] == 0x80; // U+2000 to U+203F
    return (is_general && (at[2] == 0x8b || at[2] == 0x8e || at[2] == 0x8f)) ||
           (is_general && at[2] >= 0xa8 && at[2] <= 0xae) ||
           (at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa0 && at[2] <= 0xaf) ||
           (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf);
}

bool hf_file_name_check(hf_str name, hf_error *err)
{
    static const char *const why =
        "'%.*s' is no name for a file here: no paths, no signs that hide "
        "or turn letters, none of / \\ : * ? \" < > |, no dot at the ends; "
        "rename it";
    if (name.len > HF_ATTACHMENT_NAME_BYTES_MAX)
        return hf_fail(err, HF_ERR_INPUT, "attachment.name_long",
                       "the name of the file is longer than %u bytes; shorten it",
                       HF_ATTACHMENT_NAME_BYTES_MAX);
    bool is_sound = name.len > 0 && hf_utf8_valid(name, NULL) && name.ptr[0] != '.' &&
                    name.ptr[0] != ' ' && name.ptr[name.len - 1] != '.' &&
                    name.ptr[name.len - 1] != ' ';
    bool has_trick = false;
    for (size_t i = 0; i < name.len; i++)
        has_trick |= is_trick((const unsigned char *)name.ptr + i, name.len - i) ||
                     memchr("/\\:*?\"<>|", name.ptr[i], 9) != NULL;
    if (is_sound && !has_trick)
        return true;
    // What cannot be seen is not repeated.
    return hf_fail(err, HF_ERR_INPUT, "attachment.name", why,
                   HF_STR_ARG(has_trick ? HF_STR("…") : name));
}

static hf_str suffix_of(hf_str name)
{
    for (size_t i = name.len; i-- > 0;)
        if (name.ptr[i] == '.')
            return hf_str_slice(name, i + 1, name.len);
    return HF_STR_EMPTY;
}

// --- what no file may be ---------------------------------------------------------------------------------

bool hf_file_is_compound(hf_str bytes)
{
    return starts(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
}

// Windows: MZ and a pointer to the rest. Letters that happen to begin with MZ have no zero byte so near.
static bool is_windows_program(hf_str bytes)
{
    return starts(bytes, "MZ", 2) &&
           memchr(bytes.ptr, '\0', bytes.len < 64 ? bytes.len : 64) != NULL;
}

static bool is_program(hf_str bytes)
{
    static const struct {
        const char *magic;
        size_t count;
    } heads[] = {
        {"\x7f"
         "ELF",
         4},
        {"\xfe\xed\xfa\xce", 4},
        {"\xfe\xed\xfa\xcf", 4},
        {"\xce\xfa\xed\xfe", 4},
        {"\xcf\xfa\xed\xfe", 4},
        {"\xca\xfe\xba\xbe", 4}, // Mach-O for several processors; Java
        {"\xbe\xba\xfe\xca", 4},
        {"\0asm", 4},
        {"dex\n", 4},
        {"L\0\0\0\1\x14\2\0", 8}, // a link of Windows
        {"#!", 2},
        {"\xef\xbb\xbf#!", 5},
    };
    for (size_t i = 0; i < HF_COUNT(heads); i++)
        if (starts(bytes, heads[i].magic, heads[i].count))
            return true;
    return is_windows_program(bytes);
}

// In the directory of an old office file names stand as UTF-16.
static bool has_wide(hf_str bytes, const char *name)
{
    char wide[80];
    size_t count = strlen(name);
    HF_ASSERT(2 * count <= sizeof wide);
    for (size_t i = 0; i < count; i++) {
        wide[2 * i] = name[i];
        wide[2 * i + 1] = '\0';
    }
    return hf_str_find(bytes, (hf_str){wide, 2 * count}) < bytes.len;
}

bool hf_file_is_harmless(hf_str bytes, bool whole, hf_error *err)
{
    if (is_program(bytes))
        return hf_fail(err, HF_ERR_INPUT, "attachment.program",
                       "this is a program, or holds one; only documents, pictures and tables are "
                       "kept here");
    bool has_macros = whole && hf_file_is_compound(bytes) &&
                      (has_wide(bytes, "_VBA_PROJECT") || has_wide(bytes, "Macros"));
    return !has_macros || hf_fail(err, HF_ERR_INPUT, "attachment.macros",
                                  "the file carries macros; save it without them, or as PDF");
}

// --- what a file is --------------------------------------------------------------------------------------

// Text in one of the usual encodings: no control characters but those of lines and columns.
static bool is_text(hf_str bytes)
{
    if (starts(bytes, "\xff\xfe", 2) || starts(bytes, "\xfe\xff", 2))
        return bytes.len % 2 == 0;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f') ||
            byte == 0x7f)
            return false;
    }
    return true;
}

static form form_of_text(hf_str bytes)
{
    hf_str rest = starts(bytes, "\xef\xbb\xbf", 3) ? hf_str_slice(bytes, 3, bytes.len) : bytes;
    rest = hf_str_trim(rest);
    if (!is_text(bytes))
        return FORM_UNKNOWN;
    if (rest.len > 0 && (rest.ptr[0] == '{' || rest.ptr[0] == '['))
        return FORM_JSON;
    return rest.len > 0 && rest.ptr[0] == '<' ? FORM_XML : FORM_TEXT;
}

static form form_of_compound(hf_str bytes)
{
    if (has_wide(bytes, "WordDocument"))
        return FORM_OLD_WORD;
    if (has_wide(bytes, "Workbook") || has_wide(bytes, "Book"))
        return FORM_OLD_SHEET;
    return has_wide(bytes, "PowerPoint Document") ? FORM_OLD_SLIDES : FORM_UNKNOWN;
}

static form form_of_zip(const hf_zip_facts *facts)
{
    if (facts->mimetype[0] != '\0')
        return FORM_OPEN;
    if (facts->is_word)
        return FORM_WORD;
    if (facts->is_sheet)
        return FORM_SHEET;
    return facts->is_slides ? FORM_SLIDES : FORM_ZIP;
}

static bool is_at(hf_str bytes, size_t at, const char *magic)
{
    return starts(hf_str_slice(bytes, at, bytes.len), magic, strlen(magic));
}

static form form_of(hf_str bytes)
{
    if (starts(bytes, "%PDF-", 5))
        return FORM_PDF;
    if (starts(bytes, "\x89PNG\r\n\x1a\n", 8))
        return FORM_PNG;
    if (starts(bytes, "\xff\xd8\xff", 3))
        return FORM_JPEG;
    if (starts(bytes, "GIF87a", 6) || starts(bytes, "GIF89a", 6))
        return FORM_GIF;
    if (starts(bytes, "RIFF", 4) && is_at(bytes, 8, "WEBP"))
        return FORM_WEBP;
    if (starts(bytes, "RIFF", 4) && is_at(bytes, 8, "WAVE"))
        return FORM_WAV;
    if (starts(bytes, "II*\0", 4) || starts(bytes, "MM\0*", 4))
        return FORM_TIFF;
    if (is_at(bytes, 4, "ftyp"))
        return FORM_MP4;
    bool is_frame = bytes.len > 2 && (unsigned char)bytes.ptr[0] == 0xff &&
                    ((unsigned char)bytes.ptr[1] & 0xe6) == 0xe2; // MPEG audio, layer III
    if (starts(bytes, "ID3", 3) || (is_frame && !is_text(bytes)))
        return FORM_MP3;
    return hf_file_is_compound(bytes) ? form_of_compound(bytes) : form_of_text(bytes);
}

// A word processor may write a table as an XML file, so what is more special fits what is more general.
static bool fits(form wanted, form is)
{
    return wanted == is || (wanted == FORM_TEXT && (is == FORM_JSON || is == FORM_XML)) ||
           (wanted == FORM_ZIP &&
            (is == FORM_WORD || is == FORM_SHEET || is == FORM_SLIDES || is == FORM_OPEN));
}

static bool is_called(hf_str said, const char *media_type, const char *also)
{
    hf_str type = hf_str_trim(hf_str_slice(said, 0, hf_str_find_byte(said, ';', 0)));
    hf_str rest = hf_str_of(also), other;
    if (type.len == 0 || hf_str_equal_ascii_case(type, HF_STR("application/octet-stream")) ||
        hf_str_equal_ascii_case(type, hf_str_of(media_type)))
        return true;
    while (hf_str_split(&rest, ' ', &other))
        if (other.len > 0 && hf_str_equal_ascii_case(type, other))
            return true;
    return false;
}

static bool mislabelled(hf_error *err, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, "attachment.mislabelled",
                   "the file is not what its %s says; give it its right name, or save it again",
                   what);
}

bool hf_file_kind_of(hf_str name, hf_str media_type, hf_str bytes, const char **out, hf_error *err)
{
    hf_zip_facts facts = {0};
    size_t at = 0;
    hf_str suffix = suffix_of(name);
    if (!hf_file_name_check(name, err))
        return false;
    if (bytes.len == 0)
        return hf_fail(err, HF_ERR_INPUT, "attachment.empty", "the file is empty; choose another");
    if (bytes.len > HF_ATTACHMENT_BYTES_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "attachment.too_large",
                       "a file has at most %u MiB; split it, or save its pictures smaller",
                       HF_ATTACHMENT_BYTES_MAX >> 20);
    if (!hf_file_is_harmless(bytes, true, err) ||
        (hf_is_zip(bytes) && !hf_zip_look(bytes, &facts, err)))
        return false;
    while (at < HF_COUNT(kinds) && !hf_str_equal_ascii_case(suffix, hf_str_of(kinds[at].suffix)))
        at++;
    if (at == HF_COUNT(kinds))
        return hf_fail(err, HF_ERR_INPUT, "attachment.kind",
                       "files of the kind '%.*s' are not kept here; save it as PDF, or as one of: "
                       "%.*s",
                       HF_STR_ARG(suffix), HF_STR_ARG(hf_file_kinds_taken()));
    form is = hf_is_zip(bytes) ? form_of_zip(&facts) : form_of(bytes);
    bool is_right_open =
        kinds[at].form != FORM_OPEN || strcmp(facts.mimetype, kinds[at].media_type) == 0;
    if (!fits(kinds[at].form, is) || !is_right_open)
        return mislabelled(err, "suffix");
    if (!is_called(media_type, kinds[at].media_type, kinds[at].also))
        return mislabelled(err, "media type");
    *out = kinds[at].media_type;
    return true;
}
