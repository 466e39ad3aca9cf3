/* Override tokens on a real database: what one is good for, until when, and how often. */
#include "modules/auth/auth_internal.h"

#include "platform/db/fixture.h"

DB_STATEMENT(TEST_OUTLET,
             "INSERT INTO outlets (business_id, id, name, code, timezone, tax_rate_bp, "
             "service_charge_rate_bp, tax_service_charge, prices_include_tax, cash_rounding_minor, "
             "allow_negative_stock, cashier_discount_limit_bp, is_active, created_at) "
             "VALUES ($1, $2, 'Uji', 'UJI', 'Asia/Jakarta', 0, 0, 0, 0, 0, 0, 0, 1, 0)");
DB_STATEMENT(TEST_EMPLOYEE,
             "INSERT INTO employees (business_id, id, outlet_id, name, role, is_active, created_at) "
             "VALUES ($1, $2, $3, 'Siti', 'supervisor', 1, 0)");
DB_STATEMENT(TEST_EMPLOYEE_SET,
             "UPDATE employees SET role = $3, is_active = $4 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(TEST_TOKENS, "SELECT count(*) FROM override_tokens WHERE business_id = $1");

#define NOW INT64_C(1770397199000)

struct counter {
    struct fixture *fixture;
    struct uuid outlet, other_outlet, cashier, supervisor;
};

static struct uuid id_of(int number) { return (struct uuid){{0x01, 0x90, [15] = (uint8_t)number}}; }

static enum code fill(struct db_tx *tx, void *arg)
{
    const struct counter *counter = arg;
    db_ask(tx, &TEST_OUTLET, DB_UUID(counter->outlet));
    db_ask(tx, &TEST_EMPLOYEE, DB_UUID(counter->supervisor), DB_UUID(counter->outlet));
    return CODE_OK;
}

static struct counter counter_open(struct fixture *f)
{
    struct counter counter = {f, id_of(1), id_of(2), id_of(3), id_of(4)};
    expect_int_eq(db_write(f->db, f->business, &f->arena, fill, &counter), CODE_OK);
    return counter;
}

struct giving {
    const struct counter *counter;
    int64_t now_ms;
    struct str token;
    int64_t kept;
};

static enum code give(struct db_tx *tx, void *arg)
{
    struct giving *giving = arg;
    struct override_draft draft = {
        .action = APPROVAL_DISCOUNT,
        .outlet_id = giving->counter->outlet,
        .requested_by = giving->counter->cashier,
        .approved_by = giving->counter->supervisor,
        .created_at = giving->now_ms,
        .expires_at = giving->now_ms + OVERRIDE_LIFETIME_MS,
    };
    giving->token = str_copy(test_arena(), override_add(tx, &draft));
    giving->kept = db_int(db_query(tx, &TEST_TOKENS), 0, 0);
    return CODE_OK;
}

static struct giving give_at(const struct counter *counter, int64_t now_ms)
{
    struct giving giving = {counter, now_ms, STR_NONE, 0};
    struct fixture *f = counter->fixture;
    expect_int_eq(db_write(f->db, f->business, &f->arena, give, &giving), CODE_OK);
    return giving;
}

struct use {
    const struct counter *counter;
    struct str token;
    enum approval_action action;
    bool elsewhere, is_refused_after; /* refused after: by a rule of the action */
    int64_t now_ms;
    struct uuid approved_by;
};

static enum code use(struct db_tx *tx, void *arg)
{
    struct use *use = arg;
    struct str hash = refresh_token_hash(db_arena(tx), use->token);
    struct uuid outlet = use->elsewhere ? use->counter->other_outlet : use->counter->outlet;
    struct db_rows *rows = approval_ask(tx, hash, use->action, outlet);
    db_sync(tx);
    if (!approval_holds(rows, use->now_ms, &use->approved_by))
        return CODE_OVERRIDE_REQUIRED;
    struct db_rows *spent = approval_spend(tx, hash, use->now_ms);
    db_sync(tx);
    if (spent->affected != 1)
        return CODE_INTERNAL;
    return use->is_refused_after ? CODE_SHIFT_CLOSED : CODE_OK;
}

static enum code use_it(struct use *what)
{
    struct fixture *f = what->counter->fixture;
    return db_write(f->db, f->business, &f->arena, use, what);
}

TEST_ON_BOTH(override_is_good_for_one_action)
{
    static const struct {
        const char *what;
        enum approval_action action;
        bool elsewhere, is_refused_after;
        int64_t after_ms;
        enum code code;
    } cases[] = {
        {"another action", APPROVAL_VOID, false, false, 0, CODE_OVERRIDE_REQUIRED},
        {"another outlet", APPROVAL_DISCOUNT, true, false, 0, CODE_OVERRIDE_REQUIRED},
        {"just too late", APPROVAL_DISCOUNT, false, false, OVERRIDE_LIFETIME_MS, CODE_OVERRIDE_REQUIRED},
        {"refused by the action", APPROVAL_DISCOUNT, false, true, 0, CODE_SHIFT_CLOSED},
        {"just in time", APPROVAL_DISCOUNT, false, false, OVERRIDE_LIFETIME_MS - 1, CODE_OK},
        {"again", APPROVAL_DISCOUNT, false, false, 1, CODE_OVERRIDE_REQUIRED},
    };
    struct counter counter = counter_open(f);
    struct giving given = give_at(&counter, NOW);
    expect_int_eq((int64_t)given.token.len, 43); /* 32 bytes */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].what);
        struct use attempt = {&counter,
                              given.token,
                              cases[i].action,
                              cases[i].elsewhere,
                              cases[i].is_refused_after,
                              NOW + cases[i].after_ms,
                              UUID_NIL};
        expect_int_eq(use_it(&attempt), cases[i].code);
        if (!cases[i].code)
            expect(uuid_eq(attempt.approved_by, counter.supervisor));
    }
}

struct standing {
    const struct counter *counter;
    const char *role;
    bool is_active;
};

static enum code set_standing(struct db_tx *tx, void *arg)
{
    const struct standing *standing = arg;
    db_ask(tx, &TEST_EMPLOYEE_SET, DB_UUID(standing->counter->supervisor), DB_TEXT(str_of(standing->role)),
           DB_BOOL(standing->is_active));
    return CODE_OK;
}

TEST_ON_BOTH(override_stands_with_who_gave_it)
{
    static const struct {
        const char *role;
        bool is_active;
        enum code code;
    } cases[] = {
        {"supervisor", false, CODE_OVERRIDE_REQUIRED},
        {"cashier", true, CODE_OVERRIDE_REQUIRED},
        {"kitchen", true, CODE_OVERRIDE_REQUIRED},
        {"supervisor", true, CODE_OK},
        {"manager", true, CODE_OK},
        {"owner", true, CODE_OK},
    };
    struct counter counter = counter_open(f);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].role);
        struct giving given = give_at(&counter, NOW);
        struct standing standing = {&counter, cases[i].role, cases[i].is_active};
        expect_int_eq(db_write(f->db, f->business, &f->arena, set_standing, &standing), CODE_OK);
        struct use attempt = {.counter = &counter, given.token, APPROVAL_DISCOUNT, .now_ms = NOW};
        expect_int_eq(use_it(&attempt), cases[i].code);
    }
}

TEST_ON_BOTH(overrides_that_are_past_are_dropped)
{
    struct counter counter = counter_open(f);
    expect_int_eq(give_at(&counter, NOW).kept, 1);
    expect_int_eq(give_at(&counter, NOW + 1).kept, 2);
    expect_int_eq(give_at(&counter, NOW + OVERRIDE_LIFETIME_MS).kept, 2);
}

struct user_of_one {
    pthread_t thread;
    struct use use;
    enum code code;
};

static void *use_in_thread(void *arg)
{
    struct user_of_one *user = arg;
    struct arena arena = {0};
    const struct fixture *f = user->use.counter->fixture;
    user->code = db_write(f->db, f->business, &arena, use, &user->use);
    arena_free(&arena);
    return NULL;
}

TEST_ON_BOTH(override_is_spent_by_one_of_many)
{
    struct counter counter = counter_open(f);
    struct giving given = give_at(&counter, NOW);
    struct user_of_one users[8];
    int64_t good = 0;
    for (size_t i = 0; i < COUNT_OF(users); i++) {
        users[i].use = (struct use){.counter = &counter, given.token, APPROVAL_DISCOUNT, .now_ms = NOW};
        require(pthread_create(&users[i].thread, NULL, use_in_thread, &users[i]) == 0);
    }
    for (size_t i = 0; i < COUNT_OF(users); i++) {
        pthread_join(users[i].thread, NULL);
        good += users[i].code == CODE_OK;
        expect(users[i].code == CODE_OK || users[i].code == CODE_OVERRIDE_REQUIRED);
    }
    expect_int_eq(good, 1);
}
