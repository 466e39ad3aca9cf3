/* The statistics as rows of sqlite_stat1, made from the schema itself. */
#include "platform/db/sqlite_statistics.h"

/* A row's `stat`: the rows of the index, then how many share a value of its first column, of its first two …
 */
const char SQLITE_STATISTICS[] =
    "ANALYZE sqlite_schema;" /* makes sqlite_stat1 and looks at no table */
    "DELETE FROM sqlite_stat1;"
    "WITH indexes AS (SELECT t.name AS tbl, i.name, i.\"unique\" AS is_unique, i.partial,"
    "  CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END AS idx,"
    "  (SELECT MAX(seqno) FROM pragma_index_info(i.name)) AS last"
    "  FROM pragma_table_list t, pragma_index_list(t.name) i"
    "  WHERE t.schema = 'main' AND t.type = 'table' AND t.wr AND t.name NOT LIKE 'sqlite_%'),"
    "steps AS (SELECT x.*, c.seqno, CASE"
    "  WHEN x.is_unique AND c.seqno = x.last THEN 1"
    "  WHEN c.name = 'business_id' THEN 1000000"
    "  WHEN c.name IN ('outlet_id', 'stream_id', 'listener', 'status') THEN 300000"
    "  ELSE 100 / (c.seqno + 1) + 1 END AS shared"
    "  FROM indexes x, pragma_index_info(x.name) c),"
    "falling AS (SELECT *, MIN(CASE WHEN partial AND shared > 10000 THEN 10000 ELSE shared END)"
    "  OVER (PARTITION BY tbl, idx ORDER BY seqno) AS rows_left FROM steps),"
    "texts AS (SELECT *, group_concat(rows_left, ' ') OVER (PARTITION BY tbl, idx ORDER BY seqno) AS text "
    "FROM falling)"
    "INSERT INTO sqlite_stat1 (tbl, idx, stat)"
    "  SELECT tbl, idx, CASE WHEN partial THEN '10000 ' ELSE '1000000 ' END || text FROM texts WHERE seqno = "
    "last;"
    "ANALYZE sqlite_schema;"; /* reads them in */
