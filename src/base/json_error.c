/* JSON faults: collected in order, each with the path of its field. */
#include "base/json_internal.h"

#include <stdarg.h>

#define KEY_SHOWN_MAX 80
#define MESSAGE_MAX 400

/* The bytes of `s` that fit in `max`, never cutting a code point. */
static size_t cut_length(struct str s, size_t max)
{
    if (s.len <= max)
        return s.len;
    size_t len = max;
    while (len > 0 && ((unsigned char)s.data[len] & 0xC0) == 0x80)
        len--;
    return len;
}

struct str json_key_shown(struct arena *arena, struct str key)
{
    if (key.len <= KEY_SHOWN_MAX)
        return key;
    size_t len = cut_length(key, KEY_SHOWN_MAX);
    return str_format(arena, "%.*s…", (int)len, key.data);
}

/* By hand: it is done for every element that is read, faulty or not. */
size_t json_element_text(size_t index, char ret_text[JSON_ELEMENT_TEXT_MAX])
{
    char reversed[JSON_ELEMENT_TEXT_MAX];
    size_t count = 0, len = 0;
    do
        reversed[count++] = (char)('0' + index % 10);
    while (index /= 10);
    ret_text[len++] = '[';
    while (count > 0)
        ret_text[len++] = reversed[--count];
    ret_text[len++] = ']';
    return len;
}

struct str json_path(struct arena *arena, struct str prefix, struct str name, size_t index)
{
    char element[JSON_ELEMENT_TEXT_MAX];
    size_t element_len = index == JSON_NO_INDEX ? 0 : json_element_text(index, element);
    bool dot = prefix.len > 0 && name.len > 0 && name.data[0] != '[';
    char *text = arena_alloc(arena, prefix.len + dot + name.len + element_len + 1);
    size_t len = 0;
    if (prefix.len > 0)
        memcpy(text, prefix.data, prefix.len);
    len += prefix.len;
    if (dot)
        text[len++] = '.';
    if (name.len > 0)
        memcpy(text + len, name.data, name.len);
    len += name.len;
    memcpy(text + len, element, element_len);
    return (struct str){text, len + element_len};
}

void json_error_add(struct json_errors *errors, const char *path, const char *format, ...)
{
    if (errors->count >= JSON_ERRORS_MAX)
        return;
    if (errors->list == NULL)
        errors->list = arena_array(errors->arena, struct json_error, JSON_ERRORS_MAX);
    char text[MESSAGE_MAX];
    va_list values;
    va_start(values, format);
    int written = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct str message = {text, written < 0 ? 0 : (size_t)written};
    if (message.len >= sizeof text)
        message.len = cut_length((struct str){text, sizeof text}, sizeof text - 1);
    errors->list[errors->count++] = (struct json_error){
        .path = json_path(errors->arena, errors->prefix, str_of(path), JSON_NO_INDEX),
        .message = str_copy(errors->arena, message),
    };
}
