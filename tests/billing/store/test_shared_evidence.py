"""Statements of a month share machines: what is read once for all hides nothing of any of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.proof.dossier import opened, read
from gadong.billing.store import evidence
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.document import canonical
from gadong.machines.domain.machine import Machine
from tests.support.billing.evidence import tampered
from tests.support.billing.lines_by_their_own_day import (
    MILL,
    at,
    mill,
    month_of,
    own_line,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]


@pytest.fixture
def together(world: World, manager: TestClient, mill: Machine) -> list[str]:
    """The numbers of two companies' statements of one machine, drafted and issued together."""
    published(world, manager, MILL)
    used(world, mill, at(world, 12))
    used(world, mill, at(world, 13), company=1)
    own_line(world, manager, 5_000)
    own_line(world, manager, 7_000, company=1)
    pool, who, month = world.pool, world.manager, str(month_of(world))
    statement_drafts.draft_all(pool, who, world.centre.id, month)
    shared = statements.open_month(pool, who, world.centre.id, month)
    numbers = []
    for draft in statements.page(
        pool, who, centre=world.centre.id, month=month, before=None, most=9
    ):
        statements.approve(pool, who, draft.id, opened=shared)
        made = statements.issue(
            pool, who, draft.id, close_early=False, now=datetime.now(UTC), opened=shared
        )
        numbers.append(str(made.number))
    return numbers


def differing(world: World) -> set[str]:
    """Return the numbers that differ when the month is verified as a whole."""
    found = verification.verify(world.pool, world.manager, month=str(month_of(world)))
    assert len(found) == 2
    return {v.number for v in found if v.differences}


def test_evidence_is_written_as_it_would_be_alone(together: list[str], world: World) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute("select id, input_digest from statements").fetchall()
        for row in rows:
            kept = evidence.find(tx, row["id"])
            assert kept
            dossier = read(opened(kept))
            assert canonical(dossier) == dossier.written() == opened(kept)
            assert dossier.inputs.digest == row["input_digest"]
    assert len(rows) == len(together) == 2


OF_BOTH = {
    "a signal": "update signals set event_time = event_time + interval '1 minute' where text_value"
    " = 'running' and event_time = (select max(event_time) from signals where text_value ="
    " 'running')",
    "a booking": "update booking_events set snapshot = jsonb_set(snapshot, '{person_id}',"
    " to_jsonb(booking_id))",
    "a kind": "update machines set kind = 'lathe'",
    "a tariff": "update tariffs set document = jsonb_set(document, '{items,0,rate_per_hour}',"
    " '\"30001\"')",
}


@pytest.mark.parametrize("what", OF_BOTH)
def test_a_changed_fact_of_their_machine_is_a_difference_of_both(
    what: str, together: list[str], world: World, database_url: str
) -> None:
    assert differing(world) == set()
    tampered(database_url, OF_BOTH[what])
    assert differing(world) == set(together)


def test_a_changed_fact_of_one_company_is_a_difference_of_its_own_statement(
    together: list[str], world: World, database_url: str
) -> None:
    tampered(database_url, "update entries set amount = amount + 1 where amount = 7000")
    assert len(differing(world)) == 1


def test_changed_evidence_is_a_difference_of_its_own_statement(
    together: list[str], world: World, database_url: str
) -> None:
    change = "set body = set_byte(body, 40, get_byte(body, 40) # 1) where statement_id ="
    first = "(select id from statements where number like '%-0001')"
    tampered(database_url, f"update statement_evidence {change} {first}")
    assert differing(world) == {together[0]}
