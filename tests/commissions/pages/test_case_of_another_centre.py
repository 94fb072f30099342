"""The page of a case while another centre than its own is chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gadong.commissions.domain.commission import Commission
from gadong.commissions.services import commissions
from gadong.commissions.services.steps import WantedItem
from gadong.core.database import Pool
from gadong.core.domain.access import Role
from gadong.core.domain.ids import CompanyId
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.commissions import ANALYSIS
from tests.support.page_fixtures import Visit
from tests.support.world import World

# An hour ahead of Korea.
EAST = ZoneInfo("Asia/Vladivostok")


@pytest.fixture
def far(world: World) -> World:
    """Another centre in another zone, whose analyses are counted in hours."""
    made = World.made(world.pool, zone=EAST.key)
    # Companies of a world are numbered by how many there are.
    made.companies = [world.company()] * 40
    world.tariff(goods=[ANALYSIS])
    made.tariff(goods=[{**ANALYSIS, "measure": "h"}])
    return made


def asked(far: World, company: CompanyId) -> Commission:
    now = datetime.now(UTC)
    return commissions.request(
        far.pool,
        far.manager,
        centre=far.centre.id,
        company=company,
        subject="분석",
        wish="",
        items=[WantedItem(good="ginsenoside", quantity=Decimal("1.5"))],
        at=now - timedelta(hours=1),
        now=now,
    )


def test_a_case_has_the_goods_and_the_clock_of_its_own_centre(
    visit: Visit, world: World, pool: Pool, far: World
) -> None:
    person = world.manager.person_id
    members.set_roles(pool, OPERATOR, far.centre.id, person, {Role.MANAGER})
    one = asked(far, far.company().id)
    desk, chosen = visit(None), {"centre": world.centre.slug}
    seen = desk.get(f"/commissions/{one.id}", params=chosen)
    assert seen.status_code == 200
    assert "진세노사이드 분석 (시간)" in seen.text
    assert "진세노사이드 분석 (개)" not in seen.text
    # Half an hour ago by that centre's clock is half an hour to come by the chosen one's.
    came = (datetime.now(EAST) - timedelta(minutes=30)).replace(second=0, microsecond=0)
    form = {
        "due_on": f"{came:%Y-%m-%d}",
        "good": ["ginsenoside"],
        "quantity": ["1.5"],
        "at": f"{came:%Y-%m-%dT%H:%M}",
    }
    taken = desk.post(f"/commissions/{one.id}/receive", data=form, params=chosen)
    assert taken.status_code == 303, taken.text
    steps = commissions.steps(pool, far.manager, one.id)
    assert steps[-1].at == came
    assert f"{came:%H:%M}" in desk.get(f"/commissions/{one.id}", params=chosen).text


def test_a_firm_sees_its_case_whoever_it_works_for_elsewhere(
    visit: Visit, world: World, pool: Pool, far: World
) -> None:
    firm = far.company()
    member = far.member(firm)
    members.set_roles(pool, OPERATOR, world.centre.id, member.person_id, {Role.TECHNICIAN})
    world.emails[member.person_id] = far.emails[member.person_id]
    one = asked(far, firm.id)
    seen = visit(member).get(f"/commissions/{one.id}", params={"centre": world.centre.slug})
    assert (seen.status_code, one.number in seen.text) == (200, True)
