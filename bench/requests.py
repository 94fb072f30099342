"""Bookings made, refused and quoted through the API, beside a bare endpoint with one insert.

    python -m bench requests

Each client asks for hours of its own on fifty machines, over one connection. Half taken means that
another holds every second hour. Runs of the API and of the bare endpoint alternate, each with one
process of a server, and the medians are shown. The clients' own work is on the same computer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlsplit

import httpx2
import psycopg

from bench.bare_endpoint import TABLE
from bench.database import own_database
from bench.figures import Goal, Measurement
from deploy.stack.servers import free_port
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.settings import Settings
from tests.support.programs import serving
from tests.support.waiting import until
from tests.support.world import PASSWORD, World

MACHINES, RUNS = 50, 3
# Enough for a second and more of each run on a busy computer of two cores.
REQUESTS = 160
CLIENTS = (8, 32)
HOUR = timedelta(hours=1)
# Runs book 20 hours of each machine of a half-taken hall, every second hour from the start on.
FREE_FROM = timedelta(days=10)
# The goals are those of the issue about speed: rates by the bare endpoint's, a quote in
# milliseconds.
BOOKED, REFUSED = Goal(limit=0.5, is_most=False), Goal(limit=0.25, is_most=False)
QUOTED = Goal(limit=15, of_ratio=False)
TAKEN = """
    insert into bookings (
        id, centre_id, machine_id, company_id, person_id, during, held, state, version
    )
    select gen_random_uuid(), m.centre_id, m.id, %(company)s, %(person)s,
        tstzrange(s, s + interval '1 hour'), tstzrange(s, s + interval '1 hour'), 'confirmed', 1
    from machines m
    cross join generate_series(
        %(start)s::timestamptz, %(start)s::timestamptz + interval '20 days', interval '2 hours'
    ) s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server's address, and the path and headers of a request to it."""

    url: str
    path: str
    headers: dict[str, str]
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Requests a second of a run, and the milliseconds of each."""

    rate: float
    each: Sequence[float]

    @property
    def p99(self) -> float:
        """Return the time that one in a hundred exceeds, in milliseconds."""
        return quantiles(self.each, n=100)[98]


Slots = Iterator[dict[str, str]]


def ask(server: Served, slots: Slots, clients: int) -> Pace:
    """Send the requests from so many clients at once."""
    bodies = [json.dumps(next(slots)) for _ in range(REQUESTS)]
    headers = {"content-type": "application/json", **server.headers}

    def one(mine: Sequence[str]) -> list[float]:
        connection, spent = HTTPConnection(urlsplit(server.url).netloc, timeout=60), []
        for body in mine:
            begun = perf_counter()
            connection.request("POST", server.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != server.status:
                raise AssertionError(f"{server.path} answers {answer.status}")
            spent.append((perf_counter() - begun) * 1000)
        connection.close()
        return spent

    with ThreadPoolExecutor(clients) as crowd:
        begun = perf_counter()
        found = list(crowd.map(one, [bodies[n::clients] for n in range(clients)]))
        return Pace(
            rate=REQUESTS / (perf_counter() - begun), each=[ms for own in found for ms in own]
        )


@contextmanager
def bare(database: str) -> Iterator[str]:
    """Serve the bare endpoint by a process of its own."""
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(TABLE)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench.bare_endpoint:create"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning"],
        env={**os.environ, "GADONG_BENCH_DATABASE": database},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(url), within=60)
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/openapi.json").status_code == 200
    except httpx2.HTTPError:
        return False


def hours(machines: Sequence[str], start: datetime, *, step: timedelta) -> Slots:
    """Yield an hour of each machine after the other, then the next of each."""
    for number in count():
        turn, place = divmod(number, len(machines))
        begin = start + turn * step
        yield {
            "machine": machines[place],
            "start": begin.isoformat(),
            "end": (begin + HOUR).isoformat(),
        }


def figures() -> Iterator[Measurement]:
    """Yield bookings and refusals a second by the number of clients, and the time of a quote."""
    with own_database() as pool, tempfile.TemporaryDirectory() as logs:
        settings = Settings(
            database_url=str(pool.conninfo), insecure_cookies=True, points_per_minute=10_000_000
        )
        with serving(settings, Path(logs)) as url, bare(str(pool.conninfo)) as floor:
            yield from _measured(pool, url, floor)


def _measured(pool: Pool, url: str, floor: str) -> Iterator[Measurement]:
    world = World.made(pool)
    world.tariff(kind="mill")
    company, others = world.company(), world.company()
    free = [str(world.machine(f"free-{n}").id) for n in range(MACHINES)]
    half = [str(world.machine(f"half-{n}", kind="lathe").id) for n in range(MACHINES)]
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    with transaction(pool, SYSTEM) as tx:
        values = {"company": others.id, "person": world.manager.person_id, "start": start - HOUR}
        tx.execute(TAKEN, values)
    with psycopg.connect(str(pool.conninfo), autocommit=True) as tuner:
        tuner.execute("analyze")
    headers = _log_in(url, world.emails[world.member(company).person_id])
    api = Served(url=url, path="/api/v1/bookings", headers=headers, status=201)
    least = Served(url=floor, path="/bookings", headers={}, status=201)
    bare_hours = hours(free, start, step=HOUR)
    for name, hall in (("free", free), ("half taken", half)):
        own = hours(hall, start, step=2 * HOUR)
        for clients in CLIENTS:
            runs = [(ask(api, own, clients), ask(least, bare_hours, clients)) for _ in range(RUNS)]
            yield _rate(f"booked, {clients} clients, {name}", runs, BOOKED)
            yield Measurement(
                name="p99 of them (the bare endpoint's)",
                value=median(made.p99 for made, _ in runs),
                unit="ms",
                floor=median(bare.p99 for _, bare in runs),
                goal=Goal(limit=60, of_ratio=False) if clients == CLIENTS[0] else Goal(limit=3),
            )
    refused, refused_bare = replace(api, status=409), replace(least, status=409)
    for clients in CLIENTS:
        runs = [
            (
                ask(refused, hours(half, start - HOUR, step=2 * HOUR), clients),
                ask(refused_bare, hours(free, start, step=HOUR), clients),
            )
            for _ in range(RUNS)
        ]
        yield _rate(f"refused with other times, {clients} clients", runs, REFUSED)
    quoted = replace(api, path="/api/v1/bookings/quote", status=200)
    yield Measurement(
        name="a quote, p50, one client",
        # Free hours that no run of bookings reached.
        value=median(ask(quoted, hours(half, start + FREE_FROM, step=2 * HOUR), 1).each),
        unit="ms",
        goal=QUOTED,
    )


def _rate(name: str, runs: Sequence[tuple[Pace, Pace]], goal: Goal) -> Measurement:
    return Measurement(
        name=name,
        value=median(made.rate for made, _ in runs),
        unit="/s",
        floor=median(bare.rate for _, bare in runs),
        goal=goal,
    )


def _log_in(url: str, email: str) -> dict[str, str]:
    with httpx2.Client(base_url=url) as client:
        answer = client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        return {"cookie": cookies, "origin": url}
