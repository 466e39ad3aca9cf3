#!/usr/bin/env bash
# A private PostgreSQL cluster in a temporary folder, for tests and benchmarks.
#   postgres-cluster.sh start DIR [setting=value …]   starts it, prints postgres://… of its `postgres` database
#   postgres-cluster.sh stop DIR [fast|immediate]     stops it
#   postgres-cluster.sh restart DIR                   starts a stopped one again, on its port
set -euo pipefail

action=$1 dir=$2
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

launch() {
  as_postgres "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null
}

case $action in
start)
  shift 2
  mkdir -p "$dir"
  [ "$(id -u)" -eq 0 ] && chown postgres "$dir"
  as_postgres "$bin/initdb" -D "$dir/data" -U tilopos --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  {
    echo "listen_addresses = '127.0.0.1'"
    echo "port = $(free_port)"
    echo "unix_socket_directories = ''"
    echo "max_connections = 200"
    for setting in "$@"; do echo "${setting%%=*} = ${setting#*=}"; done
  } | as_postgres tee -a "$dir/data/postgresql.conf" >/dev/null
  launch
  echo "postgres://tilopos@127.0.0.1:$(awk '$1 == "port" { port = $3 } END { print port }' "$dir/data/postgresql.conf")/postgres"
  ;;
restart) launch ;;
stop) as_postgres "$bin/pg_ctl" -D "$dir/data" -m "${3:-fast}" -w stop >/dev/null ;;
*) echo "usage: $0 start|stop|restart DIR" >&2; exit 2 ;;
esac
