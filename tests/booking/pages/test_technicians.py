"""The page of technicians: registered, away, and given a booking."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tests.support.booking.bookings import TOMORROW
from tests.support.booking.technicians import MODES, staff
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_technicians_are_registered_away_and_assigned_on_their_page(
    visit: Visit, world: World
) -> None:
    machine, person = world.machine(usage_modes=MODES), staff(world, "김기술")
    manager = visit(None)
    assert "등록된 기술자가 없으면" in manager.get("/technicians").text
    form = {"person": str(person), "kinds": "mill", "shifts": "00:00-00:00"}
    kept = manager.post("/technicians", data=form)
    assert (kept.status_code, kept.headers["location"]) == (303, "/technicians")
    assert "월,화,수,목,금,토,일 00:00-00:00" in manager.get("/technicians").text
    member = visit(world.member(world.company()))
    wish = {
        "start": f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "usage_mode": "assisted",
        "key": uuid4().hex,
    }
    made = member.post(f"/machines/{machine.slug}/book", data=wish)
    assert made.status_code == 303, made.text
    path = made.headers["location"]
    assert "김기술" in member.get(path).text
    assert f'href="{path}"' in manager.get("/technicians").text
    # In the same hour nobody is left for another machine.
    other = world.machine(usage_modes=MODES)
    refused = member.post(f"/machines/{other.slug}/book", data={**wish, "key": uuid4().hex})
    assert refused.status_code == 409
    assert "그 시간에 지원할 수 있는 담당 기술자가 없습니다" in refused.text
    away = {
        "start": wish["start"],
        "end": f"{(TOMORROW + timedelta(hours=3)).astimezone(world.ZONE):%Y-%m-%dT%H:%M}",
    }
    assert manager.post(f"/technicians/{person}/absences", data=away).status_code == 303
    page = manager.get("/technicians").text
    assert "아직 담당자 없음" in page
    assign = manager.post(f"{path}/technician", data={"technician": str(person)})
    assert assign.status_code == 409
    assert "이 기술자는 그 시간에" in assign.text
    assert member.get("/technicians").status_code == 403
