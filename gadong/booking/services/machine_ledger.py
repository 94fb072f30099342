"""A machine's ledger: its runs, whose they were, and the sessions they make, from facts as known at
an instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.decision import Decision, filled
from gadong.booking.domain.reading_window import enough, held
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import AttributionLimits, Owner, Usage, Witnesses
from gadong.booking.store import booking_history, check_ins, closures, decisions, rulebook
from gadong.core.database import Pool, Tx, cutoff, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.document import canonical
from gadong.core.domain.ids import CentreId, CompanyId, MachineId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.observation import MachineObservation, Observed, observed_at, unobserved
from gadong.machines.services.archive import reading as archive
from gadong.machines.store import machines, observations, register
from gadong.metering.domain.logged_use import overlaid
from gadong.metering.domain.run import Run
from gadong.metering.domain.unobserved_time import UnobservedTime, without_held_words
from gadong.metering.services import metering
from gadong.metering.services.metering import Memory
from gadong.metering.store import logged_uses, runs

# The first margin beyond a period's edges (docs/reference/billing.md#reading-past-a-month). It
# decides nothing: where something crosses both an edge and the margin, the margin grows.
MARGIN = timedelta(hours=48)


# Without slots, so that its bytes can be kept beside its fields: a month's two hundred statements
# hold the facts of the same machines.
@dataclass(frozen=True, kw_only=True)
class MachineFacts:
    """One machine's facts in the bounds that were read: its runs, and everything that says whose
    they were.
    """

    machine: Machine
    limits: AttributionLimits
    sources: tuple[Source, ...]
    bounds: Period
    runs: tuple[Run, ...]
    witnesses: Witnesses
    decisions: tuple[Decision, ...] = ()
    observations: tuple[MachineObservation, ...] = ()
    registration: str = ""

    @cached_property
    def written(self) -> bytes:
        """Return the facts in the one way in which they are written, for digests."""
        return canonical(self)


# Without slots: two hundred companies ask one ledger for their sessions and for its facts.
@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Everything that a machine's part in a statement rests on."""

    machine: Machine
    limits: AttributionLimits
    sources: Sequence[Source]
    bounds: Period
    runs: Sequence[Run]
    witnesses: Witnesses
    usages: Sequence[Usage]
    sessions: Sequence[Session]
    decisions: Sequence[Decision] = ()
    observations: Sequence[MachineObservation] = ()
    registration: str = ""

    @cached_property
    def facts(self) -> MachineFacts:
        """Return what its usages and sessions are derived from.

        The day of the machine's retirement is no fact of a month before.
        """
        return MachineFacts(
            machine=replace(self.machine, retired_at=None),
            limits=self.limits,
            sources=tuple(self.sources),
            bounds=self.bounds,
            runs=tuple(self.runs),
            witnesses=self.witnesses,
            decisions=tuple(self.decisions),
            observations=tuple(self.observations),
            registration=self.registration,
        )

    @cached_property
    def _by_company(self) -> dict[CompanyId, list[Session]]:
        found: dict[CompanyId, list[Session]] = {}
        for session in self.sessions:
            for company in session.companies:
                found.setdefault(company, []).append(session)
        return found

    def sessions_of(self, company_id: CompanyId) -> Sequence[Session]:
        """Return the sessions that are a company's, or that it has a part of, in their order."""
        return self._by_company.get(company_id, ())

    def observed_for(self, session: Session) -> Observed:
        """Return how the machine was observed when the session began."""
        return observed_at(self.observations, session.start.start)

    @property
    def named(self) -> list[Period]:
        """Return the time from each decided activity to the booking that the decision names."""
        booked = {b.id: b.period for b in self.witnesses.bookings}
        return [
            decided.period.hull(booked[decided.booking_id])
            for decided in self.witnesses.reassignments
            if decided.booking_id in booked
        ]

    def unattributed_near(self, periods: Sequence[Period]) -> int:
        """Running seconds that belong to nobody and touch one of the periods."""
        return sum(
            usage.seconds
            for usage in self.usages
            if usage.owner is Owner.NOBODY and any(usage.period.overlap(p) for p in periods)
        )


def derived(facts: MachineFacts, *, of: CompanyId | None = None) -> Ledger:
    """Derive a machine's ledger from its facts, with every company's sessions or those `of` one."""
    usages = attribute(facts.runs, facts.witnesses, facts.limits, bounds=facts.bounds)
    return Ledger(
        machine=facts.machine,
        limits=facts.limits,
        sources=facts.sources,
        bounds=facts.bounds,
        runs=facts.runs,
        witnesses=facts.witnesses,
        usages=usages,
        decisions=facts.decisions,
        observations=facts.observations,
        registration=facts.registration,
        sessions=sessions(
            facts.machine.id, usages, facts.runs, facts.witnesses, facts.limits, of=of
        ),
    )


def open_ledger(
    tx: Tx,
    machine: Machine,
    period: Period,
    *,
    recorded_before: datetime,
    memory: Memory | None = None,
    of: CompanyId | None = None,
    bounds: Period | None = None,
) -> Ledger:
    """Open a machine's ledger for a period, from what was recorded before the instant and nothing
    else.

    Its sessions are every company's, or those `of` one; each that touches the period is there as a
    whole, however long it is. With a `memory` it reads the signals themselves, also where the runs
    of the period are kept. `bounds` are those that an issued document was read in.
    """
    reading = bounds or period.widened(before=MARGIN, after=MARGIN)
    while True:
        ledger = _read(tx, machine, period, reading, recorded_before=recorded_before, memory=memory)
        # Of a presence over an edge, the reading may hold one end or neither.
        edges = [period.start, period.end, reading.start, reading.end]
        present = check_ins.across(tx, machine.id, edges, recorded_before=recorded_before)
        wide = enough(
            reading,
            period,
            ledger.runs,
            ledger.usages,
            ledger.sessions,
            limits=ledger.limits,
            margin=MARGIN,
            links=[*ledger.named, *held(ledger.witnesses), *present],
        )
        if bounds or wide == reading:
            break
        reading = wide
    own = ledger.sessions if of is None else ledger.sessions_of(of)
    return replace(ledger, sessions=own)


def _read(
    tx: Tx,
    machine: Machine,
    period: Period,
    bounds: Period,
    *,
    recorded_before: datetime,
    memory: Memory | None,
) -> Ledger:
    """Read what lies inside the bounds; a session that crosses one of them is cut there."""
    limits = rulebook.limits_at(tx, machine, period.start, recorded_before=recorded_before)
    known, jobs = metering.as_known(
        tx, machine, bounds, recorded_before=recorded_before, memory=memory
    )
    observed = observations.of_machine(tx, machine.id, recorded_before=recorded_before)
    times = _unobserved(tx, machine, observed, known, bounds, recorded_before)
    known = without_held_words(known, times, bounds)
    # A person who came before the bounds may still be there, until the end of their booking.
    arrivals = bounds.widened(before=limits.longest_presence, after=timedelta(0))
    booked = booking_history.as_known(tx, machine.id, arrivals, recorded_before=recorded_before)
    decided = decisions.in_force(
        tx, machine.id, bounds, recorded_before=recorded_before, booking_ids=[b.id for b in booked]
    )
    # An activity may be decided to be of a booking that lies outside the bounds.
    named = {d.booking_id for d in decided if d.booking_id} - {b.id for b in booked}
    if named:
        booked = booking_history.as_known(
            tx, machine.id, arrivals, recorded_before=recorded_before, also=named
        )
    logged = logged_uses.in_force(tx, machine.id, bounds, recorded_before=recorded_before)
    known = overlaid(filled(known, decided), logged, bounds)
    closed = closures.of_machine(
        tx, machine.centre_id, machine.id, bounds, recorded_before=recorded_before
    )
    witnesses = Witnesses(
        bookings=booked,
        check_ins=check_ins.during(tx, machine.id, arrivals, recorded_before=recorded_before),
        maintenance=[p for p, kind in closed if kind == "maintenance"],
        closures=[p for p, _ in closed],
        job_starts=jobs,
        reassignments=decisions.reassignments(decided),
        logged=logged,
    )
    usages = attribute(known, witnesses, limits, bounds=bounds)
    return Ledger(
        machine=machine,
        limits=limits,
        sources=machines.sources(
            tx, machine_id=machine.id, recorded_before=recorded_before, with_retired=True
        ),
        bounds=bounds,
        runs=known,
        witnesses=witnesses,
        usages=usages,
        decisions=decided,
        observations=observed,
        registration=register.of_machine(
            tx, machine.id, recorded_before=recorded_before
        ).nfec_number,
        sessions=sessions(machine.id, usages, known, witnesses, limits),
    )


def _unobserved(
    tx: Tx,
    machine: Machine,
    observed: Sequence[MachineObservation],
    known: Sequence[Run],
    bounds: Period,
    recorded_before: datetime,
) -> list[UnobservedTime]:
    """Return the time without observation by signals into which a known run reaches.

    Each has the first signal since its start, in it or after it.
    """
    parts = [
        part for run in known if run.state is not State.UNKNOWN and (part := run.clipped(bounds))
    ]
    return [
        UnobservedTime(
            period,
            runs.first_signal_within(
                tx, machine.id, Period(period.start, bounds.end), recorded_before=recorded_before
            ),
        )
        for period in unobserved(observed, bounds.end)
        if any(period.overlap(part) for part in parts)
    ]


def _was_active(tx: Tx, machine: Machine, at: datetime, recorded_before: datetime) -> bool:
    """Return whether the machine ran or paused around an instant, as known before another."""
    join_gap = rulebook.limits_at(tx, machine, at, recorded_before=recorded_before).join_gap
    around = Period(at - join_gap, at).widened(before=timedelta(0), after=join_gap)
    # Nothing is kept of so short a stretch.
    known, _ = metering.as_known(tx, machine, around, recorded_before=recorded_before, memory={})
    return any(run.state in {State.RUNNING, State.PAUSED} for run in known)


def machines_touched(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, period: Period, recorded_before: datetime
) -> list[MachineId]:
    """Return the machines on which a company can have sessions that touch the period.

    Where its last booking was over long before, one counts too that still ran as the period began.
    So does one at which somebody was then who checked out later.
    """
    near = period.widened(before=MARGIN, after=MARGIN)
    touched = booking_history.machines_of(tx, centre_id, company_id, near)
    touched += sorted(logged_uses.machines_of(tx, centre_id, company_id, near) - set(touched))
    for machine_id in booking_history.machines_before(tx, centre_id, company_id, near.start):
        machine = machines.by_id(tx, machine_id)
        if (
            machine
            and machine_id not in touched
            and (
                _was_active(tx, machine, near.start, recorded_before)
                or check_ins.across(tx, machine.id, [period.start], recorded_before=recorded_before)
            )
        ):
            touched.append(machine_id)
    return sorted(touched)


def usages(pool: Pool, who: Caller, machine: Machine, period: Period) -> list[Usage]:
    """List the usages of a machine: a company's own, or all for managers."""
    permit = who.need_entry(machine.centre_id)
    if period.length > timedelta(days=92):
        raise Invalid("A period spans at most 92 days", field="until", limit=92)
    now = cutoff(pool, machine.centre_id)
    with transaction(pool, permit) as tx:
        archive.need_signals(tx, machine.centre_id, period, of=machine.id)
        ledger = open_ledger(tx, machine, period, recorded_before=now)
    return [
        usage
        for usage in ledger.usages
        if usage.period.overlap(period)
        and (
            who.may(machine.centre_id, Right.DESK_SEE, Right.MONEY_SEE)
            or (usage.company_id is not None and usage.company_id in who.companies)
        )
    ]
