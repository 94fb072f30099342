"""Endpoints of one's own phone number."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from api.identity import Connections, Who
from api.v1.schemas import In
from gadong.people.services import phone_numbers

router = APIRouter(tags=["people"])


class ContactPhoneIn(In):
    """A phone number as people write it; an empty one deletes it."""

    phone: str = Field(max_length=40, examples=["010-1234-5678"])


class PhoneIO(ContactPhoneIn):
    """Your phone number, and whether notices go there as text messages too."""

    by_text: bool = False


@router.get("/me/phone")
def my_phone(who: Who, pool: Connections) -> PhoneIO:
    """Return your phone number."""
    kept = phone_numbers.own(pool, who)
    return PhoneIO(phone=kept.number, by_text=kept.by_text)


@router.put("/me/phone", status_code=204)
def set_my_phone(body: PhoneIO, who: Who, pool: Connections) -> None:
    """Set your phone number."""
    phone_numbers.set_own(pool, who, body.phone, by_text=body.by_text)
