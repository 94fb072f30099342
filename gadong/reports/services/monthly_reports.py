"""Reports of months and years: 가동률 and related figures, from the ledgers of the statements.

A past month is computed on request, and kept as derived figures for its year. The last two are
computed again each night, the running one each hour, and any month on request. Each is reported
with the instant of its facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.billing.services.proof import signal_retention
from gadong.billing.services.statement_document import month_named
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import Session
from gadong.booking.services.machine_ledger import open_ledger
from gadong.core.database import Pool, Tx, cutoff, once, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
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
    Supported,
    supported,
)
from gadong.reports.services import kept_months
from gadong.reports.services.category_texts import CategoryTexts, category_texts
from gadong.reports.services.income import Income, of_months
from gadong.reports.services.machine_rows import machine_row, read_common
from gadong.reports.store import monthly_reports
from gadong.satisfaction.services import figures as figures_of_answers
from gadong.satisfaction.services.figures import SatisfactionRow

# Late messages and decisions change this many of the last months, which are computed again each
# night.
NIGHTLY_MONTHS = 2
CAME = frozenset({Presence.SHOWED, Presence.UNVERIFIABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Some months of a centre.

    `known` has the instant of each month's facts; money is as of now. `classes` names the
    categories.
    """

    centre: Centre
    name: str
    period: Period
    months: Sequence[MonthFigures]
    known: Sequence[datetime]
    income: Sequence[Income]
    supported: Supported
    classes: CategoryTexts
    satisfaction: SatisfactionRow

    @property
    def as_of(self) -> datetime:
        """Return the instant of its last month's facts; earlier months may be known later."""
        return self.known[-1]


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
        if (is_running or signal_retention.is_retired(tx, whole)) and (
            kept := kept_months.of_month(tx, centre, wanted, now=now)
        ):
            figures, known = kept
            until = known if is_running else now
            return _report(tx, centre, str(wanted), [wanted], [figures], [known], until)
        figures = _figures(tx, centre, wanted, before, now)
        return _report(tx, centre, str(wanted), [wanted], [figures], [before], now)


def of_year(pool: Pool, who: Caller, centre_id: CentreId, year: int, *, now: datetime) -> Report:
    """Return a centre's year up to now, from its kept months.

    A month that is not kept is computed, and kept once it is over.
    """
    return _of_year(pool, who, centre_id, year, None, now=now)


def _of_year(
    pool: Pool, who: Caller, centre_id: CentreId, year: int, month: str | None, *, now: datetime
) -> Report:
    permit = who.need(centre_id, Right.REPORT_SEE, Right.FIGURES_SEE)
    names = [month] if month else [f"{year:04d}-{number:02d}" for number in range(1, 13)]
    months = [month_named(name) for name in names]
    with transaction(pool, permit) as tx:
        centre = _centre(tx, centre_id)
    begun = [m for m in months if m.period(centre.zone).start < now]
    if not begun:
        raise Invalid(f"{month or year} has not begun", field="month" if month else "year")
    found: list[tuple[MonthFigures, datetime]] = []
    for one in begun:
        with transaction(pool, permit) as tx:
            kept = kept_months.of_month(tx, centre, one, now=now)
        found.append(kept or _made(pool, centre, one, now))
    figures, known = [f for f, _ in found], [k for _, k in found]
    # The running month may be as of the last hour; the report then ends there.
    until = min(now, known[-1]) if begun[-1].period(centre.zone).contains(now) else now
    with transaction(pool, permit) as tx:
        return _report(tx, centre, month or str(year), begun, figures, known, until)


def of_centres(
    pool: Pool, who: Caller, year: int, *, month: str | None = None, now: datetime
) -> list[Report]:
    """Return the year, or a month of it, of every centre whose figures the caller sees, by slug."""
    with transaction(pool, who.reach()) as tx:
        seen = [
            c.id for c in people.centres(tx) if who.may(c.id, Right.REPORT_SEE, Right.FIGURES_SEE)
        ]
    if not seen:
        raise Forbidden
    return [_of_year(pool, who, centre, year, month, now=now) for centre in seen]


def refresh(pool: Pool, who: Caller, centre_id: CentreId, month: str, *, now: datetime) -> Report:
    """Compute a past month again and keep it for the year's report; for managers.

    Refused where signals of the month have retired: the kept figures are better than new ones
    without them.
    """
    permit = who.need(centre_id, Right.REPORT_SEE)
    wanted = month_named(month)
    with transaction(pool, permit) as tx:
        centre = _centre(tx, centre_id)
    figures, known = _made(pool, centre, wanted, now)
    with transaction(pool, permit) as tx:
        return _report(tx, centre, month, [wanted], [figures], [known], now)


def keep_months(tx: Tx, centre: Centre, *, recorded_before: datetime, now: datetime) -> int:
    """Compute the last past months again and keep them; return their number. For the scheduler."""
    month = Month.of(now, centre.zone)
    for _ in range(NIGHTLY_MONTHS):
        month = month.previous
        figures = _figures(tx, centre, month, recorded_before, now)
        kept_months.keep(tx, centre, figures, recorded_before)
    return NIGHTLY_MONTHS


def keep_running(tx: Tx, centre: Centre, *, recorded_before: datetime) -> Month:
    """Compute the running month up to an instant, keep it and return it. For the scheduler."""
    month = Month.of(recorded_before, centre.zone)
    figures = _figures(tx, centre, month, recorded_before, recorded_before)
    kept_months.keep(tx, centre, figures, recorded_before)
    return month


def _made(pool: Pool, centre: Centre, month: Month, now: datetime) -> tuple[MonthFigures, datetime]:
    before = cutoff(pool, centre.id)
    with transaction(pool, SYSTEM) as tx:
        figures = _figures(tx, centre, month, before, now)
        if month.period(centre.zone).end <= now:
            kept_months.keep(tx, centre, figures, before)
    return figures, before


def _report(
    tx: Tx,
    centre: Centre,
    name: str,
    months: Sequence[Month],
    figures: Sequence[MonthFigures],
    known: Sequence[datetime],
    now: datetime,
) -> Report:
    start, end = months[0].period(centre.zone).start, months[-1].period(centre.zone).end
    period = Period(start, min(end, now)) if start < now else Period(start, end)
    year_before = Period(start.replace(year=start.year - 1, day=1), start)
    return Report(
        centre=centre,
        name=name,
        period=period,
        months=figures,
        known=known,
        income=of_months(tx, centre, [str(m) for m in months]),
        supported=supported(figures, monthly_reports.came(tx, centre.id, year_before)),
        classes=category_texts(tx, centre.id),
        satisfaction=figures_of_answers.of_time(tx, centre.id, name),
    )


def _figures(tx: Tx, centre: Centre, month: Month, before: datetime, now: datetime) -> MonthFigures:
    """Compute the month up to now by machine and company, from facts recorded before the
    instant.
    """
    whole = month.period(centre.zone)
    if whole.start >= now:
        return MonthFigures(month=str(month), machines=(), uses=())
    signal_retention.need_month(tx, whole)
    period = Period(whole.start, min(whole.end, now))
    rows: list[MachineMonth] = []
    every = machines.of_centres(tx, [centre.id])
    shared = read_common(tx, centre, every, period, before)
    sessions: Counter[tuple[CompanyId, str]] = Counter()
    seconds: Counter[tuple[CompanyId, str]] = Counter()
    for machine in every:
        if machine.retired_at is not None and machine.retired_at <= whole.start:
            continue
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
    known = once(
        tx,
        ("categories", centre.id, company, before),
        lambda: company_categories.of_company(tx, centre.id, company, recorded_before=before),
    )
    return known.on(day) or NO_CATEGORY


def _centre(tx: Tx, centre_id: CentreId) -> Centre:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre
