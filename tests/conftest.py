"""The real database and broker for every test that wants them, and nothing left behind.
One migrated template a session, cloned for each test; one broker of the session's own, where the
private stack is there to make it.
"""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from psycopg.sql import SQL, Identifier, Literal

from api.app import create_app
from deploy.stack import choice
from deploy.stack.root import as_root
from deploy.stack.servers import Mosquitto, Postgres, free_port, new_password
from gadong import migrations
from gadong.core.database import Pool, open_pool
from gadong.core.domain.ids import new_id
from gadong.people.services import accounts, passwords
from gadong.settings import Settings

if TYPE_CHECKING:
    from tests.support.world import World

# Before the first of them is imported, so that a failing assertion there shows its values.
pytest.register_assert_rewrite("tests.support")
pytest_plugins = [
    "tests.support.api_fixtures",
    "tests.support.page_fixtures",
    "tests.support.new_centre",
]

# The public address is set, as in production, so that its effects are tested.
PUBLIC_URL = "https://gadong.example"
TEMPLATE = f"gadong_template_{os.getpid()}"

# Most of their time is that of programs, brokers and browsers that they start and wait for.
LONG = {"stories", "ingest"}

# No test asserts a timing: a slow machine makes an example slow, not wrong. A run of the suite
# tries the same examples as the run before, so that only a change can fail it. `make properties`
# tries as many new ones as it is told.
EXAMPLES = int(os.environ.get("GADONG_EXAMPLES", "0"))
hypothesis.settings.register_profile(
    "gadong",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=not EXAMPLES,
    max_examples=EXAMPLES or 100,
)
hypothesis.settings.load_profile("gadong")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders of a few long tests.

    At the end of a run a worker would otherwise tell a long story while the others have nothing.
    """
    tests = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(tests).parts[0] not in LONG)


def pytest_collection_finish() -> None:
    """Let the collector look at none of the modules, routes and tests again.

    They live as long as the process, and are nine tenths of its objects.
    """
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True)
class Stack:
    """The addresses of this test run's database and broker.

    `keeps_templates`: the database's server is the tests' own, and keeps what they clone.
    """

    database_url: str
    mqtt_url: str
    mqtt_admin_url: str
    secret: str
    root: Path | None
    keeps_templates: bool


# The product's own, for the tests of what a password costs.
PRODUCTS_HASHER = passwords.HASHER
PRODUCTS_NOBODYS_HASH = passwords.NOBODYS_HASH


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Hash the passwords of people in tests by the same argon2id with its least figures.

    The product's figures took a quarter of the suite's time: two people and a login are three
    hashes of 50 ms.
    """
    with pytest.MonkeyPatch.context() as patch:
        light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "HASHER", light)
        for module in (passwords, accounts):
            patch.setattr(module, "NOBODYS_HASH", light.hash(new_password()))
        yield


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack of make test; a broker of our own where the private root is there."""
    settings = choice.up_for_tests()
    root = choice.STACK / "root"
    secret = new_password()
    if not (root / "srv/gadong/ready").exists():
        yield Stack(
            settings["GADONG_DATABASE_URL"],
            settings["GADONG_MQTT_URL"],
            settings.get("GADONG_MQTT_ADMIN_URL", ""),
            settings.get("GADONG_SECRET", secret),
            None,
            keeps_templates=False,
        )
        return
    with private_broker(root) as broker:
        yield Stack(
            settings["GADONG_DATABASE_URL"],
            broker.url,
            broker.admin_url,
            secret,
            root,
            keeps_templates=choice.TESTS_SERVER in settings,
        )


class private_broker:  # noqa: N801  # used as a with-statement's word
    """A Mosquitto of a test's own, gone with its state when the block ends."""

    def __init__(self, root: Path) -> None:
        home = f"/srv/gadong/test-{new_id().hex[-12:]}"
        self._broker = Mosquitto(root, home, free_port(), new_password(), programs_port=free_port())

    def __enter__(self) -> Mosquitto:
        self._broker.start()
        return self._broker

    def __exit__(self, *_: object) -> None:
        self._broker.stop()
        home = f"{self._broker.root}{self._broker.home}"
        subprocess.run(as_root(["rm", "-rf", home, f"{home}.conf", f"{home}.d"]), check=True)


class private_postgres:  # noqa: N801  # likewise
    """A PostgreSQL of a test's own, gone with its data when the block ends."""

    def __init__(self, root: Path) -> None:
        self._server = Postgres(
            root, f"/srv/gadong/test-{new_id().hex[-12:]}", free_port(), new_password()
        )

    def __enter__(self) -> Postgres:
        self._server.start()
        return self._server

    def __exit__(self, *_: object) -> None:
        self._server.stop("immediate")
        data = f"{self._server.root}{self._server.data}"
        subprocess.run(as_root(["rm", "-rf", data]), check=True)


def named(url: str, database: str) -> str:
    """The same server's other database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def template(stack: Stack) -> Iterator[str]:
    """A migrated database that nobody is connected to, to be cloned.

    The tests' own server keeps one for the migrations as they are, for the next run.
    """
    name = f"gadong_migrated_{_digest_of_migrations()}" if stack.keeps_templates else TEMPLATE
    with psycopg.connect(named(stack.database_url, "postgres"), autocommit=True) as server:
        # Roles are the whole server's: of tests that run side by side one makes them.
        server.execute("select pg_advisory_lock(1)")
        if not server.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            _forget_migrated(server)
            _make_template(server, stack.database_url, name)
        server.execute("select pg_advisory_unlock(1)")
        yield name
        if not stack.keeps_templates:
            server.execute(f"drop database {name} with (force)")


def _digest_of_migrations() -> str:
    """Return what tells one state of the migrations from another."""
    files = sorted(path for path in migrations.HERE.rglob("*") if path.suffix in {".py", ".sql"})
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _make_template(server: psycopg.Connection, url: str, name: str) -> None:
    """Make the database under another name first: who finds it finds it whole."""
    server.execute(f"create database {TEMPLATE}")
    migrations.upgrade(named(url, TEMPLATE))
    server.execute(f"alter database {TEMPLATE} allow_connections false")
    _nobody_in(server, TEMPLATE)
    if name != TEMPLATE:
        server.execute(f"alter database {TEMPLATE} rename to {name}")


def _forget_migrated(server: psycopg.Connection) -> None:
    """Drop the databases of migrations of before, but for the last few: another run may clone
    those.
    """
    found = server.execute(
        "select datname from pg_database where datname like 'gadong_migrated_%' order by oid desc "
        "offset 3"
    )
    for (name,) in found.fetchall():
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def database_url(stack: Stack, template: str) -> Iterator[str]:
    """An empty, migrated database of the test's own."""
    name = f"gadong_test_{new_id().hex[-16:]}"
    with psycopg.connect(named(stack.database_url, "postgres"), autocommit=True) as server:
        _nobody_in(server, template)
        # Copying files takes half the time of PostgreSQL's other way, which logs every page; where
        # the server waits for its disk, the checkpoint of it would take longer.
        strategy = "file_copy" if stack.keeps_templates else "wal_log"
        server.execute(f"create database {name} template {template} strategy {strategy}")
        # A clone has the privileges of every table and not those of the database itself.
        server.execute(f"revoke temporary on database {name} from public")
        yield named(stack.database_url, name)
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def empty_url(stack: Stack) -> Iterator[str]:
    """A database without any migration."""
    name = f"gadong_empty_{new_id().hex[-16:]}"
    with psycopg.connect(named(stack.database_url, "postgres"), autocommit=True) as server:
        server.execute(f"create database {name}")
        yield named(stack.database_url, name)
        server.execute(f"drop database {name} with (force)")


def _nobody_in(server: psycopg.Connection, database: str) -> None:
    """TimescaleDB's own workers look into every database; a clone needs its template to itself."""
    server.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database]
    )


@pytest.fixture(scope="session")
def programs_login(stack: Stack, template: str) -> Iterator[tuple[str, str]]:
    """A login that owns nothing, as docs/operators.md has it made for the programs: its name and
    password.
    """
    assert template  # it makes the roles
    name, word = f"gadong_programs_{os.getpid()}", new_id().hex
    with psycopg.connect(named(stack.database_url, "postgres"), autocommit=True) as server:
        create = SQL("create role {} login noinherit password {} in role gadong_app, gadong_system")
        server.execute(create.format(Identifier(name), Literal(word)))
        yield name, word
        server.execute(SQL("drop role {}").format(Identifier(name)))


@pytest.fixture
def programs_url(database_url: str, programs_login: tuple[str, str]) -> str:
    """The test's database by the programs' own login."""
    parts = urlsplit(database_url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{':'.join(programs_login)}@{place}"))


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    """Connections to the test's database."""
    opened = open_pool(database_url, size=8, name="tests")
    yield opened
    opened.close()


@pytest.fixture
def world(pool: Pool) -> World:
    """A centre with a manager, to which a test adds what it is about."""
    from tests.support.world import World

    return World.made(pool)


@pytest.fixture(scope="session")
def application(stack: Stack) -> FastAPI:
    """The API, put together once: a test says what it is told, and enters its lifespan."""
    return create_app(Settings(database_url=stack.database_url))


@pytest.fixture
def settings(database_url: str, stack: Stack) -> Callable[..., Settings]:
    """Return a maker of programs' settings in a test."""

    def made(**changed: object) -> Settings:
        told = {
            "database_url": database_url,
            "mqtt_url": stack.mqtt_url,
            "mqtt_admin_url": stack.mqtt_admin_url,
            "secret": stack.secret,
            "insecure_cookies": True,
            "public_url": PUBLIC_URL,
            # A test asks as fast as it can; how much is too much is test_pace's.
            "points_per_minute": 1_000_000,
        }
        return Settings.model_validate({**told, **changed})

    return made
