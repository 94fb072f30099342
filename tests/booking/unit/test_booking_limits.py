"""Every limit of the rule book at its exact value and one step beyond, with all that a refusal
says.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from gadong.booking.domain.booking_request import Facts, Qualification, Wish
from gadong.booking.domain.rules.limits import BookingQuestion, OpeningWindow
from gadong.booking.domain.rules.policy import check
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.core.domain.usage_mode import UsageMode
from tests.support.golden import at, between
from tests.support.wishes import (
    BOOKING,
    DAY,
    EVERY_DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    Limit,
    facts,
    refusal,
    wish,
)

LIMITS: list[Limit] = [
    (
        "a retired machine",
        (wish(), facts()),
        (wish(), facts(is_retired=True)),
        Problem(code="booking.retired"),
    ),
    (
        "a stop ends at its instant",
        (wish(), facts(stopped_until=NOW)),
        (wish(), facts(stopped_until=NOW + SECOND)),
        refusal("booking.stopped", limit=write_instant(NOW + SECOND)),
    ),
    (
        "a debt of ten days",
        (wish(), facts({"overdue_stop": 10 * DAY}, unpaid_since=date(2026, 11, 2))),
        (wish(), facts({"overdue_stop": 10 * DAY}, unpaid_since=date(2026, 11, 1))),
        refusal("booking.overdue", limit=10, actual=11),
    ),
    (
        "a debt does not end what goes on",
        (
            wish(is_extension=True),
            facts({"overdue_stop": 10 * DAY}, unpaid_since=date(2026, 11, 1)),
        ),
        (wish(), facts({"overdue_stop": timedelta(0)}, unpaid_since=date(2026, 11, 11))),
        refusal("booking.overdue", limit=0, actual=1),
    ),
    (
        "the terms in force",
        (wish(), facts({"terms": "2"}, accepted=frozenset({"2"}))),
        (wish(), facts({"terms": "2"}, accepted=frozenset({"1"}))),
        Problem(code="booking.terms", limit="2"),
    ),
    (
        "a start in the past",
        (wish("08:00", "09:00"), facts()),
        (wish("07:59", "09:00"), facts()),
        refusal("booking.in_the_past", limit=write_instant(NOW), actual=write_instant(at("07:59"))),
    ),
    (
        "what goes on began in the past",
        (wish("07:00", "09:00", is_extension=True), facts()),
        (wish("07:00", "09:00"), facts()),
        refusal("booking.in_the_past", limit=write_instant(NOW), actual=write_instant(at("07:00"))),
    ),
    (
        "two hours' notice",
        (wish("10:00", "11:00"), facts({"notice": 2 * HOUR})),
        (wish("09:59", "11:00"), facts({"notice": 2 * HOUR})),
        refusal("booking.notice", limit=120, actual=119),
    ),
    (
        "two hours' notice of the old place",
        (wish("15:00", "16:00", was=between("10:00", "11:00")), facts({"move_notice": 2 * HOUR})),
        (wish("15:00", "16:00", was=between("09:59", "11:00")), facts({"move_notice": 2 * HOUR})),
        refusal("booking.move_notice", limit=120, actual=119),
    ),
    (
        "the horizon is an end",
        (wish("10:00", "11:00"), facts({"horizon": 3 * HOUR})),
        (wish("10:00", "11:01"), facts({"horizon": 3 * HOUR})),
        refusal(
            "booking.horizon",
            limit=0,
            actual=0,
            details={
                "ends": write_instant(at("11:01")),
                "until": write_instant(at("11:00")),
            },
        ),
    ),
    (
        "a horizon of two days",
        (
            wish(period=Period(at("07:00") + 2 * DAY, at("08:00") + 2 * DAY)),
            facts({"horizon": 2 * DAY}, opened=[Period(NOW, NOW + 5 * DAY)]),
        ),
        (
            wish(period=Period(at("10:00") + 3 * DAY, at("11:00") + 3 * DAY)),
            facts({"horizon": 2 * DAY}, opened=[Period(NOW, NOW + 5 * DAY)]),
        ),
        refusal(
            "booking.horizon",
            limit=2,
            actual=3,
            details={
                "ends": write_instant(at("11:00") + 3 * DAY),
                "until": write_instant(NOW + 2 * DAY),
            },
        ),
    ),
    (
        "a start on the grid",
        (wish("10:30", "11:30"), facts({"step": 30 * MINUTE})),
        (wish("10:31", "11:30"), facts({"step": 30 * MINUTE})),
        refusal("booking.off_grid", limit=30, actual=write_instant(at("10:31"))),
    ),
    (
        "an end on the grid",
        (wish("10:31", "11:30", is_extension=True), facts({"step": 30 * MINUTE})),
        (wish("10:30", "11:31"), facts({"step": 30 * MINUTE})),
        refusal("booking.off_grid", limit=30, actual=write_instant(at("11:31"))),
    ),
    (
        "the least length",
        (wish("10:00", "10:45"), facts({"shortest": 45 * MINUTE})),
        (wish("10:00", "10:44"), facts({"shortest": 45 * MINUTE})),
        refusal("booking.too_short", limit=45, actual=44),
    ),
    (
        "the greatest length",
        (wish("10:00", "12:00"), facts({"longest": 2 * HOUR})),
        (wish("10:00", "12:01"), facts({"longest": 2 * HOUR})),
        refusal("booking.too_long", limit=120, actual=121),
    ),
    (
        "closing time",
        (wish("20:00", "22:00"), facts()),
        (wish("20:00", "22:01"), facts()),
        refusal("booking.closed", limit=0, actual=1),
    ),
    (
        "a run past closing begins before it",
        (wish("21:59", "23:00"), facts({"may_run_past_close": True})),
        (wish("22:00", "23:00"), facts({"may_run_past_close": True})),
        refusal("booking.closed", limit=0, actual=60),
    ),
    (
        "a closure",
        (
            wish("10:00", "11:00"),
            facts(closed=[between("11:00", "12:00"), between("09:00", "10:00")]),
        ),
        (
            wish("10:00", "11:01"),
            facts(closed=[between("10:58", "12:00"), between("09:00", "10:02")]),
        ),
        refusal(
            "booking.closure",
            actual=5,
            details={"from": write_instant(at("10:00")), "until": write_instant(at("11:01"))},
        ),
    ),
    (
        "a night as one",
        (
            wish(period=Period(at("18:00"), at("09:00") + DAY)),
            facts(
                {
                    "overnight": OpeningWindow(weekdays=EVERY_DAY, since=time(18), until=time(9)),
                    "longest": 2 * DAY,
                },
                opened=[Period(NOW, NOW + 5 * DAY)],
            ),
        ),
        (
            wish(period=Period(at("18:00"), at("08:59") + DAY)),
            facts(
                {
                    "overnight": OpeningWindow(weekdays=EVERY_DAY, since=time(18), until=time(9)),
                    "longest": 2 * DAY,
                },
                opened=[Period(NOW, NOW + 5 * DAY)],
            ),
        ),
        refusal(
            "booking.overnight",
            limit="18:00-09:00",
            details={
                "from": write_instant(at("18:00")),
                "until": write_instant(at("09:00") + DAY),
            },
        ),
    ),
    (
        "a way of using it that is offered",
        (
            wish(usage_mode=UsageMode.ASSISTED),
            facts({"usage_modes": (UsageMode.SELF, UsageMode.ASSISTED)}),
        ),
        (
            wish(usage_mode=UsageMode.COMMISSIONED),
            facts({"usage_modes": (UsageMode.SELF, UsageMode.ASSISTED)}),
        ),
        refusal("booking.usage_mode", limit="self, assisted", actual="commissioned"),
    ),
    (
        "what is booked stays as it was offered",
        (
            wish(usage_mode=UsageMode.COMMISSIONED, moving=BOOKING),
            facts({"usage_modes": (UsageMode.SELF,)}),
        ),
        (wish(usage_mode=UsageMode.COMMISSIONED), facts({"usage_modes": (UsageMode.SELF,)})),
        refusal("booking.usage_mode", limit="self", actual="commissioned"),
    ),
    (
        "a training",
        (
            wish(),
            facts({"qualification": "cnc"}, qualifications={"cnc": Qualification(granted_at=NOW)}),
        ),
        (
            wish(),
            facts({"qualification": "cnc"}, qualifications={"cmm": Qualification(granted_at=NOW)}),
        ),
        refusal("booking.unqualified", limit="cnc"),
    ),
    (
        "a training that lapses after the start",
        (
            wish(),
            facts(
                {"qualification": "cnc"},
                qualifications={
                    "cnc": Qualification(granted_at=NOW - DAY, expires_at=at("10:00") + SECOND)
                },
            ),
        ),
        (
            wish(),
            facts(
                {"qualification": "cnc"},
                qualifications={"cnc": Qualification(granted_at=NOW - DAY, expires_at=at("10:00"))},
            ),
        ),
        refusal("booking.qualification_lapsed", limit="cnc", actual=write_instant(at("10:00"))),
    ),
    (
        "the centre's hands need no training",
        (
            wish(usage_mode=UsageMode.COMMISSIONED),
            facts({"qualification": "cnc", "usage_modes": tuple(UsageMode)}),
        ),
        (
            wish(usage_mode=UsageMode.SELF),
            facts({"qualification": "cnc", "usage_modes": tuple(UsageMode)}),
        ),
        refusal("booking.unqualified", limit="cnc"),
    ),
    (
        "answers",
        (
            wish(answers={"what": "x", "more": " y "}),
            facts(
                {
                    "questions": (
                        BookingQuestion(key="what", ko="", en=""),
                        BookingQuestion(key="more", ko="", en=""),
                    )
                }
            ),
        ),
        (
            wish(answers={"what": "  "}),
            facts(
                {
                    "questions": (
                        BookingQuestion(key="what", ko="", en=""),
                        BookingQuestion(key="note", ko="", en="", is_required=False),
                        BookingQuestion(key="more", ko="", en=""),
                    )
                }
            ),
        ),
        refusal("booking.unanswered", limit="what, more"),
    ),
    (
        "what is moved was answered",
        (wish(moving=BOOKING), facts({"questions": (BookingQuestion(key="what", ko="", en=""),)})),
        (wish(), facts({"questions": (BookingQuestion(key="what", ko="", en=""),)})),
        refusal("booking.unanswered", limit="what"),
    ),
    (
        "machines that belong together",
        (wish(together=frozenset({"a", "b"})), facts({"linked": ("a", "b")})),
        (wish(together=frozenset({"c"})), facts({"linked": ("a", "b")})),
        refusal("booking.linked", limit="a, b"),
    ),
    (
        "what is moved stays together",
        (wish(moving=BOOKING), facts({"linked": ("a",)})),
        (wish(), facts({"linked": ("a",)})),
        refusal("booking.linked", limit="a"),
    ),
    (
        "a waiting list alone",
        (wish(), facts({"waiting_list": "hybrid"})),
        (wish(), facts({"waiting_list": "only"})),
        refusal("booking.waiting_list_only"),
    ),
    (
        "what came from the list is moved",
        (wish(moving=BOOKING), facts({"waiting_list": "only"})),
        (wish(), facts({"waiting_list": "only"})),
        refusal("booking.waiting_list_only"),
    ),
    (
        "turn-round on both sides",
        (
            wish("10:00", "11:00"),
            facts(
                {"setup": 5 * MINUTE, "teardown": 10 * MINUTE},
                held=[between("09:00", "09:55"), between("11:10", "12:00")],
            ),
        ),
        (
            wish("10:00", "11:00"),
            facts(
                {"setup": 5 * MINUTE, "teardown": 10 * MINUTE},
                held=[between("11:08", "12:00"), between("09:00", "09:56")],
            ),
        ),
        Problem(
            code="booking.taken",
            actual=3,
            details={"from": write_instant(at("09:55")), "until": write_instant(at("11:10"))},
        ),
    ),
]


@pytest.mark.parametrize(
    ("allowed", "refused", "problem"), [c[1:] for c in LIMITS], ids=[c[0] for c in LIMITS]
)
def test_each_limit_holds_at_its_value_and_speaks_beyond_it(
    allowed: tuple[Wish, Facts], refused: tuple[Wish, Facts], problem: Problem
) -> None:
    assert check(*allowed, now=NOW) == []
    assert check(*refused, now=NOW) == [problem]
