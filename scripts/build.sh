#!/usr/bin/env bash
# Builds build/tilopos, optimised and with debug information, and build/socketio_conformance.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -f build/build.ninja ]; then
  meson setup build --buildtype=debugoptimized >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
ninja -C build tilopos socketio_conformance >"$log" 2>&1 || { grep -vE '^\[[0-9]+/' "$log" >&2; exit 1; }
