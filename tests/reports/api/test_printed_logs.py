"""The logbooks on paper: one machine's month, its responsible, and lines to sign on."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from pypdf import PdfReader

from gadong.machines.domain.observation import Observed
from tests.support.billing.ledgers_priced import observe
from tests.support.billing.lines_by_their_own_day import API, at
from tests.support.booking.ledger_of_use import logged
from tests.support.page_fixtures import Visit
from tests.support.world import World

ENTRY = {"responsible": "김책임", "deputy": "이부책", "nfec_number": "NFEC-2026-7", "place": "2층"}


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def log(client: TestClient, world: World, name: str, **more: str) -> Any:
    month = f"{at(world, 10).astimezone(world.ZONE):%Y-%m}"
    asked = {"centre": str(world.centre.id), "month": month, **more}
    return client.get(f"{API}/reports/{name}", params=asked)


def used(world: World, client: TestClient) -> None:
    """Register two benches and write a use of each down, and a repair of the first."""
    company = world.company(name="한길정밀")
    start = at(world, 10)
    for index, slug in enumerate(("bench-1", "bench-2")):
        bench = world.machine(slug, kind="bench")
        observe(world, bench, Observed.LEDGER)
        entry = ENTRY if index == 0 else {}
        body = {"entry": entry, "reason": "등록"}
        assert client.put(f"{API}/machines/{bench.id}/register", json=body).status_code == 200
        made = logged(
            client,
            bench,
            start + timedelta(hours=index),
            company=str(company.id),
            samples=1200 + index,
            reason=f"핀 간격 {index + 1}",
        )
        assert made.status_code == 201, made.text
    work = {
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=95)).isoformat(),
        "kind": "repair",
        "description": "스핀들 소음",
        "repairer": "서울공작기계",
        "action": "베어링 교체",
        "cost": 330_000,
    }
    written = client.post(f"{API}/machines/bench-1/upkeep", json=work)
    assert written.status_code == 201, written.text


def test_an_operation_log_is_printed_for_one_machine(world: World, manager: TestClient) -> None:
    used(world, manager)
    paper = log(manager, world, "operation-log.pdf", machine_slug="bench-1")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert "bench-1" in paper.headers["content-disposition"]
    text = text_of(paper.content)
    for said in (
        *("장비 운영일지", "NFEC-2026-7", "2층", "한길정밀", "1200", "사용 목적: 핀 간격 1"),
        *("책임자(정) 김책임 (서명 또는 인)", "책임자(부) 이부책", "확인", "이용 건수 1"),
    ):
        assert said in text, (said, text)
    assert "핀 간격 2" not in text, "another machine's use stands on its own paper"
    # The month is over: its paper has the same bytes whenever it is printed.
    assert log(manager, world, "operation-log.pdf", machine_slug="bench-1").content == paper.content
    both = text_of(log(manager, world, "operation-log.pdf").content)
    assert "핀 간격 1" in both
    assert "핀 간격 2" in both
    # Without a responsible in its register the manager who prints it signs.
    alone = text_of(log(manager, world, "operation-log.pdf", machine_slug="bench-2").content)
    assert "책임자(정) 담당자" in alone
    assert "책임자(부)" not in alone
    gone = log(manager, world, "operation-log.pdf", machine_slug="bench-9")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


def test_a_maintenance_log_has_who_repaired_what_for_how_much(
    world: World, manager: TestClient
) -> None:
    used(world, manager)
    text = text_of(log(manager, world, "maintenance-log.pdf", machine_slug="bench-1").content)
    for said in (
        *("장비 유지보수일지", "서울공작기계", "베어링 교체", "330,000", "스핀들 소음", "95"),
        *("책임자(정) 김책임", "비용 합계(원) 330,000"),
    ):
        assert said in text, (said, text)
    other = text_of(log(manager, world, "maintenance-log.pdf", machine_slug="bench-2").content)
    assert "이 달에는 기록이 없습니다." in other
    assert "서울공작기계" not in other
    table = log(manager, world, "maintenance-log.csv", machine_slug="bench-2").text
    assert len(table.splitlines()) == 1, "the table is of the one machine too"


def test_the_report_page_offers_the_logbooks_to_print(visit: Visit, world: World) -> None:
    world.machine("bench-1", kind="bench")
    page = visit(None).get("/reports").text
    assert 'action="/api/v1/reports/operation-log.pdf"' in page
    assert 'formaction="/api/v1/reports/maintenance-log.pdf"' in page
    assert 'value="bench-1"' in page


def test_the_centres_own_use_stands_in_the_operation_log(world: World, manager: TestClient) -> None:
    used(world, manager)
    bench = world.machine("bench-3", kind="bench")
    observe(world, bench, Observed.LEDGER)
    made = logged(manager, bench, at(world, 14), samples=3, reason="표준 시편 점검")
    assert made.status_code == 201, made.text
    rows = csv.DictReader(
        log(manager, world, "operation-log.csv", machine_slug="bench-3").text.splitlines()
    )
    (own,) = list(rows)
    shown = [own[name] for name in ("사용기관", "가동(분)", "시료 수", "사용료(원)", "사용 유형")]
    assert shown == [world.centre.name, "60", "3", "0", "자체 이용"]
    assert own["사용 목적"] == "표준 시편 점검"
