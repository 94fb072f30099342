"""Mails to accounts in Korean and English, sent whatever the person's preferences are."""

from __future__ import annotations

from gadong.core.database import Tx, clock
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.store import deliveries
from gadong.people.store import people, second_factors


def send(
    tx: Tx,
    person_id: PersonId,
    *,
    kind: str,
    subject: str,
    body: str,
    centre: CentreId | None = None,
) -> None:
    """Queue a mail to a person, in the name of the centre or of one that the person has to do with.

    `{name}` in the body is the person's name.
    """
    person = people.person(tx, person_id)
    sender = centre or second_factors.mailbox(tx, person_id)
    if person is None or sender is None or not person.has_login:
        return
    deliveries.insert(
        tx,
        Delivery(
            id=new_id(),
            centre_id=sender,
            channel="mail",
            kind=kind,
            address=person.email,
            subject=subject,
            body=body.replace("{name}", person.name),
            created_at=clock(tx),
        ),
    )


def page_link(public_url: str, path: str) -> str:
    """Return a page's address, or its path where the installation has no public address."""
    return f"{public_url.rstrip('/')}{path}"
