"""Qualifications of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gadong.booking.domain.booking_request import Qualification
from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def of_person(
    tx: Tx, centre_id: CentreId, person_id: PersonId, *, kind: str
) -> dict[str, Qualification]:
    """Return the person's qualifications.

    `used_at` is the last time that they came to a machine of the kind.
    """
    return of_people(tx, centre_id, [person_id], kinds=[kind]).get((person_id, kind), {})


def names(tx: Tx, centre_id: CentreId) -> dict[str, tuple[str, str]]:
    """Return the Korean and the English name of each training of a centre, by its code."""
    rows = many(tx, SQL["names"], centre_id=centre_id)
    return {row["code"]: (row["name_ko"], row["name_en"]) for row in rows}


def of_people(
    tx: Tx, centre_id: CentreId, person_ids: Iterable[PersonId], *, kinds: Iterable[str]
) -> dict[tuple[PersonId, str], dict[str, Qualification]]:
    """Return the same for each of the people, and each kind of machine."""
    found: dict[tuple[PersonId, str], dict[str, Qualification]] = {}
    for row in many(
        tx,
        SQL["of_people"],
        centre_id=centre_id,
        person_ids=list(person_ids),
        kinds=list(kinds),
    ):
        whose = row.pop("person_id"), row.pop("kind")
        code = row.pop("code")
        found.setdefault(whose, {})[code] = Qualification(**row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who was trained for something."""

    person_id: PersonId
    name: str
    code: str
    qualification: Qualification


def holders(tx: Tx, centre_id: CentreId, *, kind: str) -> list[Holder]:
    """Return the holders of qualifications at the centre, with their last use of the kind."""
    return [
        Holder(
            person_id=row.pop("person_id"),
            name=row.pop("name"),
            code=row.pop("code"),
            qualification=Qualification(**row),
        )
        for row in many(tx, SQL["holders"], centre_id=centre_id, kind=kind)
    ]


def keep_reminder(
    tx: Tx, centre_id: CentreId, person_id: PersonId, code: str, lapses_on: date
) -> bool:
    """Record a reminder of a qualification's end; return whether it is the first."""
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


def grant(
    tx: Tx,
    *,
    centre_id: CentreId,
    person_id: PersonId,
    code: str,
    granted_by: PersonId,
    expires_at: datetime | None,
    granted_at: datetime | None = None,
) -> None:
    """Grant the person a qualification, now or as of a past training."""
    run(
        tx,
        SQL["grant"],
        centre_id=centre_id,
        person_id=person_id,
        code=code,
        granted_by=granted_by,
        expires_at=expires_at,
        granted_at=granted_at,
    )


def end(tx: Tx, centre_id: CentreId, person_id: PersonId, code: str) -> None:
    """End the person's qualification."""
    run(tx, SQL["end"], centre_id=centre_id, person_id=person_id, code=code)
