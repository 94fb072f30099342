"""A statement has one invoice of each kind; another one amends it, and names its correction."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking
from tests.support.billing.corrections import issued, used
from tests.support.billing.hometax import API, named
from tests.support.billing.naming import corrected_names, naming, represented
from tests.support.billing.transfers import today
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


@pytest.mark.parametrize("kind", ["tax", "exempt"])
def test_a_second_first_invoice_of_a_kind_is_refused_and_an_amended_one_is_not(
    kind: str, world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    path, day = f"{API}/statements/{mine.id}/tax-invoices", today(world)

    def sent(digit: str, **more: str) -> tuple[int, str]:
        body = {"approval": digit * 24, "written_on": day, "issued_on": day, "kind": kind, **more}
        answer = manager.post(path, json=body, headers={"accept-language": "en"})
        return answer.status_code, answer.json()["detail"] if answer.content else ""

    assert sent("1") == (204, "")
    status, why = sent("2")
    assert (status, "1" * 24 in why) == (409, True)
    assert why.endswith("one that amends it names its correction")
    assert sent("1") == (409, "A tax invoice of this approval number is registered already")
    assert sent("3", kind="exempt" if kind == "tax" else "tax")[0] == 204
    represented(world, manager, "김바름")
    correction = corrected_names(manager, mine, naming(manager, mine)["digest"])["id"]
    # A mistake is amended by two documents of one correction.
    assert [sent(one, correction=correction, reason_code="01")[0] for one in "45"] == [204, 204]
    kept = [one["approval"][0] for one in manager.get(path).json()["items"]]
    assert kept == ["1", "3", "4", "5"]


def test_the_page_says_why_a_second_invoice_is_refused(
    world: World, visit: Visit, used: Booking
) -> None:
    mine = issued(world, used)
    day, boss = today(world), visit(None)
    for digit, status in (("1", 303), ("2", 409)):
        body = {"approval": digit * 24, "written_on": day, "issued_on": day}
        answer = boss.post(f"/statements/{mine.id}/tax-invoices", data=body)
        assert answer.status_code == status
    assert f"같은 종류의 계산서가 승인번호 {'1' * 24}로 이미 등록" in text_of(answer.text)
