"""A name is a name at every door: written in one form, short enough to be printed, and nothing that
cannot be.
"""

from __future__ import annotations

import unicodedata

import pytest

from gadong.core.domain.name import LONGEST, name_of, need_name
from gadong.core.domain.problem import Invalid
from gadong.people.domain.legal_party import Party


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("한솔정밀", "한솔정밀"),
        ("한솔\u3000정밀", "한솔 정밀"),
        ("한솔\u00a0정밀", "한솔 정밀"),
        ("  ㈜  한솔   정밀 ", "㈜ 한솔 정밀"),
        ("\u2003한솔\u2009정밀\u202f", "한솔 정밀"),
        (unicodedata.normalize("NFD", "한솔정밀"), "한솔정밀"),
        ("x", "x"),
        ("가" * LONGEST, "가" * LONGEST),
        ("가" * LONGEST + "\u3000", "가" * LONGEST),
    ],
)
def test_a_name_is_kept_in_one_form_and_goes_on_paper(text: str, kept: str) -> None:
    assert name_of(text) == kept
    assert Party(name=kept).name == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u3000\u00a0",
        "가" * (LONGEST + 1),
        "a\tb",
        "a\nb",
        "a\u0000b",
        "a\u007fb",
        "a\u200bb",
        "a\u2028b",
        "a\u202eb",
        "a\ufeffb",
        "a\ud800b",
        "a\ue000b",
        "a\U000e0001b",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a name is"):
        name_of(text)
    with pytest.raises(Invalid, match="A name has 1 to 150"):
        need_name(text)
