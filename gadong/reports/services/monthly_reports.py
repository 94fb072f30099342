"""Reports of months and years: 가동률 and related figures, from the ledgers of the statements.

A past month is kept as derived figures for its year: each night, or when it is asked for before.
The last two are computed again each night, the running one each hour, and any month on request.
Each is reported with the instant of its facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from gadong.billing.services.proof import signal_reach, signal_retention
from gadong.billing.services.statement_document import month_named
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import Session
from gadong.booking.services.machine_ledger import open_ledger
from gadong.core.database import Pool, Tx, cutoff, transaction
from gadong.core.domain.access import SYSTEM, Caller, Permit, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.money import shared
from gadong.core.domain.period import Period, total_seconds
from gadong.core.domain.problem import Forbidden, Invalid, NotFound
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.store import company_categories, people
from gadong.reports.domain.monthly_report import (
    NO_CATEGORY,
    CompanyUse,
    MachineMonth,
    MonthFigures,
)
from gadong.reports.services import kept_months
from gadong.reports.services.centre_reports import Report, ReportedTime, reports
from gadong.reports.services.kept_months import KnownMonth
from gadong.reports.services.machine_rows import machine_row, read_common

# Late messages and decisions change this many of the last months, which are computed again each
# night.
NIGHTLY_MONTHS = 2
CAME = frozenset({Presence.SHOWED, Presence.UNVERIFIABLE})


def of_month(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    month: str,
    *,
    is_fresh: bool = False,
    now: datetime,
) -> Report:
    """Return a centre's month up to now (rights: docs/security.md).

    The future is neither standard time nor open time. The running month is as of the last hour, or
    of now where it `is_fresh`. A month whose signals have retired is reported from its kept
    figures, and refused without them.
    """
    permit = who.need(centre_id, Right.REPORT_SEE)
    wanted = month_named(month)
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        centre = _centre(tx, centre_id)
        whole = wanted.period(centre.zone)
        is_running = whole.contains(now) and not is_fresh
        if (is_running or signal_retention.is_retired(tx, centre.id, whole)) and (
            kept := kept_months.of_month(tx, centre, wanted, now=now)
        ):
            return _report(tx, centre, wanted, kept, now)
        figures = _figures(tx, centre, wanted, before, now)
        return _report(tx, centre, wanted, (figures, before), now)


def of_year(pool: Pool, who: Caller, centre_id: CentreId, year: int, *, now: datetime) -> Report:
    """Return a centre's year up to now, from its kept months.

    A month that is not kept is computed, and kept once it is over.
    """
    permit = who.need(centre_id, Right.REPORT_SEE, Right.FIGURES_SEE)
    with transaction(pool, permit) as tx:
        centre = _centre(tx, centre_id)
    return _of_centres(pool, permit, [centre], year, None, now=now)[0]


def of_centres(
    pool: Pool, who: Caller, year: int, *, month: str | None = None, now: datetime
) -> list[Report]:
    """Return the year, or a month of it, of every centre whose figures the caller sees, by slug."""
    rights = Right.REPORT_SEE, Right.FIGURES_SEE
    with transaction(pool, who.reach()) as tx:
        seen = [c for c in people.centres(tx) if who.may(c.id, *rights)]
    if not seen:
        raise Forbidden
    permit = who.need_each([c.id for c in seen], *rights)
    return _of_centres(pool, permit, seen, year, month, now=now)


def refresh(pool: Pool, who: Caller, centre_id: CentreId, month: str, *, now: datetime) -> Report:
    """Compute a past month again and keep it for the year's report; for managers.

    Refused where signals of the month have retired: the kept figures are better than new ones
    without them.
    """
    permit = who.need(centre_id, Right.REPORT_SEE)
    wanted = month_named(month)
    with transaction(pool, permit) as tx:
        centre = _centre(tx, centre_id)
    made = _made(pool, centre, wanted, now)
    with transaction(pool, permit) as tx:
        return _report(tx, centre, wanted, made, now)


def keep_months(tx: Tx, centre: Centre, *, recorded_before: datetime, now: datetime) -> int:
    """Compute the last past months again, and those of their year that are not kept.

    Return their number. For the scheduler: after an upgrade nobody waits for the year's report.
    """
    last = [Month.of(now, centre.zone).previous]
    while len(last) < NIGHTLY_MONTHS:
        last.append(last[-1].previous)
    year = [Month(last[0].year, number) for number in range(1, last[0].number + 1)]
    periods = {month: month.period(centre.zone) for month in year}
    kept = kept_months.of_months(tx, {centre: year}, now=now)
    retired = signal_reach.retired_periods(tx, {centre.id: periods.values()})
    missing = [
        m for m in year if (centre.id, m) not in kept and (centre.id, periods[m]) not in retired
    ]
    computed = list(dict.fromkeys([*last, *missing]))
    for month in computed:
        figures = _figures(tx, centre, month, recorded_before, now)
        kept_months.keep(tx, centre, figures, recorded_before)
    return len(computed)


def keep_running(tx: Tx, centre: Centre, *, recorded_before: datetime) -> Month:
    """Compute the running month up to an instant, keep it and return it. For the scheduler."""
    month = Month.of(recorded_before, centre.zone)
    figures = _figures(tx, centre, month, recorded_before, recorded_before)
    kept_months.keep(tx, centre, figures, recorded_before)
    return month


def _of_centres(
    pool: Pool,
    permit: Permit,
    centres: Sequence[Centre],
    year: int,
    month: str | None,
    *,
    now: datetime,
) -> list[Report]:
    """Return the year, or a month of it, of each centre.

    What is kept is read for all centres at once: the statements for fifty are those for one.
    """
    names = [month] if month else [f"{year:04d}-{number:02d}" for number in range(1, 13)]
    months = [month_named(name) for name in names]
    begun = {c: [m for m in months if m.period(c.zone).start < now] for c in centres}
    if not all(begun.values()):
        raise Invalid(f"{month or year} has not begun", field="month" if month else "year")
    with transaction(pool, permit) as tx:
        kept = kept_months.of_months(tx, begun, now=now)
    reported = [
        ReportedTime(
            centre=centre,
            months=[kept.get((centre.id, m)) or _made(pool, centre, m, now) for m in begun[centre]],
            now=now,
        )
        for centre in centres
    ]
    with transaction(pool, permit) as tx:
        return reports(tx, month or str(year), reported)


def _report(tx: Tx, centre: Centre, month: Month, known: KnownMonth, now: datetime) -> Report:
    return reports(tx, str(month), [ReportedTime(centre=centre, months=[known], now=now)])[0]


def _made(pool: Pool, centre: Centre, month: Month, now: datetime) -> KnownMonth:
    before = cutoff(pool, centre.id)
    with transaction(pool, SYSTEM) as tx:
        figures = _figures(tx, centre, month, before, now)
        if month.period(centre.zone).end <= now:
            kept_months.keep(tx, centre, figures, before)
    return figures, before


def _figures(tx: Tx, centre: Centre, month: Month, before: datetime, now: datetime) -> MonthFigures:
    """Compute the month up to now by machine and company, from facts recorded before the
    instant.
    """
    whole = month.period(centre.zone)
    if whole.start >= now:
        return MonthFigures(month=str(month), machines=(), uses=())
    signal_retention.need_month(tx, centre.id, whole)
    period = Period(whole.start, min(whole.end, now))
    rows: list[MachineMonth] = []
    every = machines.in_service_since(tx, centre.id, whole.start)
    shared = read_common(tx, centre, every, period, before)
    sessions: Counter[tuple[CompanyId, str]] = Counter()
    seconds: Counter[tuple[CompanyId, str]] = Counter()
    for machine in every:
        ledger = open_ledger(tx, machine, period, recorded_before=before)
        rows.append(machine_row(tx, shared, machine, ledger, period, before))
        for session in ledger.sessions:
            ran = _ran(session, period)
            # Of a room nothing but the booking is known, which counts as its use.
            is_use = session.presence in CAME and period.contains(session.start.start)
            if is_use or ran:
                for company, own in _parts_of(session, ran):
                    key = company, _category(tx, centre, session, company, before)
                    # One use, of the company that booked; the others have their time of it.
                    sessions[key] += is_use and company == session.company_id
                    seconds[key] += own
    uses = tuple(
        CompanyUse(
            company_id=company,
            category=category,
            sessions=count,
            seconds=seconds[company, category],
        )
        for (company, category), count in sorted(
            sessions.items(), key=lambda x: (str(x[0][0]), x[0][1])
        )
    )
    return MonthFigures(month=str(month), machines=tuple(rows), uses=uses)


def _ran(session: Session, period: Period) -> int:
    return sum(
        total_seconds(part for r in usage.runs if (part := r.overlap(period)))
        for usage in session.usages
    )


def _parts_of(session: Session, ran: int) -> list[tuple[CompanyId, int]]:
    """Return each company's part of a session's running time, in the parts in which they pay it."""
    parts = session.booking.parts if session.booking else ()
    if not parts:
        return [(session.company_id, ran)]
    seconds = shared(ran, [part.parts for part in parts])
    return [(part.company_id, own) for part, own in zip(parts, seconds, strict=True)]


def _category(
    tx: Tx, centre: Centre, session: Session, company: CompanyId, before: datetime
) -> str:
    day = session.start.start.astimezone(centre.zone).date()
    known = company_categories.of_company(tx, centre.id, company, recorded_before=before)
    return known.on(day) or NO_CATEGORY


def _centre(tx: Tx, centre_id: CentreId) -> Centre:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre
