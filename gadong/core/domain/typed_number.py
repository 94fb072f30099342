"""Whole numbers as somebody types or sends them."""

from __future__ import annotations


def whole_number(text: str, most: int) -> int | None:
    """Return the number of a text of plain digits; None for another text or one above `most`.

    The length is looked at first: `int` raises ValueError for more than 4,300 digits.
    """
    if not (text.isascii() and text.isdecimal()) or len(text.lstrip("0")) > len(str(most)):
        return None
    number = int(text.lstrip("0") or "0")
    return number if number <= most else None
