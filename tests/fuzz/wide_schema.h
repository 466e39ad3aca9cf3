/* A schema with a field of every type, for the fuzz targets of JSON and query strings. */
#pragma once
#include "base/json.h"

struct wide_part {
    struct uuid id;
    int64_t quantity_milli;
};

struct wide {
    struct str text, email, zone;
    struct uuid id;
    int64_t number, time, date, money, quantity, rate, amount, choice;
    bool flag;
    struct wide_part *part;
    JSON_ARRAY_OF(struct wide_part) parts;
    JSON_ARRAY_OF(struct uuid) ids;
};

static const char *const WIDE_CHOICES[] = {"one", "two", NULL};

static const struct json_field WIDE_PART_FIELDS[] = {
    {"id", JSON_UUID, JSON_REQUIRED, offsetof(struct wide_part, id)},
    {"quantity", JSON_QUANTITY, 0, offsetof(struct wide_part, quantity_milli)},
};
static const struct json_schema WIDE_PART = JSON_SCHEMA("WidePart", struct wide_part, WIDE_PART_FIELDS);

static const struct json_field WIDE_FIELDS[] = {
    {"text", JSON_STRING, JSON_NULLABLE, offsetof(struct wide, text), 0, 20},
    {"email", JSON_EMAIL, JSON_NULLABLE, offsetof(struct wide, email)},
    {"zone", JSON_ZONE, JSON_NULLABLE, offsetof(struct wide, zone)},
    {"id", JSON_UUID, JSON_NULLABLE, offsetof(struct wide, id)},
    {"number", JSON_INTEGER, JSON_NULLABLE, offsetof(struct wide, number), -1000, 1000},
    {"time", JSON_TIME, JSON_NULLABLE, offsetof(struct wide, time)},
    {"date", JSON_DATE, JSON_NULLABLE, offsetof(struct wide, date)},
    {"money", JSON_MONEY, JSON_NULLABLE, offsetof(struct wide, money)},
    {"quantity", JSON_QUANTITY, JSON_NULLABLE, offsetof(struct wide, quantity)},
    {"rate", JSON_RATE, JSON_NULLABLE, offsetof(struct wide, rate)},
    {"amount", JSON_AMOUNT, JSON_NULLABLE, offsetof(struct wide, amount)},
    {"choice", JSON_ENUM, JSON_NULLABLE, offsetof(struct wide, choice), .values = WIDE_CHOICES},
    {"flag", JSON_BOOLEAN, 0, offsetof(struct wide, flag)},
    {"part", JSON_OBJECT, JSON_NULLABLE, offsetof(struct wide, part), .schema = &WIDE_PART},
    {"parts", JSON_ARRAY, 0, offsetof(struct wide, parts), 0, 5, .schema = &WIDE_PART},
    {"ids", JSON_ARRAY, 0, offsetof(struct wide, ids), 0, 5, .element = JSON_UUID},
};
static const struct json_schema WIDE = JSON_SCHEMA("Wide", struct wide, WIDE_FIELDS);

static const struct json_units WIDE_UNITS = {2};
