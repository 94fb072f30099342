"""The quotation of a commission's offer, read back from its PDF, and its last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from gadong.commissions.services import commissions
from gadong.core.domain.problem import Conflict
from tests.support.api_fixtures import LogIn
from tests.support.commissions import ANALYSIS, DRYING
from tests.support.world import World

V1 = "/api/v1"


def printed(answer: Any) -> str:
    """Return the text of a PDF, without breaks."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def day(days: int) -> str:
    return f"{datetime.now(UTC).astimezone(World.ZONE) + timedelta(days=days):%Y-%m-%d}"


def offered(client: TestClient, world: World, company: Any, **more: Any) -> tuple[str, str]:
    """Enter and offer two analyses and 33 g of drying; return the case and its offer's step."""
    body = {"company": str(company), "subject": "홍삼 분석"}
    made = client.post(f"{V1}/centres/{world.centre.id}/commissions", json=body)
    one = f"{V1}/commissions/{made.json()['id']}"
    goods = [{"good": "ginsenoside", "quantity": "2"}, {"good": "drying", "quantity": "33"}]
    quote = client.post(f"{one}/quote", json={"goods": goods, "due_on": day(7), **more})
    assert quote.status_code == 200, quote.text
    return one, client.get(f"{one}/steps").json()["items"][-1]["id"]


def test_an_offer_is_a_quotation(client: TestClient, world: World, bearer: LogIn) -> None:
    world.tariff(goods=[ANALYSIS, DRYING])
    company = world.company()
    member, outsider = (
        bearer(world.member(company)),
        bearer(world.member(world.company())),
    )
    client.headers.update(bearer(None))
    said = {"prepayment": 50_000, "words": "시료 2병을 보내 주세요"}
    one, offer = offered(client, world, company.id, **said)
    paper = f"{one}/offers/{offer}/document.pdf"
    number = client.get(one).json()["number"]
    text = printed(client.get(paper, headers=member))
    # 160,000, and 33 g at 8.5, which are 280.5 and rounded to even; and the tax.
    for word in (
        "견적서", f"{number}-Q1", "홍삼 분석", company.name, world.centre.name, day(30), day(7),
        "진세노사이드 분석", "2 개", "80,000", "160,000", "동결건조", "33 g", "8.5",
        "280", "160,280", "16,028", "176,308", "50,000", "시료 2병을 보내 주세요", "(직인)", "위와 같이 견적합니다.",
    ):  # fmt: skip
        assert word in text, word
    english = printed(client.get(paper, headers=member, params={"language": "en"}))
    for word in ("Quotation", "Ginsenoside analysis", "2 ea", "To be ready by", "(seal)"):
        assert word in english, word
    # The same offer is the same paper.
    assert client.get(paper).content == client.get(paper, headers=member).content
    assert client.get(paper, headers=outsider).status_code == 404
    other = f"{one}/offers/{UUID(int=7)}/document.pdf"
    assert (client.get(other).status_code, client.get(other).json()["code"]) == (404, "not_found")


def test_a_later_offer_has_the_next_number(client: TestClient, world: World, bearer: LogIn) -> None:
    world.tariff(goods=[ANALYSIS, DRYING])
    client.headers.update(bearer(None))
    one, first = offered(client, world, world.company().id)
    goods = [{"good": "ginsenoside", "quantity": "3"}]
    more = {"goods": goods, "due_on": day(7), "valid_until": day(3)}
    assert client.post(f"{one}/quote", json=more).status_code == 200
    second = client.get(f"{one}/steps").json()["items"][-1]["id"]
    assert "-Q1" in printed(client.get(f"{one}/offers/{first}/document.pdf"))
    text = printed(client.get(f"{one}/offers/{second}/document.pdf"))
    assert "-Q2" in text
    assert day(3) in text
    assert "264,000" in text


@pytest.mark.parametrize(("days", "status"), [(-2, 422), (0, 200), (364, 200), (367, 422)])
def test_an_offer_is_valid_for_a_year_at_most(
    client: TestClient, world: World, bearer: LogIn, days: int, status: int
) -> None:
    world.tariff(goods=[ANALYSIS, DRYING])
    client.headers.update(bearer(None))
    one, _ = offered(client, world, world.company().id)
    goods = [{"good": "ginsenoside", "quantity": "1"}]
    body = {"goods": goods, "due_on": day(7), "valid_until": day(days)}
    assert client.post(f"{one}/quote", json=body).status_code == status


def test_a_firm_accepts_until_the_offers_last_day(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS, DRYING])
    company = world.company()
    owner = world.member(company)
    client.headers.update(bearer(None))
    cases = [offered(client, world, company.id, valid_until=day(1)) for _ in range(3)]
    (in_time, late, by_telephone) = [(UUID(one.split("/")[-1]), UUID(o)) for one, o in cases]
    midnight = datetime.now(UTC).astimezone(World.ZONE).replace(hour=0, minute=0, second=0)
    end = midnight.replace(microsecond=0) + timedelta(days=2)
    moment = timedelta(microseconds=1)
    accept = commissions.accept
    accept(world.pool, owner, in_time[0], offer=in_time[1], now=end - moment)
    with pytest.raises(Conflict, match="no longer valid"):
        accept(world.pool, owner, late[0], offer=late[1], now=end)
    # The firm said so in time, and the desk enters it afterwards.
    case, offer = by_telephone
    accept(world.pool, world.manager, case, offer=offer, words="전화", now=end)
    states = [client.get(one).json()["state"] for one, _ in cases]
    assert states == ["accepted", "quoted", "accepted"]
