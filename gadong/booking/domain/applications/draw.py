"""The draw: the order in which a round's applications are answered, and its verification.

The order follows from the round's seed and from figures of the applications that the round keeps.
Anybody who has these computes the same order (docs/booking.md#monthly-applications).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from gadong.booking.domain.rules.limits import Criterion
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode


class ApplicationState(StrEnum):
    """A stage of an application. All but the first are its end."""

    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The applications for one machine and month.

    `seed_digest` is the SHA-256 of the seed, fixed when the window opens. `seed` is None until the
    draw. `ordering` is the order in force when the window opened.
    """

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    month: Month
    period: Period
    ordering: tuple[Criterion, ...]
    seed_digest: bytes
    committed_at: datetime
    seed: bytes | None = None
    drawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyApplication:
    """An application for a period on a machine.

    The draw writes `rank`, `minutes` and `place`. `rank` is that of the company's category,
    `minutes` the company's booked minutes in the three months before. `place` is the application's
    place in the order. `problems` and `alternatives` are the answer to a refused one.
    """

    id: UUID
    round_id: UUID
    centre_id: CentreId
    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    applied_at: datetime
    state: ApplicationState = ApplicationState.APPLIED
    purpose: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    usage_mode: UsageMode | None = None
    equipment: tuple[str, ...] = ()
    seats: int = 1
    rank: int | None = None
    minutes: int | None = None
    place: int | None = None
    booking_id: BookingId | None = None
    problems: Sequence[Mapping[str, Any]] = ()
    alternatives: Sequence[Mapping[str, Any]] = ()
    may_wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFigures:
    """The figures of an application that decide its place."""

    application: UUID
    applied_at: datetime
    rank: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawDifference:
    """A difference between the kept draw and its repetition.

    `application` is None for the round.
    """

    code: str
    application: UUID | None = None
    kept: int | None = None
    repeated: int | None = None


def digest_of(seed: bytes) -> bytes:
    """Return the digest that is published before the draw."""
    return sha256(seed).digest()


def ticket(seed: bytes, application: UUID) -> bytes:
    """Return the application's lot: the SHA-256 of the seed followed by the id's 16 bytes."""
    return sha256(seed + application.bytes).digest()


def ordered(
    standings: Iterable[DrawFigures], ordering: Sequence[Criterion], seed: bytes
) -> list[DrawFigures]:
    """Return the applications in the order in which they are answered; the lot decides ties."""

    def key(one: DrawFigures) -> tuple[object, ...]:
        return (*(_value(c, one) for c in ordering), ticket(seed, one.application))

    return sorted(standings, key=key)


def differences(held: Round, applications: Iterable[MonthlyApplication]) -> list[DrawDifference]:
    """Repeat the draw of a round, and return every difference from what was kept; none if it holds.

    A round that was not drawn yet, with nothing answered, holds.
    """
    counted = [a for a in applications if a.state is not ApplicationState.WITHDRAWN]
    if held.seed is None:
        early = [a for a in counted if a.state is not ApplicationState.APPLIED]
        return [DrawDifference(code="answered_before_the_draw", application=a.id) for a in early]
    found: list[DrawDifference] = []
    if digest_of(held.seed) != held.seed_digest:
        found.append(DrawDifference(code="seed"))
    unanswered = [a for a in counted if a.state is ApplicationState.APPLIED]
    found += [DrawDifference(code="unanswered", application=a.id) for a in unanswered]
    kept = {a.id: a.place for a in counted}
    repeated = ordered([standing_of(a) for a in counted], held.ordering, held.seed)
    for place, one in enumerate(repeated, start=1):
        if kept[one.application] not in {place, None}:
            found.append(
                DrawDifference(
                    code="place",
                    application=one.application,
                    kept=kept[one.application],
                    repeated=place,
                )
            )
    return found


def standing_of(application: MonthlyApplication) -> DrawFigures:
    """Return the figures that the draw kept of an application."""
    return DrawFigures(
        application=application.id,
        applied_at=application.applied_at,
        rank=application.rank or 0,
        minutes=application.minutes or 0,
    )


def _value(criterion: Criterion, one: DrawFigures) -> object:
    match criterion:
        case Criterion.RANK:
            return one.rank
        case Criterion.FEWEST_MINUTES:
            return one.minutes
        case Criterion.FIRST_COME:
            return one.applied_at
        case Criterion.LOT:
            # The ticket follows every criterion.
            return 0
