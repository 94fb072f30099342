"""Suppliers and recipients as Korean tax invoices name them, and their registration numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

# Maximum lengths of the tax office's own forms, which cut longer texts.
LONGEST = 150
BRANCH = re.compile(r"[0-9]{4}")
WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A business with the data of a tax invoice (부가가치세법 시행령 제67조).

    `branch` is the four-digit 종사업장번호 of one of several sites under one number. `business_type` is
    the 업태, `business_item` the 종목.
    """

    registration_number: str = ""
    name: str = ""
    branch: str = ""
    representative: str = ""
    address: str = ""
    business_type: str = ""
    business_item: str = ""
    email: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if len(value) > LONGEST or not value.isprintable():
                raise ValueError(
                    f"{field.name} is a text of at most {LONGEST} printable characters"
                )
        if self.registration_number and not is_registration_number(self.registration_number):
            raise ValueError("registration_number is no Korean business registration number")
        if self.branch and not BRANCH.fullmatch(self.branch):
            raise ValueError("branch is four digits")
        if self.email and "@" not in self.email:
            raise ValueError("email is no e-mail address")


#: A party without any data.
UNNAMED = Party()


def is_registration_number(digits: str) -> bool:
    """Return whether ten digits are a 사업자등록번호 (weights 1 3 7 1 3 7 1 3 5; office 101 or above)."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdecimal() or int(digits[:3]) < 101:
        return False
    numbers = [int(d) for d in digits]
    total = sum(n * w for n, w in zip(numbers, WEIGHTS, strict=False))
    return (10 - (total + numbers[8] * 5 // 10) % 10) % 10 == numbers[9]


def written(number: str) -> str:
    """Return a business registration number as 124-81-00998; return anything else unchanged."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}" if len(number) == 10 else number
