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
passed=0 failed=0
for target in $targets; do
  ninja -C build-fuzz "tests/fuzz/${target}_fuzz" >build-fuzz/ninja.log 2>&1 || { cat build-fuzz/ninja.log; exit 1; }
  mkdir -p "build-fuzz/corpus/$target"
  if build-fuzz/tests/fuzz/"${target}_fuzz" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="build-fuzz/$target-" "build-fuzz/corpus/$target" "tests/fuzz/corpus/$target" \
    >"build-fuzz/$target.log" 2>&1; then
    echo "$target: $(awk '/number_of_executed_units/ { print $2 }' "build-fuzz/$target.log") inputs, no fault"
    passed=$((passed + 1))
  else
    tail -n 60 "build-fuzz/$target.log"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
