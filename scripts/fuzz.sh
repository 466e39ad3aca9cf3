#!/usr/bin/env bash
# Fuzzes every target of tests/fuzz from its corpus: fuzz.sh [SECONDS each, default 30] [TARGET …]
# A crash leaves its input in build-fuzz/ and fails the run. Ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
shift || true

[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined \
  -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link >/dev/null || exit 1
targets=${*:-$(cd tests/fuzz && ls ./*_fuzz.c | sed 's|^\./||; s|_fuzz\.c$||')}
for target in $targets; do
  ninja -C build-fuzz "tests/fuzz/${target}_fuzz" >build-fuzz/ninja.log 2>&1 || { cat build-fuzz/ninja.log; exit 1; }
done

fuzz() { # SECONDS TARGET
  local log=build-fuzz/$2.log
  mkdir -p "build-fuzz/corpus/$2"
  if build-fuzz/tests/fuzz/"${2}_fuzz" -max_total_time="$1" -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="build-fuzz/$2-" "build-fuzz/corpus/$2" "tests/fuzz/corpus/$2" >"$log" 2>&1; then
    echo "$2: $(awk '/number_of_executed_units/ { print $2 }' "$log") inputs, no fault"
  else
    echo "$2: FAULT: $(tail -n 60 "$log")"
  fi
}
export -f fuzz

# One a core.
found=$(printf '%s\n' $targets | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz "$0" "$1"' "$seconds" '{}')
echo "$found"
passed=$(grep -c ' inputs, no fault$' <<<"$found")
failed=$(($(wc -w <<<"$targets") - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
