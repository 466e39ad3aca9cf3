#!/usr/bin/env bash
# Installs what is missing, builds, and serves in the foreground; with a demo business when the database is empty.
#   scripts/run.sh [flags of `tilopos serve`]   the data lies in ./tilopos-data unless TILOPOS_DATA_DIR says otherwise
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/deps.sh build
scripts/build.sh
export TILOPOS_DATA_DIR=${TILOPOS_DATA_DIR:-$PWD/tilopos-data}
exec build/tilopos serve --demo-if-empty "$@"
