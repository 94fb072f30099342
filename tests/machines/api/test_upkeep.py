"""The maintenance log through the API: written, shown as a table, and taken back."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from fastapi.testclient import TestClient

from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, register
from tests.support.api_fixtures import LogIn
from tests.support.billing.lines_by_their_own_day import at, month_of
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.world import World

API = "/api/v1"
WORK = {
    "kind": "repair",
    "description": "주축 소음",
    "action": "베어링 교체",
    "repairer": "한국정비 김기사",
    "cost": 330_000,
}


def body(start: datetime, minutes: float = 90, **more: Any) -> dict[str, Any]:
    end = start + timedelta(minutes=minutes)
    return {**WORK, "start": start.isoformat(), "end": end.isoformat(), **more}


def table(world: World, client: TestClient) -> list[dict[str, str]]:
    """Last month's log as a table."""
    asked = {"centre": str(world.centre.id), "month": str(month_of(world))}
    text = client.get(f"{API}/reports/maintenance-log.csv", params=asked).text
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_a_repair_stands_for_the_fault_and_the_closure_that_began_in_it(
    world: World, manager: TestClient
) -> None:
    machine = world.machine("mill-1")
    register.write(world.pool, world.manager, machine.id, {"responsible": "김책임"}, reason="시험")
    source, start = world.source(machine), at(world, 12)
    said = [(-10, "none"), (0, "fault"), (30, "none"), (200, "fault"), (230, "none")]
    batch = [message(source, start + timedelta(minutes=m), Channel.ALARM, w) for m, w in said]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    closures.close(
        world.pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(start + timedelta(minutes=20), start + timedelta(minutes=80)),
            kind="maintenance",
            reason="고장",
        ),
        now=datetime.now(UTC),
    )
    assert [row["구분"] for row in table(world, manager)] == ["고장", "점검", "고장"]
    made = manager.post(f"{API}/machines/{machine.id}/upkeep", json=body(start, 89.5))
    assert made.status_code == 201, made.text
    first, second = table(world, manager)
    local = f"{start.astimezone(world.centre.zone):%Y-%m-%d %H:%M:%S}"
    assert (
        first.items()
        >= {
            "장비명": "밀링",
            "관리자": "김책임",
            "작성자": "담당자",
            "시작": local,
            "시간(분)": "90",
            "구분": "고장 수리",
            "내용": "주축 소음",
            "수리자": "한국정비 김기사",
            "조치": "베어링 교체",
            "비용(원)": "330000",
        }.items()
    )
    assert (second["구분"], second["시간(분)"], second["수리자"]) == ("고장", "30", "")
    # Taken back, it stands for nothing; both words stay.
    there = f"{API}/upkeep/{made.json()['id']}/reversal"
    assert manager.post(there, json={"reason": " "}).status_code == 422
    assert manager.post(there, json={"reason": "다른 장비"}).status_code == 204
    assert manager.post(there, json={"reason": "다른 장비"}).status_code == 409
    assert [row["구분"] for row in table(world, manager)] == ["고장", "점검", "고장"]
    span = month_of(world).period(world.centre.zone)
    asked = {"from": span.start.isoformat(), "to": span.end.isoformat()}
    (kept,) = manager.get(f"{API}/centres/{world.centre.id}/upkeep", params=asked).json()["items"]
    assert (kept["taken_back_reason"], kept["machine_slug"]) == ("다른 장비", "mill-1")


def test_work_that_lasts_or_costs_less_than_nothing_is_refused(
    world: World, manager: TestClient
) -> None:
    machine = world.machine("mill-1")
    there = f"{API}/machines/{machine.id}/upkeep"
    now = datetime.now(UTC)
    for wrong, field in (
        (body(now - timedelta(minutes=30)), "end"),
        (body(at(world, 3), cost=-1), "cost"),
        (body(at(world, 3), repairer=" "), "repairer"),
    ):
        answer = manager.post(there, json=wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert manager.post(there, json=body(at(world, 3), cost=None)).status_code == 201


def test_no_member_and_no_other_centre_writes_in_the_log(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    machine = world.machine("mill-1")
    boss, member = bearer(None), bearer(world.member(world.company()))
    there = f"{API}/machines/{machine.id}/upkeep"
    assert client.post(there, json=body(at(world, 3)), headers=member).status_code == 403
    made = client.post(there, json=body(at(world, 3)), headers=boss)
    back = f"{API}/upkeep/{made.json()['id']}/reversal"
    assert client.post(back, json={"reason": "시험"}, headers=member).status_code == 404


def test_the_page_writes_shows_and_takes_back(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    desk, month = visit(None), str(month_of(world))
    start = at(world, 12).astimezone(world.centre.zone)
    form = {
        **{name: str(value) for name, value in WORK.items()},
        "machine": "mill-1",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "end": f"{start + timedelta(minutes=90):%Y-%m-%dT%H:%M}",
    }
    refused = desk.post("/upkeep", data={**form, "cost": "많음"})
    assert (refused.status_code, 'value="베어링 교체"' in refused.text) == (409, True)
    done = desk.post("/upkeep", data={**form, "cost": "330,000"})
    assert (done.status_code, done.headers["location"]) == (303, f"/upkeep?month={month}")
    shown = desk.get("/upkeep", params={"month": month}).text
    assert all(
        text in shown for text in ("베어링 교체", "한국정비 김기사", "330,000", "<td>90</td>")
    )
    english = desk.get("/upkeep", params={"month": month}, headers={"accept-language": "en"}).text
    assert "<td>Mill</td>" in english
    assert "밀링" not in english
    found = shown.partition('action="/upkeep/')[2].partition("/")[0]
    back = desk.post(f"/upkeep/{found}/take-back", data={"reason": "다른 장비", "month": month})
    assert back.status_code == 303
    shown = desk.get("/upkeep", params={"month": month}).text
    assert "<td>90</td>" not in shown
    assert "다른 장비" in shown
