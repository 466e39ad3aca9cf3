/* Loyalty: what a sale earns, what a tier is reached by, what points are worth, what a refund takes back,
 * what expires. Pure. Points are whole numbers, money is minor units, a multiplier of 1.2 is 12000. */
#pragma once
#include "base/code.h"
#include "base/decimal.h"
#include "base/str.h"

#define LOYALTY_POINTS_MAX INT64_C(1000000000) /* of one redemption, adjustment or earning */
#define LOYALTY_NO_TIER SIZE_MAX

struct loyalty_tier {
    struct str name;
    int64_t min_points;
    int64_t multiplier_bp;
};

struct loyalty_program {
    bool is_active;
    int64_t amount_per_point_minor; /* 0: there is no programme */
    int64_t point_value_minor;
    int64_t expiry_days;              /* 0: never */
    const struct loyalty_tier *tiers; /* by min_points */
    size_t tier_count;
};

/* The terms that a sale earns by. */
struct loyalty_terms {
    int64_t amount_per_point_minor; /* 0: earns nothing */
    int64_t multiplier_bp;
};

/* The highest tier whose min_points are reached, LOYALTY_NO_TIER below the first. tier_points: earned +
 * adjusted + reversed; redeeming and expiry keep the tier. */
size_t loyalty_tier_of(const struct loyalty_program *program, int64_t tier_points);

/* By the tier that the customer has before the sale. An inactive programme gives nothing. */
struct loyalty_terms loyalty_terms_of(const struct loyalty_program *program, int64_t tier_points);

/* floor(floor(total ÷ amount per point) × multiplier), at most LOYALTY_POINTS_MAX; 0 of nothing or less. */
int64_t loyalty_earned(const struct loyalty_terms *terms, int64_t total_minor);

/* points × value; MONEY_MAX_MINOR + 1 when it is more money than can be counted. */
int64_t loyalty_worth(int64_t points, int64_t point_value_minor);

/* A sale, and what earlier refunds of it came to (positive). */
struct loyalty_refund_facts {
    struct loyalty_terms terms;
    int64_t total_minor, refunded_minor; /* of the sale; by earlier refunds */
    int64_t earned, redeemed;            /* by the sale */
    int64_t taken_back, given_back;      /* by earlier refunds, positive */
    int64_t amount_minor;                /* of this refund */
    bool is_whole;                       /* nothing is left to give back: the remainder comes with it */
};
struct loyalty_refund {
    int64_t take_back; /* of the points earned */
    int64_t give_back; /* of the points redeemed */
};
/* Afterwards the sale has earned what its remaining total would have, and redeemed points are back in
 * proportion, rounded down. Never more than there was, in any order of refunds. */
struct loyalty_refund loyalty_refund_decide(const struct loyalty_refund_facts *facts);

/* What expires: of what came in before the limit (`old`: with what was taken back of it since) that is not
 * used up; what is used up (`used`, ever, by redeeming, taking away and earlier expiry) is the oldest first.
 * Never more than the balance, never less than 0. */
int64_t loyalty_expired(int64_t old, int64_t used, int64_t balance);
