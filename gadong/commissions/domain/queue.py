"""The order in which a laboratory works, its load, and how long its work took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from gadong.billing.domain.tariff_terms import Measure
from gadong.commissions.domain.commission import IN_WORK, Commission


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodLoad:
    """The quantity of a good that lies before a laboratory, and in how many cases."""

    good: str
    name_ko: str
    name_en: str
    measure: Measure
    quantity: Decimal
    commissions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedWork:
    """Instants at which a commission was received and finished, and the day it was due."""

    received_at: datetime
    finished_at: datetime
    finished_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRound:
    """Lengths of commissions from their receipt: the median and the longest.

    `in_time` were finished by their day. Without any both lengths are None.
    """

    commissions: int
    in_time: int
    median: timedelta | None
    longest: timedelta | None


def queued(found: Iterable[Commission]) -> list[Commission]:
    """Return the commissions in work in their order: the urgent first, then by their day."""
    in_work = [one for one in found if one.state in IN_WORK]
    return sorted(
        in_work,
        key=lambda one: (
            not one.is_urgent,
            one.due_on or date.max,
            one.requested_at,
            one.year,
            one.sequence,
        ),
    )


def load_of(found: Iterable[Commission]) -> list[GoodLoad]:
    """Return what lies before the laboratory: each good in each measure, the most cases first."""
    loads: dict[tuple[str, Measure], GoodLoad] = {}
    for one in found:
        if one.state not in IN_WORK:
            continue
        counted: set[tuple[str, Measure]] = set()
        for item in one.items:
            key = (item.good, item.measure)
            before = loads.get(key)
            loads[key] = GoodLoad(
                good=item.good,
                name_ko=item.name_ko,
                name_en=item.name_en,
                measure=item.measure,
                quantity=item.quantity + (before.quantity if before else 0),
                commissions=(before.commissions if before else 0) + (key not in counted),
            )
            counted.add(key)
    return sorted(loads.values(), key=lambda load: (-load.commissions, load.good))


def turn_round(finished: Sequence[FinishedWork]) -> TurnRound:
    """Return how long finished work took."""
    lengths = [one.finished_at - one.received_at for one in finished]
    return TurnRound(
        commissions=len(lengths),
        in_time=sum(one.finished_on <= one.due_on for one in finished),
        median=timedelta(seconds=median(x.total_seconds() for x in lengths)) if lengths else None,
        longest=max(lengths, default=None),
    )
