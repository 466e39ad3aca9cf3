/* tilopos routes, openapi, config: what is printed from the tables. */
#include "base/buf.h"
#include "commands/command.h"
#include "modules/module.h"
#include "platform/auth/identity.h"
#include "platform/db/db.h"

#define OPENAPI_MAX (8u << 20)
#define CELL_MAX 96

/* ---- routes ---- */

static const struct {
    unsigned flag;
    const char *name;
} FLAG_NAMES[] = {
    {ROUTE_IDEMPOTENT, "idempotent"}, {ROUTE_LIST, "list"},    {ROUTE_CACHED, "cached"},
    {ROUTE_PATCH, "patch"},           {ROUTE_RAW_BODY, "raw"}, {ROUTE_OVERRIDE, "override"},
};

static void append(char cell[CELL_MAX], const char *word)
{
    size_t len = strlen(cell);
    snprintf(cell + len, CELL_MAX - len, "%s%s", len ? "," : "", word);
}

static void roles_cell(const struct route *route, char ret_cell[CELL_MAX])
{
    ret_cell[0] = '\0';
    if (route->flags & ROUTE_PUBLIC)
        append(ret_cell, "public");
    else if (route->roles == ROLES_ALL)
        append(ret_cell, "all");
    else
        for (unsigned role = 0; role < ROLE_COUNT; role++) {
            if (route->roles & ROLES(role))
                append(ret_cell, ROLE_NAMES[role]);
        }
}

static void flags_cell(const struct route *route, char ret_cell[CELL_MAX])
{
    ret_cell[0] = '\0';
    for (size_t i = 0; i < sizeof FLAG_NAMES / sizeof FLAG_NAMES[0]; i++) {
        if (route->flags & FLAG_NAMES[i].flag)
            append(ret_cell, FLAG_NAMES[i].name);
    }
    if (!ret_cell[0])
        append(ret_cell, "-");
}

static int wider(int width, size_t len) { return (size_t)width < len ? (int)len : width; }

/* Widths first (`print` false), then the lines. */
static void each_route(const struct route_table *table, int widths[3], bool print)
{
    for (size_t i = 0; i < table->count; i++) {
        for (const struct route *route = table->groups[i]; route->method; route++) {
            char roles[CELL_MAX], flags[CELL_MAX];
            roles_cell(route, roles);
            flags_cell(route, flags);
            widths[0] = wider(widths[0], strlen(route->path));
            widths[1] = wider(widths[1], strlen(roles));
            widths[2] = wider(widths[2], strlen(flags));
            if (print)
                printf("%-6s  %-*s  %-*s  %-*s  %s\n", route->method, widths[0], route->path, widths[1],
                       roles, widths[2], flags, route->summary);
        }
    }
}

struct column {
    int width;
    bool print; /* otherwise the width grows */
};

static void visit_global(const struct db_statement *statement, void *arg)
{
    struct column *column = arg;
    if (!statement->global_reason)
        return;
    if (column->print)
        printf("%-*s  %s\n", column->width, statement->name, statement->global_reason);
    else
        column->width = wider(column->width, strlen(statement->name));
}

int routes_run(const struct config *config, const bool *given)
{
    (void)config, (void)given;
    struct route_table table = modules_routes();
    struct column names = {0, false};
    int widths[3] = {0};
    each_route(&table, widths, false);
    each_route(&table, widths, true);
    printf("\nSQL statements over all businesses, and why:\n");
    db_each_statement(visit_global, &names);
    names.print = true;
    db_each_statement(visit_global, &names);
    return route_table_check(&table) ? EXIT_OK : EXIT_BROKEN;
}

/* ---- openapi, config ---- */

int openapi_run(const struct config *config, const bool *given)
{
    (void)config, (void)given;
    struct arena arena = {0};
    struct route_table table = modules_routes();
    struct buf out = buf_make(&arena, 64 * 1024, OPENAPI_MAX);
    openapi_write(&out, &table);
    fwrite(out.data, 1, out.len, stdout);
    putchar('\n');
    bool whole = !out.overflowed;
    arena_free(&arena);
    return whole ? EXIT_OK : EXIT_BROKEN;
}

int config_run(const struct config *config, const bool *given)
{
    (void)given;
    config_print(config, stdout);
    return EXIT_OK;
}
