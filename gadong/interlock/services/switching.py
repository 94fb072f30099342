"""Decisions on interlocks: commands that are due, outcomes of earlier ones, and alarms.

Each machine is decided and recorded in one transaction just before the command is sent. Nothing
that waits lies between the observation and the command (ADR 13).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.clock import write_instant
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
    InterlockDecision,
    InterlockFacts,
    Latch,
    MachineStatus,
    Means,
    Outcome,
    RunRight,
    Said,
)
from gadong.interlock.domain.switching_rules import (
    CONFIRM_WITHIN,
    FRESH,
    REREAD_AFTER,
    alarm,
    decide,
    outcome_of,
)
from gadong.interlock.store import interlocks
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.store import machines
from gadong.metering.services import metering
from gadong.metering.store import runs

log = logging.getLogger(__name__)

# No heated part of a small shop's machine stays warm for longer.
COOLS_WITHIN = timedelta(hours=12)
# A machine's present run may have begun long ago; a start before this decides nothing.
RUNS_BACK = timedelta(days=31)
#: The kind of notice that managers receive for each alarm.
NOTICE_KINDS = {
    "failed": "interlock.failed",
    "defied": "interlock.defied",
    "blocked": "interlock.blocked",
    "unsafe": "interlock.unsafe",
}
# Runs begin on whole seconds (ADR 4); one that begins now counts.
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCommands:
    """Commands and questions to be published now.

    `orders` are commands with their records. `stale` are sources whose last report is too old.
    `held` are sources that hold an interlock.
    """

    orders: Sequence[tuple[UUID, Question]] = ()
    stale: frozenset[SourceId] = frozenset()
    held: frozenset[SourceId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One interlock with the facts and the verdict on it."""

    lock: Interlock
    source: Source
    seen: InterlockFacts
    verdict: InterlockDecision
    alarm: str | None


def decide_commands(pool: Pool, centre_id: CentreId, *, now: datetime) -> DueCommands:
    """Settle earlier commands of a centre, decide on every interlock,
    and record the new commands.
    """
    with transaction(pool, SYSTEM) as tx:
        locks = interlocks.of_centre(tx, centre_id)
    orders: list[tuple[UUID, Question]] = []
    stale: set[SourceId] = set()
    for lock in locks:
        try:
            commands = _decide_machine(pool, lock, now=now)
        except GadongError as trouble:
            # A machine with unreadable facts is not switched and does not delay another.
            log.warning(
                "interlock left alone",
                extra={"machine": str(lock.machine_id), "reason": str(trouble)},
            )
            continue
        orders += commands.orders
        stale |= commands.stale
    return DueCommands(
        orders=orders, stale=frozenset(stale), held=frozenset(lock.source_id for lock in locks)
    )


@retried
def _decide_machine(pool: Pool, lock: Interlock, *, now: datetime) -> DueCommands:
    with transaction(pool, SYSTEM) as tx:
        machine = machines.by_id(tx, lock.machine_id)
        if machine is None:
            return DueCommands()
        machines.lock(tx, [machine.id])
        view = evaluate_interlock(tx, machine, lock, now=now)
        _notify_managers(tx, machine, view, now=now)
        stale = _sources_to_ask(tx, view, now)
        if not view.verdict.may_command or view.verdict.wanted is None:
            return DueCommands(stale=stale)
        command = _new_command(view, view.verdict.wanted, now)
        interlocks.insert_command(tx, command)
        question = _question(view.source, command)
    log.info(
        "interlock ordered", extra={"machine": str(machine.id), "wanted": command.wanted.value}
    )
    return DueCommands(orders=[(command.id, question)], stale=stale)


def unsent(pool: Pool, command_ids: Sequence[UUID], *, now: datetime) -> None:
    """Record that commands found no connection; they are never sent later."""
    with transaction(pool, SYSTEM) as tx:
        for command_id in command_ids:
            interlocks.settle(tx, command_id, Outcome.UNSENT, at=now)


def evaluate_interlock(tx: Tx, machine: Machine, lock: Interlock, *, now: datetime) -> View:
    """Return all facts of an interlock at an instant, after settling its last command."""
    source = machines.source(tx, lock.source_id)
    if source is None:
        raise GadongError("The device that holds the interlock is not bound any more")
    means = means_of(source)
    said = interlocks.device_reports(tx, {source.id: means})[source.id]
    commands = _settled(
        tx, interlocks.latest_commands(tx, [machine.id]).get(machine.id, []), said, now
    )
    rule_book = book(tx, machine.centre_id, at=now)
    neighbours = {
        other.slug: _standing(tx, other, lock, excluding=(), now=now)
        for other_id in lock.shares_circuit
        if (other := machines.by_id(tx, other_id))
    }
    excluding = () if means is Means.MAINS else (source.id,)
    seen = InterlockFacts(
        means=means,
        said=said,
        standing=_standing(tx, machine, lock, excluding=excluding, now=now),
        right=_right(tx, rule_book, machine, now),
        hold=interlocks.current_holds(tx, [machine.id]).get(machine.id),
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
    """Return what a source acts on; raise GadongError if its dialect takes no commands."""
    switch = DIALECTS[source.dialect].switch
    if switch is None:
        raise GadongError(f"A device of the dialect {source.dialect} cannot hold an interlock")
    return switch.means(source.options)


def _settled(tx: Tx, commands: Sequence[Command], said: Said, now: datetime) -> list[Command]:
    """Return the commands, the last one with its outcome by now."""
    if not commands or commands[0].outcome is not None:
        return list(commands)
    last, *before = commands
    outcome = outcome_of(last, said, now=now)
    if outcome is None:
        return list(commands)
    answered_by = said.message_id if outcome in {Outcome.CONFIRMED, Outcome.CONTRADICTED} else None
    interlocks.settle(tx, last.id, outcome, at=now, answered_by=answered_by)
    return [replace(last, outcome=outcome, settled_at=now, answered_by=answered_by), *before]


def _right(tx: Tx, rule_book: Book, machine: Machine, now: datetime) -> RunRight:
    if not rule_book.rules(machine, now).needs_booking:
        return RunRight(needs_booking=False)
    return interlocks.checked_in_rights(tx, [machine.id]).get(machine.id, RunRight())


def _standing(
    tx: Tx, machine: Machine, lock: Interlock, *, excluding: Sequence[SourceId], now: datetime
) -> MachineStatus:
    """Return the machine's state by all stored signals, deriving due runs first."""
    metering.settle(tx, machine)
    bound = machines.sources(tx, machine_id=machine.id)
    past = [
        r
        for r in runs.of_machine(tx, machine.id, Period(now - RUNS_BACK, now + SECOND))
        if r.start <= now
    ]
    last = past[-1] if past and (past[-1].end is None or past[-1].end > now) else None
    meters = [s for s in bound if s.metering.thresholds]
    ids = [s.id for s in bound]
    return MachineStatus(
        state=last.state if last else State.UNKNOWN,
        since=last.start if last else None,
        heard_at=interlocks.last_report_at(
            tx, machine.id, excluding=excluding, since=now - 2 * FRESH, now=now
        ),
        peak_watts=interlocks.max_power(
            tx, [m.id for m in meters], since=now - lock.quiet, until=now
        )
        if meters
        else None,
        idle_watts=min(
            (m.metering.thresholds.idle_below for m in meters if m.metering.thresholds),
            default=None,
        ),
        hottest=interlocks.max_temperature(tx, ids, since=now - COOLS_WITHIN),
        booked=machine.id in interlocks.booked_machines(tx, [machine.id], now),
    )


def _watts_after(tx: Tx, machine: Machine, seen: InterlockFacts, now: datetime) -> float | None:
    """Return the power drawn without supply: any load means a false or bridged relay."""
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
    if (
        not meters
        or now <= since
        or not interlocks.last_report_at(tx, machine.id, excluding=(), since=since, now=now)
    ):
        return None
    return interlocks.max_power(tx, meters, since=max(since, now - FRESH), until=now)


def _sources_to_ask(tx: Tx, view: View, now: datetime) -> frozenset[SourceId]:
    """Return the sources whose state is to be asked for again.

    The device is asked before its report is too old, the machine's sources before a command.
    """
    said, source_ids = view.seen.said, set()
    waits = bool(view.seen.commands) and view.seen.commands[0].outcome is None
    if waits or said.at is None or now - said.at > FRESH / 2:
        source_ids.add(view.source.id)
    codes = {p.code for p in view.verdict.obstacles}
    if codes & {"interlock.stale", "interlock.unobserved", "interlock.circuit"}:
        for machine_id in (view.lock.machine_id, *view.lock.shares_circuit):
            source_ids |= {s.id for s in machines.sources(tx, machine_id=machine_id)}
    return frozenset(source_ids)


def _new_command(view: View, wanted: Latch, now: datetime) -> Command:
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


def _record(seen: InterlockFacts) -> Mapping[str, str | float | None]:
    """Return the observation as the command's record keeps it."""
    standing, said = seen.standing, seen.said
    return {
        "state": standing.state.value,
        "since": write_instant(standing.since) if standing.since else None,
        "heard_at": write_instant(standing.heard_at) if standing.heard_at else None,
        "watts": standing.peak_watts,
        "celsius": standing.hottest,
        "latch": said.latch.value if said.latch else None,
        "said_at": write_instant(said.at) if said.at else None,
    }


def _question(source: Source, command: Command) -> Question:
    switch = DIALECTS[source.dialect].switch
    if switch is None:
        raise AssertionError("means_of has refused it")
    order = Order(id=command.id, latch=command.wanted, expires_at=command.expires_at)
    return switch.command(source.base, source.options, order)


def _notify_managers(tx: Tx, machine: Machine, view: View, *, now: datetime) -> None:
    """Notify managers once of a new alarm."""
    if interlocks.raise_alarm(tx, machine.id, view.alarm, at=now) and view.alarm:
        outbox.add(
            tx,
            machine.centre_id,
            NOTICE_KINDS[view.alarm],
            to="managers",
            machine=str(machine.id),
            start=write_instant(now),
        )
        log.warning("interlock alarm", extra={"machine": str(machine.id), "alarm": view.alarm})
