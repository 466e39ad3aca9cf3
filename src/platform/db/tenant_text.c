/* The textual half of the tenant check. Every place where a statement names a tenant table must have its
 * binding: `business_id = $1`, `business_id = other.business_id`, USING (business_id …), or as INSERT's value
 * for that column. As many bindings as places: n tables joined by business_id among themselves alone have one
 * too few. */
#include "platform/db/sql_scan.h"
#include "platform/db/tenant_check.h"

enum { TOKENS_MAX = 4096, DEPTH_MAX = 32 };

static const char COLUMN[] = "business_id";

struct scan {
    struct sql_token at[TOKENS_MAX + 4]; /* ends in SQL_ENDs */
    size_t count;
    const struct str *tables;
    size_t table_count;
};

static bool is(const struct scan *scan, size_t i, const char *word)
{
    return i < scan->count && sql_is(scan->at[i], word);
}

static bool is_one_of(const struct scan *scan, size_t i, const char *const *words)
{
    for (; *words; words++) {
        if (is(scan, i, *words))
            return true;
    }
    return false;
}

static bool is_tenant_table(const struct scan *scan, size_t i)
{
    for (size_t t = 0; scan->at[i].kind == SQL_WORD && t < scan->table_count; t++) {
        if (str_eq_ignore_case(scan->at[i].text, scan->tables[t]))
            return true;
    }
    return false;
}

static bool is_tenant_parameter(const struct scan *scan, size_t i)
{
    return scan->at[i].kind == SQL_PARAMETER && scan->at[i].number == 1;
}

/* `$1`, `business_id` or `other.business_id` at i. */
static bool is_tenant_value(const struct scan *scan, size_t i)
{
    return is_tenant_parameter(scan, i) || is(scan, i, COLUMN) ||
           (scan->at[i].kind == SQL_WORD && is(scan, i + 1, ".") && is(scan, i + 2, COLUMN));
}

/* From an opening parenthesis to the place after its closing one. */
static size_t after_parentheses(const struct scan *scan, size_t i)
{
    int depth = 0;
    for (; i < scan->count; i++) {
        depth += is(scan, i, "(") ? 1 : is(scan, i, ")") ? -1 : 0;
        if (depth == 0)
            return i + 1;
    }
    return i;
}

/* Where the element number `position` of a comma-separated list begins; the list ends at `)` or FROM. */
static size_t list_element(const struct scan *scan, size_t i, size_t position)
{
    while (position > 0 && i < scan->count && !is(scan, i, ")") && !is(scan, i, "FROM")) {
        if (is(scan, i, ",")) {
            position--;
            i++;
        } else {
            i = is(scan, i, "(") ? after_parentheses(scan, i) : i + 1;
        }
    }
    return position == 0 ? i : scan->count;
}

/* INSERT INTO table [AS name] (columns) VALUES (…), (…) | SELECT …; `i` is the table. */
static const char *check_insert(const struct scan *scan, size_t i)
{
    i += is(scan, i + 1, "AS") ? 3 : 1;
    if (!is(scan, i, "("))
        return "INSERT must name its columns";
    size_t end = after_parentheses(scan, i), position = 0;
    for (i++; i < end && !is(scan, i, COLUMN); i++)
        position += is(scan, i, ",") ? 1 : 0;
    if (i >= end)
        return "INSERT must set business_id";
    if (is(scan, end, "SELECT")) {
        size_t first = end + (is(scan, end + 1, "DISTINCT") ? 2 : 1);
        return is_tenant_value(scan, list_element(scan, first, position))
                   ? NULL
                   : "business_id of INSERT must be $1";
    }
    if (!is(scan, end, "VALUES"))
        return "INSERT must be followed by VALUES or SELECT";
    for (i = end + 1; is(scan, i, "("); i++) {
        if (!is_tenant_value(scan, list_element(scan, i + 1, position)))
            return "business_id of INSERT must be $1";
        i = after_parentheses(scan, i);
        if (!is(scan, i, ","))
            break;
    }
    return NULL;
}

/* A condition's `business_id = …`, not an assignment: those follow SET or a comma. */
static bool is_binding(const struct scan *scan, size_t i)
{
    static const char *const before[] = {"WHERE", "AND", "ON", "(", NULL};
    if (!is(scan, i, COLUMN))
        return false;
    size_t start = i >= 2 && is(scan, i - 1, ".") ? i - 2 : i;
    if (start == 0 || !is_one_of(scan, start - 1, before))
        return false;
    if (is(scan, i + 1, "="))
        return is_tenant_value(scan, i + 2);
    if (!is(scan, i - 1, "("))
        return false;
    if (i >= 2 && is(scan, i - 2, "USING"))
        return true;
    size_t end = after_parentheses(scan, i - 1); /* (business_id, …) = ($1, …) */
    return is(scan, end, "=") && is(scan, end + 1, "(") && is_tenant_value(scan, end + 2);
}

static bool ends_from(const struct scan *scan, size_t i)
{
    static const char *const words[] = {"WHERE", "GROUP",  "ORDER",  "LIMIT",  "SET",    "RETURNING",
                                        "UNION", "HAVING", "SELECT", "VALUES", "EXCEPT", NULL};
    return is_one_of(scan, i, words);
}

/* ON CONFLICT (…) DO UPDATE must not find another tenant's row. */
static bool conflict_is_bound(const struct scan *scan, size_t i)
{
    if (!is(scan, i, "ON") || !is(scan, i + 1, "CONFLICT"))
        return true;
    if (!is(scan, i + 2, "("))
        return is(scan, i + 2, "DO") && is(scan, i + 3, "NOTHING");
    size_t end = after_parentheses(scan, i + 2);
    bool bound = false;
    for (size_t k = i + 3; k < end; k++)
        bound |= is(scan, k, COLUMN);
    while (end < scan->count && !is(scan, end, "DO"))
        end++;
    return bound || is(scan, end + 1, "NOTHING");
}

static const char *check_scan(const struct scan *scan)
{
    static const char *const table_follows[] = {"FROM", "JOIN", "INTO", "UPDATE", NULL};
    size_t places = 0, bindings = 0, depth = 0;
    bool uses_tenant = false, in_from[DEPTH_MAX] = {false};
    for (size_t i = 0; i < scan->count; i++) {
        if (is(scan, i, "(") && ++depth >= DEPTH_MAX)
            return "it is nested too deeply";
        if (is(scan, i, "("))
            in_from[depth] = false;
        if (is(scan, i, ")") && depth > 0)
            depth--;
        if (is(scan, i, "FROM"))
            in_from[depth] = true;
        else if (ends_from(scan, i))
            in_from[depth] = false;
        uses_tenant |= is_tenant_parameter(scan, i);
        bindings += is_binding(scan, i) ? 1 : 0;
        if (!conflict_is_bound(scan, i))
            return "ON CONFLICT … DO UPDATE must name business_id";
        bool follows =
            i > 0 && (is_one_of(scan, i - 1, table_follows) || (in_from[depth] && is(scan, i - 1, ",")));
        if (!follows || !is_tenant_table(scan, i))
            continue;
        places++;
        if (!is(scan, i - 1, "INTO"))
            continue;
        const char *fault = check_insert(scan, i);
        if (fault)
            return fault;
        bindings++;
    }
    if (!uses_tenant)
        return "it does not use $1, the tenant; if that is meant, declare it with DB_STATEMENT_GLOBAL";
    return bindings < places ? "a tenant table in it is not bound by business_id = $1" : NULL;
}

const char *tenant_check_text(const char *sql, const struct str *tables, size_t count)
{
    static _Thread_local struct scan scan;
    scan.tables = tables;
    scan.table_count = count;
    scan.count = 0;
    struct str rest = str_of(sql);
    for (;;) {
        struct sql_token token = sql_next(&rest);
        if (token.kind == SQL_END)
            break;
        if (scan.count == TOKENS_MAX)
            return "it is too long";
        scan.at[scan.count++] = token;
    }
    memset(scan.at + scan.count, 0, 4 * sizeof scan.at[0]);
    return check_scan(&scan);
}
