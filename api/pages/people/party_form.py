"""The form of a legal party: a centre or a company as documents name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import Depends, Form

from api.pages.frame.layout import Look
from gadong.booking.services.rules import rulebook
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import Invalid
from gadong.people.domain.legal_party import Party
from gadong.people.domain.payer import PayerKind
from gadong.texts.payers import CATEGORIES

PartyText = Annotated[str, Form(max_length=150)]
Name = Annotated[str, Form(min_length=1, max_length=150)]

#: The form of a new company before anything is typed.
EMPTY: Mapping[str, str] = {
    "name": "",
    "kind": PayerKind.BUSINESS,
    "registration_number": "",
    "identification": "",
    "category": "small-manufacturer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyForm:
    """A legal party, as a form has it."""

    name: str
    representative: str
    address: str
    business_type: str
    business_item: str
    email: str

    def party(self, number: str = "") -> Party:
        """Return the party with its number; Invalid for values that no tax invoice accepts."""
        try:
            return Party(**asdict(self), registration_number=number.replace("-", ""))
        except ValueError as trouble:
            raise Invalid(
                "A number or an address here is none; look at them again", field="party"
            ) from trouble


async def _on_paper(
    name: Name,
    representative: PartyText = "",
    address: PartyText = "",
    business_type: PartyText = "",
    business_item: PartyText = "",
    email: PartyText = "",
) -> PartyForm:
    return PartyForm(
        name=name,
        representative=representative,
        address=address,
        business_type=business_type,
        business_item=business_item,
        email=email,
    )


OnPaper = Annotated[PartyForm, Depends(_on_paper)]


def categories(looking: Look, pool: Pool) -> list[str]:
    """Return the usual categories, and after them those that the centre's companies have."""
    centre = looking.need_centre()
    own = rulebook.tiers(pool, looking.who, centre.id) if looking.may(Right.RULES_SEE) else []
    return list(dict.fromkeys([*CATEGORIES, *own]))
