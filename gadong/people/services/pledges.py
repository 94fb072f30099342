"""Pledges of a centre: published with their text, and accepted by its users."""

from __future__ import annotations

from uuid import UUID

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.problem import Invalid
from gadong.people.domain.pledge import Pledge, PledgeAcceptance
from gadong.people.services.customers import need_known
from gadong.people.store import pledges

# A page of small print; the pledges of public laboratories have one.
MOST_LETTERS = 20_000
MOST_VERSION = 60
MOST_SHOWN = 1000


def publish(pool: Pool, who: Caller, centre: CentreId, version: str, *, ko: str, en: str) -> UUID:
    """Publish a version of the centre's pledge.

    The rule `terms` names the version that a machine requires.
    """
    permit = who.need(centre, Right.RULES_WORK)
    if not version.strip() or len(version) > MOST_VERSION or not version.isprintable():
        raise Invalid(
            f"A version has a name of at most {MOST_VERSION} characters",
            field="version",
            limit=MOST_VERSION,
        )
    for field, text in (("ko", ko), ("en", en)):
        if not text.strip() or len(text) > MOST_LETTERS:
            raise Invalid(
                f"The text is there in both languages, in at most {MOST_LETTERS} characters",
                field=field,
            )
    with transaction(pool, permit) as tx:
        return pledges.publish(tx, centre, version.strip(), ko=ko, en=en, by=who.known)


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[Pledge]:
    """Return the centre's pledges, the latest first; for everybody who may enter it."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return pledges.of_centre(tx, centre)


def accept(
    pool: Pool, who: Caller, centre: CentreId, version: str, *, person: PersonId | None = None
) -> None:
    """Accept a version; or record, at the desk, that a person signed it on paper."""
    permit = who.need_entry(centre)
    if not version.strip():
        raise Invalid("Name the version", field="version")
    if person is not None and person != who.person_id:
        who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        if person is not None and person != who.person_id:
            need_known(tx, centre, person)
        pledges.accept(tx, centre, person or who.person_id, version.strip(), by=who.person_id)


def accepted(tx: Tx, centre: CentreId, person: PersonId) -> frozenset[str]:
    """Return the versions that a person has accepted."""
    return pledges.accepted(tx, centre, [person]).get(person, frozenset())


def pledge_to_accept(
    pool: Pool, who: Caller, centre: CentreId, version: str | None
) -> Pledge | None:
    """Return the text of a version that the caller has not accepted; None if nothing is due."""
    permit = who.need_entry(centre)
    if version is None:
        return None
    with transaction(pool, permit) as tx:
        if version in accepted(tx, centre, who.person_id):
            return None
        return next((p for p in pledges.of_centre(tx, centre) if p.version == version), None)


def own(pool: Pool, who: Caller, centre: CentreId) -> frozenset[str]:
    """Return the versions that the caller has accepted."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return accepted(tx, centre, who.person_id)


def acceptances(
    pool: Pool, who: Caller, centre: CentreId, *, version: str | None = None
) -> list[PledgeAcceptance]:
    """Return who accepted which text when, the latest first; for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return pledges.acceptances(tx, centre, version=version, most=MOST_SHOWN)
