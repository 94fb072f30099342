"""The choice of database and broker: the environment, else Docker, else the private root."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.stack import root as private_root
from deploy.stack.memory import MemoryPostgres, has_room
from deploy.stack.root import StackError, say
from deploy.stack.servers import Mosquitto, Postgres, answers, free_port, new_password

HERE = Path(__file__).resolve().parent.parent.parent
STACK = HERE / ".stack"
# In the settings where everything in the database's server is the tests' own.
TESTS_SERVER = "GADONG_TESTS_SERVER"
NAMES = (
    "GADONG_DATABASE_URL",
    "GADONG_MQTT_URL",
    "GADONG_MQTT_ADMIN_URL",
    "GADONG_DEVICES_MQTT_URL",
    "GADONG_SECRET",
    "GADONG_DATA_DIRECTORY",
)


def up() -> dict[str, str]:
    """Bring the stack up if it is not, and return the settings that lead to it."""
    if os.environ.get("GADONG_DATABASE_URL") and os.environ.get("GADONG_MQTT_URL"):
        say("using GADONG_DATABASE_URL and GADONG_MQTT_URL from the environment")
        return {name: os.environ[name] for name in NAMES if name in os.environ}
    kept = kept_settings()
    if _docker_engine():
        return _compose_up(kept)
    root = private_root.ensure(STACK)
    postgres, mosquitto = servers_at_free_ports(root)
    if not postgres.is_running():
        say(f"starting PostgreSQL on 127.0.0.1:{postgres.port}")
    postgres.start()
    if mosquitto.pid() is None:
        say(f"starting Mosquitto on 127.0.0.1:{mosquitto.port}")
    mosquitto.start()
    return {
        "GADONG_DATABASE_URL": postgres.url,
        "GADONG_MQTT_URL": mosquitto.programs_url,
        "GADONG_MQTT_ADMIN_URL": mosquitto.admin_url,
        "GADONG_DEVICES_MQTT_URL": mosquitto.url,
        "GADONG_SECRET": kept["secret"],
        "GADONG_DATA_DIRECTORY": str(STACK),
    }


def up_for_tests() -> dict[str, str]:
    """Bring up a database server for tests, and return the settings that lead to it.

    In the private root it is a server of its own. That server waits for no disk, because each test
    clones a database, and that is most of what the suite's server does.
    """
    if TESTS_SERVER in os.environ:
        return {name: os.environ[name] for name in ("GADONG_DATABASE_URL", TESTS_SERVER)}
    if os.environ.get("GADONG_DATABASE_URL") or _docker_engine():
        return up()
    root = private_root.ensure(STACK)
    with (STACK / "tests.lock").open("w") as lock:
        # Workers side by side start one server.
        fcntl.flock(lock, fcntl.LOCK_EX)
        postgres = _start_for_tests(root)
    return {"GADONG_DATABASE_URL": postgres.url, TESTS_SERVER: "1"}


def _start_for_tests(root: Path) -> Postgres:
    """Start the tests' server, in memory where there is room for it, and return it."""
    if has_room():
        try:
            return _start_at_free_port(root, MemoryPostgres)
        except StackError as trouble:
            say(f"the tests' databases go to the disk: {trouble}")
    return _start_at_free_port(root, Postgres)


def _start_at_free_port(root: Path, kind: type[Postgres]) -> Postgres:
    server = tests_server(root, kept_settings(), kind)
    if server.is_running():
        return server
    for other in {Postgres, MemoryPostgres} - {kind}:
        before = tests_server(root, kept_settings(), other)
        before.stop()
        before.remove()
    if answers(server.port, within=0):
        # Another checkout chose the same port while neither server ran.
        server = tests_server(root, with_another_port("tests_port"), kind)
    try:
        server.start()
    except StackError:
        if kind is MemoryPostgres:
            raise
        say("the tests' PostgreSQL does not start; making it anew")
        server.remove()
        server.start()
    return server


def down() -> None:
    """Stop what up() and up_for_tests() started and nothing else."""
    if _docker_engine() and (STACK / "compose").exists():
        _compose(kept_settings(), "stop")
        return
    root = STACK / "root"
    if not (root / "srv/gadong/ready").exists():
        return
    postgres, mosquitto = private_servers(root, kept_settings())
    mosquitto.stop()
    postgres.stop()
    for kind in (Postgres, MemoryPostgres):
        tests_server(root, kept_settings(), kind).stop()
    say("stopped; its data stays under .stack/")


def private_servers(root: Path, kept: dict[str, str]) -> tuple[Postgres, Mosquitto]:
    """The two servers of make run, described; neither is started."""
    return (
        Postgres(
            root, "/srv/gadong/postgres", int(kept["postgres_port"]), kept["postgres_password"]
        ),
        Mosquitto(
            root,
            "/srv/gadong/mosquitto",
            int(kept["mosquitto_port"]),
            kept["mosquitto_password"],
            programs_port=int(kept["programs_port"]),
        ),
    )


def tests_server(root: Path, kept: dict[str, str], kind: type[Postgres]) -> Postgres:
    """Return the tests' database server, described; it is not started."""
    return kind(
        root,
        "/srv/gadong/postgres-tests",
        int(kept["tests_port"]),
        kept["postgres_password"],
        is_durable=False,
    )


def servers_at_free_ports(root: Path) -> tuple[Postgres, Mosquitto]:
    """Return the two servers of make run, with another port where one that was kept is taken.

    Another checkout may have chosen the same ports while these servers did not run.
    """
    kept = kept_settings()
    postgres, mosquitto = private_servers(root, kept)
    own = set() if postgres.is_running() else {"postgres_port"}
    own |= set() if mosquitto.pid() else {"mosquitto_port", "programs_port"}
    for name in own:
        if answers(int(kept[name]), within=0):
            kept = with_another_port(name)
    return private_servers(root, kept)


# Ports of the servers, each preferred where nothing listens on it yet.
PORTS = {
    "postgres_port": 15432,
    "mosquitto_port": 11883,
    "programs_port": 11884,
    "tests_port": 15433,
}
PASSWORDS = ("postgres_password", "mosquitto_password", "secret")


def kept_settings() -> dict[str, str]:
    """Return ports and passwords of this checkout, chosen once and kept in .stack/settings (mode
    600).
    """
    path = STACK / "settings"
    kept = (
        dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
    )
    # A checkout of before lacks what came later.
    missing = {name: str(_prefer(port)) for name, port in PORTS.items() if name not in kept}
    missing |= {name: new_password() for name in PASSWORDS if name not in kept}
    return _keep(kept | missing) if missing else kept


def with_another_port(name: str) -> dict[str, str]:
    """Choose another port for a server, keep it, and return all that is kept."""
    return _keep(kept_settings() | {name: str(free_port())})


def _keep(settings: dict[str, str]) -> dict[str, str]:
    STACK.mkdir(exist_ok=True)
    path = STACK / "settings"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return settings


def _prefer(port: int) -> int:
    return free_port() if answers(port, within=0) else port


def _docker_engine() -> bool:
    """Return whether an engine answers; the client alone is no stack."""
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "info"], capture_output=True, check=False)
    return asked.returncode == 0


def _compose(kept: dict[str, str], *arguments: str) -> None:
    settings = {
        "GADONG_POSTGRES_PORT": kept["postgres_port"],
        "GADONG_MOSQUITTO_PORT": kept["mosquitto_port"],
        "GADONG_PROGRAMS_PORT": kept["programs_port"],
        "GADONG_POSTGRES_PASSWORD": kept["postgres_password"],
        # The programs of `make run` use the administrator's; a login of their own is made all the
        # same.
        "GADONG_DATABASE_PASSWORD": kept["postgres_password"],
        "GADONG_MOSQUITTO_PASSWORD": kept["mosquitto_password"],
        "GADONG_SECRET": kept["secret"],
    }
    command = ["docker", "compose", "-f", str(HERE / "deploy/compose.yaml"), *arguments]
    if subprocess.run(command, env={**os.environ, **settings}, check=False).returncode:
        raise StackError("docker compose failed; its words are above")


def _compose_up(kept: dict[str, str]) -> dict[str, str]:
    _compose(kept, "up", "--detach", "--wait", "db", "broker")
    (STACK / "compose").touch()
    address = f"127.0.0.1:{kept['programs_port']}"
    postgres = f"127.0.0.1:{kept['postgres_port']}"
    return {
        "GADONG_DATABASE_URL": (
            f"postgresql://postgres:{kept['postgres_password']}@{postgres}/gadong"
        ),
        "GADONG_MQTT_URL": f"mqtt://{address}",
        "GADONG_MQTT_ADMIN_URL": f"mqtt://admin:{kept['mosquitto_password']}@{address}",
        "GADONG_DEVICES_MQTT_URL": f"mqtt://127.0.0.1:{kept['mosquitto_port']}",
        "GADONG_SECRET": kept["secret"],
    }


def execute(command: list[str], *, for_tests: bool = False) -> int:
    """Run a command with the stack up and its settings in the environment."""
    os.environ.update(up_for_tests() if for_tests else up())
    if for_tests:
        # Each of the tests' programs and workers would compile every module for itself.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.stdout.flush()
    return subprocess.run(command, check=False).returncode
