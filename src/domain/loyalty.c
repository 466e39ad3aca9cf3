/* Loyalty: see loyalty.h. */
#include "domain/loyalty.h"

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* floor(a × b ÷ c) for a, b ≥ 0, c > 0; INT64_MAX when it does not fit. */
static int64_t floor_muldiv(int64_t a, int64_t b, int64_t c)
{
    int64_t value;
    if (!decimal_muldiv(a, b, c, &value))
        return INT64_MAX;
    /* Rounded, so at most one too high; what is left over is exact in wrapping arithmetic. */
    int64_t rest = (int64_t)((uint64_t)a * (uint64_t)b - (uint64_t)value * (uint64_t)c);
    return rest < 0 ? value - 1 : value;
}

size_t loyalty_tier_of(const struct loyalty_program *program, int64_t tier_points)
{
    size_t reached = LOYALTY_NO_TIER;
    for (size_t i = 0; i < program->tier_count; i++) {
        if (program->tiers[i].min_points <= tier_points)
            reached = i;
    }
    return reached;
}

struct loyalty_terms loyalty_terms_of(const struct loyalty_program *program, int64_t tier_points)
{
    size_t tier = loyalty_tier_of(program, tier_points);
    struct loyalty_terms terms = {program->is_active ? program->amount_per_point_minor : 0, RATE_ONE_BP};
    if (tier != LOYALTY_NO_TIER)
        terms.multiplier_bp = program->tiers[tier].multiplier_bp;
    return terms;
}

int64_t loyalty_earned(const struct loyalty_terms *terms, int64_t total_minor)
{
    if (terms->amount_per_point_minor <= 0 || total_minor <= 0)
        return 0;
    int64_t base = total_minor / terms->amount_per_point_minor;
    return least(floor_muldiv(base, terms->multiplier_bp, RATE_ONE_BP), LOYALTY_POINTS_MAX);
}

int64_t loyalty_worth(int64_t points, int64_t point_value_minor)
{
    int64_t worth;
    if (__builtin_mul_overflow(points, point_value_minor, &worth) || worth > MONEY_MAX_MINOR)
        return MONEY_MAX_MINOR + 1;
    return worth;
}

static int64_t redeemed_back(const struct loyalty_refund_facts *facts, int64_t refunded_minor)
{
    if (facts->is_whole)
        return facts->redeemed;
    if (facts->total_minor <= 0)
        return 0;
    return floor_muldiv(facts->redeemed, least(refunded_minor, facts->total_minor), facts->total_minor);
}

struct loyalty_refund loyalty_refund_decide(const struct loyalty_refund_facts *facts)
{
    int64_t refunded = facts->refunded_minor + facts->amount_minor;
    int64_t keeps = facts->is_whole ? 0 : loyalty_earned(&facts->terms, facts->total_minor - refunded);
    int64_t take_back = facts->earned - facts->taken_back - keeps;
    int64_t give_back = redeemed_back(facts, refunded) - facts->given_back;
    return (struct loyalty_refund){take_back > 0 ? take_back : 0, give_back > 0 ? give_back : 0};
}

int64_t loyalty_expired(int64_t old, int64_t used, int64_t balance)
{
    int64_t left = least(old - used, balance);
    return left > 0 ? left : 0;
}
