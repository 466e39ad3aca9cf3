/* A command of the program as a row of data: main.c has the table. */
#pragma once
#include "base/config.h"

struct command {
    const char *name;
    const char *summary;
    /* Switches that it knows besides the configuration's flags; ended by NULL, or NULL. */
    const char *const *switches;
    bool needs_config;
    /* `config` is NULL when it needs none; `given[i]`: switches[i] is there. Answers the exit status. */
    int (*run)(const struct config *config, const bool *given);
    /* For those that take words besides switches: ended by NULL. Instead of `run`. */
    int (*run_words)(const struct config *config, const bool *given, const char *const *words);
    const char *usage; /* of such a command, for its help */
};

#define COMMAND_SWITCHES_MAX 8
#define COMMAND_WORDS_MAX 4

enum { EXIT_OK = 0, EXIT_BROKEN = 1, EXIT_USAGE = 2 };

int serve_run(const struct config *config, const bool *given); /* given[0]: --demo-if-empty */
int migrate_run(const struct config *config, const bool *given);
int demo_run(const struct config *config, const bool *given);
int check_run(const struct config *config, const bool *given);
int backup_run(const struct config *config, const bool *given,
               const char *const *words); /* given[0]: --verify */
int restore_run(const struct config *config, const bool *given,
                const char *const *words); /* given[0]: --force */
int user_run(const struct config *config, const bool *given,
             const char *const *words); /* given[0]: --stdin */
int routes_run(const struct config *config, const bool *given);
int openapi_run(const struct config *config, const bool *given);
int config_run(const struct config *config, const bool *given);
