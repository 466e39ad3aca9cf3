/* Registration and logins, for other modules: what `tilopos demo` uses. */
#pragma once
#include "modules/module.h"
#include "platform/auth/directory.h"
#include "platform/db/db.h"

struct platform;

extern const struct module AUTH_MODULE;

struct registration {
    struct str business_name, owner_name;
    struct str email;         /* lower case */
    struct str password_hash; /* by password_hash(), outside of the transaction */
    struct str currency;      /* ISO 4217; STR_NONE: IDR */
    struct str timezone;      /* IANA; STR_NONE: Asia/Jakarta */
    /* The first outlet: its settings. NULL: OUTLET_DEFAULTS. What is absent is filled in: the name and the
     * zone of the business, the code OUT1, an id. */
    const struct outlet *outlet;
    int64_t created_at;
};

struct registered {
    struct uuid business_id, outlet_id, owner_id;
};

/* Makes the business db_business(tx), a new id, with one outlet and its owner: db_write(db, uuid_new(), …).
 * EMAIL_TAKEN or OK. Where two register one e-mail at the same moment, db_write itself may answer CONFLICT to
 * one of them. */
enum code business_register(struct platform *platform, struct db_tx *tx,
                            const struct registration *registration, struct registered *ret_registered);
