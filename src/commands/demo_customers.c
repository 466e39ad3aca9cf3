/* The regulars of the demo café, and its loyalty programme. */
#include "commands/demo_customers.h"

#include "modules/customers/customers.h"

static const struct demo_customer {
    const char *name, *phone, *email; /* email: or NULL */
    int64_t date_of_birth;            /* YYYYMMDD; INT64_MIN: not known */
} CUSTOMERS[] = {
    {"Ayu Lestari", "0812-1100-2301", "ayu.lestari@contoh.test", 19920214},
    {"Budi Santoso", "0813-2200-4502", NULL, 19850817},
    {"Citra Maharani", "0857-3300-6703", "citra@contoh.test", 19980523},
    {"Dedi Kurniawan", "0821-4400-8904", NULL, INT64_MIN},
    {"Eka Putri Rahayu", "0878-5500-1205", "eka.putri@contoh.test", 20010101},
    {"Fajar Nugroho", "0812-6600-3406", NULL, 19790630},
    {"Gita Permata", "0896-7700-5607", "gita@contoh.test", 19951112},
    {"Hendra Wijaya", "0811-8800-7808", "hendra.w@contoh.test", 19881204},
    {"Indah Sari", "0838-9900-9009", NULL, INT64_MIN},
    {"Joko Prasetyo", "0852-1010-1110", NULL, 19700421},
    {"Kartika Dewi", "0819-2020-2211", "kartika@contoh.test", 19930421},
    {"Lukman Hakim", "0822-3030-3312", NULL, 19860909},
    {"Maya Anggraini", "0856-4040-4413", "maya.a@contoh.test", 19990728},
    {"Nanda Saputri", "0895-5050-5514", NULL, INT64_MIN},
    {"Oki Ramadhan", "0813-6060-6615", NULL, 19911030},
    {"Putri Handayani", "0877-7070-7716", "putri.h@contoh.test", 19960315},
    {"Rizky Firmansyah", "0812-8080-8817", "rizky@contoh.test", 20000606},
    {"Siti Nurhaliza", "0858-9090-9918", NULL, 19830111},
    {"Teguh Wibowo", "0821-1212-1219", NULL, 19770225},
    {"Wulan Kusuma", "0896-3434-3420", "wulan@contoh.test", 19941219},
};

/* A point for 10,000 rupiah, worth 250, for a year. */
static const struct loyalty_tier TIERS[] = {
    {STR_INIT("Silver"), 50, 12000},
    {STR_INIT("Gold"), 200, 15000},
    {STR_INIT("Platinum"), 500, 20000},
};
static const struct loyalty_program PROGRAM = {
    .is_active = true,
    .amount_per_point_minor = 10000,
    .point_value_minor = 250,
    .expiry_days = 365,
    .tiers = TIERS,
    .tier_count = sizeof TIERS / sizeof TIERS[0],
};

enum code demo_add_customers(struct db_tx *tx, int64_t now_ms)
{
    enum code code = CODE_OK;
    loyalty_program_store(tx, &PROGRAM, now_ms);
    for (size_t i = 0; i < sizeof CUSTOMERS / sizeof CUSTOMERS[0] && !code; i++) {
        const struct demo_customer *row = &CUSTOMERS[i];
        const struct customer_draft customer = {uuid_new(),         str_of(row->name),  str_of(row->phone),
                                                str_of(row->email), row->date_of_birth, now_ms};
        code = customer_add(tx, &customer);
    }
    return code;
}
