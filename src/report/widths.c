// SPDX-License-Identifier: Apache-2.0
//
// Widths of columns: none narrower than its longest word, the rest in the share of what each would like to have.
#include "report/widths.h"

#include <math.h>

#include "base/text.h"

#define SAMPLED_ROWS 400u // of which the widths are made
#define LETTER       0.56 // of the size: how wide a column of a terminal is on paper, in a text
#define WORD_LETTER  0.62 // in a single word, which may have wide letters
#define CODE_LETTER  0.68 // capitals and digits
#define BOLD_LETTER  0.68
#define WORD_MORE    2.0 // points
#define DIGIT        0.6
#define WIDE_WANTED  300.0 // more than this no column asks for
#define WORD_WANTED  110.0 // longer words may break
#define HAN_COLUMNS                                                                                \
    10u // Han breaks anywhere; so many columns are kept together when they are all there is

// Columns of the longest piece that shall not break.
static size_t longest_word(hf_str text)
{
    size_t most = 0;
    for (size_t from = 0; from < text.len;) {
        size_t to = from;
        bool is_han = false;
        for (; to < text.len && text.ptr[to] != ' ' && text.ptr[to] != '\n'; to++) {
            unsigned char byte = (unsigned char)text.ptr[to];
            is_han |= byte >= 0xe3 && byte <= 0xe9;
        }
        size_t columns = hf_text_columns(hf_str_slice(text, from, to));
        if (is_han && columns > HAN_COLUMNS)
            columns = HAN_COLUMNS;
        most = columns > most ? columns : most;
        from = to + 1;
    }
    return most;
}

typedef struct {
    double least, wanted;
} wish;

static void widen(wish *w, double least, double wanted)
{
    w->least = fmax(w->least, least);
    w->wanted = fmax(w->wanted, wanted);
}

static double number_width(const hf_doc *doc, const hf_cell *cell, double size)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
    hf_message_number(doc->lang, cell->number, cell->decimals, &text);
    return (double)hf_text_columns(hf_buf_str(&text)) * size * DIGIT;
}

static wish wish_of(hf_widths *w, size_t column)
{
    const hf_block *block = w->block;
    wish out = {0};
    size_t step = block->row_count / SAMPLED_ROWS + 1;
    hf_str head = block->columns[column];
    double head_letter = (w->size - HF_HEAD_SMALLER) * BOLD_LETTER;
    w->number[column] = 0;
    widen(&out, (double)longest_word(head) * head_letter + WORD_MORE,
          fmin((double)hf_text_columns(head) * head_letter, 90));
    for (size_t row = 0; row < block->row_count; row += step) {
        const hf_cell *cell = &block->cells[row * block->column_count + column];
        if (cell->is_number) {
            double own = number_width(w->doc, cell, w->size);
            w->number[column] = fmax(w->number[column], own);
            own += cell->has_bar ? w->bar : 0;
            widen(&out, own, own);
            continue;
        }
        double letter = w->size * (cell->is_code ? CODE_LETTER : WORD_LETTER);
        double word = fmin((double)longest_word(cell->text) * letter + WORD_MORE, WORD_WANTED);
        size_t line = hf_str_find_byte(cell->text, '\n', 0);
        double columns = (double)hf_text_columns(hf_str_slice(cell->text, 0, line));
        widen(&out, word, fmin(fmax(columns * w->size * LETTER, word), WIDE_WANTED));
    }
    out.least += 2 * w->pad;
    out.wanted += 2 * w->pad;
    return out;
}

// What is left over goes to all in the share of what they want.
static void share_out(hf_widths *w, const wish *wishes, double least, double wanted)
{
    for (size_t i = 0; i < w->block->column_count; i++)
        if (wanted <= w->room)
            w->width[i] = wishes[i].wanted * w->room / wanted;
        else if (least < w->room)
            w->width[i] = wishes[i].least + (w->room - least) *
                                                (wishes[i].wanted - wishes[i].least) /
                                                (wanted - least);
        else
            w->width[i] = wishes[i].least * w->room / least;
}

void hf_find_widths(hf_widths *w)
{
    static const double sizes[] = {9, 8.5, 8, 7.5, 7, 6.5};
    wish wishes[HF_TABLE_COLUMNS_MAX];
    HF_ASSERT(w->block->column_count > 0 && w->block->column_count <= HF_TABLE_COLUMNS_MAX);
    for (size_t k = 0; k < HF_COUNT(sizes); k++) {
        double least = 0;
        double wanted = 0;
        w->size = sizes[k];
        for (size_t i = 0; i < w->block->column_count; i++) {
            wishes[i] = wish_of(w, i);
            least += wishes[i].least;
            wanted += wishes[i].wanted;
        }
        if (k + 1 < HF_COUNT(sizes) && least > w->room)
            continue; // smaller letters before broken words
        share_out(w, wishes, least, wanted);
        return;
    }
}
