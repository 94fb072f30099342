# Read by gadong-setup, gadong-restore and gadong-upgrade: the programs are started and stopped by systemd, and
# without it (a container, a trial) here and now.

say() { printf '%s\n' "gadong: $*"; }
fail() { say "$*" >&2; exit 1; }
has_systemd() { [ -d /run/systemd/system ]; }
as_postgres() { runuser -u postgres -- psql -qX -v ON_ERROR_STOP=1 "$@"; }

need_backup_disk() { # DIRECTORY: no backup begins while the disk that it is on is away
    # It would fill this computer's own disk, and lie where it helps nobody.
    disk=/etc/systemd/system/gadong-backup.service.d
    install -d -m 755 "$disk"
    # The unit may write nowhere else (ProtectSystem=strict).
    printf '[Service]\nReadWritePaths=%s\n' "$1" > "$disk/disk.conf"
    if mountpoint -q "$1"; then
        printf '[Unit]\nRequiresMountsFor=%s\nAssertPathIsMountPoint=%s\n' "$1" "$1" >> "$disk/disk.conf"
    else
        say "$1 is no disk of its own: what breaks this computer's takes the backups too"
    fi
    chmod 644 "$disk/disk.conf"
}

start_programs() {
    if has_systemd; then
        systemctl daemon-reload
        systemctl enable --now --quiet gadong-api gadong-ingest gadong-scheduler
        return
    fi
    install -d -o gadong -m 750 /var/log/gadong
    install -d -m 755 /run/gadong
    for program in api ingest scheduler; do
        (
            cd /opt/gadong
            set -a
            . /etc/gadong/environment
            exec setpriv --reuid gadong --regid gadong --clear-groups \
                .venv/bin/python -m "$program" >> "/var/log/gadong/$program.log" 2>&1 < /dev/null
        ) &
        echo $! > "/run/gadong/$program.pid"
    done
}

stop_programs() {
    if has_systemd; then
        systemctl stop gadong-scheduler gadong-ingest gadong-api
        return
    fi
    for program in scheduler ingest api; do
        pid=$(cat "/run/gadong/$program.pid")
        kill "$pid" 2> /dev/null || true
        while [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2> /dev/null; do
            sleep 0.2
        done
    done
}

is_healthy() { # says what is missing; the API is up last, and `gadong health` does not ask it
    port=$(sed -n 's/^GADONG_HTTP_PORT=//p' /etc/gadong/environment | tail -n 1)
    url=http://127.0.0.1:${port:-8000}/healthz
    gadong health || return 1
    python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$url" \
        2> /dev/null && return
    echo "the API does not answer at $url"
    return 1
}

wait_until_healthy() { # returns 1 with what is missing after two minutes
    tries=0
    until is_healthy > /run/gadong-health 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge 60 ]; then
            cat /run/gadong-health >&2
            return 1
        fi
        sleep 2
    done
}
