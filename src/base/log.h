/* The structured log: one line an entry on stderr, for people on a terminal, JSON otherwise. Thread-safe.
 * Values of keys that smell of secrets (password, pin, token, secret, authorization, key) are written as
 * "***", and so are passwords within addresses (postgres://user:***@host).
 *
 *     log_info("http.listening", LOG_INT("port", 3001), LOG_STR("engine", engine));
 */
#pragma once
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key;
    enum { LOG_FIELD_TEXT, LOG_FIELD_INT } type;
    struct str text;
    int64_t number;
};

#define LOG_STR(key, value) ((struct log_field){(key), LOG_FIELD_TEXT, (value), 0})
#define LOG_TEXT(key, value) ((struct log_field){(key), LOG_FIELD_TEXT, str_of(value), 0})
#define LOG_INT(key, value) ((struct log_field){(key), LOG_FIELD_INT, STR_NONE, (value)})

void log_setup(enum log_level least, bool human);
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);

#define LOG_FIELDS_(...) \
    (const struct log_field[]) { {0}, ##__VA_ARGS__ }
#define log_at(level, event, ...)                             \
    log_write((level), (event), LOG_FIELDS_(__VA_ARGS__) + 1, \
              sizeof(LOG_FIELDS_(__VA_ARGS__)) / sizeof(struct log_field) - 1)
#define log_debug(event, ...) log_at(LOG_DEBUG, event, ##__VA_ARGS__)
#define log_info(event, ...) log_at(LOG_INFO, event, ##__VA_ARGS__)
#define log_warn(event, ...) log_at(LOG_WARN, event, ##__VA_ARGS__)
#define log_error(event, ...) log_at(LOG_ERROR, event, ##__VA_ARGS__)
