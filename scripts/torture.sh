#!/usr/bin/env bash
# The rigs that hurt the server, long, on both engines: kill -9, power loss, PostgreSQL's immediate stop, disks that fail,
# memory that runs out, a full disk, two processes. Each ends with `tilopos check` and the list of acknowledged sales.
# Ends with what was covered and `N passed, N failed`.
#   scripts/torture.sh [MINUTES, default 15]     make torture MINUTES=60
#   TILOPOS_SEED=N                               replays a seed that a rig printed
set -uo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-15}
case $minutes in '' | *[!0-9]*) echo "usage: $0 [MINUTES]" >&2; exit 2 ;; esac

scripts/deps.sh || exit 1
work=$(mktemp -d)
finish() { scripts/postgres-cluster.sh stop "$work/pg" immediate 2>/dev/null; rm -rf "$work"; }
trap finish EXIT
chmod 755 "$work"

{ [ -f build-asan/build.ninja ] || CC=gcc meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false; } >"$work/build.log" 2>&1 \
  && meson configure build-asan -Dfault_points=true && ninja -C build-asan tilopos >>"$work/build.log" 2>&1 \
  || { grep -vE '^\[[0-9]+/' "$work/build.log" | tail -n 60; echo "0 passed, 1 failed"; exit 1; }
TILOPOS_TEST_POSTGRES=$(scripts/postgres-cluster.sh start "$work/pg" fsync=off) || { echo "0 passed, 1 failed"; exit 1; }
export TILOPOS_TEST_POSTGRES TILOPOS_BIN=$PWD/build-asan/tilopos TILOPOS_TORTURE_LOG=$work/covered.jsonl
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
: >"$TILOPOS_TORTURE_LOG"

# The long tests of all rigs share the time: two of kill, power, memory and PostgreSQL's stops each, one of disks.
export TILOPOS_TORTURE_SECONDS=$((minutes * 60 / 8))
passed=0 failed=0
for rig in power io memory kill postgres disk nodes; do
  echo "── $rig"
  node --test --test-timeout=$((minutes * 60000 + 300000)) --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$work/tap" \
    "tests/chaos/$rig.test.mjs"
  status=$?
  p=$(grep -oP '^# pass \K[0-9]+' "$work/tap"); f=$(grep -oP '^# (fail|cancelled) \K[0-9]+' "$work/tap" | awk '{ n += $1 } END { print n + 0 }')
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
  [ "$status" -eq 0 ] || [ "${f:-0}" -gt 0 ] || failed=$((failed + 1))
  [ "$status" -eq 0 ] || grep -E '^ *(exitCode|signal):' "$work/tap" # of a test file that died
done

echo "── covered"
node -e '
  const sums = new Map();
  for (const line of require("fs").readFileSync(process.argv[1], "utf8").split("\n").filter(Boolean)) {
    const { rig, ...figures } = JSON.parse(line), sum = sums.get(rig) ?? sums.set(rig, {}).get(rig);
    for (const [name, value] of Object.entries(figures)) sum[name] = (sum[name] ?? 0) + value;
  }
  for (const [rig, sum] of sums)
    console.log(`${rig}: ${Object.entries(sum).map(([name, value]) => `${value} ${name}`).join(", ")}`);' "$TILOPOS_TORTURE_LOG"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
