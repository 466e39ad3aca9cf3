#!/usr/bin/env bash
# Measures build/tilopos beside its ceilings: SQLite, pgbench, nginx. Ends with a table, and writes bench/results.md.
#   scripts/bench.sh [--quick] [sqlite|postgres|products|process|sockets|million …]   --quick: 2 s, one round, results.md stays as it is
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/deps.sh bench
scripts/npm.sh
scripts/build.sh
ninja -C build bench/load bench/sqlite_floor bench/sqlite_grow bench/socket_load bench/socket_server >/dev/null
# nginx and the programs of PostgreSQL are not in everybody's path.
PATH=$PATH:/usr/sbin:/sbin:$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
export PATH TILOPOS_BIN=$PWD/build/tilopos
exec node bench/bench.mjs "$@"
