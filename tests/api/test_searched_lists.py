"""Companies, waits, courses and equipment: searched, filtered, and turned page by page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from gadong.booking.services.equipment import equipment
from gadong.booking.services.waiting import waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.domain.period import Period
from gadong.people.domain.payer import Payer, PayerKind
from gadong.people.services import accounts
from gadong.training.domain.training import Training
from gadong.training.services import courses, trainings
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.world import World

V1 = "/api/v1"
#: Lists of a centre that their query names.
OF_CENTRE = ("/companies", "/waiting")
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
#: One id for all workers, which would otherwise collect cases of different names.
AN_ID = "5f1c3a52-9d0e-4b7a-8c61-2e4f7a9b0c3d"
SOON, HOUR = NOW + timedelta(days=2), timedelta(hours=1)
#: Makes a list of a centre, and returns its path, the field of its items, and theirs in order.
Made = tuple[str, str, list[str]]


def companies(world: World) -> Made:
    for name in ("나 정밀", "가 정밀 10 Lab", "가 정밀 2", "가 정밀 2"):
        world.company(name=name)
    names = ["가 정밀 2", "가 정밀 2", "가 정밀 10 Lab", "나 정밀"]
    return "/companies", "name", names


def waits(world: World) -> Made:
    machine = world.machine("mill-1")
    world.booked(machine, world.company(), SOON, 4)
    names = []
    for number, name in enumerate(("갑", "을", "병")):
        company = world.company(name=f"대기 {name}")
        request = WaitingRequest(
            machine=machine,
            company=company.id,
            period=Period(SOON, SOON + 4 * HOUR),
            length=HOUR,
        )
        at = NOW + timedelta(minutes=number)
        waiting_list.join(world.pool, world.member(company), request, now=at)
        names.append(str(company.id))
    return "/waiting", "company", names


def planned(world: World) -> Made:
    for number in (2, 0, 1):
        courses.plan(
            world.pool,
            world.manager,
            centre=world.centre.id,
            code=f"cnc-{number}",
            period=Period(SOON + number * HOUR, SOON + (number + 1) * HOUR),
            place=f"{number}층 교육실",
            seats=1,
            valid_days=None,
            good="",
            now=NOW,
        )
    return f"/centres/{world.centre.id}/courses", "code", ["cnc-0", "cnc-1", "cnc-2"]


def registered(world: World) -> Made:
    for slug in ("probe-b", "probe-a", "chuck"):
        equipment.put(
            world.pool,
            world.manager,
            world.centre.id,
            slug,
            name_ko=f"측정 {slug}",
            name_en=slug.upper(),
            units=1,
            now=NOW,
        )
    return f"/centres/{world.centre.id}/equipment", "slug", ["chuck", "probe-a", "probe-b"]


LISTS = [companies, waits, planned, registered]


def listed(client: TestClient, world: World, path: str, **query: Any) -> Response:
    """Ask for a list of the world's centre."""
    centre = {"centre": str(world.centre.id)} if path in OF_CENTRE else {}
    return client.get(f"{V1}{path}", params={**centre, **query})


@pytest.mark.parametrize("made", LISTS)
def test_pages_go_on_where_the_last_one_ended(
    client: TestClient, world: World, session: LogIn, made: Callable[[World], Made]
) -> None:
    path, called, names = made(world)
    client.headers.update(session(None))

    def page(**query: Any) -> dict[str, Any]:
        answer = listed(client, world, path, **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    whole = [item[called] for item in page()["items"]]
    # A world has companies of its own besides.
    assert [name for name in whole if name in names] == names
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while len(seen) < len(whole):
        turned = page(limit=1, **cursor)
        seen += [item[called] for item in turned["items"]]
        cursor = {"cursor": turned["next"]}
    assert seen == whole
    assert page(limit=1, **cursor) == {"items": [], "next": None}
    assert page(limit=len(whole) + 1)["next"] is None


@pytest.mark.parametrize("made", LISTS)
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%",
        f"{AN_ID}0",
        base64.urlsafe_b64encode(f"2026-01-01T00:00:00 {AN_ID}".encode()).decode(),
        base64.urlsafe_b64encode(f"9999-12-31T23:59:59+00:00 {AN_ID}".encode()).decode(),
        base64.urlsafe_b64encode(b"2026-01-01T00:00:00+00:00").decode(),
    ],
)
def test_a_cursor_is_one_of_ours(
    client: TestClient, world: World, session: LogIn, made: Callable[[World], Made], cursor: str
) -> None:
    path, _, _ = made(world)
    client.headers.update(session(None))
    answer = listed(client, world, path, cursor=cursor)
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


def test_a_company_of_another_centre_is_no_cursor(
    client: TestClient, world: World, session: LogIn
) -> None:
    theirs = World.made(world.pool).company(name="나 비밀")
    path, _, _ = companies(world)
    client.headers.update(session(None))
    answer = listed(client, world, path, cursor=str(theirs.id))
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


@pytest.mark.parametrize("cursor", ["2026-01-01T00:00:00", "9999-12-31T23:59:59+09:00"])
def test_closures_go_on_at_an_instant(
    client: TestClient, world: World, session: LogIn, cursor: str
) -> None:
    body = {
        "centre": str(world.centre.id),
        "kind": "closed",
        "reason": "x",
        "start": SOON.isoformat(),
        "end": (SOON + HOUR).isoformat(),
    }
    headers = session(None)
    assert client.post(f"{V1}/closures", json=body, headers=headers).status_code == 201
    query = {"centre": body["centre"], "from": body["start"], "to": body["end"]}
    query["cursor"] = base64.urlsafe_b64encode(f"{cursor} {uuid4()}".encode()).decode()
    answer = client.get(f"{V1}/closures", params=query, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


def test_each_list_is_searched_by_its_words(
    client: TestClient, world: World, session: LogIn
) -> None:
    client.headers.update(session(None))
    made = {build.__name__: build(world) for build in LISTS}
    trainings.put(
        world.pool,
        world.manager,
        world.centre.id,
        Training(code="cnc-1", name_ko="선반 기초", name_en="Turning"),
    )
    accounts.create_company(
        world.pool,
        world.manager,
        centre=world.centre.id,
        name="학생 하나",
        registration_number="",
        category="general",
        since=NOW.date(),
        payer=Payer(kind=PayerKind.STUDENT, identification="가동대학교"),
    )

    def found(of: str, **query: str) -> list[str]:
        path, called, _ = made[of]
        answer = listed(client, world, path, **query)
        assert answer.status_code == 200, answer.text
        return [item[called] for item in answer.json()["items"]]

    number = world.companies[0].registration_number
    assert found("companies", text="ＬＡＢ 정밀") == ["가 정밀 10 Lab"]
    assert found("companies", text=f"{number[:3]}-{number[3:5]}-{number[5:]}")
    assert found("companies", kind="student") == ["학생 하나"]
    assert found("companies", kind="student", text="정밀") == []
    # A page of a search goes on in the search.
    first = listed(client, world, "/companies", text="가 정밀", limit=2).json()
    assert found("companies", text="가 정밀", cursor=first["next"]) == ["가 정밀 10 Lab"]
    second = made["waits"][2][1]
    assert found("waits", text="대기 을 MILL-1") == [second]
    assert found("waits", company=second) == [second]
    assert found("waits", text="%") == []
    assert found("planned", text="turning") == ["cnc-1"]
    assert found("planned", text="2층") == ["cnc-2"]
    span = {"from": SOON.isoformat(), "to": (SOON + HOUR).isoformat()}
    # The second one begins as the stretch ends.
    assert found("planned", **span) == ["cnc-0"]
    assert found("registered", text="probe A") == ["probe-a"]
    assert found("registered", text="측정 없음") == []


def test_a_member_searches_in_the_own_waits_alone(
    client: TestClient, world: World, session: LogIn
) -> None:
    path, _, names = waits(world)
    own = next(c for c in world.companies if str(c.id) == names[0])
    client.headers.update(session(world.member(own)))
    answer = listed(client, world, path, text="대기")
    assert [item["company"] for item in answer.json()["items"]] == names[:1]


def test_pages_of_a_browser_search_too(visit: Visit, world: World) -> None:
    for build in LISTS:
        build(world)
    desk = visit(None)
    waiting = desk.get("/waiting", params={"q": "대기 갑"}).text
    assert "대기 갑 ·" in waiting
    assert "대기 병 ·" not in waiting
    assert "전체 3건 가운데 1건" in waiting
    held = desk.get("/courses", params={"q": "2층"}).text
    assert "cnc-2 ·" in held
    assert "cnc-1 ·" not in held
    assert "전체 3건 가운데 1건" in held
    units = desk.get("/equipment", params={"q": "probe-a"}).text
    assert 'id="probe-a"' in units
    assert 'id="probe-b"' not in units
    # A machine's needs are chosen from the whole list.
    assert 'value="probe-b"' in units
    for path in ("/waiting", "/courses", "/equipment"):
        nothing = desk.get(path, params={"q": "<b>없음"}).text
        assert "맞는 것이 없습니다" in nothing
        assert "<b>없음" not in nothing
