"""Public holidays: the country's from an open library, kept as versions, and a centre's own word on
a day.
They are data, not code: in 2026 alone two days became holidays in Korea, and elections come at
short notice. What was known when a statement was computed stays on record
(docs/reference/billing.md#holidays).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from holidays import country_holidays

from gadong.billing.store import sales
from gadong.billing.store.sales import Holiday
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound
from gadong.people.domain.centre import Centre
from gadong.people.store import people

# Centres of other countries would name their own; today every one is in Korea.
COUNTRY = "KR"
LANGUAGE = "ko"
# This year's and the next one's: a tariff is published months ahead, an old month is never priced
# anew.
YEARS_AHEAD = 2


def bring_up_to_date(tx: Tx, *, now: datetime) -> int:
    """Keep what the library says otherwise than was kept, as a new version; how many days
    changed.
    """
    years = range(now.year, now.year + YEARS_AHEAD)
    known = {
        h.day: h
        for h in sales.holidays(
            tx,
            None,
            COUNTRY,
            date(years[0], 1, 1),
            date(years[-1] + 1, 1, 1),
            recorded_before=END_OF_TIME,
        )
    }
    told = dict(country_holidays(COUNTRY, years=years, language=LANGUAGE).items())
    changed = 0
    for day in sorted({*told, *known}):
        was, name = known.get(day), told.get(day)
        if name is not None and (was is None or not was.is_holiday or was.name != name):
            _national(tx, day, name, is_holiday=True)
            changed += 1
        elif name is None and was is not None and was.is_holiday:
            _national(tx, day, was.name, is_holiday=False)
            changed += 1
    return changed


def _national(tx: Tx, day: date, name: str, *, is_holiday: bool) -> None:
    sales.insert_holiday(
        tx, centre_id=None, country=COUNTRY, day=day, name=name, is_holiday=is_holiday, by=None
    )


def set_day(
    tx: Tx, centre: CentreId, day: date, *, name: str, is_holiday: bool, by: PersonId
) -> None:
    """Keep a centre's own rule for a day, before the country's."""
    sales.insert_holiday(
        tx, centre_id=centre, country=COUNTRY, day=day, name=name, is_holiday=is_holiday, by=by
    )


def of_year(pool: Pool, who: Caller, centre: CentreId, year: int) -> list[Holiday]:
    """Return the rules for a centre's days of a year."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        if people.centre(tx, centre) is None:
            raise NotFound
        return sales.holidays(
            tx, centre, COUNTRY, date(year, 1, 1), date(year + 1, 1, 1), recorded_before=END_OF_TIME
        )


def known_to(pool: Pool, centre: Centre, period: Period) -> frozenset[date]:
    """Return a centre's holidays around a period, as known now. For the scheduler."""
    with transaction(pool, SYSTEM) as tx:
        return within(tx, centre, period, recorded_before=END_OF_TIME)


def within(tx: Tx, centre: Centre, period: Period, *, recorded_before: datetime) -> frozenset[date]:
    """Return a centre's holidays around a period, as known before the instant."""
    since = (period.start - timedelta(days=2)).astimezone(centre.zone).date()
    until = (period.end + timedelta(days=2)).astimezone(centre.zone).date()
    found = sales.holidays(tx, centre.id, COUNTRY, since, until, recorded_before=recorded_before)
    return frozenset(h.day for h in found if h.is_holiday)
