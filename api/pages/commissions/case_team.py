"""The people and machine times of a case, as its page shows and asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.frame.layout import Look
from gadong.booking.services import timeline
from gadong.commissions.domain.commission import OVER, Commission
from gadong.commissions.domain.commission_assignment import CommissionAssignment
from gadong.commissions.services import commission_assignments
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import MachineId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTeam:
    """The assignments of a case; and who and what may be added, while `is_open`."""

    assignments: Sequence[CommissionAssignment]
    is_open: bool
    workers: Sequence[tuple[PersonId, str]] = ()
    machines: Mapping[MachineId, str]


def team_of(there: Look, pool: Pool, found: Commission) -> CaseTeam:
    """Return who works on a case, for who sees the desk of its centre."""
    works = there.who.may(found.centre_id, Right.DESK_WORK)
    is_open = works and found.state not in OVER
    hall = timeline.seen(pool, there.who, centre=found.centre_id) if is_open else []
    return CaseTeam(
        assignments=commission_assignments.of_commission(pool, there.who, found.id),
        is_open=is_open,
        workers=commission_assignments.workers(pool, there.who, found.id) if is_open else [],
        machines={
            seen.machine.id: there.words.either(seen.machine.name_ko, seen.machine.name_en)
            for seen in hall
            if seen.machine.retired_at is None
        },
    )
