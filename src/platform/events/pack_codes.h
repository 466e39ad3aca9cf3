/* Texts as bytes:
 *
 *     00 n bytes…   n bytes as they are (all that is not printable ASCII)
 *     01 id, 02 id  an id in quotes, and one without: 16 bytes
 *     03 n, 04 n    the same, the n-th id of the memory
 *     05 … 1E       an id in quotes, number 0 … 25 of the memory
 *     1F n          a number of 3 to 18 digits
 *     20 … 7E       that character
 *     7F n          word 128 + n
 *     80 … FF       word 0 … 127
 *
 * A member's name takes the comma before it along, and has none behind a '{'. */
#pragma once
#include "platform/events/pack.h"

#define RAW 0x00
#define ID_QUOTED 0x01
#define ID_BARE 0x02
#define SEEN_QUOTED 0x03
#define SEEN_BARE 0x04
#define SEEN_FIRST 0x05
#define SEEN_LAST 0x1E
#define DIGITS 0x1F
#define DIGITS_LEAST 3
#define DIGITS_MOST 18
#define WORD_FAR 0x7F
#define WORD_FIRST 0x80
#define WORDS_NEAR 128
