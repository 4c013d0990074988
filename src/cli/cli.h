// SPDX-License-Identifier: Apache-2.0
//
// A command is one file: facts (usage, options, an example), then one function. main.c picks one by its
// name; help, manual, completion and the reference come from the same facts. Private to cli/.
#ifndef HF_CLI_CLI_H
#define HF_CLI_CLI_H

#include "usecase/usecase.h"

typedef struct {
    const char *name; // "--fail"
    // "KEY,…" in the help; NULL = a switch. It also says what a shell completes: "a|b" these words, FILE, DIR,
    // NOUN, COMMAND, URL (a store), xx (a language).
    const char *value;
    const char *help;
} hf_option;

typedef enum {
    HF_STORE_NONE,    // works without a store
    HF_STORE_PRESENT, // else exit 66
    HF_STORE_MADE     // made when it is missing
} hf_store_need;

#define HF_OPTION_COUNT_MAX 20u

typedef struct hf_cli hf_cli;
typedef struct {
    const char *name;
    const char *usage;   // what follows the name: "FILE… [--as NOUN]"
    const char *summary; // one sentence
    const char *example; // a whole command line
    const hf_option *options;
    size_t option_count;
    size_t min_words, max_words; // besides options; max SIZE_MAX = any
    const char *words; // what the first word is, as in hf_option.value: "NOUN"; "FILE…" = all words
    hf_store_need store;
    // Looks at words and files before a store is opened, let alone made. NULL = nothing to look at.
    bool (*check)(hf_cli *cli, hf_error *err);
    // false: err is set. cli->status is the exit status of a true end (0, 1 or 65).
    bool (*run)(hf_cli *cli, hf_error *err);
} hf_command;

extern const hf_command *const hf_commands[]; // NULL-ended, from the list in meson.build
const hf_command *hf_command_find(hf_str name);

// One run of the program.
struct hf_cli {
    const hf_command *command;
    const char *values[HF_OPTION_COUNT_MAX]; // of the command's options; "" for a switch that is on
    const char **words;
    size_t word_count;
    const char *db;
    const char *key_file; // of the key that seals; NULL: none
    bool has_seal;        // it has been read
    hf_seal_key seal;
    bool is_json, is_quiet;
    bool is_out_terminal, is_err_terminal;
    hf_arena arena;
    hf_session session; // store NULL with HF_STORE_NONE
    hf_str setup_token; // of a new store, to set the server up with
    hf_store *store;
    hf_pool *pool;
    hf_buf out; // standard output, written at the end
    int status;
};

// --- options. NULL = not given.
const char *hf_cli_option(const hf_cli *cli, const char *name);
bool hf_cli_has(const hf_cli *cli, const char *name);
// Errors: HF_ERR_USAGE "usage.value"
bool hf_cli_number(const hf_cli *cli, const char *name, double *value, hf_error *err) HF_CHECKED;
bool hf_cli_count(const hf_cli *cli, const char *name, uint64_t *value, hf_error *err) HF_CHECKED;
// "A,B,C" → list, empty parts left out.
void hf_cli_list(hf_arena *arena, hf_str text, hf_str **list, size_t *count);
bool hf_cli_noun(hf_str name, const hf_noun **noun, hf_error *err) HF_CHECKED;
bool hf_cli_restart(const hf_cli *cli, hf_restart *restart, hf_error *err) HF_CHECKED;

// --- store and session
bool hf_cli_open_store(hf_cli *cli, bool create, hf_error *err) HF_CHECKED;
// The key of --key-file; *out NULL: none is named. Lives as long as the run.
bool hf_cli_seal_key(hf_cli *cli, const hf_seal_key **out, hf_error *err) HF_CHECKED;
// Makes a pool of threads for session.pool; for questions. One for each processor, or --threads T where the command
// has it: hf_cli_threads.
void hf_cli_use_threads(hf_cli *cli);
bool hf_cli_threads(hf_cli *cli, hf_error *err) HF_CHECKED;

// --- output
hf_json_writer hf_cli_json(hf_cli *cli); // writes to cli->out
void hf_cli_end_json(hf_cli *cli);       // new line
// Sends what is in cli->out so far. A closed pipe ends the output quietly.
bool hf_cli_flush(hf_cli *cli, hf_error *err) HF_CHECKED;
// "FILE:LINE: what" on standard error; file and line may be missing.
void hf_cli_say_error(const hf_error *err);
void hf_cli_say_problems(const hf_problems *problems);
void hf_cli_write_error(hf_cli *cli, const hf_error *err); // {"error":{…}} to cli->out

// The public key of a log, of an option that is given: 64 hex digits, or a file with them (audit.c).
bool hf_cli_read_sign_key(hf_cli *cli, const char *option, hf_sign_key *out,
                          hf_error *err) HF_CHECKED;

// A message of the catalogue with values, as a line of its own.
void hf_cli_say(hf_cli *cli, const char *key, const hf_message_value *values, size_t count);

// The same on standard error, also with --json: what must be seen beside the answer. Its one value is {file}.
void hf_cli_warn(hf_cli *cli, const char *key, hf_str file);
// Of a change that stands: what was stored before may still lie in the database, which is to be mended (exit status 1).
// Nothing when left says nothing. key: of the message
void hf_cli_tell_left(hf_cli *cli, const char *key, const hf_error *left);

// Words parted by single spaces, in lines as wide as the terminal (80 columns elsewhere), and the end of the line.
// column  where the pen stands; indent  where the lines after the first begin
void hf_cli_write_words(hf_cli *cli, hf_str words, size_t column, size_t indent);
// A sentence of a numbered list, number from 1, its further lines under its first word.
void hf_cli_write_numbered(hf_cli *cli, size_t number, hf_str sentence);

// --- tables for people: aligned, at most 80 columns wide (or what the terminal has)
typedef struct {
    const char *heading; // message key
    bool is_number;      // aligned to the end
    bool may_shrink;     // cut with … when the table is too wide
} hf_column;
typedef struct {
    const hf_column *columns;
    size_t column_count;
    HF_VEC(hf_str) cells; // row by row
} hf_table_text;
void hf_table_add(hf_cli *cli, hf_table_text *table, hf_str cell);
void hf_table_add_count(hf_cli *cli, hf_table_text *table, int64_t value);
void hf_table_add_number(hf_cli *cli, hf_table_text *table, double value, int decimals);
void hf_table_write(hf_cli *cli, const hf_table_text *table);

// --- progress bar on standard error, when it is a terminal; fits hf_progress.tell
typedef struct {
    hf_cli *cli;
    uint64_t begun_ns, shown_ns;
    bool is_shown;
} hf_bar;
hf_bar hf_bar_begin(hf_cli *cli);
bool hf_bar_tell(void *bar, uint64_t done, uint64_t total, const char *unit);
void hf_bar_end(hf_bar *bar);
// A bar that follows what the engine has done, from a thread of its own. NULL when no bar is to be seen.
typedef struct hf_bar_watch hf_bar_watch;
hf_bar_watch *hf_bar_watch_begin(hf_cli *cli, hf_watch *watch, uint64_t total, const char *unit);
void hf_bar_watch_end(hf_bar_watch **bar);

// From now on SIGINT and SIGTERM stop what is watched, and the reading of the register into session.plans, in place
// of ending the program; a second one ends it. Before threads are started: they inherit it. The plans of the session
// end with it, so what was borrowed of them must have been given back.
typedef struct hf_interrupt hf_interrupt;
hf_interrupt *hf_interrupt_begin(hf_cli *cli, hf_watch *watch);
void hf_interrupt_end(hf_cli *cli, hf_interrupt **interrupt);

// --- help
void hf_help_overview(hf_cli *cli);
void hf_help_command(hf_cli *cli, const hf_command *command);
extern const hf_option hf_global_options[];
extern const size_t hf_global_option_count;
#define HF_GLOBAL_USAGE "[--db URL] [--lang xx] [--json] [--quiet] COMMAND …"
#define HF_CLI_ABOUT    "which loss a country cannot absorb, and what to do about it"
typedef struct {
    int status;
    const char *meaning;
} hf_exit;
extern const hf_exit hf_exits[];
extern const size_t hf_exit_count;
// Cuts the next way to call a command off a usage ("add NAME | token NAME": two), or the next part of one way
// ("--a", "[--b B]"). False when nothing is left. *rest begins as hf_str_of(usage).
bool hf_usage_way(hf_str *rest, hf_str *way);
bool hf_usage_part(hf_str *rest, hf_str *part);

#endif
