"""Lines of "who did what" in words: names and links instead of ids, which stay one tap away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.identity import Connections
from api.pages.frame.layout import Look
from gadong.booking.services import timeline
from gadong.core.domain.access import Right
from gadong.core.domain.audit import AuditEntry
from gadong.core.domain.ids import PersonId
from gadong.people.services import accounts

#: Things that have a page under their id.
PAGES: Mapping[str, str] = {
    "bookings": "/bookings/",
    "closures": "/closures/",
    "statements": "/statements/",
    "tariffs": "/tariffs/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry with the names of who acted and of what was touched, and the page of it."""

    entry: AuditEntry
    who: str
    thing: str
    href: str


def audit_lines(
    looking: Look, pool: Connections, entries: Iterable[AuditEntry], staff: Mapping[PersonId, str]
) -> list[AuditLine]:
    """Return the entries as people read them.

    Who is not of the staff is not named. The company's page decides whom of a company the centre
    sees, and administrators are none of the centre's people.
    """
    say, centre = looking.words.say, looking.need_centre()
    things: dict[str, tuple[str, str]] = {str(id_): (name, "") for id_, name in staff.items()}
    for seen in timeline.seen(pool, looking.who, centre=centre.id):
        names = (seen.machine.name_ko, seen.machine.name_en)
        href = f"/machines/{seen.machine.slug}"
        things[str(seen.machine.id)] = (looking.words.either(*names), href)
    if looking.may(Right.PEOPLE_SEE):
        for company in accounts.companies(pool, looking.who, centre.id):
            things[str(company.id)] = (company.name, f"/companies/{company.id}")

    def who(by: UUID | None) -> str:
        if by is None:
            return say("the service itself")
        return staff.get(PersonId(by)) or say(
            "the command line" if not by.int else "somebody who is not of the staff"
        )

    def line(entry: AuditEntry) -> AuditLine:
        start = PAGES.get(entry.what)
        named = next((things[i] for i in entry.which.split() if i in things), ("", ""))
        thing, href = (say("show"), f"{start}{entry.which}") if start else named
        return AuditLine(entry=entry, who=who(entry.by), thing=thing, href=href)

    return [line(entry) for entry in entries]
