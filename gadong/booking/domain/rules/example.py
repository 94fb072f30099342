"""An example booking, judged by the rules alone: what a rule means before anybody meets it.

The machine is free and in service. The firm is one for which the machine is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Qualification, Wish
from gadong.booking.domain.rules import policy
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.usage import AttributionLimits
from gadong.core.domain.calendar import Opening
from gadong.core.domain.ids import CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.people.domain.company_profile import CompanyProfile

# No machine, person or firm: rules look at none of their ids.
NOBODY = UUID(int=0)
# The next opening hours are named where the example's day has none: a week has each weekday.
AROUND = timedelta(days=7)
#: Earlier bookings of an example at most: more than any usual limit of a day or of what is ahead.
MOST_EARLIER = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A booking of somebody who holds `earlier` ones of the same length directly before it.

    `is_newcomer` has no training and has accepted no terms, and nothing is known of the firm.
    """

    period: Period
    earlier: int = 0
    is_newcomer: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.earlier <= MOST_EARLIER:
            raise ValueError(f"an example has at most {MOST_EARLIER} earlier bookings")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleOutcome:
    """The meaning of rules for an example: why it is refused, or how it goes on.

    `held` is the time that it keeps from others. A booking that nobody has come to by `no_show_at`
    is a no-show.
    """

    problems: Sequence[Problem]
    is_approved_first: bool
    held: Period
    free_cancellation_until: datetime
    move_until: datetime
    check_in_from: datetime
    no_show_at: datetime


def judge(
    example: Example,
    rules: Rules,
    limits: AttributionLimits,
    *,
    opening: Opening,
    zone: ZoneInfo,
    now: datetime,
) -> ExampleOutcome:
    """Ask every rule about an example, and return what becomes of it."""
    wish, facts = _wish(example, rules), _facts(example, rules, opening, zone, now)
    start = example.period.start
    return ExampleOutcome(
        problems=policy.check(wish, facts, now=now),
        is_approved_first=policy.needs_approval(wish, facts, now),
        held=rules.held(example.period),
        free_cancellation_until=start - rules.free_cancellation,
        move_until=start - rules.move_notice,
        check_in_from=start - limits.early_grace,
        no_show_at=start + limits.no_show_after,
    )


def _wish(example: Example, rules: Rules) -> Wish:
    """Return the example as a request whose form is filled in and names the linked machines."""
    return Wish(
        machine_id=MachineId(NOBODY),
        company_id=CompanyId(NOBODY),
        person_id=PersonId(NOBODY),
        period=example.period,
        answers={question.key: "-" for question in rules.questions},
        together=frozenset(rules.linked),
    )


def _facts(
    example: Example, rules: Rules, opening: Opening, zone: ZoneInfo, now: datetime
) -> Facts:
    trained = Qualification(granted_at=now, used_at=now)
    is_known = not example.is_newcomer
    return Facts(
        rules=rules,
        opened=opening.periods(zone, example.period.widened(before=AROUND, after=AROUND)),
        held=(),
        counted=_earlier(example),
        qualifications=dict.fromkeys(rules.trainings, trained) if is_known else {},
        accepted=frozenset([rules.terms] if rules.terms and is_known else []),
        profile=_fitting(rules, zone, now) if is_known else None,
        zone=zone,
    )


def _earlier(example: Example) -> list[HeldBooking]:
    """Return the person's earlier bookings, one after another up to the example's start."""
    length = example.period.length
    starts = [example.period.start - n * length for n in range(1, example.earlier + 1)]
    return [
        HeldBooking(period=Period(start, start + length), state=BookingState.CONFIRMED)
        for start in starts
    ]


def _fitting(rules: Rules, zone: ZoneInfo, now: datetime) -> CompanyProfile:
    """Return a firm for which the machine is kept."""
    return CompanyProfile(
        since=now.astimezone(zone).date(),
        district=next(iter(rules.eligible_districts or ()), ""),
        sector=next(iter(rules.eligible_sectors or ()), ""),
        workers=rules.eligible_workers,
    )
