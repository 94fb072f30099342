"""Drafts whose names, parties or bank account are set anew before they are issued."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from tests.support.billing.corrections import used
from tests.support.people.parties import WHO
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here

API = "/api/v1"
ACCOUNT = {"bank": "우리은행", "number": "1005-123-456789", "holder": "(재)시험진흥원"}


def drafted(world: World, manager: TestClient, used: Booking) -> str:
    """Compute the month of the company that booked; return the statement's id."""
    body = {
        "centre": str(world.centre.id),
        "company": str(used.company_id),
        "month": str(Month.of(used.period.start, world.centre.zone)),
    }
    answer = manager.post(f"{API}/statements", json=body)
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["id"])


def approved(manager: TestClient, statement: str) -> Any:
    """Approve it, whatever ran beside it."""
    body = {"accept": ["statement.unattributed"]}
    return manager.post(f"{API}/statements/{statement}/approve", json=body)


def set_anew(what: str, world: World, manager: TestClient, used: Booking) -> None:
    """Change one thing that a statement names."""
    centre = f"{API}/centres/{world.centre.id}"
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    path, body = {
        "centre_name": ("name", {"name": "새 이름 센터", "since": today}),
        "account": ("bank-account", ACCOUNT),
        "supplier": ("party", WHO),
        "customer": (f"companies/{used.company_id}/party", {"representative": "김대표"}),
    }[what]
    assert manager.put(f"{centre}/{path}", json=body).status_code == 204


@pytest.mark.parametrize("what", ["centre_name", "account", "supplier", "customer"])
def test_what_a_statement_names_is_issued_as_it_is_and_never_as_it_was(
    what: str, world: World, manager: TestClient, used: Booking
) -> None:
    statement = drafted(world, manager, used)
    set_anew(what, world, manager, used)
    refused = approved(manager, statement)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    # The supplier is named as the centre while nobody said otherwise.
    assert what in refused.json()["changed"]
    assert drafted(world, manager, used) == statement
    assert approved(manager, statement).status_code == 200
    made = manager.post(f"{API}/statements/{statement}/issue", json={})
    assert made.status_code == 200, made.text
    named = str(made.json()["document"][what])
    assert any(word in named for word in ("새 이름 센터", ACCOUNT["number"], WHO["name"], "김대표"))
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]


@pytest.mark.parametrize("what", ["centre_name", "account", "supplier", "customer"])
def test_an_approved_statement_is_not_issued_with_an_old_name(
    what: str, world: World, manager: TestClient, used: Booking
) -> None:
    statement = drafted(world, manager, used)
    assert approved(manager, statement).status_code == 200
    set_anew(what, world, manager, used)
    refused = manager.post(f"{API}/statements/{statement}/issue", json={})
    assert (refused.status_code, what in refused.json()["changed"]) == (409, True)
    assert "open the draft again" in refused.json()["detail"]
    assert manager.post(f"{API}/statements/{statement}/reopen").status_code == 200
    assert drafted(world, manager, used) == statement
    assert approved(manager, statement).status_code == 200
    assert manager.post(f"{API}/statements/{statement}/issue", json={}).status_code == 200
