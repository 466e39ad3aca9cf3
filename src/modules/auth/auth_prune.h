/* The daily clean-up of logins. */
#pragma once
#include "platform/db/db.h"

/* Forgets refresh tokens that are past their time, and logins that have none left. Short transactions. */
enum code auth_prune(struct db *db, int64_t now_ms);
