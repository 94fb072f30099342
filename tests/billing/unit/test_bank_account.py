"""A bank account has its bank, its number and its holder, or nothing."""

from __future__ import annotations

import pytest

from gadong.people.domain.bank_account import NO_ACCOUNT, BankAccount

WHOLE = {"bank": "우리은행", "number": "1005-123-456789", "holder": "(재)시험진흥원"}


@pytest.mark.parametrize(
    "number",
    ["12345678", "1" * 20, "1-2345678", "1005-123-456789", "110-123-456789", "1-2-3-4-5-6-7-8"],
)
def test_a_number_is_eight_to_twenty_digits(number: str) -> None:
    assert BankAccount(**{**WHOLE, "number": number}).is_known


@pytest.mark.parametrize(
    "number",
    [
        "1234567",
        "1" * 21,
        "123-456",
        "-12345678",
        "12345678-",
        "1234--5678",
        "1234 5678",
        "12345678a",
        "１２３４５６７８",
    ],
)
def test_any_other_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="number"):
        BankAccount(**{**WHOLE, "number": number})


@pytest.mark.parametrize(
    ("name", "value", "is_sound"),
    [
        ("bank", "은" * 40, True),
        ("bank", "은" * 41, False),
        ("holder", "주" * 60, True),
        ("holder", "주" * 61, False),
        ("bank", " 우리", False),
        ("bank", "우\n리", False),
        ("holder", "\u202e주", False),
    ],
)
def test_names_are_short_and_printable(name: str, value: str, *, is_sound: bool) -> None:
    given = {**WHOLE, name: value}
    if is_sound:
        assert getattr(BankAccount(**given), name) == value
    else:
        with pytest.raises(ValueError, match=name):
            BankAccount(**given)


@pytest.mark.parametrize("missing", list(WHOLE))
def test_an_account_is_whole_or_none(missing: str) -> None:
    with pytest.raises(ValueError, match=f"{missing} is missing"):
        BankAccount(**{**WHOLE, missing: ""})
    assert not NO_ACCOUNT.is_known
