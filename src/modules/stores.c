/* What the stores of many modules have in common: see stores.h. */
#include "modules/stores.h"

#include "base/buf.h"
#include "base/check.h"

int64_t word_index(const char *const *words, struct str word)
{
    int64_t index = 0;
    while (words[index] && !str_eq(str_of(words[index]), word))
        index++;
    check(words[index]);
    return index;
}

struct str like_anywhere(struct arena *arena, struct str text)
{
    if (!text.data)
        return STR_NONE;
    struct buf pattern = buf_make(arena, 2 * text.len + 2, 2 * text.len + 2);
    buf_put_char(&pattern, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '%' || text.data[i] == '_' || text.data[i] == '\\')
            buf_put_char(&pattern, '\\');
        buf_put_char(&pattern, text.data[i]);
    }
    buf_put_char(&pattern, '%');
    return buf_str(&pattern);
}
