"""Columns beside a document, a statement or correction that is gone: each is seen by verifying."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import corrections
from gadong.billing.services.proof import verification
from tests.support.billing.evidence import tampered
from tests.support.billing.lines_by_their_own_day import issued, own_line, published
from tests.support.world import World

ALTERED = {
    "total": ("update statements set total = total - 1 where number like '%-0001'", "0001"),
    "company": ("update statements set company_id = {other} where number like '%-0001'", "0001"),
    "month": ("update statements set month = '2020-01' where number like '%-0001'", "0001"),
    "engine": ("update statements set engine_version = '4' where number like '%-0001'", "0001"),
    "instant": (
        "update statements set recorded_before = recorded_before - interval '1 us'",
        "0001",
    ),
    "due day": ("update statements set due_on = due_on + 1 where number like '%-0001'", "0001"),
    "issue instant": (
        "update statements set issued_at = issued_at - interval '1 us' where number like '%-0001'",
        "0001",
    ),
    "issue instant of a correction": (
        "update corrections set issued_at = issued_at - interval '1 us'",
        "0001-C01",
    ),
    "who issued it": (
        "update statements set issued_by = gen_random_uuid() where number like '%-0001'",
        "0001",
    ),
    "void": ("update statements set state = 'void' where number like '%-0001'", "0001"),
    "not void": ("update statements set state = 'issued' where number like '%-0002'", "0002"),
    "the last": ("delete from statements where number like '%-0002'", "0002"),
    "the first": ("delete from statements where number like '%-0001'", "0002"),
    "the last link": ("update statement_series set last_hash = '\\x00'", "0002"),
    "difference": ("update corrections set difference = difference - 1", "0001-C01"),
    "place": ("update corrections set sequence = 2", "0001-C01"),
    "the last correction": ("delete from corrections", "0001"),
}

OTHER_WORDS = """
update corrections
set document = document || '{"direction": "credit", "difference": -5500}'::jsonb
"""


@pytest.fixture
def numbers(world: World, manager: TestClient) -> tuple[str, str]:
    """The numbers of a statement with a correction, and of another company's that was made void."""
    world.company()
    world.company()
    world.company()
    published(world, manager)
    own_line(world, manager, 10_000)
    own_line(world, manager, 10_000, company=1)
    first, second = issued(world), issued(world, 1)
    own_line(world, manager, 5_000)
    digest = corrections.propose(world.pool, world.manager, first.id).digest
    corrections.issue(world.pool, world.manager, first.id, digest=digest, reason="늦은 사용")
    now = datetime.now(UTC)
    corrections.void(world.pool, world.manager, second.id, reason="오류", now=now)
    return str(first.number), str(second.number)


@pytest.mark.parametrize("what", ALTERED)
def test_a_column_that_says_otherwise_than_its_document_differs(
    what: str, numbers: tuple[str, str], world: World, database_url: str
) -> None:
    first, second = numbers
    verdicts = verification.verify(world.pool, world.manager)
    assert [(v.number, v.differences) for v in verdicts] == [
        (first, ()),
        (f"{first}-C01", ()),
        (second, ()),
    ]
    change, ending = ALTERED[what]
    tampered(database_url, change.replace("{other}", f"'{world.companies[2].id}'"))
    verdicts = verification.verify(world.pool, world.manager)
    assert [v.number for v in verdicts if v.differences and v.number.endswith(ending)]


def test_a_due_day_is_under_the_chain_even_where_the_record_was_made_to_agree(
    numbers: tuple[str, str], world: World, database_url: str
) -> None:
    tampered(database_url, "update statements set due_on = due_on + 1 where number like '%-0001'")
    with psycopg.connect(database_url) as owner:
        assert owner.execute("select audit_seal()").fetchone() == (1,)
    differing = {
        v.number: v.differences
        for v in verification.verify(world.pool, world.manager)
        if v.differences
    }
    assert differing == {numbers[0]: ("its link in the chain is not its own",)}


def test_a_missing_end_of_a_series_is_seen_though_nothing_is_left_of_it(
    numbers: tuple[str, str], world: World, database_url: str
) -> None:
    tampered(database_url, "delete from corrections")
    tampered(database_url, "delete from statements")
    (verdict,) = verification.verify(world.pool, world.manager)
    assert (verdict.number, len(verdict.differences)) == (numbers[1], 1)
    # One statement that is asked for by its number, or another month, is not answered for by it.
    assert verification.verify(world.pool, world.manager, month="2020-01") == []
    assert verification.verify(world.pool, world.manager, number=numbers[1]) == []


def test_a_correction_that_says_another_change_than_it_makes_names_it(
    numbers: tuple[str, str], world: World, database_url: str
) -> None:
    tampered(database_url, OTHER_WORDS)
    (verdict,) = (v for v in verification.verify(world.pool, world.manager) if "-C01" in v.number)
    assert "direction credit as issued, the other by its own sums" in verdict.differences
    assert "difference -5500 as issued, 5500 by its own sums" in verdict.differences
