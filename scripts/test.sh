#!/usr/bin/env bash
# Everything that must hold before a change lands: C tests and the API tests against a server under ASan+UBSan, on SQLite
# and on a private PostgreSQL; the concurrency tests under TSan; a little of the rigs that `make torture`
# runs long (kill -9, power loss, failing disks and memory); 30 s of each fuzz target. Ends with `N passed, N failed`.
#   scripts/test.sh [unit|api|chaos|tsan|fuzz …]   only these parts
set -uo pipefail
cd "$(dirname "$0")/.."
parts=${*:-unit api chaos tsan fuzz}

scripts/deps.sh || exit 1

work=$(mktemp -d)
passed=0 failed=0
finish() { scripts/postgres-cluster.sh stop "$work/pg" immediate 2>/dev/null; rm -rf "$work"; }
trap finish EXIT
chmod 755 "$work"

sum() { awk '{ total += $1 } END { print total + 0 }'; }

# count NAME STATUS FILE PASSED_PATTERN FAILED_PATTERN: adds what a runner counted; one that died counts as a failure.
count() {
  local name=$1 status=$2 file=$3 p f
  p=$(grep -oP "$4" "$file" | sum); f=$(grep -oP "$5" "$file" | sum)
  passed=$((passed + ${p:-0})); failed=$((failed + ${f:-0}))
  if [ "$status" -ne 0 ] && [ "${f:-0}" -eq 0 ] || [ "${p:-0}" -eq 0 ]; then
    echo "$name: ended with status $status after ${p:-0} passed" >&2
    failed=$((failed + 1))
  fi
}

build() { # DIR COMPILER SANITIZERS; with the ways to fail on purpose, which sleep until a test wakes them
  [ -f "$1/build.ninja" ] || CC=$2 meson setup "$1" --buildtype=debugoptimized -Db_sanitize="$3" -Db_lundef=false >"$work/setup.log" 2>&1 \
    || { cat "$work/setup.log"; return 1; }
  meson configure "$1" -Dfault_points=true || return 1
  ninja -C "$1" >"$work/ninja.log" 2>&1 || { grep -vE '^\[[0-9]+/' "$work/ninja.log" | head -60; return 1; }
}

node_tests() { # NAME BINARY FILES…
  local name=$1 binary=$2; shift 2
  TILOPOS_BIN=$PWD/$binary node --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$work/$name.tap" "$@"
  count "$name" $? "$work/$name.tap" '^# pass \K[0-9]+' '^# (fail|cancelled) \K[0-9]+'
}

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=0:exitcode=66:suppressions=$PWD/tests/tsan.supp

start_postgres() { TILOPOS_TEST_POSTGRES=$(scripts/postgres-cluster.sh start "$work/pg" fsync=off) && export TILOPOS_TEST_POSTGRES; }

need() { # "PARTS" COMMAND…: what one of these parts stands on
  local part
  for part in $1; do
    case " $parts " in *" $part "*) "${@:2}" || { echo "0 passed, 1 failed"; exit 1; }; return ;; esac
  done
}
need "api chaos tsan" scripts/npm.sh
need "unit api chaos" build build-asan gcc address,undefined
need "tsan" build build-tsan clang thread
need "unit api chaos tsan" start_postgres

for part in $parts; do
  echo "── $part"
  case $part in
  unit)
    for binary in $(find build-asan/tests/unit -type f -name '*_tests' | sort); do
      "$binary" >"$work/unit.log" 2>&1; status=$?
      [ $status -eq 0 ] || cat "$work/unit.log"
      echo "$(basename "$binary"): $(tail -n 1 "$work/unit.log")"
      count "$(basename "$binary")" $status "$work/unit.log" '^[0-9]+(?= passed, )' '(?<= passed, )[0-9]+(?= failed$)'
    done ;;
  api) node_tests api build-asan/tilopos tests/api/*.test.mjs ;;
  chaos) node_tests chaos build-asan/tilopos tests/chaos/*.test.mjs ;;
  tsan) node_tests tsan build-tsan/tilopos tests/api/concurrency.test.mjs tests/api/engineio.test.mjs ;;
  fuzz)
    scripts/fuzz.sh 30 | tee "$work/fuzz.log"
    count fuzz "${PIPESTATUS[0]}" "$work/fuzz.log" '^[0-9]+(?= passed, )' '(?<= passed, )[0-9]+(?= failed$)' ;;
  *) echo "unknown part: $part" >&2; failed=$((failed + 1)) ;;
  esac
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
