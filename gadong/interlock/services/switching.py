"""Interlocks at work: what each device is to be told now, what became of what it was told, and who is to know.

Decided and recorded in one transaction a machine, just before it is sent: between what was seen and the order lies
nothing that waits (ADR 13).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.services.evaluation import Book, book
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CentreId, SourceId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.core.store import outbox
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Order, Question
from gadong.dialects.domain.interlock_state import (
    Command,
    Hold,
    Interlock,
    Latch,
    Means,
    Outcome,
    Right,
    Said,
    Seen,
    Standing,
    Verdict,
)
from gadong.interlock.domain.switching_rules import CONFIRM_WITHIN, FRESH, REREAD_AFTER, alarm, decide, judge
from gadong.interlock.store import interlocks
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.store import machines
from gadong.metering.services import metering
from gadong.metering.store import runs

log = logging.getLogger(__name__)

# No heated part of a small shop's machine stays warm for longer; an older reading is of another day.
COOLS_WITHIN = timedelta(hours=12)
# A machine's present run may have begun long ago; beyond this a start is no clue to anything.
RUNS_BACK = timedelta(days=31)
#: What managers are told of each alarm.
LETTERS = {
    "failed": "interlock.failed",
    "defied": "interlock.defied",
    "blocked": "interlock.blocked",
    "unsafe": "interlock.unsafe",
}
# Runs begin on whole seconds (ADR 4); one that begins now counts.
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is to be published now: orders, each with its record; whose word is too old; and who holds an interlock."""

    orders: Sequence[tuple[UUID, Question]] = ()
    stale: frozenset[SourceId] = frozenset()
    held: frozenset[SourceId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One interlock with everything that is known of it."""

    lock: Interlock
    source: Source
    seen: Seen
    verdict: Verdict
    alarm: str | None


def turn(pool: Pool, centre_id: CentreId, *, now: datetime) -> Turn:
    """Settle what was ordered, decide on every interlock of a centre, and record what is to be sent."""
    with transaction(pool, SYSTEM) as tx:
        locks = interlocks.of_centre(tx, centre_id)
    orders: list[tuple[UUID, Question]] = []
    stale: set[SourceId] = set()
    for lock in locks:
        try:
            found = _turn_one(pool, lock, now=now)
        except GadongError as trouble:
            # One machine whose facts cannot be read is not switched, and stands in no other's way.
            log.warning(
                "interlock left alone", extra={"machine": str(lock.machine_id), "reason": str(trouble)}
            )
            continue
        orders += found.orders
        stale |= found.stale
    return Turn(orders=orders, stale=frozenset(stale), held=frozenset(lock.source_id for lock in locks))


@retried
def _turn_one(pool: Pool, lock: Interlock, *, now: datetime) -> Turn:
    with transaction(pool, SYSTEM) as tx:
        machine = machines.by_id(tx, lock.machine_id)
        if machine is None:
            return Turn()
        machines.lock(tx, [machine.id])
        view = look(tx, machine, lock, now=now)
        _tell(tx, machine, view, now=now)
        stale = _to_ask(tx, view, now)
        if not view.verdict.may_command or view.verdict.wanted is None:
            return Turn(stale=stale)
        command = _ordered(view, view.verdict.wanted, now)
        interlocks.issue(tx, command)
        question = _question(view.source, command)
    log.info("interlock ordered", extra={"machine": str(machine.id), "wanted": command.wanted.value})
    return Turn(orders=[(command.id, question)], stale=stale)


def unsent(pool: Pool, command_ids: Sequence[UUID], *, now: datetime) -> None:
    """Orders that found no connection: they are never sent later."""
    with transaction(pool, SYSTEM) as tx:
        for command_id in command_ids:
            interlocks.settle(tx, command_id, Outcome.UNSENT, at=now)


def look(tx: Tx, machine: Machine, lock: Interlock, *, now: datetime) -> View:
    """Everything that is known of an interlock at an instant, its last order settled by what its device said since."""
    source = machines.source(tx, lock.source_id)
    if source is None:
        raise GadongError("The device that holds the interlock is not bound any more")
    means = means_of(source)
    said = interlocks.said(tx, {source.id: means})[source.id]
    commands = _settled(tx, interlocks.latest(tx, [machine.id]).get(machine.id, []), said, now)
    known = book(tx, machine.centre_id, at=now)
    neighbours = {
        other.slug: _standing(tx, other, lock, but=(), now=now)
        for other_id in lock.shares_circuit
        if (other := machines.by_id(tx, other_id))
    }
    but = () if means is Means.MAINS else (source.id,)
    seen = Seen(
        means=means,
        said=said,
        standing=_standing(tx, machine, lock, but=but, now=now),
        right=_right(tx, known, machine, now),
        hold=interlocks.held(tx, [machine.id]).get(machine.id),
        neighbours=neighbours,
        commands=commands,
    )
    verdict = decide(lock, seen, now=now)
    after = _watts_after(tx, machine, seen, now)
    return View(
        lock=lock,
        source=source,
        seen=seen,
        verdict=verdict,
        alarm=alarm(lock, seen, verdict, watts_after=after, now=now),
    )


def means_of(source: Source) -> Means:
    """What a source acts on; GadongError where its dialect cannot be told anything."""
    switch = DIALECTS[source.dialect].switch
    if switch is None:
        raise GadongError(f"A device of the dialect {source.dialect} cannot hold an interlock")
    return switch.means(source.options)


def _settled(tx: Tx, commands: Sequence[Command], said: Said, now: datetime) -> list[Command]:
    """The orders, the last one with what became of it by now."""
    if not commands or commands[0].outcome is not None:
        return list(commands)
    last, *before = commands
    outcome = judge(last, said, now=now)
    if outcome is None:
        return list(commands)
    answered_by = said.message_id if outcome in {Outcome.CONFIRMED, Outcome.CONTRADICTED} else None
    interlocks.settle(tx, last.id, outcome, at=now, answered_by=answered_by)
    return [replace(last, outcome=outcome, settled_at=now, answered_by=answered_by), *before]


def _right(tx: Tx, known: Book, machine: Machine, now: datetime) -> Right:
    if not known.rules(machine, now).needs_booking:
        return Right(needs_booking=False)
    return interlocks.come(tx, [machine.id]).get(machine.id, Right())


def _standing(
    tx: Tx, machine: Machine, lock: Interlock, *, but: Sequence[SourceId], now: datetime
) -> Standing:
    """How a machine stands by everything that was stored so far; what is due to be derived is derived first."""
    metering.settle(tx, machine)
    bound = machines.sources(tx, machine_id=machine.id)
    past = [
        r for r in runs.of_machine(tx, machine.id, Period(now - RUNS_BACK, now + SECOND)) if r.start <= now
    ]
    last = past[-1] if past and (past[-1].end is None or past[-1].end > now) else None
    meters = [s for s in bound if s.metering.thresholds]
    ids = [s.id for s in bound]
    return Standing(
        state=last.state if last else State.UNKNOWN,
        since=last.start if last else None,
        heard_at=interlocks.heard(tx, machine.id, but=but, since=now - 2 * FRESH, now=now),
        peak_watts=interlocks.drawn(tx, [m.id for m in meters], since=now - lock.quiet, until=now)
        if meters
        else None,
        idle_watts=min(
            (m.metering.thresholds.idle_below for m in meters if m.metering.thresholds), default=None
        ),
        hottest=interlocks.hottest(tx, ids, since=now - COOLS_WITHIN),
        booked=machine.id in interlocks.booked(tx, [machine.id], now),
    )


def _watts_after(tx: Tx, machine: Machine, seen: Seen, now: datetime) -> float | None:
    """What a machine without supply draws: anything is a relay that lies, or one that is bridged."""
    last = seen.commands[0] if seen.commands else None
    if (
        seen.means is not Means.MAINS
        or last is None
        or last.settled_at is None
        or last.wanted is Latch.ENABLED
    ):
        return None
    meters = [s.id for s in machines.sources(tx, machine_id=machine.id) if s.metering.thresholds]
    since = last.settled_at + REREAD_AFTER
    if not meters or now <= since or not interlocks.heard(tx, machine.id, but=(), since=since, now=now):
        return None
    return interlocks.drawn(tx, meters, since=max(since, now - FRESH), until=now)


def _to_ask(tx: Tx, view: View, now: datetime) -> frozenset[SourceId]:
    """The sources whose word is wanted anew: the device's before it gets too old, the machine's before an order."""
    said, found = view.seen.said, set()
    waits = bool(view.seen.commands) and view.seen.commands[0].outcome is None
    if waits or said.at is None or now - said.at > FRESH / 2:
        found.add(view.source.id)
    codes = {p.code for p in view.verdict.obstacles}
    if codes & {"interlock.stale", "interlock.unobserved", "interlock.circuit"}:
        for machine_id in (view.lock.machine_id, *view.lock.shares_circuit):
            found |= {s.id for s in machines.sources(tx, machine_id=machine_id)}
    return frozenset(found)


def _ordered(view: View, wanted: Latch, now: datetime) -> Command:
    seen = view.seen
    hold: Hold | None = seen.hold
    return Command(
        id=new_id(),
        machine_id=view.lock.machine_id,
        centre_id=view.lock.centre_id,
        source_id=view.source.id,
        wanted=wanted,
        why=view.verdict.why,
        seen=_record(seen),
        issued_at=now,
        expires_at=now + CONFIRM_WITHIN,
        booking_id=None if hold else seen.right.booking_id,
        by=hold.by if hold else None,
    )


def _record(seen: Seen) -> Mapping[str, str | float | None]:
    """What was seen before an order, as it is kept with it."""
    standing, said = seen.standing, seen.said
    return {
        "state": standing.state.value,
        "since": standing.since.isoformat() if standing.since else None,
        "heard_at": standing.heard_at.isoformat() if standing.heard_at else None,
        "watts": standing.peak_watts,
        "celsius": standing.hottest,
        "latch": said.latch.value if said.latch else None,
        "said_at": said.at.isoformat() if said.at else None,
    }


def _question(source: Source, command: Command) -> Question:
    switch = DIALECTS[source.dialect].switch
    if switch is None:
        raise AssertionError("means_of has refused it")
    order = Order(id=command.id, latch=command.wanted, expires_at=command.expires_at)
    return switch.command(source.base, source.options, order)


def _tell(tx: Tx, machine: Machine, view: View, *, now: datetime) -> None:
    """Tell managers, once, of what is newly wrong."""
    if interlocks.raise_alarm(tx, machine.id, view.alarm, at=now) and view.alarm:
        outbox.post(
            tx,
            machine.centre_id,
            LETTERS[view.alarm],
            to="managers",
            machine=str(machine.id),
            start=now.isoformat(),
        )
        log.warning("interlock alarm", extra={"machine": str(machine.id), "alarm": view.alarm})
