"""Resident registration numbers (주민등록번호), which are kept nowhere (개인정보 보호법 제24조의2)."""

from __future__ import annotations

import re
import unicodedata

from gadong.core.domain.problem import Invalid

#: The day of birth and seven digits, in digits of any script, parted by at most three signs.
_RESIDENT = re.compile(r"(?<!\d)\d{6}[\W_]{0,3}\d{7}(?!\d)")


def holds_resident_number(text: str) -> bool:
    """Return whether a text holds a resident registration number, however it is written.

    Full-width digits and signs are read as plain ones, as the database reads them (NFKC).
    """
    return _RESIDENT.search(unicodedata.normalize("NFKC", text)) is not None


def need_no_resident_number(text: str, *, field: str) -> None:
    """Raise Invalid for a text that holds a resident registration number."""
    if holds_resident_number(text):
        raise Invalid("A resident registration number is not kept", field=field)
