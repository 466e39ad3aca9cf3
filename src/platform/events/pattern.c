/* Patterns and names of events. */
#include "platform/events/pattern.h"

static bool matches_one(struct str pattern, struct str name)
{
    if (str_eq(pattern, STR("*")))
        return true;
    if (pattern.len >= 2 && memcmp(pattern.data + pattern.len - 2, ".*", 2) == 0)
        return str_starts_with(name, (struct str){pattern.data, pattern.len - 1});
    return str_eq(pattern, name);
}

bool event_pattern_matches(struct str pattern, struct str event_name)
{
    struct str rest = pattern;
    for (struct str one = str_cut(&rest, ' '); one.data; one = str_cut(&rest, ' ')) {
        if (matches_one(one, event_name))
            return true;
    }
    return false;
}

static bool is_word(struct str word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (!(word.data[i] >= 'a' && word.data[i] <= 'z') && word.data[i] != '_')
            return false;
    }
    return word.len > 0;
}

bool event_name_is_valid(struct str name)
{
    struct str rest = name;
    struct str entity = str_cut(&rest, '.');
    return is_word(entity) && is_word(rest);
}

static bool is_valid_one(struct str pattern)
{
    if (str_eq(pattern, STR("*")))
        return true;
    struct str rest = pattern;
    struct str entity = str_cut(&rest, '.');
    return is_word(entity) && (str_eq(rest, STR("*")) || is_word(rest));
}

bool event_pattern_is_valid(struct str pattern)
{
    if (pattern.len == 0)
        return false;
    struct str rest = pattern;
    for (struct str one = str_cut(&rest, ' '); one.data; one = str_cut(&rest, ' ')) {
        if (!is_valid_one(one))
            return false;
    }
    return true;
}
