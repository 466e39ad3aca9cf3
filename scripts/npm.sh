#!/usr/bin/env bash
# Installs what tests and benches need from npm, when it is not there or not what the lock file says.
set -euo pipefail
cd "$(dirname "$0")/../tests"
[ node_modules/.package-lock.json -nt package-lock.json ] && exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
npm ci --no-audit --no-fund >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
