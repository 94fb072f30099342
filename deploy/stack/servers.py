"""A PostgreSQL and a Mosquitto that run inside the private root,
each as its own unprivileged user.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.root import StackError, alone, as_root, run_inside

DEPLOY = Path(__file__).resolve().parent.parent
PG_BIN = "/usr/lib/postgresql/17/bin"
MOSQUITTO_USER = "mosquitto"
# One round of hashing where a login usually computes 4,096 on both sides: a test makes several. The
# passwords of such a server are random, so that nobody guesses them by their hash.
LIGHT_LOGINS = ["-c", "scram_iterations=1"]
PLUGIN = "/srv/gadong/lib/refused.so"
PACKAGED_PLUGIN = "/srv/gadong/lib/dynamic_security.so"
# The same in deploy/containers/broker.sh. Four connections a centre's ingest, two for the
# installation.
DEVICE_CONNECTIONS, PROGRAM_CONNECTIONS = 500, 200
# Linux gives outgoing connections ports from 32768 on. A server that is given one of those may find
# it taken by the time it listens, so servers get lower ones. Browsers refuse port 10080.
SERVER_PORTS = range(10_081, 32_768)


def free_port() -> int:
    """Return a port for a server: no socket of the loopback address uses it now."""
    while True:
        port = secrets.choice(SERVER_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(port: int, *, within: float) -> bool:
    """Return whether something accepts connections on the loopback port within the time."""
    deadline = time.monotonic() + within
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)


def write_inside(
    root: Path, path: str, text: str, *, owner: str = "root", mode: str = "644"
) -> None:
    """Write a file of the root by its administrator."""
    target = root / path.lstrip("/")
    subprocess.run(
        as_root(["sh", "-ec", 'cat > "$1" && chmod "$2" "$1"', "sh", str(target), mode]),
        input=text,
        text=True,
        check=True,
    )
    subprocess.run(as_root(["chroot", str(root), "chown", owner, path]), check=True)


def make_plugins(root: Path) -> None:
    """Put both plugins where every broker's configuration finds them.

    Brokers start side by side: one of them makes the files, and the others wait for it.
    """
    with alone(root.parent):
        _link_plugin(root)
        _build_plugin(root)


def _link_plugin(root: Path) -> None:
    """Link the broker's packaged plugin where every processor's configuration finds it."""
    script = 'install -d "$(dirname "$1")" && ln -sf /usr/lib/*/mosquitto_dynamic_security.so "$1"'
    subprocess.run(
        as_root(["chroot", str(root), "sh", "-ec", script, "sh", PACKAGED_PLUGIN]), check=True
    )


def _build_plugin(root: Path) -> None:
    """Compile the broker's own plugin inside the root, unless it was made from the same source."""
    source = (DEPLOY / "mosquitto/refused.c").read_text()
    kept = root / PLUGIN.lstrip("/").replace(".so", ".c")
    if kept.exists() and kept.read_text() == source:
        return
    if not (root / "usr/bin/cc").exists():
        raise StackError("The private stack is older than its broker's plugin; run: make clean")
    fresh = f"{PLUGIN}.c"
    lib = str(Path(PLUGIN).parent)
    subprocess.run(as_root(["chroot", str(root), "install", "-d", lib]), check=True)
    write_inside(root, fresh, source)
    flags = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
    run_inside(root, "root", ["cc", *flags, "-o", f"{PLUGIN}.new", fresh])
    # The broker that runs keeps the file that it opened; the source comes last, so that it vouches
    # for the rest.
    for old, new in ((f"{PLUGIN}.new", PLUGIN), (fresh, str(kept.relative_to(root)))):
        subprocess.run(
            as_root(["mv", f"{root}/{old.lstrip('/')}", f"{root}/{new.lstrip('/')}"]), check=True
        )


@dataclass(frozen=True, slots=True)
class Postgres:
    """One database cluster in the root, at `data`, on a loopback port.

    Where it is not durable, a power cut may leave it broken; a killed process does not.
    """

    root: Path
    data: str
    port: int
    password: str
    is_durable: bool = True

    @property
    def url(self) -> str:
        """The administrator's connection, to the database `gadong`."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/gadong"

    def create(self) -> None:
        """Make the cluster where there is none yet."""
        self._set_up_directory()
        if (
            subprocess.run(
                as_root(["test", "-e", f"{self.root}{self.data}/PG_VERSION"]), check=False
            )
        ).returncode:
            write_inside(
                self.root, f"{self.data}.password", self.password, owner="postgres", mode="600"
            )
            arguments = ["-D", self.data, "--auth=scram-sha-256", f"--pwfile={self.data}.password"]
            arguments += ["--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
            arguments += [] if self.is_durable else LIGHT_LOGINS
            run_inside(self.root, "postgres", [f"{PG_BIN}/initdb", *arguments])
            subprocess.run(as_root(["rm", f"{self.root}{self.data}.password"]), check=True)
        write_inside(
            self.root,
            f"{self.data}/postgresql.auto.conf",
            self.configuration(),
            owner="postgres",
            mode="600",
        )

    def configuration(self) -> str:
        """Return the cluster's settings beside PostgreSQL's own."""
        own = (DEPLOY / "postgres/gadong.conf").read_text()
        own += f"\nlisten_addresses = '127.0.0.1'\nport = {self.port}\n"
        own += "unix_socket_directories = '/srv/gadong/run'\n"
        if not self.is_durable:
            own += "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
            own += "archive_mode = off\n"
        return own

    def _set_up_directory(self) -> None:
        made = ["install", "-d", "-o", "postgres", "-g", "postgres", "-m", "700", self.data]
        subprocess.run(as_root(["chroot", str(self.root), *made]), check=True)

    def start(self) -> None:
        """Start the cluster, and make its database, unless both are there."""
        self.create()
        if not self.is_running():
            self._control("start", "-w", "-t", "60", "-l", f"{self.data}/server.log")
        exists = self._psql("postgres", "select 1 from pg_database where datname = 'gadong'")
        if not exists.strip():
            self._psql("postgres", "create database gadong")

    def is_running(self) -> bool:
        """Return whether this cluster's postmaster is alive (its pid file, checked by pg_ctl)."""
        command = ["chroot", "--userspec=postgres:postgres", str(self.root), f"{PG_BIN}/pg_ctl"]
        command += ["status", "-D", self.data]
        return (
            subprocess.run(as_root(command), capture_output=True, check=False, cwd="/").returncode
            == 0
        )

    def remove(self) -> None:
        """Delete the stopped cluster with its data."""
        subprocess.run(as_root(["rm", "-rf", f"{self.root}{self.data}"]), check=True)

    def stop(self, mode: str = "fast") -> None:
        """Stop the cluster: `fast` ends sessions in order, `immediate` is a crash."""
        if self.is_running():
            self._control("stop", "-w", "-m", mode)

    def _control(self, action: str, *arguments: str) -> None:
        # Its output goes to a file: a server that inherited our pipe would keep it open for ever.
        command = ["chroot", "--userspec=postgres:postgres", str(self.root), f"{PG_BIN}/pg_ctl"]
        command += [action, "-D", self.data, *arguments]
        done = subprocess.run(
            as_root(command),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
        )
        if done.returncode:
            raise StackError(
                f"PostgreSQL would not {action}; see {self.root}{self.data}/server.log"
            )

    def _psql(self, database: str, statement: str) -> str:
        arguments = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        command = [
            "env",
            f"PGPASSWORD={self.password}",
            f"{PG_BIN}/psql",
            *arguments,
            "-Atqc",
            statement,
        ]
        done = subprocess.run(
            as_root(["chroot", "--userspec=postgres:postgres", str(self.root), *command]),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        if done.returncode:
            raise StackError(f"psql: {done.stderr[-1000:]}")
        return done.stdout


@dataclass(frozen=True, slots=True)
class Mosquitto:
    """One broker in the root with its state at `home`, on a loopback port.

    `programs_port` is a listener of the programs' own, which devices that use up all connections do
    not reach.
    """

    root: Path
    home: str
    port: int
    password: str
    programs_port: int = 0

    @property
    def url(self) -> str:
        """Return the broker's address for devices; each device brings its own user."""
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def programs_url(self) -> str:
        """Return the broker's address for ingest."""
        return f"mqtt://127.0.0.1:{self.programs_port or self.port}"

    @property
    def admin_url(self) -> str:
        """The broker's administrator, who adds users through its dynamic-security plugin."""
        return f"mqtt://admin:{self.password}@127.0.0.1:{self.programs_port or self.port}"

    def start(self) -> None:
        """Start the broker unless it runs."""
        made = ["install", "-d", "-o", "mosquitto", "-g", "mosquitto", "-m", "700", self.home]
        made_conf = ["install", "-d", f"{self.home}.d"]
        for command in (made, made_conf):
            subprocess.run(as_root(["chroot", str(self.root), *command]), check=True)
        make_plugins(self.root)
        own = (DEPLOY / "mosquitto/mosquitto.conf").read_text()
        own = own.replace("/srv/gadong/conf/mosquitto.d", f"{self.home}.d")
        own = own.replace("/srv/gadong/mosquitto/", f"{self.home}/")
        write_inside(self.root, f"{self.home}.conf", own)
        listener = f"pid_file {self.home}/pid\nlog_dest file {self.home}/mosquitto.log\n"
        listener += listening(self.port, most=DEVICE_CONNECTIONS)
        if self.programs_port:
            listener += listening(self.programs_port, most=PROGRAM_CONNECTIONS)
        write_inside(self.root, f"{self.home}.d/listener.conf", listener)
        users = f"{self.home}/dynamic-security.json"
        if subprocess.run(as_root(["test", "-e", f"{self.root}{users}"]), check=False).returncode:
            command = ["mosquitto_ctrl", "dynsec", "init", users, "admin", self.password]
            run_inside(self.root, MOSQUITTO_USER, command)
        if (
            self.pid() is not None
            and self.programs_port
            and not answers(self.programs_port, within=1)
        ):
            self.stop()  # it runs since before the programs had a listener
        if self.pid() is None:
            command = ["/usr/sbin/mosquitto", "-d", "-c", f"{self.home}.conf"]
            run_inside(self.root, MOSQUITTO_USER, command)
        if not all(
            answers(port, within=20) for port in (self.port, self.programs_port or self.port)
        ):
            raise StackError(f"Mosquitto did not start; see {self.root}{self.home}/mosquitto.log")

    def pid(self) -> int | None:
        """The broker's process, if it is alive and ours: it lives in our root and runs our
        configuration.
        """
        shown = subprocess.run(
            as_root(["cat", f"{self.root}{self.home}/pid"]),
            capture_output=True,
            text=True,
            check=False,
        )
        if shown.returncode or not shown.stdout.strip().isdigit():
            return None
        pid = int(shown.stdout)
        command_line = Path(f"/proc/{pid}/cmdline")
        if not command_line.exists() or f"{self.home}.conf" not in command_line.read_text():
            return None
        status = Path(f"/proc/{pid}/status").read_text()
        return None if "State:\tZ" in status else pid

    def stop(self, signal: str = "TERM") -> None:
        """End the broker and wait until it is gone."""
        pid = self.pid()
        if pid is None:
            return
        subprocess.run(as_root(["kill", f"-{signal}", str(pid)]), check=True)
        deadline = time.monotonic() + 20
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise StackError(f"Mosquitto ({pid}) would not end")
            time.sleep(0.02)


def listening(port: int, *, most: int) -> str:
    """Return a listener on the loopback address.

    Its options come after it (deploy/mosquitto/mosquitto.conf).
    """
    return f"listener {port} 127.0.0.1\nmax_connections {most}\nuse_username_as_clientid true\n"


def new_password() -> str:
    """Enough randomness that nobody needs to rotate it for its length."""
    return secrets.token_urlsafe(24)
