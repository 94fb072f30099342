"""Refusals in people's words: lengths, times and names, and when it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gadong.booking.domain.rules.limits import BookingQuestion
from gadong.booking.domain.rules.policy import check
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.texts.problems import refusal_figures
from gadong.texts.refusals import sentences
from tests.support.booking.policy import facts, wish
from tests.support.golden import KST, at


@pytest.mark.parametrize(
    ("minutes", "days", "ko", "en"),
    [
        (0, True, "0분", "0 min"),
        (59, True, "59분", "59 min"),
        (60, True, "1시간", "1 h"),
        (90, True, "1시간 30분", "1 h 30 min"),
        (1440, True, "24시간", "24 h"),
        (2879, True, "47시간 59분", "47 h 59 min"),
        (2880, True, "2일", "2 days"),
        (28_800, True, "20일", "20 days"),
        (2945, True, "2일 1시간 5분", "2 days 1 h 5 min"),
        # Used time adds up in hours, however many.
        (4320, False, "72시간", "72 h"),
        (-30, True, "-30분", "-30 min"),
    ],
)
def test_a_length_is_said_in_its_units(minutes: int, days: bool, ko: str, en: str) -> None:
    assert (
        refusal_figures.length(minutes, "ko", days=days),
        refusal_figures.length(minutes, "en", days=days),
    ) == (ko, en)


def said(code: str, korean: bool, since: str, until: str, **rules: Any) -> str:
    """The sentence of the code that a wish breaks."""
    wanted = wish(since, until)
    found = {p.code: p for p in check(wanted, facts(**rules), now=at("08:00"))}
    return sentences(found[code])[0 if korean else 1]


def test_a_notice_of_weeks_is_said_in_days() -> None:
    assert "시작 20일 전까지" in said(
        "booking.notice", True, "10:00", "12:00", notice=timedelta(days=20)
    )
    assert "at least 20 days ahead (this is 2 h)" in said(
        "booking.notice", False, "10:00", "12:00", notice=timedelta(days=20)
    )


def test_the_horizon_names_the_last_end_and_the_end_of_the_wish() -> None:
    last, wanted = at("09:00"), at("09:30")
    day = f"{last:%m/%d}"
    ko, en = (
        said("booking.horizon", is_korean, "08:30", "09:30", horizon=timedelta(hours=1))
        for is_korean in (True, False)
    )
    assert f"{day} (" in ko
    assert f"{last:%H:%M}까지 끝나는" in ko
    assert f"요청은 {day}" in ko
    assert f"{wanted:%H:%M}까지)" in ko
    assert f"Bookings end by {day} (" in en
    assert "days" not in en


def test_a_refusal_promises_no_times_that_nobody_offers() -> None:
    # An edit has no alternatives, and the sentence is one for all.
    for code in ("booking.no_technician", "booking.no_equipment"):
        korean, english = sentences(Problem(code=code, limit="chuck"))
        assert "제안된" not in korean
        assert "offered" not in english
        assert "센터에 문의" in korean
        assert "ask the centre" in english


def test_closed_says_when_it_is_open() -> None:
    day = f"{at('09:00'):%m/%d} ({'월화수목금토일'[at('09:00').weekday()]})"
    sentence = said("booking.closed", True, "17:00", "19:00")
    assert f"1시간은 운영시간이 아닙니다. 운영시간: {day} 09:00–18:00." in sentence
    assert "1 h of this lie outside opening hours. It is open" in said(
        "booking.closed", False, "17:00", "19:00"
    )


def test_where_the_day_is_closed_the_next_hours_are_said() -> None:
    later = Period(at("09:00") + timedelta(days=3), at("18:00") + timedelta(days=3))
    closed = replace(
        facts(),
        opened=[later, Period(later.start + timedelta(days=1), later.end + timedelta(days=1))],
    )
    problem = next(
        p
        for p in check(wish("10:00", "12:00"), closed, now=at("08:00"))
        if p.code == "booking.closed"
    )
    assert problem.spoken is not None
    assert problem.spoken.open_hours == [later]
    assert f"{later.start:%m/%d}" in sentences(problem)[1]


def test_a_question_is_called_by_its_words() -> None:
    asked = (BookingQuestion(key="material", ko="재료", en="Material"),)
    assert "재료" in said("booking.unanswered", True, "10:00", "12:00", questions=asked)
    assert "Material" in said("booking.unanswered", False, "10:00", "12:00", questions=asked)


def test_a_machine_is_called_by_its_name_and_a_mode_by_its_words() -> None:
    linked = Problem(code="booking.linked", limit="room-a0ff4, lift").saying(
        names={"room-a0ff4": ("회의실", "Meeting room")}
    )
    assert "(회의실, lift)" in sentences(linked)[0]
    assert "Meeting room, lift" in sentences(linked)[1]
    mode = Problem(code="booking.usage_mode", limit="self, assisted", actual="commissioned")
    assert "지원 이용" in sentences(mode)[0]
    assert "assisted" not in sentences(mode)[0]
    several = Problem(code="booking.taken", details={"machine_slug": "m-1"}).saying(
        names={"m-1": ("밀링", "Mill")}
    )
    assert [s.partition(":")[0] for s in sentences(several)] == ["밀링", "Mill"]


def test_a_lapsed_training_is_called_by_its_name_and_its_end_said_on_the_clock() -> None:
    lapsed = Problem(
        code="booking.qualification_lapsed",
        limit="cnc-2, old",
        actual="2026-11-30T15:30:00+00:00",
    ).saying(zone="Asia/Seoul", names={"cnc-2": ("CNC 실습", "CNC practice")})
    korean, english = sentences(lapsed)
    assert "'CNC 실습, old' 교육 자격이 만료되었습니다(12/01 (화) 00:30)" in korean
    assert "'CNC practice, old' has lapsed (12/01 (Tue) 00:30)" in english


def test_instants_are_said_on_the_centres_clock() -> None:
    until = datetime(2026, 12, 1, 1, tzinfo=KST).isoformat()
    stopped = Problem(code="booking.stopped", limit=until).saying(zone="Asia/Seoul")
    assert sentences(stopped)[0].startswith("12/01 (화) 01:00까지")
    closed = Problem(
        code="booking.closure",
        actual=60,
        details={"from": "2026-11-30T15:30:00+00:00", "until": "2026-11-30T16:30:00+00:00"},
    ).saying(zone="Asia/Seoul")
    assert "(12/01 (Tue) 00:30 to 12/01 (Tue) 01:30)" in sentences(closed)[1]


def test_a_day_that_is_open_whole_ends_at_midnight() -> None:
    problem = Problem(code="booking.closed", actual=60).saying(zone="Asia/Seoul")
    whole = Period(datetime(2026, 12, 1, tzinfo=KST), datetime(2026, 12, 2, tzinfo=KST))
    assert refusal_figures.span(whole, problem, "en") == "12/01 (Tue) 00:00–24:00"
