"""Who was trained for what, and when the floor is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gadong.booking.domain.booking_request import Qualification
from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period, to_range

SQL = statements(__file__)


def qualifications(
    tx: Tx, centre_id: CentreId, person_id: PersonId, *, kind: str
) -> dict[str, Qualification]:
    """What the person was trained for; `used_at` is when they last came to a machine of the kind."""
    rows = many(tx, SQL["qualifications"], centre_id=centre_id, person_id=person_id, kind=kind)
    return {row.pop("code"): Qualification(**row) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who was trained for something."""

    person_id: PersonId
    name: str
    code: str
    qualification: Qualification


def holders(tx: Tx, centre_id: CentreId, *, kind: str) -> list[Holder]:
    """Everybody who was trained at the centre; `used_at` is when they last came to a machine of the kind."""
    return [
        Holder(
            person_id=row.pop("person_id"),
            name=row.pop("name"),
            code=row.pop("code"),
            qualification=Qualification(**row),
        )
        for row in many(tx, SQL["holders"], centre_id=centre_id, kind=kind)
    ]


def keep_reminder(tx: Tx, centre_id: CentreId, person_id: PersonId, code: str, lapses_on: date) -> bool:
    """Whether somebody is told of this end for the first time."""
    return bool(
        run(
            tx,
            SQL["keep_reminder"],
            centre_id=centre_id,
            person_id=person_id,
            code=code,
            lapses_on=lapses_on,
        )
    )


def grant_qualification(
    tx: Tx,
    *,
    centre_id: CentreId,
    person_id: PersonId,
    code: str,
    granted_by: PersonId,
    expires_at: datetime | None,
) -> None:
    """The person was trained."""
    run(
        tx,
        SQL["grant_qualification"],
        centre_id=centre_id,
        person_id=person_id,
        code=code,
        granted_by=granted_by,
        expires_at=expires_at,
    )


def end_qualification(tx: Tx, centre_id: CentreId, person_id: PersonId, code: str) -> None:
    """The person is not trained any more."""
    run(tx, SQL["end_qualification"], centre_id=centre_id, person_id=person_id, code=code)


def insert_closure(
    tx: Tx, *, centre_id: CentreId, machine_id: MachineId | None, period: Period, kind: str, reason: str
) -> UUID:
    """A time in which the centre (`machine_id` None) or the machine is not to be used."""
    closure_id = new_id()
    run(
        tx,
        SQL["insert_closure"],
        id=closure_id,
        centre_id=centre_id,
        machine_id=machine_id,
        during=to_range(period),
        kind=kind,
        reason=reason,
    )
    return closure_id


def closures(
    tx: Tx, centre_id: CentreId, machine_id: MachineId, bounds: Period, *, recorded_before: datetime
) -> Sequence[tuple[Period, str]]:
    """The closures that touch the bounds, each with its kind."""
    rows = many(
        tx,
        SQL["closures"],
        centre_id=centre_id,
        machine_id=machine_id,
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return [(to_period(row["during"]), row["kind"]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A time in which a machine, or (None) the whole centre, is not to be used."""

    machine_id: MachineId | None
    period: Period
    kind: str
    reason: str


def closures_of(tx: Tx, centre_id: CentreId, bounds: Period) -> list[Closure]:
    """The centre's closures and its machines' own."""
    rows = many(tx, SQL["closures_of"], centre_id=centre_id, during=to_range(bounds))
    return [Closure(period=to_period(row.pop("during")), **row) for row in rows]
