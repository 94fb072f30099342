"""Statements and corrections on paper: the same bytes each time, the words in them, and the data
that goes with them.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from gadong.billing.services import statement_drafts
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.machines.services import machines
from gadong.people.domain.legal_party import Party
from gadong.people.services import legal_parties
from tests.support.api_fixtures import LogIn
from tests.support.billing import lines_by_their_own_day as by_the_day
from tests.support.billing.corrections import (
    corrected,
    difference,
    issued,
    late_signal,
    said,
    used,
)
from tests.support.billing.lines_by_their_own_day import at, drafted, own_line, published
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here

CENTRE = Party(
    registration_number="1208147521",
    name="(재)시험진흥원",
    representative="홍길동",
    address="시험시 시험로 1",
)


def read(pdf: bytes) -> tuple[str, dict[str, bytes]]:
    """The text of a PDF as another's reader finds it, and the files that go with it."""
    reader = PdfReader(io.BytesIO(pdf))
    text = "\n".join(page.extract_text() for page in reader.pages)
    return text, {name: content[0] for name, content in reader.attachments.items()}


def test_a_statement_prints_the_same_bytes_with_its_words_its_evidence_and_its_data(
    world: World, manager: TestClient, used: Booking
) -> None:
    legal_parties.set_centre(world.pool, world.manager, world.centre.id, CENTRE)
    statement = issued(world, used)
    where = f"/api/v1/statements/{statement.id}/document.pdf"
    answer = manager.get(where)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert f'filename="{statement.number}.pdf"' in answer.headers["content-disposition"]
    text, files = read(answer.content)
    for words in (
        "이용내역서",
        "(재)시험진흥원",
        "120-81-47521",
        "회사 1",
        "124-81-00998",
        "30,000",
        "33,000",
    ):
        assert words in text
    assert str(statement.number) in text
    assert sha256(files["gadong.json"]).hexdigest() == statement.document_digest.hex()
    # Booked two hours, ran one: the drawing's own words.
    (evidence,) = statement.document["evidence"]
    assert [s["state"] for s in evidence["stretches"]] == ["running"]
    assert "60분 0초" in text
    assert manager.get(where).content == answer.content
    english, _ = read(manager.get(where, params={"language": "en"}).content)
    assert "Statement of use" in english
    assert "60 min 0 s" in english


def test_it_says_that_it_is_archival_and_every_glyph_is_in_it(
    world: World, manager: TestClient, used: Booking
) -> None:
    pdf = manager.get(f"/api/v1/statements/{issued(world, used).id}/document.pdf").content
    reader = PdfReader(io.BytesIO(pdf))
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    root: Any = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).startswith("ko")
    pages: list[Any] = list(reader.pages)
    fonts = [f.get_object() for page in pages for f in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
        assert "Pretendard" in font["/BaseFont"]


def test_a_draft_says_so_and_names_that_would_be_markup_are_texts(
    world: World, manager: TestClient
) -> None:
    world.tariff(minimum_seconds=0)
    company = world.company(name='#eval("1") *굵게* <b> $x$')
    machine = world.machine("mill-1")
    source = world.source(machine)
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=3, hours=12)
    world.booked(machine, company, noon)
    for minutes, word in ((-30, "idle"), (0, "running"), (60, "idle")):
        said(world, source, noon + timedelta(minutes=minutes), word)
    month = str(Month.of(noon, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    answer = manager.get(f"/api/v1/statements/{drafted.id}/document.pdf")
    text, _ = read(answer.content)
    assert "초안" in text
    assert '#eval("1") *굵게* <b> $x$' in text


def test_a_month_without_charges_prints_too(world: World, manager: TestClient) -> None:
    world.tariff()
    company = world.company()
    world.machine("mill-1")
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month="2026-09"
    )
    text, _ = read(manager.get(f"/api/v1/statements/{drafted.id}/document.pdf").content)
    assert "청구할 이용이 없습니다" in text


def test_a_correction_prints_what_changed(world: World, manager: TestClient, used: Booking) -> None:
    mine = issued(world, used)
    late_signal(world, used, 50, "idle")
    made = corrected(manager, mine, difference(manager, mine)["digest"]).json()
    where = f"/api/v1/statements/{mine.id}/corrections/{made['id']}/document.pdf"
    pdf = manager.get(where).content
    text, files = read(pdf)
    for words in ("정정서", f"{mine.number}-C01", "30,000", "25,000", "−5,500", "늦게 도착한 신호"):
        assert words in text
    assert json.loads(files["gadong.json"])["number"] == f"{mine.number}-C01"
    assert manager.get(where).content == pdf


@pytest.mark.parametrize("index", [0, 1])
def test_only_who_may_see_a_statement_gets_its_paper(
    index: int, world: World, client: TestClient, bearer: LogIn, used: Booking
) -> None:
    statement = issued(world, used)
    member = bearer(world.member(world.companies[index]))
    answer = client.get(f"/api/v1/statements/{statement.id}/document.pdf", headers=member)
    assert answer.status_code == (200, 404)[index]


def test_of_the_machines_time_outside_a_session_nothing_is_told(
    world: World, manager: TestClient, used: Booking
) -> None:
    # The other company ran from the third to the fourth hour; the first one's evidence ends with
    # its booking.
    (evidence,) = issued(world, used).document["evidence"]
    ends = [datetime.fromisoformat(s["period"]["end"]) for s in evidence["stretches"]]
    assert max(ends) <= used.period.end
    machine = machines.find(world.pool, world.manager, "mill-1", centre=used.centre_id)
    assert evidence["machine"] == machine.slug


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_line_and_its_sentence_stand_on_one_page(
    language: str, world: World, manager: TestClient
) -> None:
    world.company()
    published(world, manager)
    for number in range(45):
        body = {
            "centre": str(world.centre.id),
            "company": str(world.companies[0].id),
            "at": at(world, 12, 15).isoformat(),
            "amount": 1_000 + number,
            "reason": f"word-{number:02}" + (" 검토" * (15 * (number % 3))),
        }
        assert manager.post("/api/v1/lines", json=body).status_code == 201
    draft = drafted(world)
    where = f"/api/v1/statements/{draft.id}/document.pdf"
    answer = manager.get(where, params={"language": language})
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) > 2
    for number in range(45):
        # The item's cell names the reason, and so does the sentence below it.
        counts = [page.count(f"word-{number:02}") for page in pages]
        assert max(counts) == sum(counts) == 2, (number, counts)


def test_a_managers_line_below_nothing_reads_as_a_sum(world: World, manager: TestClient) -> None:
    world.company()
    published(world, manager)
    own_line(world, manager, 90_000)
    statement = by_the_day.issued(world)
    own_line(world, manager, -60_000)
    found = difference(manager, statement)
    (change,) = found["changes"]
    made = corrected(manager, statement, found["digest"]).json()
    assert change["sentence_ko"].endswith("조정 −60,000원")
    assert change["sentence_en"].endswith("조정 −KRW 60,000")
    where = f"/api/v1/statements/{statement.id}/corrections/{made['id']}/document.pdf"
    text, _ = read(manager.get(where).content)
    assert "조정 −60,000원" in " ".join(text.split())
    assert "원/ea" not in text
