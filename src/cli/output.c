// SPDX-License-Identifier: Apache-2.0
//
// What leaves a command: JSON, lines and tables on standard output; messages and a progress bar on
// standard error.
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"

#define PROBLEMS_SHOWN 20u
#define COLUMNS        80u
#define COLUMN_MAX     32u
#define BAR_EVERY_NS   100000000u

// --- JSON

hf_json_writer hf_cli_json(hf_cli *cli)
{
    return (hf_json_writer){.out = &cli->out};
}

void hf_cli_end_json(hf_cli *cli)
{
    hf_buf_add_byte(&cli->out, '\n');
}

bool hf_cli_flush(hf_cli *cli, hf_error *err)
{
    if (cli->out.overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "output.too_large",
                       "the result is larger than %zu MB; ask for less, for example with --top",
                       cli->out.max_bytes >> 20);
    hf_error fault = {0};
    if (cli->out.len > 0 && !hf_fd_write_all(STDOUT_FILENO, hf_buf_str(&cli->out), &fault)) {
        hf_buf_clear(&cli->out);
        // errno is that of the failed write; nobody reads on, which is no fault of ours.
        if (errno == EPIPE)
            return true;
        *err = fault;
        return false;
    }
    hf_buf_clear(&cli->out);
    return true;
}

// --- messages

static void say_line(hf_str file, uint64_t line, hf_str column, hf_str message)
{
    if (file.len > 0 && line > 0)
        (void)fprintf(stderr, "%.*s:%llu: ", HF_STR_ARG(file), (unsigned long long)line);
    else if (file.len > 0)
        (void)fprintf(stderr, "%.*s: ", HF_STR_ARG(file));
    else
        (void)fputs("holdfast: ", stderr);
    if (column.len > 0)
        (void)fprintf(stderr, "%.*s: ", HF_STR_ARG(column));
    (void)fprintf(stderr, "%.*s\n", HF_STR_ARG(message));
}

void hf_cli_say_error(const hf_error *err)
{
    say_line(hf_str_of(err->source), err->line, hf_str_of(err->column), hf_str_of(err->message));
}

void hf_cli_say_problems(const hf_problems *problems)
{
    uint64_t count = problems->error_count + problems->warning_count;
    size_t shown = 0;
    // Refusals first: they are what has to be mended.
    for (int severity = HF_REFUSED; severity >= (int)HF_WARNING; severity--) {
        for (size_t i = 0; i < problems->list.count && shown < PROBLEMS_SHOWN; i++) {
            const hf_problem *problem = &problems->list.items[i];
            if ((int)problem->severity != severity)
                continue;
            say_line(problem->file, problem->line, problem->column, problem->message);
            shown++;
        }
    }
    if (count > 0)
        (void)fprintf(
            stderr, "holdfast: %llu problem%s, %llu shown (%llu refused, %llu warning%s)\n",
            (unsigned long long)count, count == 1 ? "" : "s", (unsigned long long)shown,
            (unsigned long long)problems->error_count, (unsigned long long)problems->warning_count,
            problems->warning_count == 1 ? "" : "s");
}

void hf_cli_write_error(hf_cli *cli, const hf_error *err)
{
    hf_json_writer out = hf_cli_json(cli);
    hf_json_begin_object(&out);
    hf_json_name(&out, "error");
    hf_json_begin_object(&out);
    hf_json_name(&out, "code");
    hf_json_add_z(&out, err->code);
    hf_json_name(&out, "message");
    hf_json_add_z(&out, err->message);
    hf_json_name(&out, "file");
    hf_json_add_z(&out, err->source[0] != '\0' ? err->source : NULL);
    hf_json_name(&out, "line");
    if (err->line > 0)
        hf_json_add_u64(&out, err->line);
    else
        hf_json_add_null(&out);
    hf_json_end_object(&out);
    hf_json_end_object(&out);
    hf_cli_end_json(cli);
}

void hf_cli_say(hf_cli *cli, const char *key, const hf_message_value *values, size_t count)
{
    if (cli->is_json)
        return;
    (void)hf_message(cli->session.lang, key, values, count, &cli->out);
    hf_buf_add_byte(&cli->out, '\n');
}

void hf_cli_warn(hf_cli *cli, const char *key, hf_str file)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(8000);
    const hf_message_value value = {.name = "file", .text = file};
    (void)hf_message(cli->session.lang, key, &value, 1, &text);
    (void)fprintf(stderr, "holdfast: %.*s\n", HF_STR_ARG(hf_buf_str(&text)));
}

void hf_cli_tell_left(hf_cli *cli, const char *key, const hf_error *left)
{
    if (left->kind == HF_ERR_NONE)
        return;
    hf_cli_warn(cli, key, HF_STR_EMPTY);
    hf_cli_say_error(left);
    cli->status = 1;
}

// --- lines

static size_t terminal_columns(const hf_cli *cli)
{
    struct winsize size = {0};
    if (cli->is_out_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return COLUMNS;
}

// The longest beginning of at most `columns` columns, cut between code points.
static hf_str cut(hf_str text, size_t columns)
{
    while (text.len > 0 && hf_text_columns(text) > columns) {
        text.len--;
        while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xc0u) == 0x80u)
            text.len--;
    }
    return text;
}

void hf_cli_write_words(hf_cli *cli, hf_str words, size_t column, size_t indent)
{
    size_t room = terminal_columns(cli);
    hf_str word;
    bool is_begun = false;
    while (hf_str_split(&words, ' ', &word)) {
        if (is_begun && column + 1 + hf_text_columns(word) <= room) {
            hf_buf_add_byte(&cli->out, ' ');
            column++;
        } else if (is_begun) {
            hf_buf_add_format(&cli->out, "\n%*s", (int)indent, "");
            column = indent;
        }
        // Chinese has no spaces: what is longer than a line is cut where the line ends.
        for (hf_str part = cut(word, room - column); part.len > 0 && part.len < word.len;
             part = cut(word, room - column)) {
            hf_buf_add_format(&cli->out, "%.*s\n%*s", HF_STR_ARG(part), (int)indent, "");
            word = hf_str_slice(word, part.len, word.len);
            column = indent;
        }
        hf_buf_add_str(&cli->out, word);
        column += hf_text_columns(word);
        is_begun = true;
    }
    hf_buf_add_byte(&cli->out, '\n');
}

void hf_cli_write_numbered(hf_cli *cli, size_t number, hf_str sentence)
{
    HF_CLEANUP(hf_buf_done) hf_buf head = hf_buf_of(100);
    hf_message_number(cli->session.lang, (double)number, 0, &head);
    hf_buf_add_z(&head, ". ");
    size_t indent = hf_text_columns(hf_buf_str(&head));
    hf_buf_add_str(&cli->out, hf_buf_str(&head));
    hf_cli_write_words(cli, sentence, indent, indent);
}

// --- tables

void hf_table_add(hf_cli *cli, hf_table_text *table, hf_str cell)
{
    HF_VEC_ADD(&cli->arena, &table->cells, cell);
}

void hf_table_add_number(hf_cli *cli, hf_table_text *table, double value, int decimals)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
    if (value == value)
        hf_message_number(cli->session.lang, value, decimals, &text);
    hf_table_add(cli, table, hf_buf_copy(&cli->arena, &text));
}

void hf_table_add_count(hf_cli *cli, hf_table_text *table, int64_t value)
{
    hf_table_add_number(cli, table, (double)value, 0);
}

// Takes columns off the widest shrinkable one until the table fits.
static void fit(const hf_cli *cli, const hf_table_text *table, size_t *widths)
{
    size_t room = terminal_columns(cli);
    for (;;) {
        size_t total = 0, widest = table->column_count;
        for (size_t i = 0; i < table->column_count; i++) {
            total += widths[i] + (i > 0 ? 2 : 0);
            if (table->columns[i].may_shrink && widths[i] > 8 &&
                (widest == table->column_count || widths[i] > widths[widest]))
                widest = i;
        }
        if (total <= room || widest == table->column_count)
            return;
        size_t excess = total - room;
        widths[widest] -= excess > widths[widest] / 4 ? (widths[widest] + 3) / 4 : excess;
        if (widths[widest] < 8)
            widths[widest] = 8;
    }
}

static void write_cell(hf_cli *cli, hf_str cell, const hf_column *column, size_t width,
                       bool is_last)
{
    size_t columns = hf_text_columns(cell);
    bool is_cut = columns > width;
    if (is_cut) {
        cell = cut(cell, width - 1);
        columns = hf_text_columns(cell) + 1;
    }
    for (size_t i = columns; column->is_number && i < width; i++)
        hf_buf_add_byte(&cli->out, ' ');
    hf_buf_add_str(&cli->out, cell);
    if (is_cut)
        hf_buf_add_z(&cli->out, "…");
    for (size_t i = columns; !column->is_number && !is_last && i < width; i++)
        hf_buf_add_byte(&cli->out, ' ');
    hf_buf_add_z(&cli->out, is_last ? "\n" : "  ");
}

void hf_table_write(hf_cli *cli, const hf_table_text *table)
{
    size_t widths[COLUMN_MAX] = {0};
    hf_str headings[COLUMN_MAX];
    HF_ASSERT(table->column_count > 0 && table->column_count <= COLUMN_MAX);
    for (size_t i = 0; i < table->column_count; i++) {
        headings[i] = hf_message_text(cli->session.lang, table->columns[i].heading, &cli->arena);
        widths[i] = hf_text_columns(headings[i]);
    }
    for (size_t i = 0; i < table->cells.count; i++) {
        size_t columns = hf_text_columns(table->cells.items[i]);
        size_t *width = &widths[i % table->column_count];
        *width = columns > *width ? columns : *width;
    }
    fit(cli, table, widths);
    for (size_t i = 0; i < table->column_count; i++)
        write_cell(cli, headings[i], &table->columns[i], widths[i], i + 1 == table->column_count);
    for (size_t i = 0; i < table->cells.count; i++) {
        size_t column = i % table->column_count;
        write_cell(cli, table->cells.items[i], &table->columns[column], widths[column],
                   column + 1 == table->column_count);
    }
}

// --- progress

hf_bar hf_bar_begin(hf_cli *cli)
{
    return (hf_bar){.cli = cli, .begun_ns = hf_clock_monotonic_ns()};
}

bool hf_bar_tell(void *context, uint64_t done, uint64_t total, const char *unit)
{
    hf_bar *bar = context;
    uint64_t now_ns = hf_clock_monotonic_ns();
    if (!bar->cli->is_err_terminal || bar->cli->is_quiet || now_ns - bar->shown_ns < BAR_EVERY_NS)
        return true;
    double share = total > 0 ? (double)done / (double)total : 0;
    double elapsed_s = (double)(now_ns - bar->begun_ns) / 1e9;
    double rate = elapsed_s > 0 ? (double)done / elapsed_s : 0;
    char filled[31];
    size_t count = (size_t)(share * 30.0);
    memset(filled, ' ', 30);
    memset(filled, '#', count > 30 ? 30 : count);
    filled[30] = '\0';
    (void)fprintf(stderr, "\r[%s] %3.0f %%  %.3g %s/s  %.0f s left \033[K", filled, share * 100.0,
                  rate, unit, rate > 0 && total > done ? (double)(total - done) / rate : 0.0);
    (void)fflush(stderr);
    bar->shown_ns = now_ns;
    bar->is_shown = true;
    return true;
}

void hf_bar_end(hf_bar *bar)
{
    if (bar->is_shown)
        (void)fputs("\r\033[K", stderr);
}

struct hf_bar_watch {
    hf_bar bar;
    hf_watch *watch;
    uint64_t total;
    const char *unit;
    hf_thread *thread;
    atomic_bool is_over;
};

static void follow(void *context)
{
    hf_bar_watch *w = context;
    const struct timespec pause = {.tv_nsec = BAR_EVERY_NS};
    while (!atomic_load(&w->is_over)) {
        (void)hf_bar_tell(&w->bar, atomic_load(&w->watch->done), w->total, w->unit);
        (void)nanosleep(&pause, NULL);
    }
}

hf_bar_watch *hf_bar_watch_begin(hf_cli *cli, hf_watch *watch, uint64_t total, const char *unit)
{
    if (!cli->is_err_terminal || cli->is_quiet)
        return NULL;
    hf_bar_watch *w = HF_NEW(&cli->arena, hf_bar_watch);
    w->bar = hf_bar_begin(cli);
    w->watch = watch;
    w->total = total;
    w->unit = unit;
    w->thread = hf_thread_start(follow, w);
    return w;
}

void hf_bar_watch_end(hf_bar_watch **bar)
{
    hf_bar_watch *w = *bar;
    *bar = NULL;
    if (w == NULL)
        return;
    atomic_store(&w->is_over, true);
    hf_thread_join(&w->thread);
    hf_bar_end(&w->bar);
}
