/* tilopos: the commands. */
#include "base/log.h"
#include "commands/command.h"

#include <unistd.h>

static int help_run(const struct config *config, const bool *given);
static int version_run(const struct config *config, const bool *given);

static const char *const SERVE_SWITCHES[] = {"--demo-if-empty", NULL};
static const char *const BACKUP_SWITCHES[] = {"--verify", NULL};
static const char *const RESTORE_SWITCHES[] = {"--force", NULL};
static const char *const USER_SWITCHES[] = {"--stdin", NULL};

static const char BACKUP_USAGE[] =
    "tilopos backup FILE\n"
    "  Copies the SQLite database into FILE while the server may be running, proves the copy and its books,\n"
    "  and only then gives it its name. For PostgreSQL it tells which tool to use.\n"
    "tilopos backup --verify DATABASE_URL\n"
    "  Proves the books of a copy: sqlite:FILE, or postgres://… of a restored one.\n"
    "Exit status: 0 done, 1 failed or something does not add up, 2 wrong usage.\n";
static const char RESTORE_USAGE[] =
    "tilopos restore FILE [--force]\n"
    "  Proves FILE and its books, then puts a copy of it in the place of the SQLite database. The server "
    "must be\n"
    "  stopped. Refuses when there are businesses in the database; --force replaces it and keeps what was "
    "there\n"
    "  beside it as .before-restore.\n"
    "Exit status: 0 done, 1 failed or refused (nothing was changed), 2 wrong usage.\n";
static const char USER_USAGE[] =
    "tilopos user list\n"
    "  Everybody who has an e-mail.\n"
    "tilopos user reset-password EMAIL [--stdin]\n"
    "  Sets a new password, ends the logins and prints it; --stdin reads it from standard input instead.\n"
    "tilopos user deactivate EMAIL\n"
    "  Ends the logins and lets nobody log in as them; refuses for the last active owner of a business.\n"
    "Exit status: 0 done, 1 failed or refused (nothing was changed), 2 wrong usage.\n";

static const struct command COMMANDS[] = {
    {"serve", "runs the server; migrations are applied at the start", SERVE_SWITCHES, true, serve_run},
    {"migrate", "applies the migrations and ends", NULL, true, migrate_run},
    {"demo", "adds a café in Jakarta, once, and prints its logins", NULL, true, demo_run},
    {"check", "proves the books; exit status 1 when something does not add up", NULL, true, check_run},
    {"backup", "copies the database into a file, and proves the copy", BACKUP_SWITCHES, true, NULL,
     backup_run, BACKUP_USAGE},
    {"restore", "puts a backup in the place of the database", RESTORE_SWITCHES, true, NULL, restore_run,
     RESTORE_USAGE},
    {"user", "lists logins, sets a new password, deactivates: for an owner who is locked out", USER_SWITCHES,
     true, NULL, user_run, USER_USAGE},
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

/* What the command takes besides the settings. */
struct arguments {
    bool given[COMMAND_SWITCHES_MAX];
    const char *words[COMMAND_WORDS_MAX + 1];
    size_t word_count;
    bool help;
};

static bool is_word(const struct command *command, const struct arguments *arguments, const char *text)
{
    return command->run_words && strncmp(text, "-", 1) != 0 && arguments->word_count < COMMAND_WORDS_MAX;
}

/* Every argument that is left must be a switch of the command, or a word where it takes words. */
static bool read_arguments(const struct command *command, int argc, char **argv, struct arguments *ret)
{
    for (int i = 2; i < argc; i++) {
        if (command->usage && (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))) {
            ret->help = true;
            continue;
        }
        if (is_word(command, ret, argv[i])) {
            ret->words[ret->word_count++] = argv[i];
            continue;
        }
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
        ret->given[at] = true;
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

static int run(const struct command *command, const struct config *config, const struct arguments *arguments)
{
    if (arguments->help) {
        fputs(command->usage, stdout);
        return EXIT_OK;
    }
    if (command->run)
        return command->run(config, arguments->given);
    int status = command->run_words(config, arguments->given, arguments->words);
    if (status == EXIT_USAGE)
        fputs(command->usage, stderr);
    return status;
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
    struct arguments arguments = {.word_count = 0};
    if (!read_arguments(command, argc, argv, &arguments) || !loaded)
        return EXIT_USAGE;
    if (command->needs_config)
        set_up_log(&config);
    int status = run(command, &config, &arguments);
    if (fflush(stdout) || ferror(stdout))
        status = EXIT_BROKEN;
    arena_free(&config.memory);
    return status;
}
