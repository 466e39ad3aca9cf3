#!/usr/bin/env bash
# What a reviewer should not have to say: format, clang-tidy, cppcheck, and the walls between the layers.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh lint || exit 1

status=0
fail() { echo "lint: $1" >&2; status=1; }

mapfile -t sources < <(git ls-files -co --exclude-standard 'src/*.c' 'bench/*.c' 'tests/*.c' | sort)
mapfile -t headers < <(git ls-files -co --exclude-standard 'src/*.h' 'bench/*.h' 'tests/*.h' | sort)
mapfile -t product < <(printf '%s\n' "${sources[@]}" | grep -v '^tests/')

clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}" || fail "format (clang-format -i mends it)"

# Includes go down only: modules → domain, platform → base; inside of platform to what stands left of it.
wall() { # FOLDER FORBIDDEN
  grep -rnE "^#include \"($2)/" "$1" --include='*.[ch]' && fail "$1 must not include this"
}
wall src/base 'domain|platform|modules'
wall src/domain 'platform|modules'
wall src/platform 'domain|modules'
parts=(db cache events auth http socketio)
for i in "${!parts[@]}"; do
  wall "src/platform/${parts[i]}" "platform/($(IFS='|'; echo "${parts[*]:i+1}"))"
done

for file in "${sources[@]}" "${headers[@]}"; do
  [ "$(wc -l <"$file")" -le 600 ] || fail "$file has more than 600 lines"
done

if [ ! -f build-lint/build.ninja ]; then
  CC=clang meson setup build-lint -Dfault_points=true >/dev/null || fail "meson setup"
fi
ninja -C build-lint build.ninja >/dev/null || fail "meson setup" # files that came since then

# The browser will run the same decimals.
clang --target=wasm32 -ffreestanding -nostdlib -Wall -Wextra -Werror -O2 -Isrc -c src/base/decimal.c -o /dev/null \
  || fail "decimal.c must need no C library"

printf '%s\n' "${product[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy -p build-lint --quiet 2>/dev/null \
  || fail "clang-tidy"

cppcheck --quiet --std=c11 --language=c -I src --inline-suppr --error-exitcode=1 -j "$(nproc)" \
  --enable=warning,performance,portability --suppress=missingIncludeSystem --suppress=unknownMacro \
  "${product[@]}" || fail "cppcheck"

[ $status -eq 0 ] && echo "lint: clean"
exit $status
