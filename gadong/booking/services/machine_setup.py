"""Setup of machines: a machine and its own parameters of the rule book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gadong.booking.domain.seating import MAX_SEATS, BookingBeyond
from gadong.booking.services.evaluation import PATIENCE
from gadong.booking.services.rules import rulebook
from gadong.booking.store import bookings, room_seats
from gadong.core.database import END_OF_TIME, Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, new_id
from gadong.core.domain.name import LONGEST_MACHINE, need_name
from gadong.core.domain.problem import Conflict, Invalid
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import MachineObservation, Observed, observed_at
from gadong.machines.services.machines import BEGINNING, MACHINE_SLUG
from gadong.machines.store import machines, observations
from gadong.people.services.accounts import SLUG_WORDS

# As many as somebody moves before a room is made smaller.
MOST_BEYOND = 50


def register(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    slug: str,
    kind: str,
    name_ko: str,
    name_en: str,
    rules: Mapping[str, Any] | None = None,
    observed: Observed = Observed.SIGNAL,
    seats: int = 1,
) -> Machine:
    """Add a machine to a centre.

    `rules` are its own parameters of the rule book, `observed` how its use is known. `seats` above
    one are those of a room that several bookings share.
    """
    permit = who.need(centre, Right.FLOOR_WORK)
    if not MACHINE_SLUG.fullmatch(slug):
        raise Invalid(
            f"A machine's slug is {SLUG_WORDS}, up to 63 characters, not {slug!r}", field="slug"
        )
    rulebook.need_readable(rules or {})
    machine = Machine(
        id=MachineId(new_id()),
        centre_id=centre,
        slug=slug,
        kind=kind,
        name_ko=need_name(name_ko, LONGEST_MACHINE, field="name_ko"),
        name_en=need_name(name_en, LONGEST_MACHINE, field="name_en"),
        seats=seats,
    )
    _need_unobserved(seats, observed)
    with transaction(pool, permit) as tx:
        machines.insert(tx, machine)
        if observed is not Observed.SIGNAL:
            said = MachineObservation(since=BEGINNING, observed=observed)
            observations.insert(
                tx, machine, said, by=who.person_id, recorded_at=recorded_at(tx, centre)
            )
        own = rulebook.Level(machine=machine)
        if rules:
            rulebook.change_in(tx, who, own, rules, effective_from=BEGINNING, now=datetime.now(UTC))
    return machine


def change_seats(pool: Pool, who: Caller, machine: Machine, seats: int, *, now: datetime) -> None:
    """Say how many seats a room has, of which several bookings take some each.

    Raise Conflict where signals or a ledger observe it now or later. Raise Conflict also where
    bookings to come hold a seat that would go, or share a room that would have one.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        machines.lock(tx, [machine.id], patience=PATIENCE)
        known = observations.of_machine(tx, machine.id, recorded_before=END_OF_TIME)
        for word in (observed_at(known, now), *(o.observed for o in known if o.since > now)):
            _need_unobserved(seats, word)
        # A machine of one seat may be observed, and its seconds are each one booking's (ADR 27).
        if seats == 1 and bookings.is_shared(tx, machine.id, at=now):
            raise Conflict(
                "Bookings to come hold a seat that would go; move them first", field="seats"
            )
        machines.set_seats(tx, machine.id, seats)


def beyond_seats(
    pool: Pool, who: Caller, machine: Machine, seats: int, *, now: datetime
) -> list[BookingBeyond]:
    """Return the bookings to come that need more seats of a room than so many, by their start."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        return room_seats.beyond(tx, machine.id, seats, at=now, most=MOST_BEYOND)


def _need_unobserved(seats: int, observed: Observed) -> None:
    """Raise for seats that are out of bounds, and for several where a machine is observed."""
    if not 1 <= seats <= MAX_SEATS:
        raise Invalid(f"A room has 1 to {MAX_SEATS} seats", field="seats", limit=MAX_SEATS)
    if seats > 1 and observed is not Observed.NEITHER:
        raise Conflict(
            "Only a room that nothing observes has several seats; declare it as neither observed "
            "by signals nor by a ledger first",
            field="seats",
        )
