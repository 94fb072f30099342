"""Phone numbers: one form for each, and which of them receive text messages."""

from __future__ import annotations

import re

from gadong.core.domain.problem import Invalid

#: Separators that people write in a number.
_SEPARATORS = str.maketrans("", "", " -.()\u2010\u2011\u2013")
#: The national plan: area codes and 0N0 services, and 15xx–18xx without an area code.
_KOREAN = re.compile(
    r"02[0-9]{7,8}|0[3-6][0-9]{8,9}|010[0-9]{8}|01[16-9][0-9]{7,8}|0[578]0[0-9]{7,9}|1[5-8][0-9]{6}"
)
#: Numbers of other countries (ITU-T E.164: at most 15 digits).
_FOREIGN = re.compile(r"\+[1-9][0-9]{6,14}")
#: Mobile numbers receive text messages; landlines do not.
_MOBILE = re.compile(r"010[0-9]{8}|01[16-9][0-9]{7,8}")


def need_phone(text: str, *, field: str = "phone") -> str:
    """Return the number in its one form; raise Invalid for a text that is no phone number."""
    digits = text.strip().translate(_SEPARATORS)
    if digits.startswith("+82"):
        # Many write the trunk prefix after the country: +82 (0)10.
        digits = "0" + digits.removeprefix("+82").removeprefix("0")
    pattern = _FOREIGN if digits.startswith("+") else _KOREAN
    if not digits.isascii() or not pattern.fullmatch(digits):
        raise Invalid("This is no phone number", field=field)
    return digits


def hyphenated(number: str) -> str:
    """Return a number in its one form as Korea writes it: 02-2670-0000; a foreign one unchanged."""
    if number.startswith("+"):
        return number
    if len(number) == 8:
        return f"{number[:4]}-{number[4:]}"
    code = 2 if number.startswith("02") else 4 if number.startswith("050") else 3
    return f"{number[:code]}-{number[code:-4]}-{number[-4:]}"


def receives_texts(number: str) -> bool:
    """Say whether text messages reach a number in its one form."""
    return bool(_MOBILE.fullmatch(number))
