"""Page counters on their page: the desk reads one twice, the firm sees what it was charged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.billing.services.counters import counter_uses
from gadong.core.database import Pool
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

CLICK = {"code": "click", "kind": "commission", "name_ko": "컬러 클릭", "name_en": "Colour click"}


def field(world: World, minutes: int) -> str:
    at = datetime.now(UTC).astimezone(world.ZONE) - timedelta(minutes=minutes)
    return f"{at:%Y-%m-%dT%H:%M}"


def test_a_counter_is_read_at_the_start_and_at_the_end(
    visit: Visit, world: World, pool: Pool
) -> None:
    world.tariff(goods=[{**CLICK, "measure": "ea", "price": "50"}])
    world.machine("press-1")
    company = world.company()
    desk, own, outsider = (
        visit(None),
        visit(world.member(company)),
        visit(world.member(world.company())),
    )
    begun = {"machine": "press-1", "company": str(company.id), "good": "click"}
    begun |= {"start": field(world, 60), "reading": "48,200"}
    assert own.post("/counters", data=begun).status_code == 409
    assert counter_uses.shown(pool, world.manager, world.centre.id) == []
    assert desk.post("/counters", data={**begun, "reading": "many"}).status_code == 409
    assert desk.post("/counters", data=begun).status_code == 303
    (use,) = counter_uses.shown(pool, world.manager, world.centre.id)
    assert "끝 수치 없음" in text_of(own.get("/counters").text)
    low = desk.post(f"/counters/{use.id}/end", data={"end": field(world, 5), "end_reading": "9"})
    assert (low.status_code, "48,200이었습니다" in text_of(low.text)) == (409, True)
    done = {"end": field(world, 5), "end_reading": "49400"}
    assert desk.post(f"/counters/{use.id}/end", data=done).status_code == 303
    seen = text_of(own.get("/counters").text)
    assert "48,200 → 49,400 · 컬러 클릭 1,200" in seen
    assert "48,200" not in text_of(outsider.get("/counters").text)
    # A start below that is refused with the figure, and stands where the counter was replaced.
    again = {**begun, "start": field(world, 4), "reading": "10"}
    refused = desk.post("/counters", data=again)
    assert (refused.status_code, "49,400" in text_of(refused.text)) == (409, True)
    both = {**again, "end": field(world, 3), "end_reading": "30", "is_replaced": "true"}
    assert desk.post("/counters", data=both).status_code == 303
    none = {**both, "start": field(world, 2), "end": field(world, 1), "reading": "30"}
    assert desk.post("/counters", data={**none, "is_replaced": "false"}).status_code == 303
    assert "센 수량 없음" in text_of(own.get("/counters").text)
    back = desk.post(f"/counters/{use.id}/take-back", data={"reason": "잘못 읽음"})
    assert back.status_code == 303
    assert "잘못 읽음" in text_of(own.get("/counters").text)


def test_a_refused_use_keeps_its_booking(visit: Visit, world: World, pool: Pool) -> None:
    world.tariff(goods=[{**CLICK, "measure": "ea", "price": "50"}])
    company = world.company()
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
    booking = world.booked(world.machine("press-1"), company, start)
    desk = visit(None)
    begun = {"machine": "press-1", "company": str(company.id), "good": "click"}
    begun |= {"start": field(world, 30), "reading": "many", "booking": str(booking.id)}
    refused = desk.post("/counters", data=begun)
    hidden = f'<input type="hidden" name="booking" value="{booking.id}">'
    assert (refused.status_code, hidden in refused.text) == (409, True)
    assert desk.post("/counters", data={**begun, "reading": "7"}).status_code == 303
    (use,) = counter_uses.shown(pool, world.manager, world.centre.id)
    assert use.booking_id == booking.id


def test_the_desk_sees_what_was_counted_for_nobody(visit: Visit, world: World) -> None:
    world.tariff(goods=[{**CLICK, "measure": "ea", "price": "50"}])
    world.machine("press-1")
    company = world.company()
    desk, own = visit(None), visit(world.member(company))

    def used(minutes: int, first: int, last: int, **more: str) -> None:
        body = {"machine": "press-1", "company": str(company.id), "good": "click", **more}
        body |= {"start": field(world, minutes), "reading": str(first)}
        body |= {"end": field(world, minutes - 1), "end_reading": str(last)}
        assert desk.post("/counters", data=body).status_code == 303

    used(60, 100, 200)
    used(50, 200, 300)
    used(40, 1_234, 1_300)
    # A new counter begins anew: nothing is missing before it.
    used(30, 2_000, 2_100, is_replaced="true")
    seen = text_of(desk.get("/counters").text)
    assert ("934은 아무의 것도" in seen, seen.count("아무의 것도")) == (True, 1)
    assert "아무의 것도" not in text_of(own.get("/counters").text)


def test_a_booking_at_the_machine_fills_the_form(visit: Visit, world: World) -> None:
    world.tariff(goods=[{**CLICK, "measure": "ea", "price": "50"}])
    world.machine("mill-1")
    machine, company = world.machine("press-1"), world.company()
    booking = world.booked(machine, company, datetime.now(UTC) - timedelta(hours=3))
    desk = visit(None)
    assert 'href="/counters?machine=press-1"' in desk.get("/at/press-1").text
    form = desk.get("/counters", params={"machine": "press-1", "booking": str(booking.id)}).text
    assert f'name="booking" value="{booking.id}"' in form
    assert '<option value="press-1" selected>' in form
    assert f'<option value="{company.id}" selected>' in form
