#!/bin/sh
# Install (Debian, Ubuntu) and start a throw-away PostgreSQL on loopback for the ledger's tests; print its URL.
# `postgresql-for-tests.sh stop` ends it. Trust authentication: never for anything but tests.
set -eu
home="${TMPDIR:-/tmp}/maillage-postgresql" port=54329
bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "${1:-start}" = stop ]; then
  [ -d "$home/data" ] && as_owner "$(bin)/pg_ctl" -s -D "$home/data" -m immediate stop >&2 || true
  exit 0
fi
if [ -z "$(bin)" ]; then
  if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
fi
if ! as_owner "$(bin)/pg_ctl" -s -D "$home/data" status >/dev/null 2>&1; then
  rm -rf "$home" && mkdir -p "$home"
  [ "$(id -u)" = 0 ] && chown postgres "$home"
  as_owner "$(bin)/initdb" -A trust -U maillage -E UTF8 --locale=C -D "$home/data" >/dev/null 2>&1
  as_owner "$(bin)/pg_ctl" -s -w -D "$home/data" -l "$home/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c fsync=off" start >&2
  as_owner "$(bin)/createdb" -h 127.0.0.1 -p $port -U maillage maillage >&2
fi
echo "postgresql+psycopg://maillage@127.0.0.1:$port/maillage"
