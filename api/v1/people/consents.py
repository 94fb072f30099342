"""Decisions of a person on invitations, and of a company on centres that want to serve it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.schemas import In, Out
from gadong.core.domain.access import Role
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.operations.services import withdrawals
from gadong.people.services import consents, membership_offers

router = APIRouter(tags=["people"])


class InvitationOfferOut(Out):
    """An invitation into a company, or to a centre's staff, that waits for its person's answer."""

    id: UUID
    company: str | None
    is_owner: bool
    centre: str | None
    roles: list[Role]
    expires_at: datetime


class ConsentOut(Out):
    """A centre's request to serve a company that another centre serves."""

    id: UUID
    centre: UUID
    centre_name: str
    company: UUID
    company_name: str
    category: str
    since: date
    asker: str
    asked_at: datetime


class AskedConsentOut(Out):
    """A request as the centre sees it that asked: under the name that it entered."""

    id: UUID
    name: str
    registration_number: str
    category: str
    asked_at: datetime
    is_refused: bool


class ServingCentreOut(Out):
    """A centre that serves a company, or served it until the company withdrew its consent."""

    centre: UUID
    centre_name: str
    since: datetime
    withdrawn_at: datetime | None


class WithdrawalIn(In):
    """The centre from which a company takes its consent back.

    Its managers give a reason, for a company without an owner who can log in.
    """

    centre: UUID
    reason: str = Field(default="", max_length=500)


class ConsentReasonIn(In):
    """The reason of a decision; an administrator gives one for a company without an owner."""

    reason: str = Field(default="", max_length=500)


@router.get("/me/invitations")
def list_invitations(who: Who, pool: Connections) -> paging.Page[InvitationOfferOut]:
    """List the invitations that wait for your answer."""
    return paging.whole(
        [
            InvitationOfferOut(
                id=made.id,
                company=made.company_name,
                is_owner=made.is_owner,
                centre=made.centre_name,
                roles=sorted(made.roles),
                expires_at=made.expires_at,
            )
            for made in membership_offers.waiting(pool, who, now=datetime.now(UTC))
        ]
    )


@router.post("/me/invitations/{offer_id}/accept", status_code=204)
def accept_invitation(offer_id: UUID, who: Who, pool: Connections) -> None:
    """Accept an invitation: you join the company, or have the roles at the centre."""
    membership_offers.accept(pool, who, offer_id, now=datetime.now(UTC))


@router.post("/me/invitations/{offer_id}/decline", status_code=204)
def decline_invitation(offer_id: UUID, who: Who, pool: Connections) -> None:
    """Decline an invitation."""
    membership_offers.decline(pool, who, offer_id, now=datetime.now(UTC))


@router.get("/consents")
def list_consents(who: Who, pool: Connections) -> paging.Page[ConsentOut]:
    """List the centres that want to serve the companies that you own."""
    return paging.whole(
        [
            ConsentOut(
                id=one.consent.id,
                centre=one.consent.centre_id,
                centre_name=one.centre,
                company=one.consent.company_id,
                company_name=one.company,
                category=one.consent.category,
                since=one.consent.since,
                asker=one.consent.asker,
                asked_at=one.consent.asked_at,
            )
            for one in consents.of_companies(pool, who)
        ]
    )


@router.post("/consents/{consent_id}/give", status_code=204)
def give_consent(consent_id: UUID, body: ConsentReasonIn, who: Who, pool: Connections) -> None:
    """Consent to be served by a further centre; for the company's owner."""
    consents.give(pool, who, consent_id, reason=body.reason)


@router.post("/consents/{consent_id}/refuse", status_code=204)
def refuse_consent(consent_id: UUID, body: ConsentReasonIn, who: Who, pool: Connections) -> None:
    """Refuse to be served by a further centre; for the company's owner."""
    consents.refuse(pool, who, consent_id, reason=body.reason)


@router.get("/companies/{company}/centres")
def list_serving_centres(
    company: UUID, who: Who, pool: Connections
) -> paging.Page[ServingCentreOut]:
    """List the centres that serve or served a company; for its own people."""
    return paging.whole(
        [
            ServingCentreOut(
                centre=one.centre_id,
                centre_name=one.centre,
                since=one.since,
                withdrawn_at=one.withdrawn_at,
            )
            for one in withdrawals.of_company(pool, who, CompanyId(company))
        ]
    )


@router.post("/companies/{company}/withdrawals", status_code=204)
def withdraw_consent(company: UUID, body: WithdrawalIn, who: Who, pool: Connections) -> None:
    """Take back a company's consent to be served by a centre; for the company's owner.

    The centre books nothing new, and sees its people and its profile no more. What was used and
    charged stays, as the law wants. Bookings to come are cancelled first.
    """
    withdrawals.withdraw(pool, who, CentreId(body.centre), CompanyId(company), reason=body.reason)


@router.get("/centres/{centre}/consents")
def list_asked_consents(centre: UUID, who: Who, pool: Connections) -> paging.Page[AskedConsentOut]:
    """List the companies that the centre asked for their consent and that have not given it."""
    return paging.whole(
        [
            AskedConsentOut(
                id=one.id,
                name=one.name,
                registration_number=one.registration_number,
                category=one.category,
                asked_at=one.asked_at,
                is_refused=one.is_given is False,
            )
            for one in consents.of_centre(pool, who, CentreId(centre))
        ]
    )
