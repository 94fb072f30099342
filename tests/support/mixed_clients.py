"""Clients that book, move, wait and cancel at once, in groups and series, through the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import httpx2

from gadong.booking.services.equipment import equipment
from gadong.booking.services.equipment.equipment import NeedRequest
from gadong.booking.services.staff import technicians
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import new_id
from gadong.people.services import members
from tests.support.world import PASSWORD, World

MACHINES = 6
PROBES = ("touch", "scan")
# As many wishes as meet: a few days of hours, on few machines.
DAYS = 4
MODES = ["self", "assisted"]

#: What must be empty whatever the clients did.
BROKEN = {
    "overlaps": """
        select a.id from bookings a join bookings b on a.machine_id = b.machine_id and a.id < b.id
        where a.held && b.held
            and a.state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
            and b.state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
    """,
    "technicians in two places": """
        select a.booking_id from assistances a join assistances b
            on a.technician_id = b.technician_id and a.booking_id < b.booking_id
        where a.during && b.during and a.is_held and b.is_held
    """,
    "units in two bookings": """
        select a.booking_id from equipment_holds a join equipment_holds b
            on a.equipment_id = b.equipment_id and a.unit = b.unit and a.booking_id < b.booking_id
        where a.during && b.during and a.is_held and b.is_held
    """,
    "units that are not there": """
        select h.booking_id from equipment_holds h join equipment e on e.id = h.equipment_id
        where h.is_held and h.unit > e.units
    """,
    "bookings without their unit": """
        select b.id from bookings b
        where equipment_is_held(b.state)
            and exists (select from equipment_needs n where n.machine_id = b.machine_id)
            and not exists (
                select from equipment_holds h where h.booking_id = b.id and h.is_held
            )
    """,
    "assisted bookings without a technician": """
        select b.id from bookings b
        where b.usage_mode = 'assisted' and assistance_is_held(b.state)
            and not exists (select from assistances a where a.booking_id = b.id and a.is_held)
    """,
    "entries with an offer that is none": """
        select w.id from waiting w left join bookings b on b.id = w.booking_id
        where w.state = 'offered' and b.state is distinct from 'offered'
    """,
}


@dataclass(kw_only=True)
class Answers:
    """The answers that clients had: how many of each act and outcome, and what should never be."""

    acts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def count(self, act: str, answer: httpx2.Response) -> None:
        """Count an answer; what is neither a success, a refusal nor "busy" is an error."""
        code = "" if answer.is_success else str(answer.json().get("code", ""))
        self.acts[act] += 1
        self.outcomes[code or "done"] += 1
        is_busy = (answer.status_code, code) == (503, "busy")
        if answer.status_code >= 500 and not is_busy:
            self.errors.append(f"{act}: {answer.status_code} {answer.text[:300]}")


@dataclass(frozen=True, kw_only=True)
class Hall:
    """Machines that need a probe, technicians who assist, and members of companies with tokens."""

    url: str
    slugs: Sequence[str]
    tokens: Sequence[str]
    day: datetime


def hall(world: World, url: str, *, clients: int, technicians_: int = 2) -> Hall:
    """Furnish a centre for so many clients, four of each company."""
    mills = [world.machine(f"mill-{n}", usage_modes=MODES) for n in range(MACHINES)]
    pool, manager, centre = world.pool, world.manager, world.centre.id
    now = datetime.now(UTC)
    for slug in PROBES:
        equipment.put(pool, manager, centre, slug, name_ko=slug, name_en=slug, units=2, now=now)
    for mill in mills:
        equipment.put_needs(pool, manager, mill, [NeedRequest(any_of=PROBES)])
    week = [OpeningHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7)]
    for _ in range(technicians_):
        person = members.create_person(
            pool,
            manager,
            email=f"{new_id().hex}@{world.centre.slug}.example",
            name="기술자",
            password=PASSWORD,
            centre=centre,
            roles={Role.TECHNICIAN},
        )
        kinds = frozenset({"mill"})
        technicians.put(pool, manager, centre, person.id, kinds=kinds, shifts=week)
    companies = [world.company() for _ in range(-(-clients // 4))]
    callers = [world.member(companies[n // 4]) for n in range(clients)]
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    tokens = [_token(url, world.emails[who.person_id]) for who in callers]
    return Hall(url=url, slugs=[m.slug for m in mills], tokens=tokens, day=day)


def _token(url: str, email: str) -> str:
    with httpx2.Client(base_url=f"{url}/api/v1") as client:
        client.post("/sessions", json={"email": email, "password": PASSWORD}).raise_for_status()
        made = client.post("/tokens", json={"name": "mixed"}).raise_for_status()
        return str(made.json()["token"])


def act_at_once(room: Hall, *, goes_on: Callable[[int], bool], seed: int) -> Answers:
    """Let all clients act at once, each as long as `goes_on` of its number of acts."""
    answers = Answers()

    def act(number: int) -> None:
        headers = {"Authorization": f"Bearer {room.tokens[number]}"}
        with httpx2.Client(base_url=f"{room.url}/api/v1", headers=headers, timeout=60) as client:
            for step, (name, answer) in enumerate(_acts(client, room, Random(seed + number)), 1):
                answers.count(name, answer)
                if not goes_on(step):
                    return

    with ThreadPoolExecutor(len(room.tokens)) as threads:
        list(threads.map(act, range(len(room.tokens))))
    return answers


def _acts(
    client: httpx2.Client, room: Hall, chance: Random
) -> Iterator[tuple[str, httpx2.Response]]:
    """Yield the answers to acts without end."""
    own: list[str] = []
    while True:
        start = room.day + timedelta(days=chance.randrange(DAYS), hours=chance.randrange(24))
        times = {
            "start": start.isoformat(),
            "end": (start + timedelta(hours=chance.choice((1, 1, 2)))).isoformat(),
        }
        first, *others = chance.sample(list(room.slugs), 3)
        wish: dict[str, Any] = {"machine_slug": first, **times}
        if chance.random() < 0.3:
            wish["usage_mode"] = "assisted"
        if chance.random() < 0.5:
            wish["equipment"] = [chance.choice(PROBES)]
        also = {"also_slugs": others[: chance.choice((1, 2))]}
        series = {"every_days": 1, "count": chance.choice((2, 3, 4))}
        chosen = chance.choice(own) if own else ""
        reach = {"reach": chance.choice(("one", "later", "all"))}
        asks: dict[str, tuple[str, dict[str, Any]]] = {
            "request": ("/bookings", wish),
            "group": ("/bookings", wish | also),
            "series": ("/bookings/series", wish | series),
            "series of groups": ("/bookings/series", wish | series | also),
            "quote": ("/bookings/quote", wish | also),
            "wait": ("/waiting", wish | {"minutes": 60}),
            "wait for a group": ("/waiting", wish | also | {"minutes": 60}),
        }
        if chosen:
            asks |= {
                "move": (f"/bookings/{chosen}/move?reach={reach['reach']}", times),
                "extend": (f"/bookings/{chosen}/extend", {"end": times["end"]}),
                "cancel": (f"/bookings/{chosen}/cancel?reach={reach['reach']}", {}),
                "cancel again": (f"/bookings/{chosen}/cancel?reach={reach['reach']}", {}),
            }
        name = chance.choice(list(asks))
        path, body = asks[name]
        answer = client.post(path, json=body)
        own += _made(name, answer)
        yield name, answer


def _made(name: str, answer: httpx2.Response) -> list[str]:
    """Return the bookings that an act made."""
    if not answer.is_success or name in {"quote", "wait", "wait for a group"}:
        return []
    made = answer.json()
    if name.startswith("series"):
        found = [one["booking"] for one in made["items"]]
        return [str(one["id"]) for one in found if one]
    return [str(made["id"])]


def broken(pool: Pool) -> dict[str, int]:
    """Return how often each promise is broken."""
    with transaction(pool, SYSTEM) as tx:
        return {name: len(many(tx, query.encode())) for name, query in BROKEN.items()}
