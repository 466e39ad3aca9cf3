/* From a member to the struct that it is part of: how a callback that is handed a timer, a piece of mail or a
 * unit of work gets at what it belongs to. */
#pragma once
#include <stddef.h>

#define FROM_MEMBER(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))
