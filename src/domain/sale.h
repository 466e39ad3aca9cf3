/* May this sale be made, and what does it come to? Pure: what the request asks for and what the catalogue,
 * the outlet and the stock say come in as plain numbers, the decision comes out. As free of libraries as
 * pricing.h.
 *
 * Ids are the caller's business: it looks each one up and says here what it found. */
#pragma once
#include "domain/pricing.h"

#define SALE_REFUSALS_MAX 100
#define SALE_NOT_COUNTED SIZE_MAX /* a line without stock */
#define SALE_NO_GROUP SIZE_MAX    /* a modifier that the product does not offer */
/* There is no such modifier at all. Of sales that are already taken only: others are refused before. */
#define SALE_NO_MODIFIER (SIZE_MAX - 1)

enum sale_product_state {
    SALE_PRODUCT_ACTIVE,
    SALE_PRODUCT_INACTIVE,
    SALE_PRODUCT_UNKNOWN,
    SALE_VARIANT_UNKNOWN
};

struct sale_group {
    int64_t min_selection, max_selection;
};

/* A modifier chosen for a line; the same one may be chosen twice and counts twice. */
struct sale_choice {
    size_t group; /* index in the line's groups, SALE_NO_GROUP or SALE_NO_MODIFIER */
    int64_t price_minor;
};

struct sale_line {
    enum sale_product_state state;
    int64_t price_minor; /* of the variant, where one is chosen */
    int64_t quantity_milli;
    const struct sale_group *groups; /* all that the product has */
    size_t group_count;
    const struct sale_choice *choices;
    size_t choice_count;
    struct discount discount;
    size_t level; /* index in sale_facts.levels, or SALE_NOT_COUNTED */
};

/* What is counted: several lines may draw on one level. */
struct sale_level {
    int64_t available_milli; /* in: the present balance */
    int64_t required_milli;  /* out: Σ of its lines */
    int64_t remaining_milli; /* out: available − required */
    size_t first_line;       /* out: of those that draw on it */
};

struct sale_facts {
    const struct sale_line *lines;
    size_t line_count; /* 1 … PRICING_LINES_MAX */
    struct bill_terms bill;
    struct pricing_rules rules;
    int64_t cash_rounding_minor;
    int64_t discount_limit_bp;     /* of all discounts together, relative to the gross; RATE_ONE_BP: none */
    bool discount_approved;        /* by one who may give more than the limit */
    const struct tender *payments; /* NULL: a quote */
    size_t payment_count;
    struct sale_level *levels;
    size_t level_count;
    bool allow_negative_stock;
    /* A till without a line has sold it: goods and money have changed hands. What a rule would refuse is
     * accepted and noted in `review`; only what is unknown or can't be counted is refused. */
    bool already_taken;
};

/* Why somebody should look at a sale that was accepted. */
enum sale_review {
    SALE_REVIEW_OUTLET_INACTIVE, /* the caller's to note */
    SALE_REVIEW_PRODUCT_INACTIVE,
    SALE_REVIEW_MODIFIER_RULE,
    SALE_REVIEW_DISCOUNT_TOO_LARGE, /* it was cut to its base */
    SALE_REVIEW_OVERRIDE_REQUIRED,
    SALE_REVIEW_INSUFFICIENT_STOCK,
    SALE_REVIEW_INSUFFICIENT_POINTS, /* the caller's to note */
    SALE_REVIEW_TOTAL_DIFFERS,
    SALE_REVIEW_ORDER_SETTLED, /* the caller's to note */
    SALE_REVIEWS,
};

enum sale_field {
    SALE_FIELD_PRODUCT,       /* items[line].productId */
    SALE_FIELD_VARIANT,       /* items[line].variantId */
    SALE_FIELD_QUANTITY,      /* items[line].quantity */
    SALE_FIELD_MODIFIERS,     /* items[line].modifierIds; index: the group */
    SALE_FIELD_MODIFIER,      /* items[line].modifierIds[index] */
    SALE_FIELD_LINE_DISCOUNT, /* items[line].discount */
    SALE_FIELD_DISCOUNT,      /* discounts[index] */
    SALE_FIELD_POINTS,        /* loyaltyPointsRedeemed */
    SALE_FIELD_DISCOUNTS,     /* all of them together */
    SALE_FIELD_TOTAL,         /* the bill as a whole */
    SALE_FIELD_PAYMENTS,      /* payments */
};

struct sale_refusal {
    enum sale_field field;
    size_t line, index;
    /* QUANTITY: thousandths; MODIFIERS: chosen, least or most; PAYMENTS: paid, due */
    int64_t available, required;
};

struct sale_decision {
    struct priced_line *lines; /* the caller's: line_count of them */
    int64_t *discount_amounts; /* the caller's, one per bill discount, shelf amounts; may be NULL */
    struct priced_bill bill;
    struct settlement settlement; /* not in a quote */
    int64_t cash_total_minor;     /* the total as if all were paid in cash */
    bool above_discount_limit;
    unsigned review;                                 /* 1 << enum sale_review each; of already taken sales */
    struct sale_refusal refusals[SALE_REFUSALS_MAX]; /* all of the code that was answered */
    size_t refusal_count;
};

/* All but the stock: NOT_FOUND, PRODUCT_INACTIVE, MODIFIER_RULE, AMOUNT_TOO_LARGE, DISCOUNT_TOO_LARGE, and
 * with payments OVERRIDE_REQUIRED and INVALID_PAYMENT; in this order, every faulty line named. */
enum code sale_decide_bill(const struct sale_facts *facts, struct sale_decision *decision);

/* The stock: fills in what each level gives. INSUFFICIENT_STOCK names each product once, at its first line.
 * Depends on nothing but lines and levels, so that a batch of sales can be decided one after the other on
 * running balances. */
enum code sale_decide_stock(const struct sale_facts *facts, struct sale_decision *decision);
