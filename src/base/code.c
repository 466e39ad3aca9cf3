/* The table of outcomes, unrolled once: name, HTTP status, title. */
#include "base/code.h"

#include "base/check.h"

static const struct {
    const char *name;
    int status;
    const char *title;
} codes[] = {
#define X(name, status, title) {#name, status, title},
    CODES(X)
#undef X
};

const char *code_name(enum code code)
{
    check((unsigned)code < CODE_COUNT);
    return codes[code].name;
}

int code_status(enum code code)
{
    check((unsigned)code < CODE_COUNT);
    return codes[code].status;
}

const char *code_title(enum code code)
{
    check((unsigned)code < CODE_COUNT);
    return codes[code].title;
}
