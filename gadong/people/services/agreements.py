"""Terms and privacy notices: published by the installation, accepted by its users."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.problem import AgreementNeeded, Invalid
from gadong.people.domain.agreement import Agreement, AgreementKind
from gadong.people.store import agreements

# Some thirty printed pages; the ministry's standard terms have ten.
MOST_LETTERS = 100_000


def publish(
    pool: Pool, who: Caller, kind: AgreementKind, version: str, *, ko: str, en: str
) -> UUID:
    """Publish a version that is in force from now on; for the administrator.

    Every person is asked to accept it at the next visit.
    """
    permit = who.need_administrator()
    if not version.strip() or len(version) > 40:
        raise Invalid("A version has a name of at most 40 characters", field="version", limit=40)
    for field, text in (("ko", ko), ("en", en)):
        if not text.strip() or len(text) > MOST_LETTERS:
            raise Invalid(
                f"The text is there in both languages, in at most {MOST_LETTERS} characters",
                field=field,
            )
    with transaction(pool, permit) as tx:
        return agreements.publish(tx, kind, version.strip(), ko=ko, en=en, by=who.known)


def in_force(pool: Pool) -> list[Agreement]:
    """Return the agreements in force; they are public."""
    with transaction(pool, SYSTEM) as tx:
        return agreements.in_force(tx)


def missing(pool: Pool, who: Caller) -> list[Agreement]:
    """Return the agreements in force that the caller has not accepted."""
    with transaction(pool, who.reach()) as tx:
        return agreements.missing(tx, who.person_id)


def need_accepted(pool: Pool, who: Caller) -> None:
    """Raise AgreementNeeded unless the caller has accepted the agreements in force.

    A program accepts nothing and has only tokens.
    """
    if who.only is None and missing(pool, who):
        raise AgreementNeeded


def accept(pool: Pool, who: Caller, ids: Collection[UUID]) -> None:
    """Accept all agreements in force; raise Invalid if the ids are not exactly those."""
    with transaction(pool, who.need_account()) as tx:
        need_all(tx, ids)
        agreements.accept(tx, who.person_id, ids)


def need_all(tx: Tx, ids: Collection[UUID]) -> None:
    """Raise Invalid unless the ids are the agreements in force."""
    if {a.id for a in agreements.in_force(tx)} != set(ids):
        raise Invalid("Accept each of what is in force now, as you read it", field="accepted")
