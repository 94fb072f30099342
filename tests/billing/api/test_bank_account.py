"""The bank account on statements, and the parties on corrections."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.billing.papers_agree import text_of
from tests.support.people.parties import WHO
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here

API = "/api/v1"
ACCOUNT = {"bank": "우리은행", "number": "1005-123-456789", "holder": "(재)시험진흥원"}


def test_where_to_pay_and_by_when_stands_on_statements_from_then_on(
    world: World, manager: TestClient, used: Booking
) -> None:
    where = f"{API}/centres/{world.centre.id}/bank-account"
    nothing = {"bank": "", "number": "", "holder": ""}
    assert manager.get(where).json() == nothing
    first = issued(world, used)
    assert manager.put(where, json=ACCOUNT).status_code == 204
    assert manager.get(where).json() == ACCOUNT
    second = issued(world, used, 1)
    assert (first.document["account"], second.document["account"]) == (nothing, ACCOUNT)
    assert second.due_on is not None
    for language, words in (
        ("ko", ("납부 계좌", "은행", "계좌번호", "예금주", "납부 기한")),
        ("en", ("Where to pay", "Bank", "Account", "Holder", "To be paid by")),
    ):
        papers = [
            text_of(
                manager.get(
                    f"{API}/statements/{s.id}/document.pdf", params={"language": language}
                ).content
            )
            for s in (first, second)
        ]
        assert words[0] not in papers[0]
        for said in (*words, *ACCOUNT.values(), second.due_on.isoformat()):
            assert said in papers[1]
    # Withdrawn, it stands on no other; what was issued keeps it, and verifies.
    assert manager.put(where, json={}).status_code == 204
    assert manager.get(where).json() == nothing
    again = text_of(manager.get(f"{API}/statements/{second.id}/document.pdf").content)
    assert ACCOUNT["number"] in again
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "1234567"}, "number"),
        ({"number": "열두자리"}, "number"),
        ({"bank": ""}, "bank"),
        ({"holder": ""}, "holder"),
        ({"number": ""}, "number"),
    ],
)
def test_half_an_account_is_refused(
    changed: dict[str, str], field: str, world: World, manager: TestClient
) -> None:
    answer = manager.put(
        f"{API}/centres/{world.centre.id}/bank-account", json={**ACCOUNT, **changed}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_an_accountant_and_a_member_read_where_to_pay_and_do_not_say_it(
    world: World, client: TestClient, manager: TestClient, bearer: LogIn
) -> None:
    where = f"{API}/centres/{world.centre.id}/bank-account"
    assert manager.put(where, json=ACCOUNT).status_code == 204
    del client.headers["Authorization"]
    client.headers.update(bearer(world.member(world.company())))
    assert client.get(where).json() == ACCOUNT
    assert client.put(where, json={}).status_code == 403


def test_a_correction_names_the_parties_as_they_are_then(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    assert manager.put(f"{API}/centres/{world.centre.id}/party", json=WHO).status_code == 204
    late_signal(world, used, 50, "idle")
    made = corrected(manager, mine, difference(manager, mine)["digest"]).json()
    assert made["document"]["supplier"]["registration_number"] == "1208147521"
    assert (
        made["document"]["customer"]["registration_number"]
        == world.companies[0].registration_number
    )
