"""The pages of monthly applications: what was asked, what became of it, and the draw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from gadong.core.domain.calendar import Month
from tests.support.booking.applications import apply, draw, members, mill, the_round
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_an_answer_is_shown_to_its_people_and_the_draw_to_the_desk(
    visit: Visit, world: World
) -> None:
    machine, people = mill(world), members(world, 2)
    made = [apply(world, machine, who) for who in people]
    pages = [visit(who) for who in people]
    before = pages[0].get("/monthly-applications").text
    assert "배정 대기" in before
    held = the_round(world)
    assert held.seed_digest.hex() in before
    assert "추첨값 <code>" not in before
    draw(world)
    texts = [p.get("/monthly-applications").text for p in pages]
    lost = next(i for i, text in enumerate(texts) if "배정되지 않음" in text)
    won = 1 - lost
    assert "배정 순서 2번" in texts[lost]
    assert "다른 예약" in texts[lost]
    assert "대기 신청" in texts[lost] or "대기" in texts[lost]
    assert f'href="/machines/{machine.slug}/book?start=' in texts[lost]
    assert 'href="/bookings/' in texts[won]
    seed = the_round(world).seed
    assert seed is not None
    assert seed.hex() in texts[won]
    # The other company's application is nobody's to see.
    assert str(made[lost].id) not in texts[won]
    round_page = f"/application-rounds/{held.id}"
    assert pages[0].get(round_page).status_code == 403
    desk = visit(None)
    assert "다시 계산한 결과가 배정과 같습니다" in desk.get(round_page).text
    assert round_page in desk.get("/monthly-applications").text


def test_an_application_is_made_on_the_form_and_withdrawn_on_its_page(
    visit: Visit, world: World
) -> None:
    today = datetime.now(UTC).astimezone(World.ZONE)
    machine = world.machine(application_days={"first": min(today.day, 28), "last": 28})
    (who,) = members(world, 1)
    member = visit(who)
    start = Month.of(today, World.ZONE).following.period(World.ZONE).start + timedelta(hours=34)
    form = {
        "start": f"{start.astimezone(World.ZONE):%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "key": uuid4().hex,
    }
    shown = member.get(f"/machines/{machine.slug}/book").text
    answer = member.post(f"/machines/{machine.slug}/apply", data=form)
    if today.day > 28:
        # On the last days of a month the window is over, and the form says when it was.
        assert "이 시간을 신청" not in shown
        assert answer.status_code == 409
        assert "신청 기간이 아닙니다" in answer.text
        return
    assert "이 시간을 신청" in shown
    assert (answer.status_code, answer.headers["location"]) == (303, "/monthly-applications")
    page = member.get("/monthly-applications").text
    path = page.partition('action="/monthly-applications/')[2].partition('"')[0]
    gone = member.post(f"/monthly-applications/{path}")
    assert gone.status_code == 303
    assert "철회함" in member.get("/monthly-applications").text
    booked = member.post(f"/machines/{machine.slug}/book", data=form)
    assert booked.status_code == 409
    assert "먼저 신청을 받아 배정합니다" in booked.text
