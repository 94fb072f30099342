"""Calibration, insurance and service are told ahead: as notices, once, and on the to-do list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.observation import Observed
from gadong.metering.services import machine_dues
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from tests.support.billing.ledgers_priced import observe
from tests.support.booking.ledger_of_use import logged
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

V1 = "/api/v1"
KINDS = {*machine_dues.BY_DAY.values(), machine_dues.SERVICE_BY_HOURS}
NOW = datetime.now(UTC).replace(microsecond=0)


def reminded(world: World, *, at: datetime = NOW) -> list[tuple[str, str]]:
    """Return the notices about equipment that the manager has, the latest first."""
    with transaction(world.pool, SYSTEM) as tx:
        machine_dues.remind(tx, world.centre, now=at)
    with transaction(world.pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    found = jobs.notices(world.pool, world.manager, before=None, most=50)
    return [(n.kind, n.data["due_on"]) for n in found if n.kind in KINDS]


def registered(manager: TestClient, machine: Any, **entry: Any) -> None:
    answer = manager.put(
        f"{V1}/machines/{machine.id}/register", json={"entry": entry, "reason": "등록"}
    )
    assert answer.status_code == 200, answer.text


def test_days_are_told_thirty_days_ahead_and_once(manager: TestClient, world: World) -> None:
    today = NOW.astimezone(world.centre.zone).date()
    early, soon = today + timedelta(days=31), today + timedelta(days=30)
    machine = world.machine("cmm-1")
    done = (today - timedelta(days=300)).isoformat()
    registered(
        manager,
        machine,
        insured_until=early.isoformat(),
        calibrations=[{"done_on": done, "due_on": soon.isoformat()}],
    )
    assert reminded(world) == [("machine.calibration_due", soon.isoformat())]
    assert reminded(world) == [("machine.calibration_due", soon.isoformat())]
    both = reminded(world, at=NOW + timedelta(days=1))
    assert sorted(both) == [
        ("machine.calibration_due", soon.isoformat()),
        ("machine.insurance_ends", early.isoformat()),
    ]


def test_run_hours_make_a_service_due(manager: TestClient, world: World, visit: Visit) -> None:
    today = NOW.astimezone(world.centre.zone).date()
    machine = world.machine("cmm-1", kind="cmm")
    observe(world, machine, Observed.LEDGER)
    start = NOW - timedelta(days=3)
    assert logged(manager, machine, start, 9).status_code == 201
    since = (today - timedelta(days=10)).isoformat()
    registered(manager, machine, service_hours=11, in_service_from=since)
    assert reminded(world) == []
    registered(manager, machine, service_hours=10, in_service_from=since)
    assert reminded(world) == [("machine.service_hours_due", "")]
    assert logged(manager, machine, start + timedelta(hours=9), 1).status_code == 201
    assert len(reminded(world)) == 1
    desk = visit(None)
    assert "정기 점검 주기 가동 10시간, 점검 뒤 10시간 가동" in text_of(desk.get("/desk").text)
    due = text_of(desk.get("/register?standing=due").text)
    assert "장비 1대" in due
    assert "정기 점검 주기 가동 10시간, 점검 뒤 10시간 가동" in due
    page = text_of(desk.get("/register/cmm-1").text)
    assert "정기 점검 주기 가동 10시간" in page
    # Serviced today, the hours begin anew.
    form = {"reason": "점검", "service_hours": "10", "serviced_on": today.isoformat()}
    assert desk.post("/register/cmm-1", data=form).status_code == 303
    assert "기한이 다가온 장비" not in desk.get("/desk").text
    assert "장비 0대" in text_of(desk.get("/register?standing=due").text)
    wrong = desk.post("/register/cmm-1", data={**form, "service_hours": "ten"})
    assert wrong.status_code == 409
