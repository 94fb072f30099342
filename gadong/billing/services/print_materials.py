"""Material from the job log: what prints drew in by their printers' own counters, for a manager to
enter.
A manager confirms every entry: counters report nonsense at times, and a scale precedes them
(docs/reference/billing.md#materials).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.billing.services.month_locks import need_chargeable
from gadong.billing.services.sales import good_of, need_explained
from gadong.billing.services.statement_document import month_named, open_ledgers
from gadong.billing.store import sales
from gadong.booking.services.machine_ledger import MARGIN, Ledger, machines_touched
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, EntryId, MessageId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services.archive import reading
from gadong.machines.store import machines
from gadong.metering.domain.filament_use import drawn
from gadong.metering.domain.job import WORD_WITHIN, Result
from gadong.metering.store import counters, runs
from gadong.people.domain.centre import Centre
from gadong.people.services.customers import need_served
from gadong.people.store import people

#: Whose fault it probably was; a manager says.
LIKELY = {Result.FAILED: Spoiled.MACHINE, Result.CANCELLED: Spoiled.USER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A job of a company that is over, and how much filament its printer counted in it.

    `message_id` is the last message of that count: what an entry made of it leads back to.
    """

    machine: Machine
    booking_id: BookingId | None
    period: Period
    name: str | None
    result: Result | None
    millimetres: float
    message_id: MessageId

    @property
    def likely(self) -> Spoiled:
        """Return the likely outcome of the print, by the machine's report."""
        return LIKELY.get(self.result, Spoiled.NO) if self.result else Spoiled.NO


def waiting(
    pool: Pool, who: Caller, *, centre: CentreId, company: CompanyId, month: str
) -> list[Print]:
    """List a company's prints of a month without entered material; for managers."""
    permit = who.need(centre, Right.MONEY_WORK)
    with transaction(pool, permit) as tx:
        return list(_waiting(tx, centre, company, month))


def enter(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    month: str,
    chosen: Mapping[MessageId, Spoiled],
    code: str,
    note: str,
) -> list[SaleEntry]:
    """Enter prints' filament as one of the tariff's, all or none; NotFound if one is entered.

    `chosen` says of each, by its message, whether anything came of it.
    """
    permit = who.need(centre, Right.MONEY_WORK)
    for spoiled in chosen.values():
        need_explained(spoiled, note)
    with transaction(pool, permit) as tx:
        site = people.centre(tx, centre)
        if site is None:
            raise NotFound
        machines.lock(tx, [m.id for m in machines.of_centres(tx, [centre])])
        known = {p.message_id: p for p in _waiting(tx, centre, company, month)}
        if not known.keys() >= chosen.keys():
            raise NotFound("No such print of this company's month waits to be entered")
        made = [
            _entry(tx, who, site, company, known[m], code, spoiled, note)
            for m, spoiled in chosen.items()
        ]
        for entry in made:
            need_chargeable(tx, site, company, entry.at)
            sales.insert_entry(tx, entry)
    return made


def _entry(
    tx: Tx,
    who: Caller,
    site: Centre,
    company: CompanyId,
    found: Print,
    code: str,
    spoiled: Spoiled,
    note: str,
) -> SaleEntry:
    good = good_of(tx, site, code, found.period.end)
    if good.filament is None:
        raise Invalid(f"{code} has no filament's diameter and density in the tariff", field="code")
    return SaleEntry(
        id=EntryId(new_id()),
        centre_id=site.id,
        company_id=company,
        machine_id=found.machine.id,
        booking_id=found.booking_id,
        at=found.period.end,
        code=code,
        quantity=good.filament.milligrams(found.millimetres),
        source=QuantitySource.JOB_LOG,
        spoiled=spoiled,
        amount=None,
        tax_type=None,
        note=note.strip() or (found.name or "")[:200],
        reverses=None,
        recorded_by=who.person_id,
        recorded_at=recorded_at(tx, site.id),
        message_id=found.message_id,
    )


def _waiting(tx: Tx, centre_id: CentreId, company: CompanyId, month: str) -> Iterator[Print]:
    wanted = month_named(month)
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    need_served(tx, centre_id, company)
    period = wanted.period(centre.zone)
    reading.need_signals(tx, centre_id, period)
    wide = period.widened(before=MARGIN, after=MARGIN)
    entered = {
        e.message_id
        for e in sales.entries(tx, centre_id, company, period, recorded_before=END_OF_TIME)
    }
    touched = machines_touched(tx, centre_id, company, period, END_OF_TIME)
    ledgers = open_ledgers(tx, touched, period, END_OF_TIME, of=company)
    found = [p for ledger in ledgers for p in _prints(tx, ledger, wide, period)]
    yield from sorted(
        (p for p in found if p.message_id not in entered), key=lambda p: (p.period, p.machine.slug)
    )


def _prints(tx: Tx, ledger: Ledger, wide: Period, month: Period) -> Iterator[Print]:
    """Yield the company's jobs on a machine that ended in the month and drew in filament."""
    every = runs.jobs_of_machine(tx, ledger.machine.id, wide)
    for job, following in zip_longest(every, every[1:]):
        session = next(
            (s for s in ledger.sessions for u in s.usages if u.period.contains(job.start)), None
        )
        if session is None or job.end is None or not month.contains(job.end):
            continue
        last = min(job.end + WORD_WITHIN, following.start if following else END_OF_TIME)
        said = counters.readings(
            tx, ledger.machine.id, Period(job.start - MARGIN, last), [Channel.FILAMENT_MM]
        )
        if counted := drawn(said.values(), since=job.start):
            yield Print(
                machine=ledger.machine,
                booking_id=session.booking.id if session.booking else None,
                period=Period(job.start, job.end),
                name=job.name,
                result=job.result,
                millimetres=counted.millimetres,
                message_id=counted.message_id,
            )
