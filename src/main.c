/* tilopos: the commands. */
#include "base/log.h"
#include "commands/command.h"

#include <unistd.h>

static int help_run(const struct config *config, const bool *given);
static int version_run(const struct config *config, const bool *given);

static const char *const SERVE_SWITCHES[] = {"--demo-if-empty", NULL};

static const struct command COMMANDS[] = {
    {"serve", "runs the server; migrations are applied at the start", SERVE_SWITCHES, true, serve_run},
    {"migrate", "applies the migrations and ends", NULL, true, migrate_run},
    {"demo", "fills the database with a café in Jakarta and prints its logins", NULL, true, demo_run},
    {"check", "proves the books; exit status 1 when something does not add up", NULL, true, check_run},
    {"routes", "prints the API, and the SQL statements that span businesses", NULL, false, routes_run},
    {"openapi", "prints the API as OpenAPI 3.1", NULL, false, openapi_run},
    {"config", "prints every setting, its value, its meaning and where it came from", NULL, true, config_run},
    {"version", "prints the version", NULL, false, version_run},
    {"help", "prints this", NULL, false, help_run},
};

static int help_run(const struct config *config, const bool *given)
{
    (void)config, (void)given;
    printf("tilopos, a point of sale server\n\nusage: tilopos COMMAND [--setting value …]\n\n");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
        printf("  %-9s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
    printf("\nserve --demo-if-empty makes the demo business first when there is none.\n"
           "Settings: a flag (--port 3001), the environment (TILOPOS_PORT), a line of tilopos.conf, or the "
           "default.\n");
    return EXIT_OK;
}

static int version_run(const struct config *config, const bool *given)
{
    (void)config, (void)given;
    printf("tilopos %s\n", TILOPOS_VERSION);
    return EXIT_OK;
}

static const struct command *find_command(const char *name)
{
    if (!strcmp(name, "--help") || !strcmp(name, "-h"))
        name = "help";
    if (!strcmp(name, "--version"))
        name = "version";
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (!strcmp(COMMANDS[i].name, name))
            return &COMMANDS[i];
    }
    return NULL;
}

/* Every argument that is left must be a switch of the command. */
static bool read_switches(const struct command *command, int argc, char **argv, bool *ret_given)
{
    for (int i = 2; i < argc; i++) {
        size_t at = 0;
        while (command->switches && command->switches[at] && strcmp(command->switches[at], argv[i]) != 0)
            at++;
        if (!command->switches || !command->switches[at]) {
            fprintf(stderr,
                    "tilopos: %s does not know \"%s\"; \"tilopos help\" and \"tilopos config\" list what "
                    "there is\n",
                    command->name, argv[i]);
            return false;
        }
        ret_given[at] = true;
    }
    return true;
}

static void set_up_log(const struct config *config)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    enum log_level least = LOG_INFO;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (str_eq(config->log_level, str_of(levels[i])))
            least = (enum log_level)i;
    }
    bool automatic = str_eq(config->log_format, STR("auto"));
    log_setup(least, automatic ? isatty(STDERR_FILENO) : str_eq(config->log_format, STR("human")));
}

int main(int argc, char **argv)
{
    static struct config config;
    /* A faulty setting must not stand in the way of the help. */
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    bool loaded = (command && !command->needs_config) || config_load(&config, &argc, argv);
    if (argc < 2) {
        help_run(NULL, NULL);
        return EXIT_USAGE;
    }
    command = find_command(argv[1]);
    if (!command) {
        fprintf(stderr, "tilopos: there is no command \"%s\"; \"tilopos help\" lists them\n", argv[1]);
        return EXIT_USAGE;
    }
    bool given[COMMAND_SWITCHES_MAX] = {false};
    if (!read_switches(command, argc, argv, given) || !loaded)
        return EXIT_USAGE;
    if (command->needs_config)
        set_up_log(&config);
    int status = command->run(&config, given);
    if (fflush(stdout) || ferror(stdout))
        status = EXIT_BROKEN;
    arena_free(&config.memory);
    return status;
}
