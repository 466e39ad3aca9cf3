/* PINs: four to eight digits that are found, not compared: the row of the employee carries a keyed hash of
 * the PIN, so that one look-up in a unique index tells whose it is, and the rows alone do not tell the PINs.
 */
#pragma once
#include "base/uuid.h"

#define PIN_LEAST 4
#define PIN_MOST 8
#define PIN_KEY_BYTES 32
#define PIN_SECRET_BYTES 32

struct pin_key {
    uint8_t bytes[PIN_KEY_BYTES];
};

const char *pin_wrong(struct str pin); /* NULL: it is a PIN; for json_field.wrong */

/* HMAC-SHA-256 over business and PIN. Unique per outlet by the index (business_id, outlet_id, pin_key); the
 * outlet is no part of the hash, so that an employee who moves to another outlet keeps the PIN (or is told
 * that it is taken there). */
struct pin_key pin_key(const uint8_t secret[PIN_SECRET_BYTES], struct uuid business, struct str pin);
