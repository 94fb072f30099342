"""Rounds of monthly applications: opened with a committed seed, listed, and verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from gadong.booking.domain.applications import draw
from gadong.booking.domain.applications.draw import DrawDifference, MonthlyApplication, Round
from gadong.booking.domain.applications.window import Window, open_window
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.store import applications
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.problem import NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.store import people

# As many bits as the digest that is published has.
SEED_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawVerification:
    """A draw that was repeated: the differences, and the applications that were drawn."""

    round: Round
    applications: Sequence[MonthlyApplication]
    differences: Sequence[DrawDifference]

    @property
    def holds(self) -> bool:
        """Return whether drawing again with the kept seed gives the kept result."""
        return not self.differences


def open_due(tx: Tx, *, now: datetime) -> int:
    """Open the rounds whose window is open; return how many were opened."""
    opened = 0
    for centre in people.centres(tx):
        known = book(tx, centre.id, at=now)
        if not known.knows_applications:
            continue
        for machine in machines.of_centres(tx, [centre.id]):
            window = open_window(known.rules(machine, now), centre.zone, now)
            if window and machine.retired_at is None:
                opened += _open(tx, machine, window, now=now)
    return opened


def current(tx: Tx, machine: Machine, window: Window, *, now: datetime) -> Round:
    """Return the round of a machine's open window, opened by whoever needs it first."""
    _open(tx, machine, window, now=now)
    found = applications.round_of(tx, machine.id, window.month)
    if found is None:
        raise NotFound
    return found


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[Round]:
    """Return a centre's rounds, the latest month first, for everybody who books there."""
    with transaction(pool, who.need_entry(centre)) as tx:
        return applications.rounds(tx, centre)


def find(pool: Pool, who: Caller, round_id: UUID) -> Round:
    """Return one round, for everybody who books at its centre."""
    with transaction(pool, who.reach()) as tx:
        found = applications.round_by_id(tx, round_id)
    if found is None or not who.may_enter(found.centre_id):
        raise NotFound("There is no such round that you may see")
    return found


def verify(pool: Pool, who: Caller, round_id: UUID) -> DrawVerification:
    """Repeat a round's draw from its seed and its applications; for the desk and auditors."""
    found = find(pool, who, round_id)
    with transaction(pool, who.need(found.centre_id, Right.DESK_SEE)) as tx:
        held = applications.round_by_id(tx, round_id) or found
        applied = applications.of_round(tx, round_id)
    return DrawVerification(
        round=held, applications=applied, differences=draw.differences(held, applied)
    )


def _open(tx: Tx, machine: Machine, window: Window, *, now: datetime) -> bool:
    if applications.round_of(tx, machine.id, window.month):
        return False
    seed = token_bytes(SEED_BYTES)
    rules = book(tx, machine.centre_id, at=now).rules(machine, now)
    made = Round(
        id=new_id(),
        centre_id=machine.centre_id,
        machine_id=machine.id,
        month=window.month,
        period=window.period,
        ordering=rules.application_order,
        seed_digest=draw.digest_of(seed),
        committed_at=now,
    )
    return applications.open_round(tx, made, seed)
