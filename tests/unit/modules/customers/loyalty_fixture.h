/* A shop with a programme and one customer, whose sales are counted by hand. */
#pragma once
#include "modules/customers/customers_store.h"
#include "modules/pos/shop.h"

struct club {
    struct shop shop;
    struct uuid customer;
};

/* A point for 10,000; expiry_days 0: never. */
bool club_open(struct club *club, struct fixture *fixture, int64_t expiry_days);
void club_close(struct club *club);
void club_enrol(struct club *club); /* another customer, who is the one from here on */

/* Sells one of the last product (44,000 with tax) to the customer; nil: refused. */
struct uuid club_sell(struct club *club, int64_t points_redeemed);
/* Sets the sale's status as a void or a refund leaves it; of a refund with the row of `amount_minor`. */
void club_void(struct club *club, struct uuid sale);
struct uuid club_refund(struct club *club, struct uuid sale, int64_t amount_minor, bool is_whole);

/* Hands the listener an event about the transaction. */
void club_feed(struct club *club, const char *event_name, struct uuid transaction);
enum code club_recover(struct club *club, struct uuid transaction, struct uuid customer,
                       struct loyalty_recovered *ret_recovered);
/* Adds an entry as of that time. */
void club_adjust(struct club *club, int64_t points, int64_t at_ms);

/* The customer as "points tier_points visits spent: type points, …", the ledger oldest first; the balance is
 * its sum (expected). */
struct str club_tell(struct club *club);
