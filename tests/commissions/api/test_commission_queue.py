"""The queue of a laboratory, its load, and how long its work took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.commissions import ANALYSIS, POUCH
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

V1 = "/api/v1"


def test_what_is_in_work_is_queued_and_what_is_finished_is_measured(
    client: TestClient, world: World, bearer: LogIn, visit: Visit
) -> None:
    world.tariff(goods=[ANALYSIS, POUCH])
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    now = datetime.now(UTC)
    path = f"{V1}/centres/{world.centre.id}"

    def at(hours: int) -> str:
        return (now - timedelta(hours=hours)).isoformat()

    def day(days: int) -> str:
        return f"{(now + timedelta(days=days)).astimezone(World.ZONE):%Y-%m-%d}"

    def received(subject: str, good: str, quantity: str, due: int, **more: Any) -> str:
        body = {
            "company": str(company.id),
            "subject": subject,
            "goods": [{"good": good, "quantity": quantity}],
            "at": at(50),
        }
        made = client.post(f"{path}/commissions", json=body)
        one = f"{V1}/commissions/{made.json()['id']}"
        taken = client.post(f"{one}/receive", json={"due_on": day(due), "at": at(48), **more})
        assert taken.status_code == 200, taken.text
        return one

    late = received("늦은 분석", "ginsenoside", "2", 9)
    soon = received("이른 탕전", "pouch", "100", 2)
    urgent = received("급한 탕전", "pouch", "50", 20, is_urgent=True)
    found = client.get(f"{path}/commission-queue").json()
    subjects = [one["subject"] for one in found["items"]]
    assert subjects == ["급한 탕전", "이른 탕전", "늦은 분석"]
    loads = [(x["good"], x["quantity"], x["commissions"]) for x in found["loads"]]
    assert loads == [("pouch", "150", 2), ("ginsenoside", "2", 1)]
    assert client.get(f"{path}/commission-queue", headers=member).status_code == 403

    ended = {late: 0, soon: 24, urgent: 36}
    for one, hours in ended.items():
        assert client.post(f"{one}/finish", json={"at": at(hours)}).status_code == 200
    # Work that was taken back is not finished.
    assert client.post(f"{late}/reopen", json={"reason": "재측정"}).status_code == 200
    span = {"from": at(72), "to": (now + timedelta(minutes=1)).isoformat()}
    times = client.get(f"{path}/commission-times", params=span).json()
    assert times == {
        "commissions": 2,
        "in_time": 2,
        "median_seconds": 18 * 3600,
        "longest_seconds": 24 * 3600,
    }
    before = {"from": at(72), "to": at(36)}
    assert client.get(f"{path}/commission-times", params=before).json()["commissions"] == 0
    refused = client.get(f"{path}/commission-times", params=span, headers=member)
    assert refused.status_code == 403
    page = text_of(visit(None).get("/commissions").text)
    assert "진행 중 1건" in page
    assert "진세노사이드 분석 · 2 개 · 1건" in page
