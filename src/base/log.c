/* A line is built on the stack and goes out with one write(2), so that lines of different threads never mix.
 * A line has a largest size: a value that is too long is cut, fields that do not fit are left out and the
 * line says so. */
#include "base/log.h"

#include "base/clock.h"
#include "base/timefmt.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192
#define VALUE_MAX_BYTES 2048
#define TAIL_BYTES 64 /* always left for the end of the line */

static enum log_level least_level = LOG_INFO;
static bool human_form;

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static const char *const level_labels[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};

struct line {
    char data[LINE_MAX_BYTES];
    size_t len, room; /* bytes of `data` in use, usable now */
    bool full;        /* something did not fit */
};

void log_setup(enum log_level least, bool human)
{
    least_level = least;
    human_form = human;
}

static void put(struct line *line, const char *text, size_t len)
{
    if (line->full || len > line->room - line->len) {
        line->full = true;
        return;
    }
    if (len)
        memcpy(line->data + line->len, text, len);
    line->len += len;
}

static void put_text(struct line *line, const char *text) { put(line, text, strlen(text)); }

/* What would end the line, end the string or steer a terminal: C0 and C1 controls, DEL, quote, backslash. */
static bool needs_escape(const unsigned char *byte, size_t step)
{
    return step == 0 || byte[0] < 0x20 || byte[0] == '"' || byte[0] == '\\' || byte[0] == 0x7F ||
           (step == 2 && byte[0] == 0xC2 && byte[1] < 0xA0);
}

static void put_escaped(struct line *line, struct str text)
{
    for (size_t i = 0, step; i < text.len; i += step ? step : 1) {
        const unsigned char *byte = (const unsigned char *)text.data + i;
        step = utf8_step(text.data + i, text.len - i);
        if (!needs_escape(byte, step)) {
            put(line, text.data + i, step);
        } else if (step == 1 && (byte[0] == '"' || byte[0] == '\\')) {
            put(line, (char[]){'\\', (char)byte[0]}, 2);
        } else if (step == 1 && byte[0] == '\n') {
            put_text(line, "\\n");
        } else {
            char escape[8];
            unsigned point = step == 0   ? 0xFFFD
                             : step == 1 ? byte[0]
                                         : (byte[0] & 0x1Fu) << 6 | (byte[1] & 0x3Fu);
            snprintf(escape, sizeof escape, "\\u%04x", point);
            put_text(line, escape);
        }
    }
}

static void put_quoted(struct line *line, struct str text)
{
    size_t len = text.len;
    if (len > VALUE_MAX_BYTES) {
        len = VALUE_MAX_BYTES;
        while (((unsigned char)text.data[len] & 0xC0) == 0x80 && len > VALUE_MAX_BYTES - 4)
            len--; /* not in the middle of a code point */
    }
    put_text(line, "\"");
    put_escaped(line, (struct str){text.data, len});
    if (len < text.len)
        put_text(line, "…");
    put_text(line, "\"");
}

/* For people, a plain word needs no quotes. */
static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7F)
            return false;
    }
    return text.len > 0 && text.len <= VALUE_MAX_BYTES;
}

static bool contains(const char *key, struct str word)
{
    for (; *key; key++) {
        if (strnlen(key, word.len) == word.len && str_eq_ignore_case((struct str){key, word.len}, word))
            return true;
    }
    return false;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* "pin" is a word of "pin", "staff_pin" and "pinHash", and none of "shipping" or "pinned". */
static bool has_word(const char *key, struct str word)
{
    for (const char *at = key; *at; at++) {
        if (strnlen(at, word.len) < word.len || !str_eq_ignore_case((struct str){at, word.len}, word))
            continue;
        char before = at == key ? '_' : at[-1], after = at[word.len];
        bool starts = !is_letter(before) || (*at >= 'A' && *at <= 'Z' && before >= 'a');
        if (starts && (!is_letter(after) || (after >= 'A' && after <= 'Z' && at[word.len - 1] >= 'a')))
            return true;
    }
    return false;
}

static bool is_secret(const char *key)
{
    static const struct str anywhere[] = {STR_INIT("password"),      STR_INIT("passwd"),
                                          STR_INIT("token"),         STR_INIT("secret"),
                                          STR_INIT("authorization"), STR_INIT("cookie")};
    for (size_t i = 0; i < sizeof anywhere / sizeof anywhere[0]; i++) {
        if (contains(key, anywhere[i]))
            return true;
    }
    size_t len = strlen(key);
    bool ends_in_key = len >= 3 && str_eq_ignore_case((struct str){key + len - 3, 3}, STR("key"));
    return ends_in_key || has_word(key, STR("key")) || has_word(key, STR("pin"));
}

/* The password within an address: postgres://user:password@host. Answers false when there is none. */
static bool find_url_password(struct str text, size_t *ret_from, size_t *ret_to)
{
    for (size_t i = 0; i + 3 <= text.len; i++) {
        if (memcmp(text.data + i, "://", 3) != 0)
            continue;
        size_t from = 0, to = 0;
        for (size_t at = i + 3; at < text.len && !strchr("/?# \n", text.data[at]); at++) {
            if (text.data[at] == ':' && from == 0)
                from = at + 1;
            if (text.data[at] == '@')
                to = at;
        }
        if (from == 0 || to <= from)
            continue;
        *ret_from = from;
        *ret_to = to;
        return true;
    }
    return false;
}

static void put_value(struct line *line, const struct log_field *field, bool human)
{
    if (is_secret(field->key)) {
        put_text(line, human ? "***" : "\"***\"");
        return;
    }
    if (field->type == LOG_FIELD_INT) {
        char number[24];
        put(line, number, (size_t)snprintf(number, sizeof number, "%lld", (long long)field->number));
        return;
    }
    struct str text = field->text;
    char masked[VALUE_MAX_BYTES];
    size_t from, to;
    if (find_url_password(text, &from, &to)) {
        int len = snprintf(masked, sizeof masked, "%.*s***%.*s", (int)from, text.data, (int)(text.len - to),
                           text.data + to);
        text = (struct str){masked, (size_t)len < sizeof masked ? (size_t)len : sizeof masked - 1};
    }
    if (!text.data)
        put_text(line, human ? "-" : "null");
    else if (human && is_plain(text))
        put(line, text.data, text.len);
    else
        put_quoted(line, text);
}

static void put_start(struct line *line, enum log_level level, const char *event)
{
    char now[TIME_TEXT_LEN + 1];
    time_format(clock_now_ms(), now);
    if (human_form) {
        put_text(line, now);
        put_text(line, " ");
        put_text(line, level_labels[level]);
        put_text(line, " ");
        put_text(line, event);
        return;
    }
    put_text(line, "{\"ts\":\"");
    put_text(line, now);
    put_text(line, "\",\"level\":\"");
    put_text(line, level_names[level]);
    put_text(line, "\",\"event\":");
    put_quoted(line, str_of(event));
}

static void put_field(struct line *line, const struct log_field *field)
{
    if (human_form) {
        put_text(line, " ");
        put_text(line, field->key);
        put_text(line, "=");
    } else {
        put_text(line, ",");
        put_quoted(line, str_of(field->key));
        put_text(line, ":");
    }
    put_value(line, field, human_form);
}

static void send(const struct line *line)
{
    size_t done = 0;
    int saved_errno = errno;
    while (done < line->len) {
        ssize_t sent = write(STDERR_FILENO, line->data + done, line->len - done);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            break; /* nowhere to complain */
        done += (size_t)sent;
    }
    errno = saved_errno;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    if (level < least_level)
        return;
    struct line line;
    line.len = 0;
    line.room = sizeof line.data - TAIL_BYTES;
    line.full = false;
    put_start(&line, level, event);
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++) {
        size_t before = line.len;
        put_field(&line, &fields[i]);
        if (line.full) {
            line.len = before;
            line.full = false;
            left_out++;
        }
    }
    line.room = sizeof line.data;
    if (left_out)
        put_field(&line, &LOG_INT("fieldsLeftOut", (int64_t)left_out));
    put_text(&line, human_form ? "\n" : "}\n");
    send(&line);
}
