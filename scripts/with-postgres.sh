#!/usr/bin/env bash
# scripts/with-postgres.sh COMMAND...: runs a command beside a PostgreSQL of its own, on a free loopback port, whose URL is in
# HEALTHCODE_TEST_POSTGRES. It is stopped and gone when the command ends. scripts/setup.sh postgres installs what it needs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
if [ ! -x "$bin/initdb" ]; then
    say "LEFT OUT: the tests of the issuer on PostgreSQL, because it is not installed: scripts/setup.sh postgres does that" >&2
    exec "$@"
fi

# It does not run as root; Debian's package has a user for it.
as=()
[ "$(id -u)" != 0 ] || as=(runuser -u postgres --)
folder=$(mktemp -d)
[ ${#as[@]} = 0 ] || chown postgres "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() {
    (cd / && "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1) || true
    rm -rf "$folder"
}
trap stop EXIT
(
    cd /
    "${as[@]}" "$bin/initdb" -D "$folder/data" -A trust -U healthcode -E UTF8 --no-locale -N >/dev/null
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -s -l "$folder/log" \
        -o "-p $port -h 127.0.0.1 -k $folder -c fsync=off" start
) || fail "PostgreSQL does not start: $(cat "$folder/log" 2>/dev/null)"
export HEALTHCODE_TEST_POSTGRES=postgres://healthcode@127.0.0.1:$port
"$@"
