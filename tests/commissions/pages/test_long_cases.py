"""A case of as many items as there may be, through the forms of its page as they are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from fastapi.testclient import TestClient

from gadong.commissions.domain.commission import MOST_ITEMS, CommissionState
from gadong.commissions.services import commissions
from gadong.commissions.services.steps import WantedItem
from gadong.core.database import Pool
from tests.support.commissions import ANALYSIS, charged
from tests.support.page_fixtures import Visit
from tests.support.pages.read_forms import forms_of
from tests.support.world import World


def send(desk: TestClient, case: str, step: str, **filled: str) -> int:
    """Send a step's form as the page shows it, with some fields filled in; return the status."""
    seen = desk.get(case)
    assert seen.status_code == 200
    form = next(f for f in forms_of(seen.text, case) if f.action == f"{case}/{step}")
    data: dict[str, list[str]] = {}
    for name, value in form.sent:
        data.setdefault(name, []).append(filled.get(name, value))
    return desk.post(form.action, data=data).status_code


def test_a_case_of_the_most_items_goes_its_way_with_its_bookings(
    visit: Visit, world: World, pool: Pool
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    now = datetime.now(UTC)
    # A booking in another mode than that of commissioned work, which the list does not offer.
    booked = world.booked(world.machine(), company, now - timedelta(hours=3)).id
    one = WantedItem(good="ginsenoside", quantity=Decimal(1), booking=booked)
    made = commissions.request(
        pool,
        world.manager,
        centre=world.centre.id,
        company=company.id,
        subject="분석",
        wish="",
        items=[one] * MOST_ITEMS,
        now=now,
    )
    desk, case = visit(None), f"/commissions/{made.id}"
    due = f"{now.astimezone(world.ZONE):%Y-%m-%d}"
    assert send(desk, case, "quote", due_on=due) == 303
    assert send(desk, case, "accept", words="전화") == 303
    assert send(desk, case, "receive", due_on=due) == 303
    assert send(desk, case, "finish") == 303
    found = commissions.find(pool, world.manager, made.id)
    assert found.state is CommissionState.DONE
    assert [item.booking_id for item in found.items] == [booked] * MOST_ITEMS
    assert charged(world, company.id).supply == MOST_ITEMS * 80_000


def test_a_form_of_more_items_says_how_many_there_may_be(visit: Visit, world: World) -> None:
    world.tariff(goods=[ANALYSIS])
    many = MOST_ITEMS + 1
    form = {"good": ["ginsenoside"] * many, "quantity": ["1"] * many, "subject": "분석"}
    company = str(world.company().id)
    refused = visit(None).post("/commissions", data={**form, "company": company})
    assert (refused.status_code, f"최대 {MOST_ITEMS}개" in refused.text) == (409, True)
