// SPDX-License-Identifier: Apache-2.0
//
// Collects the faults of an import.
#include "base/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

hf_problems hf_problems_of(hf_arena *arena)
{
    return (hf_problems){.arena = arena};
}

// The end of a text that was cut by bytes: no character stays in part.
static void cut_whole(char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
        len--;
    if (len > 0 && (unsigned char)text[len - 1] >= 0x80)
        len--;
    text[len] = '\0';
}

void hf_problems_add(hf_problems *problems, hf_severity severity, hf_str file, uint64_t line,
                     hf_str column, const char *code, const char *format, ...)
{
    if (severity == HF_WARNING)
        problems->warning_count++;
    else
        problems->error_count++;
    if (problems->list.count >= HF_IMPORT_PROBLEMS_MAX)
        return;

    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (needed >= (int)sizeof message)
        cut_whole(message, sizeof message - 1);
    hf_problem problem = {
        .file = hf_str_copy(problems->arena, file),
        .line = line,
        .column = hf_str_copy(problems->arena, column),
        .severity = severity,
        .code = code,
        .message = hf_str_copy(problems->arena, hf_str_of(message)),
    };
    HF_VEC_ADD(problems->arena, &problems->list, problem);
}

void hf_problems_put_first(hf_problems *problems, const hf_error *fault)
{
    if (problems->list.count >= HF_IMPORT_PROBLEMS_MAX)
        problems->list.count = HF_IMPORT_PROBLEMS_MAX - 1;
    hf_problems_add(problems, HF_REFUSED, hf_str_of(fault->source), fault->line,
                    hf_str_of(fault->column), fault->code, "%s", fault->message);
    hf_problem *items = problems->list.items;
    size_t last = problems->list.count - 1;
    hf_problem first = items[last];
    memmove(items + 1, items, last * sizeof(items[0]));
    items[0] = first;
}
