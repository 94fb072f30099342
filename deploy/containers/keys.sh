#!/usr/bin/env bash
# The broker's certificate and key, as copies that its own user can read; nothing where none were given.
set -euo pipefail
for name in authority.crt server.crt server.key; do
    if [ -e "/srv/gadong/given/$name" ]; then
        install -o mosquitto -g mosquitto -m 400 "/srv/gadong/given/$name" "/srv/gadong/tls/$name"
    else
        rm -f "/srv/gadong/tls/$name"
    fi
done
