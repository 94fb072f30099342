"""Machines that are kept for firms of a district, a sector or a size, just inside and outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gadong.booking.domain.day_slots import day_slots
from gadong.booking.domain.rules import eligibility
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.domain.rules.policy import check, form_codes
from gadong.core.domain.problem import Problem
from gadong.people.domain.company_profile import CompanyProfile
from gadong.texts.refusals import sentences
from tests.support.booking.policy import facts, wish
from tests.support.golden import at, between

NOW = at("08:00")
FIRM = CompanyProfile(
    since=date(2026, 1, 1), district="경기도 화성시 봉담읍", sector="25", workers=9
)
EVERY = {"eligible_districts": ("화성시",), "eligible_sectors": ("25",), "eligible_workers": 9}


def problems(profile: CompanyProfile | None, **rules: Any) -> list[Problem]:
    """The problems of a wish of the firm on a machine of the rules."""
    looked_at = replace(facts(**rules), profile=profile)
    return check(wish("10:00", "12:00"), looked_at, now=NOW)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"eligible_districts": ("화성시",)}, None),
        ({"eligible_districts": ("오산시", "경기도 화성시")}, None),
        ({"eligible_districts": ("오산시",)}, "booking.district"),
        ({"eligible_districts": ("화성",)}, "booking.district"),
        ({"eligible_sectors": ("24", "25")}, None),
        ({"eligible_sectors": ("24", "28")}, "booking.sector"),
        ({"eligible_workers": 8}, "booking.workers"),
        ({"eligible_workers": 9}, None),
        ({"eligible_workers": 10}, None),
        (EVERY, None),
    ],
)
def test_each_limit_looks_at_its_own_fact(rules: dict[str, Any], code: str | None) -> None:
    found = problems(FIRM, **rules)
    assert [(p.code, p.overridable_by) for p in found] == ([(code, "manager")] if code else [])
    assert [p.code for p in eligibility.unmet(Rules(**rules), FIRM)] == [p.code for p in found]


def test_all_unmet_limits_come_back_at_once() -> None:
    rules = {**EVERY, "eligible_districts": ("오산시",), "eligible_sectors": ("24",)}
    found = problems(replace(FIRM, workers=10), **rules)
    assert [(p.code, p.limit, p.actual) for p in found] == [
        ("booking.district", "오산시", "경기도 화성시 봉담읍"),
        ("booking.sector", "24", "25"),
        ("booking.workers", 9, 10),
    ]


@pytest.mark.parametrize(
    ("profile", "limit"),
    [
        (None, "district, sector, workers"),
        (replace(FIRM, district=""), "district"),
        (replace(FIRM, sector="", workers=None), "sector, workers"),
        # No workers at all are known to be none.
        (replace(FIRM, workers=0), None),
    ],
)
def test_an_unknown_fact_refuses_in_words_of_its_own(
    profile: CompanyProfile | None, limit: str | None
) -> None:
    found = [(p.code, p.limit) for p in problems(profile, **EVERY)]
    assert found == ([("booking.profile_unknown", limit)] if limit else [])


def test_a_fact_that_no_limit_needs_may_be_unknown() -> None:
    assert problems(CompanyProfile(since=FIRM.since, workers=9), eligible_workers=9) == []
    assert problems(None) == []


def test_a_known_fact_is_judged_beside_an_unknown_one() -> None:
    rules = {"eligible_workers": 8, "eligible_sectors": ("25",)}
    found = problems(replace(FIRM, sector=""), **rules)
    assert [p.code for p in found] == ["booking.workers", "booking.profile_unknown"]


@pytest.mark.parametrize("profile", [None, replace(FIRM, workers=20)])
def test_a_booking_that_goes_on_keeps_its_machine(profile: CompanyProfile | None) -> None:
    looked_at = replace(facts(eligible_workers=9), profile=profile)
    longer = replace(wish("10:00", "12:00"), is_extension=True)
    assert check(longer, looked_at, now=NOW) == []


def test_no_other_form_mends_it_so_that_other_machines_are_offered() -> None:
    looked_at = replace(facts(eligible_workers=8), profile=FIRM)
    assert form_codes(wish("10:00", "12:00"), looked_at, now=NOW) == frozenset()


@pytest.mark.parametrize("profile", [None, FIRM])
def test_the_times_of_a_day_are_shown_to_a_firm_that_is_not_eligible(
    profile: CompanyProfile | None,
) -> None:
    kept = replace(facts(eligible_workers=8), profile=profile)
    asked, day = wish("10:00", "12:00"), between("09:00", "18:00")
    shown = day_slots(asked, kept, day, now=NOW)
    assert shown.free
    assert shown == day_slots(asked, facts(), day, now=NOW)
    assert {p.code for p in problems(profile, eligible_workers=8)} <= eligibility.CODES


@pytest.mark.parametrize(
    ("profile", "rules", "korean", "english"),
    [
        (
            FIRM,
            {"eligible_districts": ("오산시", "평택시")},
            "오산시, 평택시 소재 기업이 이용하는 장비입니다(귀사 소재지: 경기도 화성시 봉담읍)",
            "kept for firms in 오산시, 평택시 (yours is in 경기도 화성시 봉담읍)",
        ),
        (
            FIRM,
            {"eligible_sectors": ("10", "18")},
            "식료품, 인쇄·기록매체 복제업 업종 기업이 이용하는 장비입니다(귀사 업종: 금속가공제품)",
            "firms of the sector food, printing (yours: fabricated metal)",
        ),
        (
            FIRM,
            {"eligible_workers": 8},
            "상시근로자 8명 이하 기업이 이용하는 장비입니다(귀사 9명)",
            "at most 8 regular workers (yours has 9)",
        ),
        (
            None,
            {"eligible_districts": ("화성시",)},
            "귀사의 소재지가 확인되지 않았습니다. '센터 안내'의 실태조사에 입력하세요",
            "of yours this is not known: district.",
        ),
        (
            None,
            {"eligible_districts": ("화성시",), "eligible_workers": 9},
            "귀사의 소재지, 상시근로자 수가 확인되지 않았습니다",
            "of yours this is not known: district, number of workers.",
        ),
    ],
)
def test_a_refusal_is_said_in_peoples_words(
    profile: CompanyProfile | None, rules: dict[str, Any], korean: str, english: str
) -> None:
    (problem,) = problems(profile, **rules)
    said = sentences(problem)
    assert korean in said[0]
    assert english in said[1]


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("eligible_districts", ["경기도  화성시", "오산시"], ("경기도 화성시", "오산시")),
        ("eligible_districts", None, None),
        ("eligible_districts", [], ValueError),
        ("eligible_districts", ["오산시", "오산시"], ValueError),
        ("eligible_districts", ["오산시, 화성시"], ValueError),
        ("eligible_districts", [" "], ValueError),
        ("eligible_sectors", ["25", "10"], ("25", "10")),
        ("eligible_sectors", ["5"], ValueError),
        ("eligible_sectors", ["C25"], ValueError),
        ("eligible_sectors", ["25", "25"], ValueError),
        ("eligible_sectors", [], ValueError),
        ("eligible_workers", 0, 0),
        ("eligible_workers", 100_000, 100_000),
        ("eligible_workers", 100_001, ValueError),
        ("eligible_workers", -1, ValueError),
    ],
)
def test_a_limit_is_read_as_it_is_written(name: str, given: Any, value: Any) -> None:
    if value is ValueError:
        with pytest.raises(ValueError, match=name):
            PARAMETERS[name].read(given)
    else:
        assert PARAMETERS[name].read(given) == value
