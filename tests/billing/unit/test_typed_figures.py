"""Figures that a price table's form brings: as they are typed, and never a number without end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal

import pytest
from starlette.datastructures import FormData

from api.pages.frame.typed_forms import MOST_DIGITS, AsWritten, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A document with one field of each kind of number."""

    price: int
    rate: Decimal = Decimal(0)
    free_seconds: int = 0


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("price", "12,000", 12_000),
        ("price", f"1e{MOST_DIGITS - 1}", 10 ** (MOST_DIGITS - 1)),
        ("price", f"1e{MOST_DIGITS}", None),
        ("price", "1e99999999", None),
        ("price", "1e999999999999", None),
        ("price", "1e-99999999", None),
        ("price", "0e99999999", None),
        ("price", "9" * 5000, None),
        ("price", "NaN", None),
        ("price", "1.5", None),
        ("rate", "1.5", "1.5"),
        ("rate", "1e99999999", None),
        ("rate", f"1e-{MOST_DIGITS}", f"1E-{MOST_DIGITS}"),
        ("rate", f"1e-{MOST_DIGITS + 1}", None),
        ("free_seconds", "1:40", 100),
        ("free_seconds", "1:1e99999999", None),
        ("free_seconds", "1e99999999", None),
    ],
)
def test_a_figure_has_so_many_digits_and_is_read_at_once(
    field: str, text: str, value: object
) -> None:
    began = time.process_time()
    document, unread = read(Priced, FormData({"price": "1", field: text}))
    assert time.process_time() - began < 1
    if value is None:
        assert [u.text for u in unread] == [text]
        assert isinstance(document[field], AsWritten)
    else:
        assert (document[field], list(unread)) == (value, [])
