"""The bank account into which companies pay a centre, as its statements show it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Korean banks write eight to sixteen digits; accounts of credit unions with their branch have up to
# twenty.
DIGITS = range(8, 21)
NUMBER = re.compile(r"[0-9]+(-[0-9]+)*")
LONGEST_BANK = 40
LONGEST_HOLDER = 60
LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """The bank, number and holder of an account; all empty if nobody pays by transfer."""

    bank: str = ""
    number: str = ""
    holder: str = ""

    def __post_init__(self) -> None:
        _need_text("bank", self.bank, LONGEST_BANK)
        _need_text("number", self.number, LONGEST_NUMBER)
        _need_text("holder", self.holder, LONGEST_HOLDER)
        if not self.is_known:
            return
        for name in ("bank", "number", "holder"):
            if not getattr(self, name):
                raise ValueError(
                    f"{name} is missing: an account has its bank, its number and its holder"
                )
        if not NUMBER.fullmatch(self.number) or len(self.number.replace("-", "")) not in DIGITS:
            raise ValueError("number is 8 to 20 digits, with hyphens between them or without")

    @property
    def is_known(self) -> bool:
        """Return whether the account is filled in."""
        return bool(self.bank or self.number or self.holder)


def _need_text(name: str, value: str, longest: int) -> None:
    if len(value) > longest or not value.isprintable() or value != value.strip():
        raise ValueError(f"{name} is a text of at most {longest} printable characters")


#: The account of a centre that has named none.
NO_ACCOUNT = BankAccount()
