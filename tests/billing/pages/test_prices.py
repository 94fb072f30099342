"""Price tables on the pages: written by form, tried on a month that has passed, and published for
good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.pages.frame import typed_forms
from api.pages.frame.labels.field_labels import FIELDS
from gadong.billing.domain.tariff import Tariff
from gadong.billing.services.prices import tariffs
from gadong.core.domain.document import from_document, plain
from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.reports.reports import month_of_work
from tests.support.world import World


@dataclass
class Sent(HTMLParser):
    """The fields that a browser would send from the unchanged form of a page."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    _select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An input, or what is chosen."""
        given = dict(attrs)
        if tag == "select":
            self._select = given.get("name") or ""
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = [given.get("value") or ""]
        elif tag == "input" and given.get("name"):
            is_tick = given.get("type") == "checkbox"
            if not is_tick or "checked" in given:
                self.fields.setdefault(str(given["name"]), []).append(given.get("value") or "")


def sent(html: str) -> dict[str, list[str]]:
    """The fields of a page's sheet."""
    reader = Sent()
    reader.feed(
        html[html.index('class="sheet"') : html.index("</form>", html.index('class="sheet"'))]
    )
    return reader.fields


EVERYTHING: dict[str, Any] = {
    "effective_from": "2027-01-01",
    "items": [
        {
            "kind": "mill",
            "rate_per_hour": "30000",
            "basis": "actual_run",
            "increment_seconds": 100,
            "excluded_states": [],
            "discount_scope": ["time", "overrun"],
            "windows": [
                {"weekdays": [0, 4], "since": "18:00:00", "until": "00:00:00", "pct": "130"},
                {
                    "weekdays": [6],
                    "since": "09:00:00",
                    "until": "12:00:00",
                    "pct": "0.5",
                    "days": "holiday",
                },
            ],
            "tiers": [{"after_seconds": 36000, "rate_per_hour": "27000"}],
            "late_cancel": [{"lead_seconds": 7200, "pct": "20"}],
            "overrun": {"grace_seconds": 300, "flat": 5000},
            "no_show": {"pct": "50", "base": "list"},
            "quota_group": "free",
            "cap_group": "top",
        },
        {
            "machine": "mill-1",
            "rate_per_hour": "0",
            "units": [
                {
                    "name_ko": "반일",
                    "name_en": "half day",
                    "since": "09:00:00",
                    "until": "13:00:00",
                    "price": "30000",
                    "further_price": "20000",
                },
                {
                    "name_ko": "야간",
                    "name_en": "night",
                    "since": "22:00:00",
                    "until": "06:00:00",
                    "price": "40000",
                },
            ],
        },
        {"machine": "mill-1", "usage_mode": "commissioned", "rate_per_hour": "50000"},
    ],
    "discounts": [{"category": "small-manufacturer", "pct": "50"}],
    "extra_discounts": [{"name": "새내기", "pct": "10"}],
    "quotas": [
        {
            "group": "free",
            "seconds": 3600,
            "hours": [{"weekdays": [5, 6], "since": "09:00:00", "until": "18:00:00"}],
        }
    ],
    "caps": [{"group": "top", "amount": 500000, "category": "general"}],
    "goods": [
        {
            "code": "pla",
            "name_ko": "PLA",
            "name_en": "PLA",
            "measure": "g",
            "price": "60",
            "is_discounted": True,
        },
        {
            "code": "part",
            "kind": "commission",
            "name_ko": "측정",
            "name_en": "Measuring",
            "measure": "ea",
            "price": "30000",
        },
    ],
    "subsidies": [
        {"name": "바우처", "payer": "시", "pct": "70", "monthly_cap": 100000, "covers": ["time"]}
    ],
    "vat": "inclusive",
    "document_unit": 1,
}


def written(world: World, client: TestClient, document: dict[str, Any]) -> str:
    """A draft, by the service; its address."""
    made = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    return f"/tariffs/{made.id}"


def test_a_form_says_the_whole_tariff_and_nothing_else(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    client = visit(None)
    at = written(world, client, EVERYTHING)
    form = sent(client.get(f"{at}/edit").text)
    answer = client.post("/tariffs", data=form)
    assert answer.status_code == 303, text_of(answer.text)
    assert answer.headers["location"] != at
    one, other = (t.tariff for t in tariffs.of_centre(world.pool, world.manager, world.centre.id))
    assert plain(one) == plain(other) == plain(from_document(Tariff, EVERYTHING))


def test_a_row_is_added_changed_and_taken_out(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    client = visit(None)
    at = written(world, client, EVERYTHING)
    form = sent(client.get(f"{at}/edit").text)
    form |= {
        "items.0.rate_per_hour": ["31,500"],
        "items.0.increment_seconds": ["7.5"],
        "items.0.windows.1.drop": ["on"],
        "items.1.drop": ["on"],
        "discounts.1.category": ["general"],
        "discounts.1.pct": ["5"],
    }
    assert client.post(at, data=form).headers["location"] == at
    (kept,) = (t.tariff for t in tariffs.of_centre(world.pool, world.manager, world.centre.id))
    item, *_ = kept.items
    assert item.rate_per_hour == Decimal(31500)
    assert (item.increment_seconds, len(item.windows)) == (450, 1)
    assert [(d.category, int(d.pct)) for d in kept.discounts] == [
        ("small-manufacturer", 50),
        ("general", 5),
    ]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("items.0.rate_per_hour", "삼만", "시간당 요금(원): “삼만”은 읽을 수 없습니다"),
        ("items.0.increment_seconds", "1.001", "청구 단위: “1.001”은 읽을 수 없습니다"),
        ("items.0.windows.1.since", "13:00", "요금이 다른 시간대 › 2: 끝나는 시각이 시작보다 늦어야 합니다"),
        ("items.0.increment_seconds", "1:xx", "청구 단위: “1:xx”은(는) 읽을 수 없습니다"),
        ("items.0.rate_per_hour", "30:00", "시간당 요금(원): “30:00”은 읽을 수 없습니다"),
        ("items.0.windows.0.pct", "-5", "장비 이용 요금 › 1 › 요금이 다른 시간대 › 1: 퍼센트는 음수일 수 없습니다"),
        ("items.1.kind", "mill", "장비 이용 요금 › 2: 장비 하나 또는 장비 종류 하나를 고르세요"),
        ("effective_from", "", "시행일: 비울 수 없습니다"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_and_nothing_that_was_written_is_lost(
    field: str, text: str, said: str, visit: Visit, world: World
) -> None:
    world.machine("mill-1")
    client = visit(None)
    at = written(world, client, EVERYTHING)
    form = sent(client.get(f"{at}/edit").text) | {field: [text], "goods.0.name_ko": ["다른 이름"]}
    answer = client.post(at, data=form)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert sent(answer.text)["goods.0.name_ko"] == ["다른 이름"]
    assert sent(answer.text)[field] == [text]
    (kept,) = (t.tariff for t in tariffs.of_centre(world.pool, world.manager, world.centre.id))
    assert plain(kept) == plain(from_document(Tariff, EVERYTHING))


def test_a_draft_is_tried_on_a_month_and_published_for_good(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    dear = {
        "effective_from": "2027-01-01",
        "items": [{"kind": "lathe", "rate_per_hour": "90000", "basis": "actual_run"}],
    }
    at = written(world, client, dear)
    seen = text_of(client.get(at).text)
    assert "장비 mill-1의 요금이 없습니다" in seen
    refused = client.post(f"{at}/publish")
    assert refused.status_code == 409
    form = sent(client.get(f"{at}/edit").text) | {"items.0.kind": ["mill"]}
    assert client.post(at, data=form).status_code == 303
    tried = text_of(client.get(at, params={"month": month}).text)
    rows = re.findall(r"회사 1 ([\d,]+)원 ([\d,]+)원 ([\d,]+)원", tried)
    assert len(rows) == 1
    was, now, more = (int(figure.replace(",", "")) for figure in rows[0])
    assert now - was == more > 0
    assert client.post(f"{at}/publish").status_code == 303
    assert "확정했습니다" in text_of(client.get(at).text)
    assert client.post(at, data=form).status_code == 422
    assert client.post(f"{at}/discard").status_code == 409


def test_machines_that_cannot_be_measured_are_named_before_their_prices_are_published(
    visit: Visit, world: World
) -> None:
    ledger = world.machine("saw-1", kind="saw")
    observations.declare(world.pool, world.manager, ledger.id, Observed.LEDGER, since=BEGINNING)
    world.machine("saw-2", kind="saw")
    client = visit(None)
    saws = {"kind": "saw", "rate_per_hour": "30000", "basis": "actual_run"}
    at = written(
        world,
        client,
        {"effective_from": "2027-01-01", "items": [saws | {"ledger_basis": "booked"}]},
    )
    seen = text_of(client.get(at).text)
    assert "장부나 예약으로 매김(기준: 예약" in seen
    assert "연결된 기기가 없습니다. 기기를 연결하거나 장부로 바꾸세요." in seen
    assert client.post(f"{at}/publish").status_code == 303
    member = visit(world.member(world.company()))
    assert "기기를 연결하거나" not in text_of(member.get(at).text)


def test_members_read_what_is_published_and_write_nothing(visit: Visit, world: World) -> None:
    world.tariff()
    company = world.company()
    draft = written(world, visit(None), EVERYTHING | {"items": EVERYTHING["items"][:1]})
    member = visit(world.member(company))
    seen = member.get("/tariffs")
    assert seen.text.count('href="/tariffs/') == 1
    (published,) = re.findall(r'href="(/tariffs/[^"]+)"', seen.text)
    assert "30,000" in text_of(member.get(published).text)
    assert member.get(draft).status_code == 404
    assert member.get("/tariffs/new").status_code == 403
    assert member.post("/tariffs", data={}).status_code == 403
    assert member.post(f"{draft}/discard").status_code == 404
    assert len(tariffs.of_centre(world.pool, world.manager, world.centre.id)) == 2


def test_a_draft_is_thrown_away(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    client = visit(None)
    at = written(world, client, EVERYTHING)
    assert client.post(f"{at}/discard").headers["location"] == "/tariffs"
    assert tariffs.of_centre(world.pool, world.manager, world.centre.id) == []


def test_every_field_has_a_name() -> None:
    def names(row: typed_forms.FormRow) -> set[str]:
        found: set[str] = set()
        for part in row.parts:
            found.add(part.name)
            if isinstance(part, typed_forms.Group):
                found |= set().union(*(names(r) for r in part.rows))
        return found

    drawn = names(typed_forms.draw(Tariff, {}, {}))
    assert {n for n in drawn if n not in FIELDS and n.rsplit(".", 1)[-1] not in FIELDS} == set()
