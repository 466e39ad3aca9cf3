#!/usr/bin/env bash
# Installs, by apt, the Debian packages that are missing; does nothing (and needs no network) when all are there.
#   scripts/deps.sh [build|test|bench|lint|all]   default: test; each but build takes build's packages too
set -euo pipefail

# package, or package=command where any provider of the command will do
build='gcc=cc libc6-dev meson ninja-build=ninja pkg-config=pkg-config
  libuv1-dev libhttp-parser-dev libsodium-dev libjwt-dev libsqlite3-dev libpq-dev libssl-dev libwslay-dev tzdata
  curl=curl'
test='clang=clang libclang-rt-dev llvm=llvm-symbolizer nodejs=node npm=npm postgresql'
bench='nodejs=node npm=npm postgresql postgresql-contrib nginx-light=nginx sqlite3=sqlite3'
lint='clang=clang clang-format=clang-format clang-tidy=clang-tidy cppcheck=cppcheck'

case ${1:-test} in
build) wanted=$build ;;
test) wanted="$build $test" ;;
bench) wanted="$build $bench" ;;
lint) wanted="$build $lint" ;;
all) wanted="$build $test $bench $lint" ;;
*) echo "usage: scripts/deps.sh [build|test|bench|lint|all]" >&2; exit 2 ;;
esac

has() { # PACKAGE[=COMMAND]
  case $1 in
  *=*) PATH=$PATH:/usr/sbin:/sbin command -v "${1#*=}" >/dev/null && return ;;
  esac
  [ "$(dpkg-query -W -f='${Status}' "${1%%=*}" 2>/dev/null)" = 'install ok installed' ]
}

missing=()
for item in $wanted; do
  has "$item" || missing+=("${item%%=*}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "There is no apt-get here. Please install what these Debian packages hold: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Please install as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
    >"$log" 2>&1 </dev/null
}

echo "Installing ${missing[*]}" >&2
apt update || { echo "The package lists could not be fetched; going on with those that are here." >&2; tail -n 5 "$log" >&2; }
if ! apt install -y --no-install-recommends "${missing[@]}"; then
  tail -n 20 "$log" >&2
  echo "These packages could not be installed: ${missing[*]}" >&2
  exit 1
fi
