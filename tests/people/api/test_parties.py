"""Legal parties, the proofs of companies and their ends, and the rest of a programme's budget."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.prices import extras, tariffs
from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from gadong.core.database import cutoff
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Conflict
from gadong.people.domain.company_category import Categories, Category
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import difference, issued, late_signal, used
from tests.support.people.parties import WHO
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here

API = "/api/v1"


def test_who_a_centre_is_stands_on_documents_from_then_on(
    world: World, manager: TestClient, used: Booking
) -> None:
    first = issued(world, used)
    where = f"{API}/centres/{world.centre.id}/party"
    assert manager.put(where, json=WHO).status_code == 204
    assert manager.get(where).json() == WHO
    second = issued(world, used, 1)
    assert first.document["supplier"]["registration_number"] == ""
    assert second.document["supplier"]["registration_number"] == "1208147521"
    assert (
        second.document["customer"]["registration_number"] == world.companies[1].registration_number
    )
    # Earlier documents still verify: each is computed as of its own instant.
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"registration_number": "120-81-47522"}, "registration_number"),
        ({"registration_number": ""}, "registration_number"),
        ({"branch": "12"}, "branch"),
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "registration_number"),
    ],
)
def test_what_no_tax_invoice_could_say_is_refused_by_its_field(
    changed: dict[str, str], field: str, world: World, manager: TestClient
) -> None:
    answer = manager.put(f"{API}/centres/{world.centre.id}/party", json={**WHO, **changed})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_company_is_named_by_managers_under_its_own_number(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    company, stranger = world.company(), world.company()
    boss, mine, other = bearer(None), bearer(world.member(company)), bearer(world.member(stranger))
    where = f"{API}/centres/{world.centre.id}/companies/{company.id}/party"
    assert client.put(where, json={"representative": "김대표"}, headers=boss).status_code == 204
    assert client.put(where, json={"representative": "나"}, headers=mine).status_code == 403
    foreign = {"registration_number": stranger.registration_number}
    assert client.put(where, json=foreign, headers=boss).status_code == 422
    seen = client.get(where, headers=mine).json()
    assert (seen["representative"], seen["registration_number"]) == ("김대표", "124-81-00998")
    assert client.get(where, headers=other).status_code == 404


def test_of_words_on_a_day_the_latest_counts_and_a_proof_ends_on_its_day() -> None:
    words = Categories(
        (
            Category(name="general", since=date(2026, 5, 1), until=date(2026, 6, 1)),
            Category(name="small", since=date(2026, 1, 1), until=date(2026, 7, 1)),
        )
    )
    days = [
        date(2025, 12, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
        date(2026, 6, 30),
        date(2026, 7, 1),
    ]
    assert [words.on(d) for d in days] == [None, "small", "general", "small", None]
    assert words.ran_out(date(2026, 6, 1), date(2026, 7, 1)) == ()
    assert words.ran_out(date(2026, 7, 1), date(2026, 8, 1)) == (("small", date(2026, 7, 1)),)


def test_a_proof_that_ran_out_while_machines_were_used_is_asked_about(
    world: World, manager: TestClient, used: Booking
) -> None:
    company = world.companies[0]
    where = f"{API}/centres/{world.centre.id}/companies/{company.id}/categories"
    day = used.period.start.astimezone(world.centre.zone).date()
    early = {"category": "small-manufacturer", "since": "2026-01-01", "proof": "확인서"}
    # One that ran out in another month asks nobody now.
    assert (
        manager.post(
            where, json={**early, "since": "2025-06-01", "until": "2025-07-01"}
        ).status_code
        == 204
    )
    assert manager.post(where, json={**early, "until": "2025-01-01"}).status_code == 422
    assert _draft(world, used).blockers == []
    extra = {"name": "관내", "since": "2026-01-01", "until": day.isoformat(), "proof": "등록증"}
    proved = f"{API}/centres/{world.centre.id}/companies/{company.id}/extras"
    assert manager.post(proved, json=extra).status_code == 204
    again = _draft(world, used)
    assert [(b["code"], b["actual"]) for b in again.blockers] == [
        ("statement.proof_expired", "관내")
    ]
    refused = manager.post(f"{API}/statements/{again.id}/approve")
    assert refused.status_code == 422
    accepted = manager.post(
        f"{API}/statements/{again.id}/approve", json={"accept": ["statement.proof_expired"]}
    )
    assert accepted.json()["state"] == "approved"


def test_a_category_prices_until_the_day_its_proof_runs_out(
    world: World, manager: TestClient
) -> None:
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0, basis="booked")
    company = world.company(category="small-manufacturer")
    machine = world.machine("mill-1")
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    for day in (5, 6):
        world.booked(machine, company, start + timedelta(days=day - 1, hours=10), hours=1)
    where = f"{API}/centres/{world.centre.id}/companies/{company.id}/categories"
    until = (start + timedelta(days=5)).astimezone(world.centre.zone).date()
    general = {"category": "general", "since": until.isoformat()}
    assert manager.post(where, json=general).status_code == 204
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=company.id,
        month=str(Month.of(start, world.centre.zone)),
    )
    assert [line["charge"]["amount"] for line in drafted.document["lines"]] == [15_000, 30_000]
    assert [c["category"] for c in manager.get(where).json()["items"]] == [
        "general",
        "small-manufacturer",
    ]


def test_a_programme_pays_until_its_budget_is_spent_and_what_is_issued_stays(
    world: World, manager: TestClient, used: Booking
) -> None:
    programme = {
        "name": "바우처",
        "payer": "시험도",
        "pct": "60",
        "monthly_cap": 1_000_000,
        "budget": 30_000,
    }
    _publish(world, subsidies=[programme])
    _take_part(world)
    mine, theirs = issued(world, used), issued(world, used, 1)
    # 60 % of 30,000 is 18,000 each; 12,000 are left for the second.
    assert [s.document["totals"]["subsidy"] for s in (mine, theirs)] == [18_000, 12_000]
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))
    assert difference(manager, mine)["changes"] == []
    # A credit of the first gives nothing back to what is issued already.
    late_signal(world, used, 50, "idle")
    found = difference(manager, mine)
    assert found["difference"] == -5_500 + 3_000
    assert difference(manager, theirs)["difference"] == 0


def test_two_documents_never_draw_on_the_same_won(
    world: World, used: Booking, monkeypatch: Any
) -> None:
    programme = {
        "name": "바우처",
        "payer": "시험도",
        "pct": "60",
        "monthly_cap": 1_000_000,
        "budget": 20_000,
    }
    _publish(world, subsidies=[programme])
    _take_part(world)
    drafted = [_draft(world, used, index) for index in (0, 1)]
    for statement in drafted:
        statements.approve(world.pool, world.manager, statement.id)
    looked_at = "gadong.billing.services.statements.cutoff"
    other = drafted[1]

    def overtaken(*args: Any) -> datetime:
        """Another document is issued between the look and the issue."""
        instant = cutoff(*args)
        monkeypatch.setattr(looked_at, cutoff)
        statements.issue(
            world.pool, world.manager, other.id, close_early=False, now=datetime.now(UTC)
        )
        return instant

    monkeypatch.setattr(looked_at, overtaken)
    with pytest.raises(Conflict, match="programme"):
        statements.issue(
            world.pool, world.manager, drafted[0].id, close_early=False, now=datetime.now(UTC)
        )
    with pytest.raises(Conflict, match="Newer facts"):
        statements.issue(
            world.pool, world.manager, drafted[0].id, close_early=False, now=datetime.now(UTC)
        )
    statements.reopen(world.pool, world.manager, drafted[0].id)
    again = _draft(world, used)
    assert again.document["totals"]["subsidy"] == 2_000


def test_a_tariff_prices_everything_that_the_centre_has(world: World, manager: TestClient) -> None:
    world.machine("mill-1")
    world.machine("lathe-1", kind="lathe")
    document = {
        "effective_from": "2026-01-01",
        "items": [{"kind": "mill", "rate_per_hour": "1"}],
        "currency": "USD",
    }
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    answer = manager.post(f"{API}/tariffs/{drafted.id}/publish")
    assert [(p["code"], p["actual"]) for p in answer.json()["problems"]] == [
        ("tariff.unpriced", "lathe-1"),
        ("tariff.currency", "USD"),
    ]


def _draft(world: World, used: Booking, index: int = 0) -> Statement:
    month = str(Month.of(used.period.start, world.centre.zone))
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[index].id,
        month=month,
    )


def _take_part(world: World) -> None:
    """The first two companies are in the programme."""
    for company in world.companies[:2]:
        extras.prove(
            world.pool,
            world.manager,
            centre=world.centre.id,
            company=company.id,
            name="바우처",
            since=date(2026, 1, 1),
            until=None,
            proof="협약서",
        )


def _publish(world: World, **more: Any) -> None:
    """A later tariff with the same prices and something more."""
    item = {
        "kind": "mill",
        "rate_per_hour": "30000",
        "basis": "actual_run",
        "increment_seconds": 60,
        "increment_grace_seconds": 0,
    }
    document = {"effective_from": "2026-01-02", "items": [item], **more}
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    tariffs.publish(world.pool, world.manager, drafted.id)
