/* Instants as text (ISO 8601 / RFC 3339) and civil dates. Milliseconds since 1970 UTC inside. */
#pragma once
#include "base/str.h"

#define TIME_TEXT_LEN 24 /* 2026-02-06T03:04:05.678Z */

void time_format(int64_t ms, char ret_text[TIME_TEXT_LEN + 1]);
/* With Z or ±hh:mm; up to 9 decimals, cut to ms; years 1970–9999. */
bool time_parse(struct str text, int64_t *ret_ms);

/* A day of the calendar as YYYYMMDD: 20260206. Sorts and compares as a number. */
int32_t date_of_days(int64_t days_since_1970);
bool date_parse(struct str text, int32_t *ret_date); /* 2026-02-06; years 1–9999 */
int64_t date_to_days(int32_t date);
