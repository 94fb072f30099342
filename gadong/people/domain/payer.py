"""Payers beside businesses: people, farms and associations, and what each gives for a number.

The rules: docs/payers.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gadong.core.domain.name import name_of
from gadong.core.domain.problem import Invalid
from gadong.people.domain.legal_party import is_registration_number
from gadong.people.domain.phone_number import need_phone, receives_texts
from gadong.people.domain.resident_number import need_no_resident_number
from gadong.texts import payers as names

#: A card's number. The tax office's own cards for receipts have 18 digits, payment cards 16 to 19.
_CARD = re.compile(r"[0-9]{16,19}")
#: 농업경영체 등록번호, as a certificate of the farm register has it.
_FARM = re.compile(r"[0-9]{10}")


class PayerKind(StrEnum):
    """The kind of a payer (개인, 예비창업자 …)."""

    BUSINESS = "business"
    INDIVIDUAL = "individual"
    FOUNDER = "founder"
    STUDENT = "student"
    FARM = "farm"
    COUNCIL = "council"
    COOPERATIVE = "cooperative"


class Registration(StrEnum):
    """The number with the tax office that payers of a kind have, or may have."""

    ALWAYS = "always"
    PERHAPS = "perhaps"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTerms:
    """The names of a kind, its number, and what a payer without a number gives instead.

    `instead` is its name in Korean and in English; empty where nothing is asked. `is_person` says
    that the payer is one person, whose name is erased when they leave.
    """

    names: tuple[str, str]
    registered: Registration
    instead: tuple[str, str] = ("", "")
    is_person: bool = False


KINDS: Mapping[PayerKind, KindTerms] = {
    PayerKind.BUSINESS: KindTerms(names=names.KINDS["business"], registered=Registration.ALWAYS),
    PayerKind.INDIVIDUAL: KindTerms(
        names=names.KINDS["individual"], registered=Registration.NEVER, is_person=True
    ),
    PayerKind.FOUNDER: KindTerms(
        names=names.KINDS["founder"],
        registered=Registration.NEVER,
        instead=names.INSTEAD["founder"],
        is_person=True,
    ),
    PayerKind.STUDENT: KindTerms(
        names=names.KINDS["student"],
        registered=Registration.NEVER,
        instead=names.INSTEAD["student"],
        is_person=True,
    ),
    PayerKind.FARM: KindTerms(
        names=names.KINDS["farm"],
        registered=Registration.PERHAPS,
        instead=names.INSTEAD["farm"],
    ),
    PayerKind.COUNCIL: KindTerms(
        names=names.KINDS["council"],
        registered=Registration.PERHAPS,
        instead=names.INSTEAD["council"],
    ),
    PayerKind.COOPERATIVE: KindTerms(
        names=names.KINDS["cooperative"],
        registered=Registration.PERHAPS,
        instead=names.INSTEAD["cooperative"],
    ),
}


class ReceiptPurpose(StrEnum):
    """The use of a cash receipt (현금영수증)."""

    DEDUCTION = "deduction"  # 소득공제용: a person's own tax
    PROOF = "proof"  # 지출증빙용: a business's costs
    UNNAMED = "unnamed"  # 자진발급: under the tax office's number 010-000-1234


PURPOSES: Mapping[ReceiptPurpose, tuple[str, str]] = {
    purpose: names.RECEIPT_PURPOSES[purpose] for purpose in ReceiptPurpose
}
#: The number under which the tax office has receipts issued that nobody named.
UNNAMED_NUMBER = "0100001234"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The number under which cash receipts are issued to a payer, and their purpose."""

    purpose: ReceiptPurpose = ReceiptPurpose.UNNAMED
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """The kind of a payer at a centre, what it gave instead of a number, and its receipts."""

    kind: PayerKind = PayerKind.BUSINESS
    identification: str = ""
    receipt: Receipt = Receipt()


#: A payer of which nothing is on record: a business.
A_BUSINESS = Payer()


def need_payer(payer: Payer, registration_number: str) -> Payer:
    """Return the payer in its one form; raise Invalid for what its kind does not allow."""
    terms = KINDS[payer.kind]
    _need_number(terms, registration_number)
    identification = _identification(payer)
    is_unknown = terms.instead[0] and not registration_number and not identification
    if is_unknown or (payer.kind is PayerKind.FARM and not identification):
        raise Invalid("Say what stands for the registration number", field="identification")
    if payer.kind is PayerKind.FARM:
        identification = re.sub(r"[\s-]", "", identification)
        if not identification.isascii() or not _FARM.fullmatch(identification):
            raise Invalid(
                "A number in the farm register has ten digits", field="identification", limit=10
            )
    return Payer(
        kind=payer.kind,
        identification=identification,
        receipt=need_receipt(payer.receipt),
    )


def need_receipt(receipt: Receipt) -> Receipt:
    """Return the receipt's data in their one form; raise Invalid for a number that is none."""
    digits = re.sub(r"[\s-]", "", receipt.number)
    if receipt.purpose is ReceiptPurpose.UNNAMED:
        if digits:
            raise Invalid(
                "A receipt under no name has no number; say its purpose", field="receipt_number"
            )
        return Receipt()
    if digits.isascii() and _CARD.fullmatch(digits):
        return Receipt(purpose=receipt.purpose, number=digits)
    if receipt.purpose is ReceiptPurpose.PROOF:
        if not is_registration_number(digits):
            raise Invalid(
                "A receipt as proof of costs needs a registration or card number",
                field="receipt_number",
            )
        return Receipt(purpose=receipt.purpose, number=digits)
    phone = need_phone(receipt.number, field="receipt_number")
    if not receives_texts(phone):
        raise Invalid(
            "A receipt for income tax needs a mobile or card number", field="receipt_number"
        )
    return Receipt(purpose=receipt.purpose, number=phone)


def _need_number(terms: KindTerms, registration_number: str) -> None:
    if registration_number and terms.registered is Registration.NEVER:
        raise Invalid("Who has a registration number is a business", field="registration_number")
    is_missing = not registration_number and terms.registered is Registration.ALWAYS
    if is_missing or (registration_number and not is_registration_number(registration_number)):
        raise Invalid("This is no Korean business registration number", field="registration_number")


def _identification(payer: Payer) -> str:
    text = payer.identification.strip()
    if not text:
        return ""
    if not KINDS[payer.kind].instead[0]:
        raise Invalid("Nothing more is kept of a payer of this kind", field="identification")
    need_no_resident_number(text, field="identification")
    try:
        return name_of(text)
    except ValueError as trouble:
        raise Invalid(
            "It has 1 to 150 printable characters", field="identification", limit=150
        ) from trouble
