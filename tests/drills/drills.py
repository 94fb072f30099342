"""The drills: what a bad day does to messages and to money, at any size.

Each has a broker, a database, and programs of its own, which it kills.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread, Timer

from deploy.stack.root import as_root
from deploy.stack.servers import Mosquitto, Postgres
from gadong import migrations
from gadong.core.database import Pool, open_pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import broker_sessions
from gadong.settings import Settings
from tests.conftest import Stack, private_broker, private_postgres
from tests.drills.course import Course, Fault, Report
from tests.drills.wire import Wire
from tests.ingest.publisher import Publisher
from tests.support.ingest.hall import hall
from tests.support.programs import Program, running
from tests.support.waiting import until
from tests.support.world import World

SECRET = "a-drill-s-own-words-7319"
DISK_BYTES = 1_000_000
# Messages that arrive twice and out of their turn are at most so far apart.
DISORDER = 50
# Between so many words of the drill's machine comes one that nobody understands.
WORDS_A_POISON = 25
POISON = (
    b"\xff\xfe\x00",
    "[" * 10_000,
    '{"state": "running", "at": 1e18}',
    '{"state": "melting"}',
    '{"state": "\\ud800"}',
)
# Seconds that a network is away, and by which each piece of a slow one is late.
AWAY, SLOW = 5.0, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The number of a drill's messages and faults."""

    messages: int
    ingest: int
    broker: int
    database: int
    relay: int
    disks: int
    network: int


SMALL = Size(messages=1_500, ingest=1, broker=2, database=1, relay=1, disks=1, network=3)
FULL = Size(messages=200_000, ingest=20, broker=30, database=10, relay=10, disks=2, network=12)


@dataclass(slots=True)
class Site:
    """A centre's computer in a drill: both servers, ingest, and the disk that it watches."""

    root: Path
    directory: Path
    broker: Mosquitto
    postgres: Postgres
    settings: Settings
    pool: Pool
    world: World
    ingest: Program
    disk: Path | None

    @property
    def stack(self) -> Stack:
        """Return the addresses, as the hall of a relay asks for them."""
        return Stack(
            self.postgres.url, self.broker.url, self.broker.admin_url, SECRET, self.root, False
        )

    def kill_ingest(self) -> None:
        self.ingest.kill()
        self.ingest.again()

    def kill_broker(self) -> None:
        self.broker.stop("KILL")
        self.broker.start()

    def crash_database(self) -> None:
        self.postgres.stop("immediate")
        self.postgres.start()

    def fill_disk(self) -> None:
        """Fill the disk until ingest has stopped for it, and make room again."""
        assert self.disk is not None
        (self.disk / "data").write_bytes(b"\0" * int(DISK_BYTES * 0.97))
        until(lambda: not self._listens(), within=120, what="ingest stops for the full disk")
        (self.disk / "data").unlink()

    def _listens(self) -> bool:
        with transaction(self.pool, SYSTEM) as tx:
            return all(one.is_connected for one in broker_sessions.listening(tx))

    def wait_until_it_listens(self) -> None:
        until(self._has_begun, within=120, what="ingest listens")

    def _has_begun(self) -> bool:
        with transaction(self.pool, SYSTEM) as tx:
            found = broker_sessions.listening(tx)
        return bool(found) and all(one.is_connected for one in found)


@contextmanager
def site(
    root: Path, directory: Path, course: Callable[[Pool, World], Course]
) -> Iterator[tuple[Site, Course]]:
    """A running site whose course is prepared."""
    with ExitStack() as stack:
        broker = stack.enter_context(private_broker(root))
        postgres = stack.enter_context(private_postgres(root))
        migrations.upgrade(postgres.url)
        disk = stack.enter_context(_disk(directory / "disk"))
        settings = Settings.model_validate(
            {
                "database_url": postgres.url,
                "mqtt_url": broker.programs_url,
                "mqtt_admin_url": broker.admin_url,
                "secret": SECRET,
                "insecure_cookies": True,
            }
        )
        pool = open_pool(postgres.url, size=4, name="drill")
        stack.callback(pool.close)
        world = World.made(pool)
        made = course(pool, world)
        made.prepare()
        watched = {"GADONG_DATA_DIRECTORY": str(disk)} if disk else {}
        ingest = stack.enter_context(running("ingest", settings, directory, **watched))
        found = Site(root, directory, broker, postgres, settings, pool, world, ingest, disk)
        found.wait_until_it_listens()
        yield found, made


@contextmanager
def _disk(place: Path) -> Iterator[Path | None]:
    """A disk of a megabyte; None where this machine mounts none."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=1777", "none", str(place)]
    if subprocess.run(as_root(mount), capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(as_root(["umount", str(place)]), check=True)


def spread(name: str, count: int, happen: Callable[[], None]) -> list[Fault]:
    """Return so many of a fault, spread over the course; several kinds do not coincide."""
    shift = (sum(name.encode()) % 17) / 17
    return [Fault(name, (number + shift) / count * 0.95, happen) for number in range(count)]


def through_the_relay(root: Path, directory: Path, size: Size) -> Report:
    """Kill everything between the relay and the database while a device speaks."""
    with site(root, directory, _course("relay", size.messages)) as (here, course):
        floor = hall(here.stack, here.settings, here.pool, here.world, directory)
        with floor as beside:

            def kill_relay() -> None:
                beside.relay.kill()
                beside.relay.again()

            faults = [
                *spread("kills of ingest", size.ingest, here.kill_ingest),
                *spread("kills of the broker", size.broker, here.kill_broker),
                *spread("crashes of the database", size.database, here.crash_database),
                *spread("kills of the relay", size.relay, kill_relay),
            ]
            if here.disk:
                faults += spread("full disks", size.disks, here.fill_disk)
            return course.run(beside.device, course.words(), faults)


def over_a_bad_network(root: Path, directory: Path, size: Size) -> Report:
    """Cut, slow down and hang the network between the relay and the server."""
    with site(root, directory, _course("network", size.messages)) as (here, course):
        wire = Wire(here.broker.url)
        beyond = replace(here.stack, mqtt_url=wire.url)
        try:
            with hall(beyond, here.settings, here.pool, here.world, directory) as beside:

                def slow() -> None:
                    wire.delay = SLOW

                def cut() -> None:
                    wire.cut()
                    Timer(AWAY, wire.mend).start()

                def hang() -> None:
                    wire.hang()
                    Timer(AWAY, wire.mend).start()

                each = max(size.network // 3, 1)
                faults = [
                    *spread("slow stretches", each, slow),
                    *spread("cuts", each, cut),
                    *spread("hangs", each, hang),
                ]
                return course.run(beside.device, course.words(), faults)
        finally:
            wire.close()


def without_a_relay(root: Path, directory: Path, size: Size) -> Report:
    """Kill the broker under a device without an outbox: what is lost is seen and marked."""
    with site(root, directory, _course("plain QoS 1", size.messages)) as (here, course):
        device = Publisher(here.broker.url, here.broker.admin_url, SECRET)
        faults = [
            *spread("kills of ingest", size.ingest, here.kill_ingest),
            *spread("kills of the broker", size.broker, here.kill_broker),
        ]
        report = course.run_in_pieces(device, faults)
        device.close()
        return report


def two_of_everything(root: Path, directory: Path, size: Size) -> Report:
    """Run every program twice, and send everything twice and out of its turn."""
    with site(root, directory, _course("two of everything", size.messages)) as (here, course):
        device = Publisher(here.broker.url, here.broker.admin_url, SECRET)
        with ExitStack() as others:
            for name, place in (("ingest", "b"), ("scheduler", "a"), ("scheduler", "b")):
                home = directory / f"{name}-{place}"
                home.mkdir()
                others.enter_context(running(name, here.settings, home))
            chance = random.Random(26)
            words = course.words()
            order = [
                (place + chance.uniform(0, DISORDER), word)
                for place, word in enumerate(words)
                for _ in range(2)
            ]
            sent = [word for _, word in sorted(order, key=lambda pair: pair[0])]
            faults = spread("kills of the first ingest", size.ingest, here.kill_ingest)
            report = course.run(device, sent, faults)
        device.close()
        return report


def among_poison_and_a_flood(root: Path, directory: Path, size: Size) -> Report:
    """Send what nobody understands between the words, and flood the inbox beside them."""
    with site(root, directory, _course("poison and a flood", size.messages)) as (here, course):
        device, stranger = (
            Publisher(here.broker.url, here.broker.admin_url, SECRET) for _ in range(2)
        )
        words = course.words()
        sent: list[tuple[str, object]] = []
        for number, word in enumerate(words):
            sent.append(word)
            if number % WORDS_A_POISON == 0:
                sent.append((word[0], POISON[number // WORDS_A_POISON % len(POISON)]))
        flood = [
            (f"{here.world.centre.slug}/stranger/{number % DISORDER}", number)
            for number in range(size.messages)
        ]
        flooding = Thread(target=stranger.publish_all, args=(flood,), kwargs={"within": 600})
        flooding.start()
        faults = [
            *spread("kills of ingest", size.ingest, here.kill_ingest),
            *spread("crashes of the database", size.database, here.crash_database),
        ]
        report = course.run(device, sent, faults)
        flooding.join()
        for one in (device, stranger):
            one.close()
        poison = len(sent) - len(words)
        until(lambda: course.set_aside() >= poison, within=120, what="the poison is set aside")
        return report


def _course(name: str, count: int) -> Callable[[Pool, World], Course]:
    return lambda pool, world: Course(name, pool, world, count)


Drill = Callable[[Path, Path, Size], Report]
DRILLS: tuple[Drill, ...] = (
    through_the_relay,
    over_a_bad_network,
    without_a_relay,
    two_of_everything,
    among_poison_and_a_flood,
)
