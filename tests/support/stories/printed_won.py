"""A print that becomes a won: told by the three programs, of this tree or of an older one."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from gadong.settings import Settings
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.support.programs import ROOT, running_of, serving
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


def print_becomes_a_won(
    world: World, stack: Stack, told: Settings, tmp_path: Path, tree: Path = ROOT
) -> None:
    """Book, print, bill, issue, and lead the won back to its message, by a tree's programs."""
    company = world.company(category="small-manufacturer")
    world.tariff(
        kind="3d-printer",
        rate_per_hour="3000",
        basis="actual_run",
        increment_seconds=600,
        minimum_seconds=1800,
    )
    with (
        serving(told, tmp_path, tree) as url,
        running_of(tree, "ingest", told, tmp_path),
        running_of(tree, "scheduler", told, tmp_path),
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
