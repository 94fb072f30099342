"""Phone numbers of people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """A person's number, and whether a person with a login asks for text messages."""

    number: str
    by_text: bool


def keep(tx: Tx, person_id: PersonId, number: str, *, by_text: bool = False) -> None:
    """Insert or replace the person's number; an empty one deletes it."""
    if number:
        run(tx, SQL["keep"], person_id=person_id, number=number, by_text=by_text)
    else:
        run(tx, SQL["forget"], person_id=person_id)


def of_people(tx: Tx, people: Collection[PersonId]) -> dict[PersonId, PhoneNumber]:
    """Return the numbers of the people who have one."""
    rows = many(tx, SQL["of_people"], people=list(people))
    return {row.pop("person_id"): PhoneNumber(**row) for row in rows}
