"""The bell counts what came since its person last looked, on whichever device that was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import new_id
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def told(world: World, who: Caller, *, times: int = 1) -> None:
    """Give somebody notices of a machine whose job is done."""
    with transaction(world.pool, SYSTEM) as tx:
        for number in range(times):
            tx.execute(
                "insert into notices (id, centre_id, person_id, kind, data, created_at)"
                " values (%s, %s, %s, 'machine.calibration_due', '{}', %s)",
                [
                    new_id(),
                    world.centre.id,
                    who.person_id,
                    datetime.now(UTC) - timedelta(milliseconds=times - number),
                ],
            )


def count(page: str) -> str:
    """Return what stands at the bell."""
    bell = page[page.index('href="/notices"') :]
    return text_of(bell[bell.index(">") + 1 : bell.index("</a>")])


def test_the_bell_counts_until_the_notices_are_looked_at(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    company = world.company()
    member, other = world.member(company), world.member(company)
    desk, telephone, others = visit(member), visit(member), visit(other)
    assert count(desk.get("/machines").text) == "알림"
    told(world, member, times=2)
    assert count(telephone.get("/machines").text) == "알림 2 새 알림"
    assert count(others.get("/machines").text) == "알림"

    first = telephone.get("/notices").text
    assert (count(first), first.count('class="is-new"')) == ("알림", 2)
    assert count(desk.get("/machines").text) == "알림"
    told(world, member)
    assert count(desk.get("/machines").text) == "알림 1 새 알림"
    assert desk.get("/notices").text.count('class="is-new"') == 1


@pytest.mark.parametrize(("times", "shown"), [(99, "99"), (100, "99+"), (101, "99+")])
def test_the_bell_writes_two_digits(visit: Visit, world: World, times: int, shown: str) -> None:
    world.machine("mill-1")
    member = world.member(world.company())
    told(world, member, times=times)
    assert count(visit(member).get("/machines").text) == f"알림 {shown} 새 알림"


def test_looking_changes_no_preference(visit: Visit, world: World) -> None:
    member = world.member(world.company())
    client = visit(member)
    before = client.get("/api/v1/me/preferences").json()
    client.get("/notices")
    assert client.get("/api/v1/me/preferences").json() == before
