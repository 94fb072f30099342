"""A machine's ledger: its runs, whose they were, and the sessions they make, from facts as known at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.domain.access import Caller
from gadong.domain.attribution import Limits, Owner, Usage, Witnesses, attribute
from gadong.domain.ids import BookingId, CompanyId, DecisionId, new_id
from gadong.domain.machine import Machine, Source
from gadong.domain.metering import Run
from gadong.domain.period import Period
from gadong.domain.problem import Invalid, NotFound
from gadong.domain.session import Session, sessions
from gadong.services import metering
from gadong.store import bookings, check_ins, floor, machines, money, people, policies
from gadong.store.database import Pool, Tx, cutoff, recorded_at, transaction
from gadong.store.money import Decision

# Activity across a period's edge is read the same from both sides (billing §4.7).
MARGIN = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything that a machine's part in a statement rests on."""

    machine: Machine
    limits: Limits
    sources: Sequence[Source]
    bounds: Period
    runs: Sequence[Run]
    witnesses: Witnesses
    usages: Sequence[Usage]
    sessions: Sequence[Session]

    def unattributed_near(self, periods: Sequence[Period]) -> int:
        """Running seconds that belong to nobody and touch one of the periods."""
        return sum(
            usage.seconds
            for usage in self.usages
            if usage.owner is Owner.NOBODY and any(usage.period.overlap(p) for p in periods)
        )


def open_ledger(tx: Tx, machine: Machine, period: Period, *, recorded_before: datetime) -> Ledger:
    """The ledger of a machine for a period, from what was recorded before the instant and nothing else."""
    bounds = period.widened(before=MARGIN, after=MARGIN)
    limits = policies.limits_at(tx, machine, period.start, recorded_before=recorded_before)
    known, jobs = metering.as_known(tx, machine, bounds, recorded_before=recorded_before)
    closed = floor.closures(tx, machine.centre_id, machine.id, bounds, recorded_before=recorded_before)
    witnesses = Witnesses(
        bookings=bookings.as_known(tx, machine.id, bounds, recorded_before=recorded_before),
        check_ins=check_ins.during(tx, machine.id, bounds, recorded_before=recorded_before),
        maintenance=[p for p, kind in closed if kind == "maintenance"],
        job_starts=jobs,
        reassignments=money.reassignments(tx, machine.id, bounds, recorded_before=recorded_before),
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
        sessions=sessions(machine.id, usages, known, witnesses, limits),
    )


def usages(pool: Pool, who: Caller, machine: Machine, period: Period) -> list[Usage]:
    """Whose a machine's running time was. A company sees its own; managers see all of it."""
    who.need_entry(machine.centre_id)
    if period.length > timedelta(days=92):
        raise Invalid("A period spans at most 92 days", field="until", limit=92)
    now = cutoff(pool, machine.centre_id)
    with transaction(pool) as tx:
        ledger = open_ledger(tx, machine, period, recorded_before=now)
    return [
        usage
        for usage in ledger.usages
        if usage.period.overlap(period)
        and (
            who.may_manage(machine.centre_id)
            or (usage.company_id is not None and usage.company_id in who.companies)
        )
    ]


def reassign(
    pool: Pool,
    who: Caller,
    machine: Machine,
    period: Period,
    *,
    company: CompanyId | None,
    booking: BookingId | None,
    reason: str,
) -> Decision:
    """Decide whose the activity that starts in the period was: a company's, or (None) the centre's own."""
    who.need_manager(machine.centre_id)
    if not reason.strip():
        raise Invalid("A decision needs its reason", field="reason")
    with transaction(pool) as tx:
        if company and company not in {c.id for c in people.companies(tx, machine.centre_id)}:
            raise NotFound("The centre serves no such company")
        if booking:
            booked = bookings.by_id(tx, booking)
            if booked is None or booked.machine_id != machine.id or booked.company_id != company:
                raise Invalid("The booking is not this company's on this machine", field="booking")
        decision = Decision(
            id=DecisionId(new_id()),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            kind="reassign",
            period=period,
            company_id=company,
            booking_id=booking,
            reverses=None,
            reason=reason.strip(),
            decided_by=who.person_id,
            recorded_at=recorded_at(tx, machine.centre_id),
        )
        money.insert_decision(tx, decision)
    return decision


def reverse(pool: Pool, who: Caller, decision_id: DecisionId, *, reason: str) -> Decision:
    """Take a decision back by another one; both stay on record."""
    if not reason.strip():
        raise Invalid("A decision needs its reason", field="reason")
    with transaction(pool) as tx:
        found = money.decision(tx, decision_id)
        if found is None or not who.may_manage(found.centre_id) or found.kind != "reassign":
            raise NotFound
        decision = Decision(
            id=DecisionId(new_id()),
            centre_id=found.centre_id,
            machine_id=found.machine_id,
            kind="reverse",
            period=found.period,
            company_id=found.company_id,
            booking_id=found.booking_id,
            reverses=found.id,
            reason=reason.strip(),
            decided_by=who.person_id,
            recorded_at=recorded_at(tx, found.centre_id),
        )
        money.insert_decision(tx, decision)
    return decision
