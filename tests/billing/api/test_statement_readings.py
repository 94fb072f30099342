"""An issued statement at its company: who was told, and who has opened it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_readings
from gadong.core.database import transaction
from gadong.core.domain.access import AT_CENTRES, SYSTEM, Caller, Right
from gadong.machines.domain.machine import Machine
from gadong.notices.services import notice_delivery
from gadong.people.services import members
from tests.support.billing.lines_by_their_own_day import (
    at,
    drafted,
    issued,
    mill,
    month_of,
    published,
    used,
)
from tests.support.page_fixtures import Visit
from tests.support.world import World

__all__ = ["mill"]


def readers(manager: TestClient, statement: Statement) -> list[dict[str, Any]]:
    """The people of a statement's company, as the centre sees them."""
    answer = manager.get(f"/api/v1/statements/{statement.id}/readers")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def told(world: World) -> None:
    """The notices of what happened are made."""
    with transaction(world.pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)


def month_issued(world: World, manager: TestClient, machine: Machine) -> tuple[Statement, Caller]:
    """A company's statement, issued, and somebody of the company."""
    published(world, manager)
    member = world.member(world.companies[0])
    used(world, machine, at(world, 12))
    statement = issued(world)
    return statement, member


def test_the_first_reading_of_a_companys_person_counts(
    world: World, manager: TestClient, mill: Machine, visit: Visit
) -> None:
    statement, member = month_issued(world, manager, mill)
    desk = visit(None)
    month = f"/month?month={month_of(world)}"
    # Nobody is told within the minute of the issue, and notices are kept for a year.
    assert "발송·열람 기록 없음" in desk.get(month).text
    told(world)
    (person,) = readers(manager, statement)
    assert (person["person_id"], person["first_read_at"]) == (str(member.person_id), None)
    assert person["told_at"] is not None
    assert "1명에게 발송, 아직 열람하지 않음" in desk.get(month).text
    # The centre's own looking at it is no reading.
    assert desk.get(f"/statements/{statement.id}").status_code == 200
    assert readers(manager, statement) == [person]
    assert visit(member).get(f"/statements/{statement.id}").status_code == 200
    (read,) = readers(manager, statement)
    assert read["first_read_at"] is not None
    assert visit(member).get(f"/statements/{statement.id}").status_code == 200
    assert readers(manager, statement) == [read]
    assert "열람" in desk.get(month).text
    assert "아직 열람하지 않음" not in desk.get(month).text
    assert "발송과 열람" in desk.get(f"/statements/{statement.id}").text


def test_a_document_is_a_reading_and_a_draft_is_none(
    world: World, manager: TestClient, mill: Machine, visit: Visit
) -> None:
    statement, member = month_issued(world, manager, mill)
    theirs = visit(member)
    for path in ("", "/lines.csv", "/sheets.xlsx", "/document.pdf"):
        answer = theirs.get(f"/api/v1/statements/{statement.id}{path}")
        assert answer.status_code == 200, path
        assert [r["first_read_at"] is not None for r in readers(manager, statement)] == [True]
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute("select count(*) as n from statement_readings").fetchone()
    assert rows == {"n": 1}
    known = theirs.get("/api/v1/me/data").json()["statement_readings"]
    assert [r["number"] for r in known] == [statement.number]


def test_only_the_centres_people_see_who_has_read(
    world: World, manager: TestClient, mill: Machine, visit: Visit
) -> None:
    statement, member = month_issued(world, manager, mill)
    where = f"/api/v1/statements/{statement.id}/readers"
    assert visit(member).get(where).status_code == 403
    stranger = visit(world.member(world.companies[1]))
    assert stranger.get(where).status_code == 404
    draft = drafted(world, 1)
    assert readers(manager, draft) == []


def test_whom_another_centre_entered_is_read_without_a_name(
    world: World, manager: TestClient, mill: Machine, visit: Visit
) -> None:
    published(world, manager)
    company = world.companies[0].id
    owner, colleague = world.member(world.companies[0]), world.member(world.companies[0])
    elsewhere = World.made(world.pool).centre.id
    with transaction(world.pool, world.manager.reach()) as tx:
        # Somebody of whom nothing but the name is known is told of nothing.
        members.contact(tx, world.manager, world.centre.id, company, "이름뿐")
    with transaction(world.pool, SYSTEM) as tx:
        changed = tx.execute(
            "update entered_people set centre_id = %s where person_id = %s",
            [elsewhere, colleague.person_id],
        )
        assert changed.rowcount == 1
    used(world, mill, at(world, 12))
    statement = issued(world)
    month = f"/month?month={month_of(world)}"
    # Until the notices are made nobody was sent anything.
    assert "명에게 발송" not in visit(None).get(month).text
    told(world)
    known = [(r["person_id"], r["name"]) for r in readers(manager, statement)]
    assert sorted(known, key=str) == sorted([(None, ""), (str(owner.person_id), "이용자")], key=str)
    assert "2명에게 발송" in visit(None).get(month).text
    assert visit(colleague).get(f"/statements/{statement.id}").status_code == 200
    first = readers(manager, statement)[0]
    assert (first["person_id"], first["name"]) == (None, "")
    assert first["first_read_at"] is not None
    assert "회사 이용자" in visit(None).get(f"/statements/{statement.id}").text


def test_a_token_that_sees_money_alone_gets_no_names(
    world: World, manager: TestClient, mill: Machine
) -> None:
    statement, _ = month_issued(world, manager, mill)
    told(world)
    for rights, names in (({Right.MONEY_SEE}, [""]), (set(AT_CENTRES), ["이용자"])):
        token = replace(world.manager, only=frozenset(rights))
        found = statement_readings.of_statements(world.pool, token, world.centre.id, [statement])
        assert [reader.name for reader in found[statement.id]] == names
