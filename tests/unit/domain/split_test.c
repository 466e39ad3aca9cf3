/* Shares: tables of cases, and that they always make the whole. */
#include "domain/split.h"
#include "test.h"

TEST(split_evenly_leaves_nothing)
{
    static const struct {
        int64_t total, ways, shares[4];
    } cases[] = {
        {10, 3, {4, 3, 3}}, {1000, 3, {334, 333, 333}}, {2, 4, {1, 1, 0, 0}}, {12, 4, {3, 3, 3, 3}},
        {7, 1, {7}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t sum = 0;
        for (int64_t way = 0; way < cases[i].ways; way++) {
            expect_int_eq(split_evenly(cases[i].total, cases[i].ways, way), cases[i].shares[way]);
            sum += split_evenly(cases[i].total, cases[i].ways, way);
        }
        expect_int_eq(sum, cases[i].total);
    }
}

TEST(split_by_weight_makes_the_whole)
{
    static const struct {
        int64_t total, weights[3], shares[3];
    } cases[] = {
        {100, {1, 1, 1}, {33, 34, 33}},
        {100, {0, 0, 0}, {100, 0, 0}},
        {5000, {30000, 20000, 0}, {3000, 2000, 0}},
        {1, {1, 1, 1}, {0, 1, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t shares[3];
        split_by_weight(cases[i].total, cases[i].weights, 3, shares);
        for (size_t part = 0; part < 3; part++)
            expect_int_eq(shares[part], cases[i].shares[part]);
    }
    uint64_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        int64_t weights[5], shares[5], sum = 0;
        for (size_t part = 0; part < 5; part++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            weights[part] = (int64_t)(seed >> 40) % 100000;
        }
        split_by_weight((int64_t)(seed >> 33), weights, 5, shares);
        for (size_t part = 0; part < 5; part++) {
            expect(shares[part] >= 0);
            sum += shares[part];
        }
        expect_int_eq(sum, (int64_t)(seed >> 33));
    }
}
