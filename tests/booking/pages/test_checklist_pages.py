"""A checklist at the machine: its questions, a photo, what failed, and the centre's record."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from api.pages.booking.safety.checklists import read_questions
from gadong.booking.domain.safety.checklist import CheckQuestion
from gadong.core.domain.problem import Invalid
from tests.support.booking.checklists import photo
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


def test_questions_are_read_line_by_line() -> None:
    assert read_questions("소독? | Clean? | photo\n\n 온도?\n칼날? | 사진") == [
        CheckQuestion(ko="소독?", en="Clean?", needs_photo=True),
        CheckQuestion(ko="온도?", en="온도?"),
        CheckQuestion(ko="칼날?", en="칼날?", needs_photo=True),
    ]
    with pytest.raises(Invalid):
        read_questions("하나 | two | three")


def test_a_member_answers_at_the_machine(world: World, visit: Visit) -> None:
    machine = world.machine("mixer-1", kind="mixer")
    company = world.company()
    member = world.member(company)
    desk = visit(None)
    for moment in ("before", "after"):
        form = {"machine": "mixer-1", "moment": moment, "questions": "소독? | Clean? | photo"}
        assert desk.post("/checklists", data=form).status_code == 303
    booking = world.booked(machine, company, NOW - timedelta(minutes=1), now=NOW)
    own = visit(member)
    link = f"/machines/mixer-1/checklists/before?booking={booking.id}"
    assert link in own.get("/at/mixer-1").text
    assert "소독?" in own.get(link).text
    path = "/machines/mixer-1/checklists/before"
    without = own.post(path, data={"booking": str(booking.id), "answer-0": "good"})
    assert without.status_code == 409
    assert "1번 질문에는 사진이 필요합니다" in without.text
    sent = {"photo-0": ("a.png", b64decode(photo()), "image/png")}
    data = {"booking": str(booking.id), "answer-0": "good"}
    done = own.post(path, data=data, files=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/at/mixer-1")
    assert link not in own.get("/at/mixer-1").text
    failed = own.post(
        "/machines/mixer-1/checklists/before",
        data={"booking": str(booking.id), "answer-0": "bad", "note-0": "얼룩"},
        files={"photo-0": ("a.png", b64decode(photo()), "image/png")},
    )
    assert failed.status_code == 303
    record = text_of(visit(None).get("/checklists").text)
    assert "부적합" in record
    assert "얼룩" in record
    assert "/closures/" in visit(None).get("/checklists").text
