/* The check: trusts nothing, recurses nowhere. */
#include "platform/socketio/sio_json.h"

#include "base/check.h"
#include "base/utf8.h"

#include <stdlib.h>

#define PLACEHOLDER "_placeholder"

/* ---- Levels: one bit each, 1: an object ---- */

#define LEVELS_AT_HAND 512

struct levels {
    size_t depth, cap;
    uint8_t *bits;
    uint8_t at_hand[LEVELS_AT_HAND / 8];
};

static void levels_push(struct levels *levels, bool is_object)
{
    if (levels->depth == levels->cap) {
        bool was_at_hand = levels->bits == levels->at_hand;
        uint8_t *bits = realloc(was_at_hand ? NULL : levels->bits, levels->cap / 4);
        check(bits != NULL);
        if (was_at_hand)
            memcpy(bits, levels->at_hand, sizeof levels->at_hand);
        levels->bits = bits;
        levels->cap *= 2;
    }
    uint8_t bit = (uint8_t)(1 << levels->depth % 8);
    uint8_t *byte = &levels->bits[levels->depth / 8];
    *byte = is_object ? *byte | bit : *byte & (uint8_t)~bit;
    levels->depth++;
}

static bool levels_in_object(const struct levels *levels)
{
    size_t at = levels->depth - 1;
    return levels->bits[at / 8] >> at % 8 & 1;
}

/* ---- Tokens of text that is not trusted ---- */

struct scan {
    const char *at, *end;
    size_t attachments;
};

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
}

static bool take(struct scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

static bool take_word(struct scan *scan, struct str word)
{
    if ((size_t)(scan->end - scan->at) < word.len || memcmp(scan->at, word.data, word.len) != 0)
        return false;
    scan->at += word.len;
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool take_escape(struct scan *scan)
{
    if (scan->at == scan->end)
        return false;
    char c = *scan->at++;
    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
    for (int i = 0; i < 4; i++) {
        if (scan->at == scan->end || hex_digit(*scan->at++) < 0)
            return false;
    }
    return true;
}

/* Behind the opening quote. */
static bool take_string(struct scan *scan)
{
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c == '"') {
            scan->at++;
            return true;
        }
        size_t step = c < 0x20 ? 0 : c < 0x80 ? 1 : utf8_step(scan->at, (size_t)(scan->end - scan->at));
        if (step == 0)
            return false;
        scan->at += step;
        if (c == '\\' && !take_escape(scan))
            return false;
    }
    return false;
}

static bool take_digits(struct scan *scan)
{
    const char *from = scan->at;
    while (scan->at < scan->end && is_digit(*scan->at))
        scan->at++;
    return scan->at > from;
}

static bool take_number(struct scan *scan)
{
    take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan))
        return false;
    if (take(scan, '.') && !take_digits(scan))
        return false;
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+'))
            take(scan, '-');
        return take_digits(scan);
    }
    return true;
}

/* ---- Placeholders ---- */

static bool take_marker(struct scan *scan)
{
    if (!take_word(scan, STR("\"" PLACEHOLDER "\"")))
        return false;
    skip_blanks(scan);
    if (!take(scan, ':'))
        return false;
    skip_blanks(scan);
    return take_word(scan, STR("true"));
}

static bool take_index(struct scan *scan)
{
    if (!take_word(scan, STR("\"num\"")))
        return false;
    skip_blanks(scan);
    if (!take(scan, ':'))
        return false;
    skip_blanks(scan);
    const char *from = scan->at;
    int64_t index;
    if (from == scan->end)
        return false;
    bool is_plain = *from != '0' || scan->end - from < 2 || !is_digit(from[1]);
    return take_digits(scan) && is_plain &&
           str_parse_int((struct str){from, (size_t)(scan->at - from)}, &index) &&
           (uint64_t)index < scan->attachments;
}

/* At the brace of an object: steps over it when it is a placeholder that is right. */
static bool take_placeholder(struct scan *scan)
{
    struct scan try = *scan;
    try.at++;
    skip_blanks(&try);
    bool marker_first = take_marker(&try);
    if (!marker_first && !take_index(&try))
        return false;
    skip_blanks(&try);
    if (!take(&try, ','))
        return false;
    skip_blanks(&try);
    if (marker_first ? !take_index(&try) : !take_marker(&try))
        return false;
    skip_blanks(&try);
    if (!take(&try, '}'))
        return false;
    scan->at = try.at;
    return true;
}

/* ---- The check ---- */

/* A member's name and the colon. */
static bool take_key(struct scan *scan)
{
    skip_blanks(scan);
    struct scan marker = *scan;
    if (scan->attachments > 0 && take_marker(&marker))
        return false; /* a placeholder that is right was stepped over before */
    if (!take(scan, '"') || !take_string(scan))
        return false;
    skip_blanks(scan);
    return take(scan, ':');
}

enum step { STEP_WRONG, STEP_INSIDE, STEP_BEHIND };

/* One value up to its end, or into it when it has elements. */
static enum step take_value(struct scan *scan, struct levels *levels)
{
    skip_blanks(scan);
    if (scan->at == scan->end)
        return STEP_WRONG;
    bool good = false;
    switch (*scan->at) {
    case '{':
    case '[': {
        bool is_object = *scan->at == '{';
        if (is_object && scan->attachments > 0 && take_placeholder(scan))
            return STEP_BEHIND;
        scan->at++;
        skip_blanks(scan);
        if (take(scan, is_object ? '}' : ']'))
            return STEP_BEHIND;
        levels_push(levels, is_object);
        return !is_object || take_key(scan) ? STEP_INSIDE : STEP_WRONG;
    }
    case '"':
        scan->at++;
        good = take_string(scan);
        break;
    case 't':
        good = take_word(scan, STR("true"));
        break;
    case 'f':
        good = take_word(scan, STR("false"));
        break;
    case 'n':
        good = take_word(scan, STR("null"));
        break;
    default:
        good = take_number(scan);
    }
    return good ? STEP_BEHIND : STEP_WRONG;
}

/* Behind a value: out of all that ends here. INSIDE: another one follows. */
static enum step take_ends(struct scan *scan, struct levels *levels)
{
    while (levels->depth > 0) {
        bool in_object = levels_in_object(levels);
        skip_blanks(scan);
        if (take(scan, ','))
            return !in_object || take_key(scan) ? STEP_INSIDE : STEP_WRONG;
        if (!take(scan, in_object ? '}' : ']'))
            return STEP_WRONG;
        levels->depth--;
    }
    return STEP_BEHIND;
}

bool sio_json_check(struct str text, size_t attachments)
{
    struct scan scan = {text.data, text.data + text.len, attachments};
    struct levels levels = {.cap = LEVELS_AT_HAND};
    levels.bits = levels.at_hand;
    enum step step;
    do {
        step = take_value(&scan, &levels);
        if (step == STEP_BEHIND)
            step = take_ends(&scan, &levels);
    } while (step == STEP_INSIDE);
    if (levels.bits != levels.at_hand)
        free(levels.bits);
    skip_blanks(&scan);
    return step == STEP_BEHIND && scan.at == scan.end;
}
