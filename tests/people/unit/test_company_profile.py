"""The profile of a firm: what it may hold, which entry counts on a day, and where a place lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gadong.core.domain.problem import Invalid
from gadong.people.domain.company_profile import (
    CompanyProfile,
    CompanyProfiles,
    lies_in,
    need_profile,
    sector_names,
)

TODAY = date(2026, 11, 29)
FIRM = CompanyProfile(since=TODAY, district="경기도 화성시 봉담읍", sector="25", workers=7)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"since": date(2026, 11, 30)}, "since"),
        ({"sector": "2"}, "sector"),
        ({"sector": "C25"}, "sector"),
        ({"sector": "２５"}, "sector"),
        ({"workers": -1}, "workers"),
        ({"workers": 100_001}, "workers"),
        ({"partners": 100_001}, "partners"),
        ({"district": "가" * 101}, "district"),
        ({"cluster": "가\x07"}, "cluster"),
        ({"cluster": "홍길동 900101-1234567"}, "cluster"),
        ({"district": "９００１０１ １２３４５６７"}, "district"),
    ],
)
def test_what_no_firm_could_be_is_refused_by_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        need_profile(replace(FIRM, **changed), today=TODAY)
    assert refused.value.figures["field"] == field


@pytest.mark.parametrize(
    "changed",
    [
        {"workers": 0},
        {"workers": 100_000},
        {"partners": 0},
        {"district": "가" * 100},
        {"sector": ""},
        {"exports": False, "district": "", "sector": "", "workers": None},
    ],
)
def test_what_a_firm_may_be_is_kept_as_it_is(changed: dict[str, Any]) -> None:
    given = replace(FIRM, **changed)
    assert need_profile(given, today=TODAY) == given


def test_spaces_are_kept_once_and_an_entry_that_says_nothing_is_refused() -> None:
    spaced = replace(FIRM, district="  경기도\u3000화성시 ")
    assert need_profile(spaced, today=TODAY).district == "경기도 화성시"
    with pytest.raises(Invalid):
        need_profile(CompanyProfile(since=TODAY, district=" "), today=TODAY)


def test_the_latest_entry_that_holds_on_a_day_counts() -> None:
    later = replace(FIRM, since=date(2026, 6, 1), workers=9)
    former = replace(FIRM, since=date(2026, 1, 1), workers=7)
    found = CompanyProfiles((later, former))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [found.on(day) for day in days] == [None, former, former, later]


@pytest.mark.parametrize(
    ("area", "lies"),
    [
        ("화성시", True),
        ("경기도 화성시", True),
        ("화성시 봉담읍", True),
        ("경기도 화성시 봉담읍", True),
        ("봉담읍", True),
        ("화성", False),
        ("경기도 봉담읍", False),
        ("화성시 경기도", False),
        ("경기도 화성시 봉담읍 동화리", False),
        ("", False),
    ],
)
def test_a_place_lies_in_an_area_by_whole_words_in_a_row(area: str, lies: bool) -> None:
    assert lies_in("경기도 화성시 봉담읍", area) is lies


def test_a_sector_without_a_name_is_its_number() -> None:
    assert sector_names("25") == ("금속가공제품", "fabricated metal")
    assert sector_names("99") == ("99", "99")
