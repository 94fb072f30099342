"""Kinds of payers: what each gives for a number, and the numbers of their cash receipts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gadong.core.domain.problem import Invalid
from gadong.people.domain.payer import (
    KINDS,
    Payer,
    PayerKind,
    Receipt,
    ReceiptPurpose,
    Registration,
    need_payer,
    need_receipt,
)

NUMBER = "1248100998"
INSTEAD = {
    PayerKind.BUSINESS: "",
    PayerKind.INDIVIDUAL: "",
    PayerKind.FOUNDER: "예비창업패키지 협약서",
    PayerKind.STUDENT: "한빛대학교 기계공학과",
    PayerKind.FARM: "1000123456",
    PayerKind.COUNCIL: "회칙, 대표 김협의",
    PayerKind.COOPERATIVE: "설립신고확인증",
}


def payer(kind: PayerKind) -> Payer:
    return Payer(kind=kind, identification=INSTEAD[kind])


def field_of(given: Payer, number: str) -> str:
    """Return the field that is refused; empty for none."""
    try:
        need_payer(given, number)
    except Invalid as trouble:
        return str(trouble.figures["field"])
    return ""


@pytest.mark.parametrize("kind", PayerKind)
def test_a_kind_has_a_number_or_what_stands_for_it(kind: PayerKind) -> None:
    registered = KINDS[kind].registered
    without = field_of(payer(kind), "")
    with_number = field_of(payer(kind), NUMBER)
    assert without == ("registration_number" if registered is Registration.ALWAYS else "")
    assert with_number == ("registration_number" if registered is Registration.NEVER else "")
    assert field_of(payer(kind), "1248100999") == "registration_number"


@pytest.mark.parametrize("kind", [k for k in PayerKind if INSTEAD[k]])
def test_nothing_for_a_number_is_asked_about(kind: PayerKind) -> None:
    assert field_of(replace(payer(kind), identification="  "), "") == "identification"


@pytest.mark.parametrize("kind", [PayerKind.BUSINESS, PayerKind.INDIVIDUAL])
def test_nothing_more_is_kept_of_a_business_or_a_private_person(kind: PayerKind) -> None:
    number = NUMBER if kind is PayerKind.BUSINESS else ""
    assert field_of(Payer(kind=kind, identification="1990년생"), number) == "identification"


def test_an_association_with_a_number_needs_nothing_else_and_a_farm_its_register() -> None:
    council = Payer(kind=PayerKind.COUNCIL)
    assert (field_of(council, NUMBER), field_of(council, "")) == ("", "identification")
    farm = Payer(kind=PayerKind.FARM)
    assert (field_of(farm, NUMBER), field_of(farm, "")) == ("identification", "identification")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1000123456", "1000123456"),
        ("1000-123-456", "1000123456"),
        ("100012345", None),
        ("10001234567", None),
        ("١٠٠٠١٢٣٤٥٦", None),
    ],
)
def test_a_number_in_the_farm_register_has_ten_digits(text: str, kept: str | None) -> None:
    farm = Payer(kind=PayerKind.FARM, identification=text)
    if kept is None:
        assert field_of(farm, "") == "identification"
    else:
        assert need_payer(farm, "").identification == kept


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234567",
        "학생 9001011234567",
        "900101 1234567",
        "900101\u20131234567 한빛대",
        "900101 - 1234567",
        "900101_1234567",
        "900101(1234567)",
        "９００１０１－１２３４５６７",
        "90０1０1\u22121234567",
        "\u0669\u0660\u0660\u0661\u0660\u0661-1234567",
        "①" * 6 + "-1234567",
    ],
)
def test_a_resident_registration_number_is_refused(text: str) -> None:
    student = Payer(kind=PayerKind.STUDENT, identification=text)
    assert field_of(student, "") == "identification"


@pytest.mark.parametrize(
    "text",
    [
        "학번 20261234567",
        "a" * 150,
        "학번 900101-123456",
        "900101-12345678",
        "1900101-1234567",
        "900101 학번 1234567",
        "900101----1234567",
    ],
)
def test_other_words_are_kept(text: str) -> None:
    assert need_payer(Payer(kind=PayerKind.STUDENT, identification=text), "").identification == text


def test_more_than_150_characters_are_refused() -> None:
    student = Payer(kind=PayerKind.STUDENT, identification="가" * 151)
    assert field_of(student, "") == "identification"


@pytest.mark.parametrize(
    ("purpose", "number", "kept"),
    [
        (ReceiptPurpose.UNNAMED, "", ""),
        (ReceiptPurpose.UNNAMED, "010-1234-5678", None),
        (ReceiptPurpose.DEDUCTION, "010-1234-5678", "01012345678"),
        (ReceiptPurpose.DEDUCTION, "+82 10 1234 5678", "01012345678"),
        (ReceiptPurpose.DEDUCTION, "02-123-4567", None),
        (ReceiptPurpose.DEDUCTION, NUMBER, None),
        (ReceiptPurpose.DEDUCTION, "", None),
        (ReceiptPurpose.PROOF, "124-81-00998", NUMBER),
        (ReceiptPurpose.PROOF, "1248100999", None),
        (ReceiptPurpose.PROOF, "010-1234-5678", None),
        # Cards have 16 to 19 digits; thirteen would be a resident registration number.
        (ReceiptPurpose.DEDUCTION, "9001011234567", None),
        (ReceiptPurpose.PROOF, "1" * 15, None),
        (ReceiptPurpose.PROOF, "1" * 16, "1" * 16),
        (ReceiptPurpose.DEDUCTION, "1" * 19, "1" * 19),
        (ReceiptPurpose.DEDUCTION, "1" * 20, None),
    ],
)
def test_a_receipt_has_the_number_of_its_purpose(
    purpose: ReceiptPurpose, number: str, kept: str | None
) -> None:
    given = Receipt(purpose=purpose, number=number)
    if kept is None:
        with pytest.raises(Invalid) as refused:
            need_receipt(given)
        assert refused.value.figures["field"] == "receipt_number"
    else:
        assert need_receipt(given) == Receipt(purpose=purpose, number=kept)
