"""After the issue: evidence that is clicked through, months that are locked, and tariffs from a
past day.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import corrections, statement_drafts, statements
from gadong.billing.services.prices import tariffs
from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Refused
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.world import World

__all__ = ["used"]


def published(world: World, rate: str, *, day: str, is_accepted: bool = False) -> None:
    """Draft a tariff from a day, and publish it."""
    item = {
        "kind": "mill",
        "rate_per_hour": rate,
        "basis": "actual_run",
        "increment_grace_seconds": 0,
    }
    document = {"effective_from": day, "items": [{**item, "increment_seconds": 60}]}
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    tariffs.publish(world.pool, world.manager, drafted.id, is_accepted=is_accepted)


def month_of(world: World, booking: Booking) -> str:
    """Return the address of the booking's month."""
    month = Month.of(booking.period.start, world.centre.zone)
    return f"/api/v1/centres/{world.centre.id}/months/{month}"


def test_a_line_leads_to_its_runs_and_messages_in_what_was_kept(
    world: World, client: TestClient, manager: TestClient, bearer: LogIn, used: Booking
) -> None:
    mine = issued(world, used)
    where = f"/api/v1/statements/{mine.id}/evidence"
    found = manager.get(where).json()
    whole = manager.get(f"{where}.json")
    assert mine.evidence_digest
    digest = hashlib.sha256(whole.content).hexdigest()
    assert digest == found["digest"] == mine.evidence_digest.hex()
    (line,) = found["lines"]
    assert (line["amount"], found["origin"]) == (30_000, "issue")
    running = [r for r in line["runs"] if r["state"] == "running"]
    start = used.period.start.astimezone(UTC)
    assert [datetime.fromisoformat(r["start"]) for r in running] == [start]
    ids = {m["id"] for m in line["messages"]}
    assert {running[0]["opened_by"], running[0]["closed_by"]} <= ids
    # Each of these messages' payload is its own id.
    assert all(m["payload"] == m["id"] for m in line["messages"])
    assert manager.get(where, params={"line": line["key"]}).json()["lines"] == [line]
    assert manager.get(where, params={"line": "nothing"}).status_code == 404
    late_signal(world, used, 50, "idle")
    made = corrected(manager, mine, difference(manager, mine)["digest"]).json()
    again = manager.get(where, params={"correction": made["id"]}).json()
    assert (again["number"], again["lines"][0]["amount"]) == (f"{mine.number}-C01", 25_000)
    del client.headers["Authorization"]
    client.headers.update(bearer(world.member(world.companies[0])))
    assert client.get(where).status_code == 200
    assert client.get(f"{where}.json").status_code == 403
    del client.headers["Authorization"]
    client.headers.update(bearer(world.member(world.companies[1])))
    assert client.get(where).status_code == 404


def test_a_locked_month_is_corrected_and_nothing_else(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    where = month_of(world, used)
    month = where.rsplit("/", 1)[1]
    theirs = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[1].id,
        month=month,
    )
    refused = manager.post(f"{where}/lock", json={"reason": "마감"})
    assert [p["code"] for p in refused.json()["problems"]] == ["month.open"]
    statements.approve(world.pool, world.manager, theirs.id)
    statements.issue(world.pool, world.manager, theirs.id, close_early=False, now=datetime.now(UTC))
    assert manager.get(where).json()["is_locked"] is False
    assert manager.post(f"{where}/lock", json={"reason": "마감"}).json()["is_locked"] is True
    assert manager.post(f"{where}/lock", json={"reason": "마감"}).status_code == 409
    third = world.company()
    body = {"centre": str(world.centre.id), "company": str(third.id), "month": month}
    for answer in (
        manager.post("/api/v1/statements", json=body),
        manager.post(f"/api/v1/statements/{mine.id}/void", json={"reason": "오류"}),
    ):
        assert [p["code"] for p in answer.json()["problems"]] == ["month.locked"]
    late_signal(world, used, 50, "idle")
    assert corrected(manager, mine, difference(manager, mine)["digest"]).status_code == 201
    assert manager.post(f"{where}/unlock", json={"reason": " "}).status_code == 422
    assert manager.post(f"{where}/unlock", json={"reason": "누락"}).json()["is_locked"] is False
    assert manager.post("/api/v1/statements", json=body).status_code == 201
    present = where.replace(month, str(Month.of(datetime.now(UTC), world.centre.zone)))
    assert manager.post(f"{present}/lock", json={"reason": "마감"}).status_code == 409


def test_a_tariff_from_a_past_day_names_what_it_would_change(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    first = Month.of(used.period.start, world.centre.zone).period(world.centre.zone)
    day = first.start.astimezone(world.centre.zone).date().isoformat()
    # The same prices from a past day change nothing, and neither do others from the day after the
    # month.
    published(world, "30000", day=day)
    published(world, "60000", day=first.end.astimezone(world.centre.zone).date().isoformat())
    later = used.period.start.astimezone(world.centre.zone).date().isoformat()
    with pytest.raises(Refused) as refused:
        published(world, "24000", day=later)
    (problem,) = refused.value.problems
    assert (problem.code, problem.actual) == ("tariff.changes_issued", mine.number)
    assert (problem.details["was"], problem.details["now"]) == (33_000, 26_400)
    (drafted,) = [
        t
        for t in tariffs.of_centre(world.pool, world.manager, world.centre.id)
        if not t.published_at
    ]
    found: list[dict[str, Any]] = manager.get(f"/api/v1/tariffs/{drafted.id}/touched").json()[
        "items"
    ]
    assert [(t["number"], t["was"], t["now"], t["is_locked"]) for t in found] == [
        (mine.number, 33_000, 26_400, False)
    ]
    where = f"/api/v1/tariffs/{drafted.id}/publish"
    assert manager.post(where).json()["problems"][0]["code"] == "tariff.changes_issued"
    assert manager.post(where, params={"accept": True}).status_code == 200
    assert corrections.propose(world.pool, world.manager, mine.id).difference.amount == -6_600
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]


def test_a_tariff_is_compared_with_those_that_were_published_since_the_issue(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    on_the_day, a_day_before, two_days_before = (
        (used.period.start - timedelta(days=n)).astimezone(world.centre.zone).date().isoformat()
        for n in range(3)
    )
    published(world, "60000", day=a_day_before, is_accepted=True)
    # That one holds on the day of the use, whatever is published of an earlier day.
    published(world, "45000", day=two_days_before)
    # One of the day itself changes what is to be corrected, though back to what was issued.
    with pytest.raises(Refused) as refused:
        published(world, "30000", day=on_the_day)
    (problem,) = refused.value.problems
    assert (problem.code, problem.actual) == ("tariff.changes_issued", mine.number)
    assert (problem.details["was"], problem.details["now"]) == (66_000, 33_000)
