/* What SQLite's planner is told about the tables (https://www.sqlite.org/fileformat2.html#stat1tab).
 *
 * Without statistics it takes `business_id = ?` for a handful of rows, and reads a whole business where an
 * index would find one sale. It could count them by ANALYZE, but then plans would differ from shop to shop
 * and change with the day; what our keys mean is known: a business has nearly all rows of its database, an
 * outlet or a listener a good part of them, any further column few. */
#pragma once

extern const char SQLITE_STATISTICS[]; /* SQL, to be run behind migrations */
