"""Whole numbers of plain digits, of any length."""

from __future__ import annotations

import pytest

from gadong.core.domain.typed_number import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("999", 999),
        ("1000", 1000),
        ("1001", None),
        ("0" * 5000 + "1000", 1000),
        # Python's int refuses more than 4,300 digits with an error of its own.
        ("9" * 4301, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("1e3", None),
        ("1_0", None),
        (" 1", None),
        ("²", None),
        ("１", None),
        ("\u0661", None),
    ],
)
def test_a_number_is_plain_digits_up_to_the_most(text: str, number: int | None) -> None:
    assert whole_number(text, 1000) == number
