"""A centre with more of everything than a page of a list holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from api.pages.frame.listing import ROWS
from gadong.billing.services import statement_drafts
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import new_id
from gadong.core.store import outbox
from gadong.core.store.outbox import OutboxEvent
from gadong.people.services import join_requests, members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import PASSWORD, World, registration_number

#: Two pages of every list, with ten rows on the second.
MANY = ROWS + 10
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
MONTH = Month.of(NOW, World.ZONE).previous
V1 = "/api/v1"


def crowd(world: World, manager: TestClient) -> Mapping[str, str]:
    """Enter MANY of everything that a centre collects, and return what addresses name."""

    def post(path: str, body: Mapping[str, Any]) -> Any:
        answer = manager.post(f"{V1}{path}", json=body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    firms = [world.company(name=f"기업 {n}") for n in range(MANY)]
    machines = [world.machine(f"many-{n}") for n in range(MANY)]
    centre, firm, machine = str(world.centre.id), firms[0], machines[0]
    day = MONTH.period(world.centre.zone).start + timedelta(days=9, hours=9)
    world.tariff()
    _people(world)
    for n in range(MANY):
        at = day + timedelta(minutes=10 * (n % 6))
        span = {"start": at.isoformat(), "end": (at + timedelta(minutes=5)).isoformat()}
        there = f"/machines/{machines[n].id}"
        since = {"observed": "ledger", "since": "2026-01-01T00:00:00+09:00"}
        post(f"{there}/observations", since)
        use = {"machine": str(machines[n].id), "company": str(firm.id), "reason": f"이용 {n}"}
        post("/logged-uses", {**use, **span})
        work = {"kind": "repair", "description": f"소음 {n}", "action": "교체"}
        post(f"{there}/upkeep", {**work, "repairer": "한국정비", **span})
        later = NOW + timedelta(days=2, hours=n)
        world.booked(machine, firm, later, hours=1)
        closing = {
            "centre": centre,
            "machine_slug": machines[n].slug,
            "kind": "closed",
            "reason": "시험",
            "start": (NOW + timedelta(days=30, hours=n)).isoformat(),
            "end": (NOW + timedelta(days=30, hours=n + 1)).isoformat(),
        }
        post("/closures", closing)
        post(f"/centres/{centre}/device-accounts", {"name": f"장치 {n}", "topics": [f"t/{n}"]})
        post(f"/centres/{centre}/programs", {"name": f"연동 {n}", "rights": ["money.see"]})
        soon = NOW + timedelta(days=1, hours=n)
        course = {"code": f"course-{n}", "start": soon.isoformat(), "seats": 9}
        post(
            f"/centres/{centre}/courses", {**course, "end": (soon + timedelta(hours=1)).isoformat()}
        )
        limit = {"name": f"온도 {n}", "channel": "temperature", "side": "above", "bound": -18.0}
        post(f"{there}/limits", limit)
        questions = [{"ko": "소독?", "en": "Clean?"}]
        post(f"{there}/checklists", {"moment": "before", "questions": questions})
        paid = {"amount": 1000 + n, "paid_on": "2026-01-05"}
        post(f"/centres/{centre}/companies/{firms[n].id}/transfers", paid)
        post(f"/centres/{centre}/companies/{firm.id}/transfers", paid)
        line = {"centre": centre, "company": str(firms[n].id), "at": day.isoformat()}
        post("/lines", {**line, "amount": 1000, "reason": "시험"})
        statement_drafts.draft(
            world.pool,
            world.manager,
            centre=world.centre.id,
            company=firms[n].id,
            month=str(MONTH),
        )
    return {"company_id": str(firm.id), "slug": machine.slug, "month": str(MONTH), "day": _on(day)}


def _people(world: World) -> None:
    firm = world.companies[0]
    for n in range(MANY):
        where: tuple[dict[str, Any], ...] = (
            {"company": firm.id},
            {"centre": world.centre.id, "roles": {Role.TECHNICIAN}},
        )
        for kind, what in zip(("member", "staff"), where, strict=True):
            email = f"{kind}-{n}@many.example"
            members.create_person(
                world.pool, OPERATOR, email=email, name=f"{kind} {n}", password=PASSWORD, **what
            )
        join_requests.ask(
            world.pool,
            world.centre.id,
            company=f"새 공방 {n}",
            registration_number=registration_number(MANY + 10 + n),
            name="최공방",
            email=f"asks-{n}@many.example",
            address=f"192.0.2.{n}",
        )
    with transaction(world.pool, SYSTEM) as tx:
        for _ in range(MANY):
            event = OutboxEvent(
                id=new_id(),
                kind="company.asks",
                centre_id=world.centre.id,
                data={},
                created_at=NOW,
                attempts=0,
            )
            outbox.insert_notice(tx, event, company_id=None, person_id=world.manager.person_id)


def _on(at: datetime) -> str:
    return at.astimezone(World.ZONE).date().isoformat()
