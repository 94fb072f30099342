"""Names sort as people expect, and a search finds them however they are typed."""

from __future__ import annotations

import pytest

from gadong.core.domain.natural_order import matches, natural_key


def test_numbers_in_names_sort_by_their_value() -> None:
    names = ["밀 10", "밀 2", "mill-10", "Mill-9", "밀", "10", "9", "밀 02", "９-a"]
    assert sorted(names, key=natural_key) == [
        "9",
        "９-a",
        "10",
        "Mill-9",
        "mill-10",
        "밀",
        "밀 02",
        "밀 2",
        "밀 10",
    ]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("", True),
        ("한솔", True),
        ("정밀 한솔", True),
        ("12481", True),
        ("124-81-00998", True),
        ("１２４", True),
        ("HANSOL", True),
        ("한술", False),
        ("한솔 두리", False),
    ],
)
def test_each_word_of_a_search_is_found_in_any_order(asked: str, is_found: bool) -> None:
    assert matches("한솔 정밀 (Hansol) 124-81-00998", asked) is is_found
