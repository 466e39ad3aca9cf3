/* Which events a listener wants: "transaction.*", "*" or an exact name; several separated by one space. */
#pragma once
#include "base/str.h"

bool event_pattern_matches(struct str pattern, struct str event_name);
bool event_pattern_is_valid(struct str pattern);
bool event_name_is_valid(struct str name); /* "transaction.created": lower-case words, one dot */
