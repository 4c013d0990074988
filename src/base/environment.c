// SPDX-License-Identifier: Apache-2.0
//
// The table of environment variables.
#include "base/environment.h"

#include <stdlib.h>

const hf_env_facts hf_env_table[HF_ENV_COUNT] = {
    [HF_ENV_DB] = {"HOLDFAST_DB", "holdfast.db", "the store when --db is not given"},
    [HF_ENV_KEY_FILE] = {"HOLDFAST_KEY_FILE", "none",
                         "file of the key that seals the secrets of the store when --key-file is "
                         "not given"},
    [HF_ENV_LIBEXEC] = {"HOLDFAST_LIBEXEC", "../libexec/holdfast beside the program",
                        "folder of holdfast-gdal, the reader of foreign files"},
    [HF_ENV_TMPDIR] = {"TMPDIR", "/tmp", "where the reader of foreign files keeps what it unpacks"},
    [HF_ENV_BREACH_LIST] = {"HOLDFAST_BREACH_LIST", "none",
                            "file of stolen passwords that nobody may take: SHA-1 hashes, ordered, "
                            "one a line"},
    [HF_ENV_HOME] =
        {"HOME", "none",
         "where the password file, the certificates and the services for PostgreSQL are "
         "looked for (.pgpass, .postgresql, .pg_service.conf)"},
    [HF_ENV_PGSERVICEFILE] = {"PGSERVICEFILE", "~/.pg_service.conf",
                              "file of services for PostgreSQL (PGSERVICE names one)"},
    [HF_ENV_PGSYSCONFDIR] = {"PGSYSCONFDIR", "/etc/postgresql-common",
                             "folder of the services for all users of the machine"},
    [HF_ENV_LC_ALL] = {"LC_ALL", "LC_MESSAGES", "language of texts when --lang is not given"},
    [HF_ENV_LC_MESSAGES] = {"LC_MESSAGES", "LANG", "the same, when LC_ALL is not set"},
    [HF_ENV_LANG] = {"LANG", "en", "the same, when LC_ALL and LC_MESSAGES are not set"},
    [HF_ENV_MPI_SIZE] = {"OMPI_COMM_WORLD_SIZE", "1",
                         "set by mpirun: how many ranks share a simulation; more than one needs a "
                         "build with MPI"},
};

const char *hf_env_value(hf_env which)
{
    const char *value = getenv(hf_env_table[which].name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}
