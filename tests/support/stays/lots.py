"""A lot of stored goods in November, and its good of a tariff."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.billing.domain.rating.stretch import Stretch
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId, LotId, LotMoveId, PersonId, UnitId
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import Lot, LotMove

#: A good by the piece, as tariffs are sent.
PALLET_DAY = {
    "code": "pallet-day",
    "name_ko": "파렛트·일",
    "name_en": "Pallet-day",
    "measure": "ea",
    "price": "1500",
}

KST = ZoneInfo("Asia/Seoul")
WHOLE = Month(2026, 11).period(KST)
NOVEMBER = Stretch(WHOLE, WHOLE)
DAYS = Days.of_month(Month(2026, 11))
LATER = datetime(2027, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=1)


def day(number: int) -> date:
    """Return a day of November, or so many before and after it."""
    return date(2026, 11, 1) + timedelta(days=number - 1)


def lot(*moves: tuple[int, int], undone: int | None = None) -> Lot:
    """Return a lot by the days of November and what came or went; one move may be taken back."""
    made = [
        LotMove(
            id=LotMoveId(UUID(int=n + 10)),
            moved_on=day(number),
            change=change,
            place="A-3" if not n else "",
            note="",
            reverses=None,
            recorded_by=PersonId(NOBODY),
            recorded_at=LATER,
        )
        for n, (number, change) in enumerate(moves)
    ]
    if undone is not None:
        made.append(replace(made[undone], id=LotMoveId(NOBODY), reverses=made[undone].id))
    return Lot(
        id=LotId(NOBODY),
        centre_id=CentreId(NOBODY),
        unit_id=UnitId(NOBODY),
        unit="냉장고",
        company_id=CompanyId(NOBODY),
        good="pallet-day",
        name="수삼",
        recorded_by=PersonId(NOBODY),
        recorded_at=LATER,
        moves=tuple(made),
    )
