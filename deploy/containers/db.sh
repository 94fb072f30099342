#!/usr/bin/env bash
# PostgreSQL with TimescaleDB in a container: made on the first start, kept in the volume.
set -euo pipefail
bin=/usr/lib/postgresql/17/bin
data=${GADONG_POSTGRES_DATA:-/srv/gadong/postgres}
if [ ! -e "$data/PG_VERSION" ]; then
    password=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" > "$password"
    "$bin/initdb" -D "$data" --auth=scram-sha-256 --pwfile="$password" \
        --encoding=UTF8 --locale=C.UTF-8 --username=postgres
    rm "$password"
    printf 'local all all trust\nhost all all all scram-sha-256\n' > "$data/pg_hba.conf"
    {
        cat /etc/gadong/gadong.conf
        printf "listen_addresses = '%s'\nport = %s\n" "${GADONG_LISTEN:-*}" "${GADONG_PORT:-5432}"
        printf "unix_socket_directories = '/tmp'\n"
    } > "$data/postgresql.auto.conf"
    "$bin/pg_ctl" start -D "$data" -w -o "-c listen_addresses=''"
    administrate() { "$bin/psql" -h /tmp -p "${GADONG_PORT:-5432}" -U postgres -v ON_ERROR_STOP=1 "$@"; }
    administrate -c 'create database gadong'
    if [ -n "${GADONG_DATABASE_PASSWORD:-}" ]; then
        # The programs' own login, which owns nothing (docs/operators.md: two logins).
        administrate -v password="$GADONG_DATABASE_PASSWORD" <<'SQL'
create role gadong_app nologin;
create role gadong_system nologin;
create role gadong login noinherit password :'password' in role gadong_app, gadong_system;
SQL
    fi
    "$bin/pg_ctl" stop -D "$data" -w
fi
exec "$bin/postgres" -D "$data"
