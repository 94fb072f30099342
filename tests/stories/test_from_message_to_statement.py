"""The first story: a printer registered through the API runs, and its company's statement says
exactly what that costs.
Real processes, the real broker, the real database. Every figure is worked out beside it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from gadong.core.database import Pool
from gadong.settings import Settings
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.support.programs import running, serving
from tests.support.waiting import until
from tests.support.world import PASSWORD, World

KST = ZoneInfo("Asia/Seoul")


class Page:
    """Somebody's session with the API."""

    def __init__(self, url: str, email: str) -> None:
        self._client = httpx2.Client(base_url=f"{url}/api/v1", timeout=30)
        self.post("/sessions", {"email": email, "password": PASSWORD})

    def post(
        self, path: str, body: dict[str, Any] | None = None, *, expect: tuple[int, ...] = (200, 201)
    ) -> Any:
        answer = self._client.post(path, json=body)
        assert answer.status_code in expect, answer.text
        return answer.json()

    def get(self, path: str, **query: str) -> Any:
        answer = self._client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        self._client.close()


def gadong(settings: Settings, *arguments: str) -> str:
    """Run the administrator's command line and return its output."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "gadong"), *arguments],
        env={"GADONG_DATABASE_URL": settings.database_url, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.servers
def test_a_print_becomes_a_won_that_leads_back_to_its_message(
    world: World, pool: Pool, stack: Stack, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    told = settings()
    company = world.company(category="small-manufacturer")
    world.tariff(
        kind="3d-printer",
        rate_per_hour="3000",
        basis="actual_run",
        increment_seconds=600,
        minimum_seconds=1800,
    )
    with (
        serving(told, tmp_path) as url,
        running("ingest", told, tmp_path),
        running("scheduler", told, tmp_path),
    ):
        manager = Page(url, world.manager_email)
        centre = str(world.centre.id)
        manager.post(
            "/machines",
            {
                "centre": centre,
                "slug": "prusa-9",
                "kind": "3d-printer",
                "name_ko": "프린터",
                "name_en": "Printer",
            },
        )
        base = f"octoPrint/{world.centre.slug}"
        # The first centre is heard within seconds of ingest's start; until then a binding says it
        # is not.
        until(lambda: _listens(url), what="ingest listens")
        bound = manager.post("/machines/prusa-9/sources", {"dialect": "octoprint", "base": base})
        assert bound["is_heard"]

        # Yesterday from ten to twelve, entered by the manager as agreed by telephone.
        ten = datetime.now(KST).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(
            days=1
        )
        booking = manager.post(
            "/bookings",
            {
                "machine_slug": "prusa-9",
                "company": str(company.id),
                "start": ten.isoformat(),
                "end": (ten + timedelta(hours=2)).isoformat(),
                "override": "전화 예약",
            },
        )

        device = Publisher(stack.mqtt_url, stack.mqtt_admin_url, stack.secret)
        started, ended = (
            ten + timedelta(minutes=2, seconds=10),
            ten + timedelta(minutes=47, seconds=40),
        )
        for state_id, at in (("PRINTING", started), ("OPERATIONAL", ended)):
            body = {
                "state_id": state_id,
                "state_string": state_id.capitalize(),
                "_event": "PrinterStateChanged",
                "_timestamp": int(at.timestamp()),
            }
            device.publish_all([(f"{base}/event/PrinterStateChanged", body)])

        window = {"from": ten.isoformat(), "to": (ten + timedelta(hours=2)).isoformat()}

        def ran() -> list[dict[str, Any]]:
            runs = manager.get("/machines/prusa-9/timeline", **window)["runs"]
            return [r for r in runs if r["state"] == "running" and r["end"]]

        until(ran, what="the run is in the timeline")
        run = ran()[0]
        assert (datetime.fromisoformat(run["start"]), datetime.fromisoformat(run["end"])) == (
            started,
            ended,
        )

        usage = manager.get("/machines/prusa-9/usages", **window)["items"][0]
        assert (usage["running_seconds"], usage["rule"], usage["booking"]) == (
            2730,
            "booking",
            booking["id"],
        )

        # 2,730 s: (2,730 - 60) / 600 rounds up to 5 blocks, 3,000 s x 3,000 won/h = 2,500 won, half
        # for a small manufacturer: 1,250 won, and 125 won VAT.
        month = {"centre": centre, "company": str(company.id), "month": f"{ten:%Y-%m}"}
        draft = manager.post("/statements", month)
        assert draft["blockers"] == []
        assert draft["total"] == 1_375
        line = draft["document"]["lines"][0]
        assert line["charge"]["amount"] == 1_250
        assert "가동 45분 30초 → 50분 × 3,000원/시간 × 50 %" in line["sentence_ko"]

        # From the won to the message.
        message = manager.get(f"/messages/{line['charge']['trace']['messages'][0]}")
        assert '"PRINTING"' in message["payload"]

        manager.post(f"/statements/{draft['id']}/approve")
        early = ten.month == datetime.now(KST).month
        issued = manager.post(f"/statements/{draft['id']}/issue", {"close_early": early})
        assert issued["number"] == f"{world.centre.slug}-{ten:%Y%m}-0001"
        assert issued["document_digest"] == draft["document_digest"]
        manager.post("/statements", month, expect=(409,))

        # A late message changes what would be computed now, and nothing that was issued.
        body["_timestamp"] = int((ended + timedelta(minutes=60)).timestamp())
        late = {
            **body,
            "state_id": "PRINTING",
            "_timestamp": int((ended + timedelta(minutes=30)).timestamp()),
        }
        device.publish_all([(f"{base}/event/PrinterStateChanged", b) for b in (late, body)])
        until(lambda: len(ran()) == 2, what="the late run")
        assert manager.get("/statements/preview", **month)["total"] > 1_375
        assert manager.get(f"/statements/{draft['id']}")["document"] == issued["document"]

        member = world.member(company)
        own = Page(url, world.emails[member.person_id])
        assert [s["number"] for s in own.get("/statements")["items"]] == [issued["number"]]
        for page in (own, manager):
            page.close()
        device.close()
    assert f"{issued['number']}\tholds" in gadong(told, "verify")
    assert "has" in gadong(told, "rebuild", "prusa-9", "--centre", world.centre.slug)
    assert "1 verified, 0 differ" in gadong(told, "verify", issued["number"])
    assert "1 verified, 0 differ" in gadong(told, "verify", "--month", issued["month"])
    assert "0 verified" in gadong(told, "verify", "--month", "2020-01")


def _listens(url: str) -> bool:
    parts = httpx2.get(f"{url}/readyz").json()["parts"]
    return any(p["name"].startswith("ingest") and p["is_ready"] for p in parts)


@pytest.mark.servers
def test_two_hundred_want_one_place_and_one_gets_it(
    world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    world.machine("mill-1")
    company = world.company()
    member = world.member(company)
    start = (datetime.now(KST) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    body = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
    }
    with serving(settings(), tmp_path) as url:
        session = httpx2.post(
            f"{url}/api/v1/sessions",
            json={"email": world.emails[member.person_id], "password": PASSWORD},
        )
        limits = httpx2.Limits(max_connections=64)
        with httpx2.Client(
            base_url=url, cookies=session.cookies, timeout=60, limits=limits
        ) as client:

            def ask(_: int) -> httpx2.Response:
                return client.post("/api/v1/bookings", json=body)

            with ThreadPoolExecutor(64) as threads:
                answers = list(threads.map(ask, range(200)))
        statuses = [a.status_code for a in answers]
        assert sorted(set(statuses)) == [201, 409]
        assert statuses.count(201) == 1
        for refused in (a.json() for a in answers if a.status_code == 409):
            assert refused["code"] == "slot_taken"
            assert refused["alternatives"]
