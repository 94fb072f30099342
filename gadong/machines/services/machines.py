"""Machines and what is bound to them; what they do now and did before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.booking.domain.booking import Booking
from gadong.booking.services import rulebook
from gadong.booking.store import bookings
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, MessageId, SourceId, new_id
from gadong.core.domain.name import LONGEST_MACHINE, need_name
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.interlock.store import interlocks
from gadong.machines.domain.capability import Abilities
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.store import machines, messages, quarantine
from gadong.machines.store.messages import Meaning, StoredMessage
from gadong.machines.store.quarantine import Quarantined
from gadong.metering.domain.fold import Metering, Run
from gadong.metering.domain.job import Job
from gadong.metering.store import runs
from gadong.metering.store.runs import LiveState
from gadong.people.services.accounts import SLUG_WORDS
from gadong.people.store import people

# A quarter on one screen; longer spans belong to reports.
LONGEST_TIMELINE = timedelta(days=92)
# The same as the constraint machines_slug_form: a level of topics and of addresses.
MACHINE_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# A message this near to a company's booking is about it (the early grace of attribution).
NEAR = timedelta(minutes=15)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A machine and what it does now; `live` is None while nothing was ever heard."""

    machine: Machine
    live: LiveState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What happened on a machine: its runs clipped to the period, and its bookings."""

    machine: Machine
    period: Period
    runs: list[Run]
    jobs: list[Job]
    bookings: list[Booking]


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
) -> Machine:
    """Add a machine to a centre; `rules` are its own parameters of the rule book."""
    permit = who.need(centre, Right.FLOOR_WORK)
    if not MACHINE_SLUG.fullmatch(slug):
        raise Invalid(f"A machine's slug is {SLUG_WORDS}, up to 63 characters, not {slug!r}", field="slug")
    rulebook.need_readable(rules or {})
    machine = Machine(
        id=MachineId(new_id()),
        centre_id=centre,
        slug=slug,
        kind=kind,
        name_ko=need_name(name_ko, LONGEST_MACHINE, field="name_ko"),
        name_en=need_name(name_en, LONGEST_MACHINE, field="name_en"),
    )
    with transaction(pool, permit) as tx:
        machines.insert(tx, machine)
        own = rulebook.Level(machine=machine)
        if rules:
            rulebook.change_in(tx, who, own, rules, effective_from=BEGINNING, now=datetime.now(UTC))
    return machine


def bind(
    pool: Pool,
    who: Caller,
    machine: Machine,
    *,
    dialect: str,
    base: str,
    precedence: int = 100,
    proves_running: bool = False,
    heartbeat: timedelta | None = None,
    thresholds: PowerThresholds | None = None,
    reports_changes: bool | None = None,
    options: Mapping[str, Any] | None = None,
) -> Source:
    """Bind a device to a machine: from now on ingest listens below its base topic."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    known = DIALECTS.get(dialect)
    if known is None:
        raise Invalid(
            f"There is no dialect {dialect}; known are {', '.join(sorted(DIALECTS))}", field="dialect"
        )
    is_contact = known.switch is not None and (options or {}).get("switches") == "contact"
    if known.needs_thresholds and thresholds is None and not is_contact:
        raise Invalid(
            "A power meter needs thresholds: run_above and idle_below, in watts", field="thresholds"
        )
    base = base.strip("/")
    try:
        known.check(options or {})
        prefixes = known.prefixes(base, options or {})
        shared = known.shared(base, options or {})
    except ValueError as trouble:
        raise Invalid(str(trouble), field="options") from trouble
    for prefix in (base, *prefixes, *shared):
        need_topic(prefix)
    source_id = SourceId(new_id())
    metering = Metering(
        source_id=source_id,
        precedence=precedence,
        proves_running=proves_running,
        heartbeat=heartbeat or known.heartbeat,
        thresholds=thresholds,
        reports_changes=known.reports_changes if reports_changes is None else reports_changes,
    )
    source = Source(
        id=source_id,
        centre_id=machine.centre_id,
        machine_id=machine.id,
        dialect=dialect,
        base=base,
        prefixes=prefixes,
        metering=metering,
        options=dict(options or {}),
        shared=shared,
    )
    with transaction(pool, permit) as tx:
        machines.insert_source(tx, source, effective_from=BEGINNING)
    return source


def need_topic(prefix: str) -> None:
    """Raise Invalid for what cannot be the beginning of a topic.

    A broker ends the session of whoever subscribes to a control character: one such source would silence a centre.
    """
    if not 1 <= len(prefix) <= 256:
        raise Invalid("A base topic has 1 to 256 characters", field="base")
    if any(c in prefix for c in "+#"):
        raise Invalid("A base topic has no wildcard", field="base")
    if not prefix.isprintable():
        raise Invalid("A base topic has printable characters only", field="base")
    if prefix.startswith("$"):
        raise Invalid("A base topic does not begin with $: those topics are the broker's own", field="base")


def unbind(pool: Pool, who: Caller, machine: Machine, source_id: SourceId) -> None:
    """End a binding; what the device said stays."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        if source_id not in {s.id for s in machines.sources(tx, machine_id=machine.id)}:
            raise NotFound
        if interlocks.holds(tx, source_id):
            raise Conflict("This device holds the machine's interlock; take that away first")
        machines.retire_source(tx, source_id)


def sources(pool: Pool, who: Caller, machine: Machine) -> list[Source]:
    """What is bound to a machine, for who may see it (docs/security.md)."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return machines.sources(tx, machine_id=machine.id)


def find(pool: Pool, who: Caller, slug: str, *, centre: CentreId | None = None) -> Machine:
    """The machine of that slug that the caller may see; Conflict where several centres have one."""
    with transaction(pool, who.reach()) as tx:
        return find_in(tx, who, slug, centre=centre)


def find_in(tx: Tx, who: Caller, slug: str, *, centre: CentreId | None = None) -> Machine:
    """The same inside a transaction."""
    found = [
        m for m in machines.by_slug(tx, slug) if who.may_enter(m.centre_id) and centre in {None, m.centre_id}
    ]
    if not found:
        raise NotFound(f"There is no machine {slug} that you may see")
    if len(found) > 1:
        raise Conflict(f"Several of your centres have a machine {slug}; name the centre")
    return found[0]


def describe(pool: Pool, who: Caller, machine: Machine, abilities: Abilities) -> None:
    """Say what a machine can do; for managers."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        machines.set_abilities(tx, machine.id, abilities)


def abilities(pool: Pool, who: Caller, machine: Machine) -> Abilities:
    """What a machine can do."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        return machines.abilities(tx, [machine.centre_id]).get(machine.id, Abilities())


def fit_for(
    pool: Pool,
    who: Caller,
    *,
    machine: str | None,
    kind: str | None,
    needs: Abilities,
    centre: CentreId | None,
) -> list[Machine]:
    """The machine of that slug, or every machine of one centre, of the kind if one is named, that serves the needs."""
    if machine:
        return [find(pool, who, machine, centre=centre)]
    with transaction(pool, who.reach()) as tx:
        mine = {c.id for c in people.centres(tx) if who.may_enter(c.id)}
        able = machines.abilities(tx, mine)
        found = [
            m
            for m in machines.of_centres(tx, mine if centre is None else mine & {centre})
            if kind in {None, m.kind} and able[m.id].serve(needs)
        ]
    if not found:
        raise NotFound("There is no such machine that you may see")
    if len({m.centre_id for m in found}) > 1:
        raise Conflict("Several of your centres have such machines; name the centre")
    return found


def seen(pool: Pool, who: Caller, *, centre: CentreId | None = None) -> list[Seen]:
    """The machines the caller may see and what each does now."""
    with transaction(pool, who.reach()) as tx:
        everything = (
            machines.every(tx)
            if who.is_administrator
            else machines.of_centres(tx, who.centres | who.works_at)
        )
        mine = [m for m in everything if centre in {None, m.centre_id}]
        live = runs.live(tx, [m.id for m in mine])
        return [Seen(machine=m, live=_shown(who, m, live.get(m.id))) for m in mine]


def _shown(who: Caller, machine: Machine, live: LiveState | None) -> LiveState | None:
    """A machine's live state without the name of its job, which may be another company's secret."""
    return replace(live, job=None) if live and not who.may(machine.centre_id, Right.FLOOR_SEE) else live


def timeline(pool: Pool, who: Caller, machine: Machine, period: Period, *, now: datetime) -> Timeline:
    """What happened on a machine in a period. Others' bookings are shown to members as taken time only."""
    permit = who.need_entry(machine.centre_id)
    if period.length > LONGEST_TIMELINE:
        raise Invalid("A timeline spans at most 92 days", field="until", limit=92)
    with transaction(pool, permit) as tx:
        found = runs.of_machine(tx, machine.id, period)
        worked = runs.jobs_of_machine(tx, machine.id, period)
        held = bookings.page(
            tx,
            centre_ids=[machine.centre_id],
            company_ids=[],
            machine_id=machine.id,
            during=period,
            before=None,
            most=1000,
        )
    known = Period(period.start, min(period.end, now)) if period.start < now else None
    # A run held into the future by a heartbeat that is owed still lasts.
    shown = [
        replace(run, end=None if run.end and run.end > now else run.end)
        for run in found
        if known and run.clipped(known)
    ]
    return Timeline(
        machine=machine,
        period=period,
        runs=shown,
        jobs=[_named(who, machine, job, held) for job in worked],
        bookings=sorted((b for b in held if b.is_holding), key=lambda b: b.period),
    )


def _named(who: Caller, machine: Machine, job: Job, held: Sequence[Booking]) -> Job:
    """A job with its name only for managers and for whoever had the machine booked then."""
    own = any(
        who.may_see(b.centre_id, b.company_id, Right.FLOOR_SEE)
        and b.period.start < (job.end or b.period.end)
        and job.start < b.period.end
        for b in held
    )
    return job if own or who.may(machine.centre_id, Right.FLOOR_SEE) else replace(job, name=None)


def message(pool: Pool, who: Caller, message_id: MessageId) -> tuple[StoredMessage, list[Meaning]]:
    """A message as the machine sent it, and what it was understood as: the end of every won's trail.

    Managers see every message; a company sees those that speak of the time around its own bookings.
    """
    with transaction(pool, who.reach()) as tx:
        found = messages.message(tx, message_id)
        if found and not who.may(found[0].centre_id, Right.FLOOR_SEE, Right.MONEY_SEE):
            stored = found[0]
            # When it happened, where it says so: a queue may have held it for hours.
            at = found[1][0].event_time if found[1] else stored.received_at
            around = Period(at - NEAR, at + NEAR)
            own = bookings.page(
                tx,
                centre_ids=[],
                company_ids=who.companies,
                machine_id=stored.machine_id,
                during=around,
                before=None,
                most=1,
            )
            found = found if own else None
    if found is None:
        raise NotFound
    return found


def quarantined(
    pool: Pool, who: Caller, centre: CentreId, *, before: tuple[datetime, UUID] | None, most: int
) -> list[Quarantined]:
    """What was not understood, the latest first, for managers."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return quarantine.page(tx, centre, before=before, most=most)
