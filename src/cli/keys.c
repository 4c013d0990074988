// SPDX-License-Identifier: Apache-2.0
//
// holdfast keys: the key that seals the secrets of a store; it lies in a file apart from the store.
#include "base/key_file.h"

#include <string.h>

#include "cli/cli.h"

static const hf_option options[] = {
    {"-o", "FILE", "where to write the new key; it must not be there (make)"},
    {"--to", "FILE", "the file of the key that takes the place of the present one (change)"},
};

static bool is_word(const hf_cli *cli, const char *word)
{
    return cli->word_count > 0 && strcmp(cli->words[0], word) == 0;
}

static bool check(hf_cli *cli, hf_error *err)
{
    bool is_make = is_word(cli, "make"), is_change = is_word(cli, "change");
    if (cli->word_count > 0 && !is_make && !is_change && !is_word(cli, "seal") &&
        !is_word(cli, "unseal"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is not make, seal, change or unseal",
                       cli->words[0]);
    if (is_make != hf_cli_has(cli, "-o"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       is_make ? "say where to write the key: -o FILE" : "-o is for keys make");
    if (is_change != hf_cli_has(cli, "--to"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       is_change ? "name the file of the new key: --to FILE"
                                 : "--to is for keys change");
    return true;
}

static bool make_key(hf_cli *cli, hf_error *err)
{
    hf_seal_key key;
    char name[HF_SEAL_NAME_BYTES];
    if (!hf_seal_file_make(hf_cli_option(cli, "-o"), cli->session.now_ms, &key, err))
        return false;
    hf_seal_key_name(&key, name);
    hf_wipe(&key, sizeof(key));
    if (!cli->is_json) {
        const hf_message_value values[] = {
            {.name = "file", .text = hf_str_of(hf_cli_option(cli, "-o"))},
            {.name = "key", .text = hf_str_of(name)}};
        hf_cli_say(cli, "cli.keys.made", values, HF_COUNT(values));
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_json_begin_object(&out);
    hf_json_name(&out, "file");
    hf_json_add_z(&out, hf_cli_option(cli, "-o"));
    hf_json_name(&out, "key");
    hf_json_add_z(&out, name);
    hf_json_end_object(&out);
    hf_cli_end_json(cli);
    return true;
}

static void tell(hf_cli *cli, const hf_seal_facts *facts)
{
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_seal(facts, &out);
        hf_cli_end_json(cli);
        return;
    }
    const hf_message_value values[] = {
        {.name = "count", .is_number = true, .number = (double)facts->secrets},
        {.name = "key", .text = hf_str_of(facts->key)}};
    hf_cli_say(cli, facts->key[0] != '\0' ? "cli.keys.sealed" : "cli.keys.readable", values,
               HF_COUNT(values));
}

// NULL: readable again.
static bool change(hf_cli *cli, const hf_seal_key *to, hf_error *err)
{
    hf_seal_facts facts;
    if (!hf_change_seal(&cli->session, to, &facts, err))
        return false;
    tell(cli, &facts);
    hf_cli_tell_left(cli, "cli.keys.left", &facts.left);
    return true;
}

static bool seal(hf_cli *cli, hf_error *err)
{
    const hf_seal_key *key = NULL;
    if (!hf_cli_seal_key(cli, &key, err))
        return false;
    return key != NULL ? change(cli, key, err)
                       : hf_fail(err, HF_ERR_USAGE, "seal.no_key_named",
                                 "name the file of the key that seals: --key-file FILE or "
                                 "$HOLDFAST_KEY_FILE; holdfast keys make -o FILE makes one");
}

static bool change_key(hf_cli *cli, hf_error *err)
{
    hf_seal_key to;
    hf_seal_facts now;
    if (!hf_read_seal(&cli->session, &now, err))
        return false;
    if (now.key[0] == '\0')
        return hf_fail(err, HF_ERR_CONFLICT, "seal.not_sealed",
                       "the secrets of this store are not sealed; seal them with: holdfast keys "
                       "seal");
    if (!hf_seal_file_read(hf_cli_option(cli, "--to"), &to, err))
        return false;
    bool is_done = change(cli, &to, err);
    hf_wipe(&to, sizeof(to));
    return is_done;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_seal_facts facts;
    if (is_word(cli, "make"))
        return make_key(cli, err);
    if (!hf_cli_open_store(cli, false, err))
        return false;
    if (is_word(cli, "seal"))
        return seal(cli, err);
    if (is_word(cli, "change"))
        return change_key(cli, err);
    if (is_word(cli, "unseal"))
        return change(cli, NULL, err);
    if (!hf_read_seal(&cli->session, &facts, err))
        return false;
    tell(cli, &facts);
    return true;
}

const hf_command hf_command_keys = {
    .name = "keys",
    .usage = "[seal | unseal] | make -o FILE | change --to FILE",
    .summary = "Seal the secrets of a store with a key that is not in it.",
    .example = "holdfast --db nation.db --key-file seal.key keys seal",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = 1,
    .words = "make|seal|change|unseal",
    .check = check,
    .run = run,
};
