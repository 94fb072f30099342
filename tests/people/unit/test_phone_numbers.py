"""Phone numbers as people write them."""

from __future__ import annotations

import pytest

from gadong.core.domain.problem import Invalid
from gadong.people.domain.phone_number import hyphenated, need_phone, receives_texts


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("010-1234-5678", "01012345678"),
        (" 010 1234 5678 ", "01012345678"),
        ("+82 10-1234-5678", "01012345678"),
        ("+82 (0)10-1234-5678", "01012345678"),
        ("02-930-2266", "029302266"),
        ("02-1234-5678", "0212345678"),
        ("031.280.5678", "0312805678"),
        ("064-1234-5678", "06412345678"),
        ("070-1234-5678", "07012345678"),
        ("0505-1234-5678", "050512345678"),
        ("1588-1234", "15881234"),
        ("+1 415 555 0100", "+14155550100"),
    ],
)
def test_a_number_has_one_form(written: str, number: str) -> None:
    assert need_phone(written) == number
    assert need_phone(number) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "전화 없음",
        "010-1234-567",
        "010-1234-56789",
        "02-12-3456",
        "02-1234-56789",
        "031-280-567",
        "1588-123",
        "1588-12345",
        "119",
        "+0 123 456 789",
        "+1 23456",
        "+1234567890123456",
        "010-1234-5678 ext 2",
        "０１０-1234-5678",
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        need_phone(written)


@pytest.mark.parametrize(
    ("number", "reached"),
    [
        ("01012345678", True),
        ("0111234567", True),
        ("01912345678", True),
        ("0212345678", False),
        ("07012345678", False),
        ("15881234", False),
        ("+14155550100", False),
        ("", False),
    ],
)
def test_text_messages_reach_mobile_numbers(number: str, reached: bool) -> None:
    assert receives_texts(number) is reached


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("01012345678", "010-1234-5678"),
        ("0111234567", "011-123-4567"),
        ("029302266", "02-930-2266"),
        ("0212345678", "02-1234-5678"),
        ("0312805678", "031-280-5678"),
        ("050512345678", "0505-1234-5678"),
        ("15881234", "1588-1234"),
        ("+14155550100", "+14155550100"),
    ],
)
def test_a_number_is_shown_as_people_write_it(number: str, written: str) -> None:
    assert hyphenated(number) == written
    assert need_phone(hyphenated(number)) == number
