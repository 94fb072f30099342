#!/usr/bin/env bash
# Mosquitto in a container: its administrator is made on the first start, ingest makes everybody else.
set -euo pipefail
home=/srv/gadong/mosquitto
if [ ! -e "$home/dynamic-security.json" ]; then
    # By its questions: the arguments of a program can be read from outside the container.
    printf '%s\n' "$MOSQUITTO_PASSWORD" "$MOSQUITTO_PASSWORD" |
        mosquitto_ctrl dynsec init "$home/dynamic-security.json" admin > /dev/null
fi
# The programs' own listener: no device reaches it, so devices that use up every connection keep no program out. It is never
# published (compose.yaml); only the network of the containers leads to it.
printf 'log_dest stderr\nlistener %s %s\nmax_connections 200\nuse_username_as_clientid true\n' "${GADONG_PROGRAMS_PORT:-1884}" "${GADONG_PROGRAMS_LISTEN:-0.0.0.0}" \
    > /srv/gadong/conf/mosquitto.d/listener.conf
printf 'listener %s %s\nmax_connections 500\nuse_username_as_clientid true\n' "${GADONG_PORT:-1883}" "${GADONG_LISTEN:-0.0.0.0}" \
    >> /srv/gadong/conf/mosquitto.d/listener.conf
# Made by `gadong authority`: devices then know whom they speak to.
if [ -e /srv/gadong/tls/server.crt ]; then
    printf 'listener %s %s\nmax_connections 500\nuse_username_as_clientid true\ncertfile %s\nkeyfile %s\ntls_version tlsv1.2\n' \
        8883 "${GADONG_LISTEN:-0.0.0.0}" /srv/gadong/tls/server.crt /srv/gadong/tls/server.key \
        >> /srv/gadong/conf/mosquitto.d/listener.conf
    # A password alone then opens nothing there: `gadong authority … --device NAME` makes what devices need.
    if [ "${MOSQUITTO_DEVICES_NEED_CERTIFICATES:-0}" = 1 ]; then
        printf 'cafile %s\nrequire_certificate true\n' /srv/gadong/tls/authority.crt \
            >> /srv/gadong/conf/mosquitto.d/listener.conf
    fi
fi
exec mosquitto -c /etc/gadong/mosquitto.conf
