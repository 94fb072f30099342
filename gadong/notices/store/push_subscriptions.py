"""Browsers that show notices by Web Push."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushBrowser:
    """A person's browser; what it told of itself is encrypted in `sealed`."""

    id: UUID
    person_id: PersonId
    sealed: str = field(repr=False)
    browser: str
    created_at: datetime


def insert(tx: Tx, browser: PushBrowser, *, endpoint: str, credential_id: UUID) -> None:
    """Insert a browser that the session of that credential uses."""
    run(
        tx,
        SQL["insert"],
        id=browser.id,
        person_id=browser.person_id,
        credential_id=credential_id,
        endpoint=_digest(endpoint),
        sealed=browser.sealed,
        browser=browser.browser,
        at=browser.created_at,
    )


def remove_endpoint(tx: Tx, endpoint: str) -> None:
    """Delete the browser of an address, whosever it was."""
    run(tx, SQL["remove_endpoint"], endpoint=_digest(endpoint))


def use(tx: Tx, person_id: PersonId, endpoint: str, *, credential_id: UUID) -> bool:
    """Give the person's browser to the session; return False where it is not the person's."""
    told = {"person_id": person_id, "credential_id": credential_id}
    return bool(run(tx, SQL["use"], endpoint=_digest(endpoint), **told))


def of_person(tx: Tx, person_id: PersonId) -> list[PushBrowser]:
    """Return the person's browsers, the earliest first."""
    return [PushBrowser(**row) for row in many(tx, SQL["of_person"], person_id=person_id)]


def by_id(tx: Tx, browser_id: UUID) -> PushBrowser | None:
    """Return a browser, or None once it has ended."""
    row = one(tx, SQL["by_id"], id=browser_id)
    return PushBrowser(**row) if row else None


def remove(tx: Tx, person_id: PersonId, browser_id: UUID) -> None:
    """Delete a person's browser."""
    run(tx, SQL["remove"], id=browser_id, person_id=person_id)


def end(tx: Tx, browser_id: UUID) -> None:
    """Delete a browser that its push server does not know any more."""
    run(tx, SQL["end"], id=browser_id)


def every(tx: Tx) -> list[PushBrowser]:
    """Return all browsers, held until the transaction ends."""
    return [PushBrowser(**row) for row in many(tx, SQL["every"])]


def reseal(tx: Tx, browser_id: UUID, sealed: str) -> None:
    """Replace what is encrypted of a browser."""
    run(tx, SQL["reseal"], id=browser_id, sealed=sealed)


def _digest(endpoint: str) -> bytes:
    return sha256(endpoint.encode()).digest()
