// SPDX-License-Identifier: Apache-2.0
//
// holdfast audit: proof of the log. A file is checked without a store: where it is checked, Holdfast need not be.
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"

#define SMALL_FILE_BYTES_MAX (4u << 20) // a proof with one event
#define KEY_HEX              64u

static const hf_option options[] = {
    {"--as", "jsonl|syslog|cef|ecs",
     "form of the lines (export; default: jsonl, which can be proved)"},
    {"--from", "SEQUENCE", "first event (export; default: 1)"},
    {"--to", "SEQUENCE", "last event (export; default: the newest)"},
    {"--send", "HOST:PORT", "send to a syslog collector over TLS, as RFC 5425 has it (export)"},
    {"--ca", "FILE", "who may have signed the collector's certificate, PEM (export --send)"},
    {"--key", "KEY|FILE",
     "the signer must have this key, or one that follows it in the file (verify)"},
    {"--checkpoint", "FILE", "an earlier word of the same log, which must fit (verify)"},
    {"--since", "FILE", "prove that the log goes on from this checkpoint (prove)"},
    {"-o", "FILE", "where to write; - or nothing is standard output"},
};

static bool write_piece(void *context, hf_str bytes, hf_error *err)
{
    return hf_file_out_add(context, bytes, err);
}

// A file as it lies on disk, or standard input.
static bool read_whole(hf_cli *cli, const char *path, hf_file_map *map, hf_str *out, hf_error *err)
{
    if (strcmp(path, "-") == 0)
        return hf_file_read(path, HF_IMPORT_BYTES_MAX, &cli->arena, out, err);
    if (!hf_file_map_open(path, HF_IMPORT_BYTES_MAX, map, err))
        return false;
    *out = map->bytes;
    // A pipe has no size, and neither has an empty file.
    return out->len > 0 || hf_file_read(path, HF_IMPORT_BYTES_MAX, &cli->arena, out, err);
}

static bool read_checkpoint(hf_cli *cli, const char *path, hf_audit_checkpoint *out, hf_error *err)
{
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    hf_str bytes;
    if (!read_whole(cli, path, &map, &bytes, err))
        return false;
    return hf_audit_read_checkpoint(bytes, out, err) || hf_fail_at(err, path, 0, NULL);
}

bool hf_cli_read_sign_key(hf_cli *cli, const char *option, hf_sign_key *out, hf_error *err)
{
    const char *text = hf_cli_option(cli, option);
    hf_str hex = hf_str_of(text);
    if (hex.len != KEY_HEX) {
        if (!hf_file_read(text, SMALL_FILE_BYTES_MAX, &cli->arena, &hex, err))
            return false;
        hex = hf_str_trim(hex);
    }
    return hf_hex_parse(hex, out->bytes, sizeof(out->bytes)) ||
           hf_fail(err, HF_ERR_USAGE, "usage.value",
                   "%s is a public key of 64 hex digits, or a file with it: '%s' is neither",
                   option, text);
}

// --- verify

static void write_hex(hf_json_writer *out, const char *name, const uint8_t *bytes, size_t count)
{
    char hex[KEY_HEX + 1];
    hf_hex(bytes, count, hex);
    hf_json_name(out, name);
    hf_json_add_z(out, hex);
}

static void write_report(hf_cli *cli, const hf_audit_report *report)
{
    hf_json_writer out = hf_cli_json(cli);
    bool is_valid = report->fault.kind == HF_ERR_NONE;
    hf_json_begin_object(&out);
    hf_json_name(&out, "valid");
    hf_json_add_bool(&out, is_valid);
    hf_json_name(&out, "kind");
    hf_json_add_z(&out, hf_audit_kind_words[report->kind]);
    hf_json_name(&out, "events");
    hf_json_add_u64(&out, report->event_count);
    hf_json_name(&out, "first");
    hf_json_add_i64(&out, report->first);
    hf_json_name(&out, "last");
    hf_json_add_i64(&out, report->last);
    hf_json_name(&out, "keys_changed");
    hf_json_add_u64(&out, report->key_count);
    hf_json_name(&out, "checkpoint");
    if (report->has_checkpoint) {
        hf_json_begin_object(&out);
        hf_json_name(&out, "size");
        hf_json_add_i64(&out, report->checkpoint.size);
        write_hex(&out, "root", report->checkpoint.root.bytes,
                  sizeof(report->checkpoint.root.bytes));
        write_hex(&out, "key", report->checkpoint.key.bytes, sizeof(report->checkpoint.key.bytes));
        hf_json_end_object(&out);
    } else {
        hf_json_add_null(&out);
    }
    hf_json_name(&out, "broken");
    if (is_valid) {
        hf_json_add_null(&out);
    } else {
        hf_json_begin_object(&out);
        hf_json_name(&out, "line");
        hf_json_add_u64(&out, report->fault.line);
        hf_json_name(&out, "code");
        hf_json_add_z(&out, report->fault.code);
        hf_json_name(&out, "message");
        hf_json_add_z(&out, report->fault.message);
        hf_json_end_object(&out);
    }
    hf_json_end_object(&out);
    hf_cli_end_json(cli);
}

static void say_valid(hf_cli *cli, const char *message, uint64_t event_count,
                      const hf_sign_key *key)
{
    char hex[KEY_HEX + 1];
    hf_hex(key->bytes, sizeof(key->bytes), hex);
    const hf_message_value values[] = {
        {.name = "count", .is_number = true, .number = (double)event_count},
        {.name = "key", .text = hf_str_of(hex)}};
    hf_cli_say(cli, message, values, HF_COUNT(values));
}

static void say_broken(hf_cli *cli, const char *message, const hf_error *fault)
{
    const hf_message_value values[] = {
        {.name = "line", .is_number = true, .number = (double)fault->line}};
    hf_cli_say(cli, message, values, HF_COUNT(values));
    hf_cli_say_error(fault);
}

static bool verify_file(hf_cli *cli, const char *path, hf_error *err)
{
    static const char *const messages[] = {
        [HF_AUDIT_EXPORT] = "cli.audit.valid_export",
        [HF_AUDIT_CHECKPOINT] = "cli.audit.valid_checkpoint",
        [HF_AUDIT_INCLUSION] = "cli.audit.valid_inclusion",
        [HF_AUDIT_GROWTH] = "cli.audit.valid_growth",
    };
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    bool has_key = hf_cli_has(cli, "--key");
    const char *known_path = hf_cli_option(cli, "--checkpoint");
    hf_sign_key key;
    hf_audit_checkpoint known;
    hf_audit_trust trust = {0};
    hf_audit_report report;
    hf_str bytes;
    if ((has_key && !hf_cli_read_sign_key(cli, "--key", &key, err)) ||
        (known_path != NULL && !read_checkpoint(cli, known_path, &known, err)) ||
        !read_whole(cli, path, &map, &bytes, err))
        return false;
    trust.key = has_key ? &key : NULL;
    trust.known = known_path != NULL ? &known : NULL;
    hf_audit_verify(bytes, &trust, &report);
    cli->status = report.fault.kind == HF_ERR_NONE ? 0 : 1;
    if (cli->status != 0)
        (void)hf_fail_at(&report.fault, path, 0, NULL);
    if (cli->is_json)
        write_report(cli, &report);
    else if (cli->status == 0)
        say_valid(cli, messages[report.kind],
                  report.kind == HF_AUDIT_INCLUSION ? (uint64_t)report.first
                  : report.kind == HF_AUDIT_EXPORT  ? report.event_count
                                                    : (uint64_t)report.checkpoint.size,
                  &report.checkpoint.key);
    else
        say_broken(cli, "cli.audit.broken_line", &report.fault);
    return true;
}

static bool verify_store(hf_cli *cli, hf_error *err)
{
    hf_log_check check;
    if (hf_cli_has(cli, "--key") || hf_cli_has(cli, "--checkpoint"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "--key and --checkpoint are for a file; name it");
    if (!hf_cli_open_store(cli, false, err) || !hf_check_log(&cli->session, &check, err))
        return false;
    cli->status = check.fault.kind == HF_ERR_NONE ? 0 : 1;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_log_check(&check, &out);
        hf_cli_end_json(cli);
    } else if (cli->status == 0) {
        say_valid(cli, "cli.audit.valid_store", check.event_count, &check.key);
    } else {
        say_broken(cli, "cli.audit.broken_event", &check.fault);
    }
    return true;
}

// --- export, checkpoint, prove, key

// to  the file or the collector
static void tell_exported(hf_cli *cli, const char *name, const char *to,
                          const hf_log_exported *exported)
{
    hf_json_writer out = hf_cli_json(cli);
    hf_json_begin_object(&out);
    hf_json_name(&out, name);
    hf_json_add_z(&out, to);
    hf_json_name(&out, "first");
    hf_json_add_i64(&out, exported->first);
    hf_json_name(&out, "last");
    hf_json_add_i64(&out, exported->last);
    hf_json_name(&out, "events");
    hf_json_add_u64(&out, exported->event_count);
    hf_json_end_object(&out);
    hf_cli_end_json(cli);
}

static bool write_lines(hf_cli *cli, hf_log_export *request, const char *path, hf_error *err)
{
    HF_CLEANUP(hf_file_out_close) hf_file_out *file = NULL;
    hf_log_exported exported;
    if (!hf_file_out_open(path != NULL ? path : "-", &file, err))
        return false;
    request->output = (hf_output){file, write_piece};
    if (!hf_export_log(&cli->session, request, &exported, err) || !hf_file_out_commit(file, err))
        return false;
    if (cli->is_json && path != NULL && strcmp(path, "-") != 0)
        tell_exported(cli, "file", path, &exported);
    return true;
}

static bool send_lines(hf_cli *cli, hf_log_export *request, const char *address, hf_error *err)
{
    const hf_tls_options collector = {.address = address, .ca_file = hf_cli_option(cli, "--ca")};
    hf_log_exported exported;
    request->as = HF_AUDIT_AS_SYSLOG;
    if (!hf_send_log(&cli->session, request, &collector, &exported, err))
        return false;
    const hf_message_value values[] = {
        {.name = "count", .is_number = true, .number = (double)exported.event_count},
        {.name = "last", .is_number = true, .number = (double)exported.last}};
    if (cli->is_json)
        tell_exported(cli, "collector", address, &exported);
    else if (!cli->is_quiet)
        hf_cli_say(cli, "cli.audit.sent", values, HF_COUNT(values));
    return true;
}

static bool export_log(hf_cli *cli, hf_error *err)
{
    const char *path = hf_cli_option(cli, "-o");
    const char *as = hf_cli_option(cli, "--as");
    const char *collector = hf_cli_option(cli, "--send");
    char host[256] = "";
    uint64_t first = 0, last = 0;
    hf_log_export request = {0};
    while (as != NULL && hf_audit_as_words[request.as] != NULL &&
           strcmp(hf_audit_as_words[request.as], as) != 0)
        request.as++;
    if (hf_audit_as_words[request.as] == NULL)
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "--as is jsonl, syslog, cef or ecs, not '%s'", as);
    if (collector != NULL && (path != NULL || (as != NULL && request.as != HF_AUDIT_AS_SYSLOG)))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "--send sends syslog lines; leave -o and another --as out");
    (void)gethostname(host, sizeof(host) - 1);
    request.host = hf_str_of(host);
    if (!hf_cli_count(cli, "--from", &first, err) || !hf_cli_count(cli, "--to", &last, err) ||
        !hf_cli_open_store(cli, false, err))
        return false;
    request.first = first > INT64_MAX ? INT64_MAX : (int64_t)first;
    request.last = last > INT64_MAX ? INT64_MAX : (int64_t)last;
    return collector != NULL ? send_lines(cli, &request, collector, err)
                             : write_lines(cli, &request, path, err);
}

// One line into the file of -o, or to standard output.
static bool write_line(hf_cli *cli, hf_buf *line, hf_error *err)
{
    const char *path = hf_cli_option(cli, "-o");
    hf_buf_add_byte(line, '\n');
    if (path != NULL && strcmp(path, "-") != 0)
        return hf_file_write(path, hf_buf_str(line), err);
    hf_buf_add_str(&cli->out, hf_buf_str(line));
    return true;
}

static bool sign(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(SMALL_FILE_BYTES_MAX);
    hf_audit_checkpoint checkpoint;
    if (!hf_cli_open_store(cli, false, err) || !hf_sign_log(&cli->session, true, &checkpoint, err))
        return false;
    hf_audit_write_checkpoint(&checkpoint, &line);
    return write_line(cli, &line, err);
}

static bool prove(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(SMALL_FILE_BYTES_MAX);
    const char *since = hf_cli_option(cli, "--since");
    hf_audit_checkpoint older;
    int64_t sequence = 0;
    if ((since != NULL) == (cli->word_count == 2))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "say what to prove: the number of an event, or --since a checkpoint");
    if (since != NULL ? !read_checkpoint(cli, since, &older, err)
                      : !hf_parse_i64(hf_str_of(cli->words[1]), &sequence))
        return err->kind != HF_ERR_NONE || hf_fail(err, HF_ERR_USAGE, "usage.value",
                                                   "'%s' is no number of an event", cli->words[1]);
    if (!hf_cli_open_store(cli, false, err))
        return false;
    if (since != NULL ? !hf_prove_growth(&cli->session, &older, &line, err)
                      : !hf_prove_event(&cli->session, sequence, &line, err))
        return false;
    return write_line(cli, &line, err);
}

static bool show_key(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(SMALL_FILE_BYTES_MAX);
    hf_sign_key key;
    char hex[KEY_HEX + 1];
    if (!hf_cli_open_store(cli, false, err) || !hf_log_key(&cli->session, &key, err))
        return false;
    hf_hex(key.bytes, sizeof(key.bytes), hex);
    if (cli->is_json && !hf_cli_has(cli, "-o")) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "key");
        hf_json_add_z(&out, hex);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
        return true;
    }
    hf_buf_add_z(&line, hex);
    return write_line(cli, &line, err);
}

static bool renew(hf_cli *cli, hf_error *err)
{
    hf_audit_renewal renewal;
    hf_error left;
    char was[KEY_HEX + 1], now[KEY_HEX + 1];
    if (!hf_cli_open_store(cli, false, err) ||
        !hf_renew_log_key(&cli->session, &renewal, &left, err))
        return false;
    hf_cli_tell_left(cli, "cli.audit.left", &left);
    hf_hex(renewal.old_key.bytes, sizeof(renewal.old_key.bytes), was);
    hf_hex(renewal.new_key.bytes, sizeof(renewal.new_key.bytes), now);
    const hf_message_value values[] = {{.name = "old", .text = hf_str_of(was)},
                                       {.name = "key", .text = hf_str_of(now)}};
    if (!cli->is_json) {
        hf_cli_say(cli, "cli.audit.renewed", values, HF_COUNT(values));
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_json_begin_object(&out);
    hf_json_name(&out, "key");
    hf_json_add_z(&out, now);
    hf_json_name(&out, "old");
    hf_json_add_z(&out, was);
    hf_json_end_object(&out);
    hf_cli_end_json(cli);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *what = cli->words[0];
    bool has_word = cli->word_count > 1;
    if (strcmp(what, "verify") == 0)
        return has_word ? verify_file(cli, cli->words[1], err) : verify_store(cli, err);
    if (strcmp(what, "prove") == 0)
        return prove(cli, err);
    if (has_word)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "audit %s takes no further word", what);
    if (strcmp(what, "export") == 0)
        return export_log(cli, err);
    if (strcmp(what, "checkpoint") == 0)
        return sign(cli, err);
    if (strcmp(what, "key") == 0)
        return show_key(cli, err);
    if (strcmp(what, "renew") == 0)
        return renew(cli, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "'%s' is not verify, export, checkpoint, prove, key or renew", what);
}

const hf_command hf_command_audit = {
    .name = "audit",
    .usage = "verify [FILE [--key KEY] [--checkpoint FILE]] | "
             "export [--as FORM] [--from SEQUENCE] [--to SEQUENCE] [-o FILE] | "
             "export --send HOST:PORT [--ca FILE] [--from SEQUENCE] [--to SEQUENCE] | "
             "checkpoint [-o FILE] | prove SEQUENCE [-o FILE] | prove --since FILE [-o FILE] | "
             "key [-o FILE] | renew",
    .summary = "Prove what happened: check, sign and export the log, or check its files.",
    .example = "holdfast audit verify log.jsonl",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 2,
    .words = "verify|export|checkpoint|prove|key|renew",
    .store = HF_STORE_NONE, // opened by those that need it
    .run = run,
};
