// SPDX-License-Identifier: Apache-2.0
//
// The environment variables that the program heeds, in one table: who wants one asks here, and manual and reference
// are made from it. Nothing else calls getenv.
#ifndef HF_BASE_ENVIRONMENT_H
#define HF_BASE_ENVIRONMENT_H

typedef enum {
    HF_ENV_DB,
    HF_ENV_KEY_FILE,
    HF_ENV_LIBEXEC,
    HF_ENV_TMPDIR,
    HF_ENV_BREACH_LIST,
    HF_ENV_HOME,
    HF_ENV_PGSERVICEFILE,
    HF_ENV_PGSYSCONFDIR,
    HF_ENV_LC_ALL, // the three of the language in the order in which the system asks them
    HF_ENV_LC_MESSAGES,
    HF_ENV_LANG,
    HF_ENV_MPI_SIZE,
    HF_ENV_COUNT
} hf_env;

typedef struct {
    const char *name;
    const char *fallback; // what holds without it, for people
    const char *help;
} hf_env_facts;

extern const hf_env_facts hf_env_table[HF_ENV_COUNT];

// Its value; NULL when it is not set or empty. Lives as long as the environment is left alone.
const char *hf_env_value(hf_env which);

#endif
