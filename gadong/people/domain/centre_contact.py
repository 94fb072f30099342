"""A centre's address, and how its users reach its desk."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.domain.name import folded
from gadong.core.domain.problem import Invalid
from gadong.people.domain.email_address import need_email
from gadong.people.domain.phone_number import need_phone

#: A road address with its building and floor.
LONGEST_ADDRESS = 200
#: A page of directions; more is a document of its own.
LONGEST_DIRECTIONS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreContact:
    """An address, the desk's telephone number and mailbox, and directions in some lines.

    What is empty is not said.
    """

    address: str = ""
    phone: str = ""
    email: str = ""
    directions: str = ""


def need_contact(contact: CentreContact) -> CentreContact:
    """Return the contact in its one form; raise Invalid, naming the field that is wrong."""
    address = folded(contact.address)
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise Invalid(
            f"An address has at most {LONGEST_ADDRESS} printable characters",
            field="address",
            limit=LONGEST_ADDRESS,
        )
    lines = [folded(line) for line in contact.directions.strip().splitlines()]
    directions = "\n".join(lines)
    if len(directions) > LONGEST_DIRECTIONS or not all(line.isprintable() for line in lines):
        raise Invalid(
            f"Directions have at most {LONGEST_DIRECTIONS} printable characters",
            field="directions",
            limit=LONGEST_DIRECTIONS,
        )
    return CentreContact(
        address=address,
        phone=need_phone(contact.phone) if contact.phone.strip() else "",
        email=need_email(contact.email.strip()) if contact.email.strip() else "",
        directions=directions,
    )
