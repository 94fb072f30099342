"""The application and the approval of a booking, on paper."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from pypdf import PdfReader

from tests.support.api_fixtures import LogIn
from tests.support.world import World

V1 = "/api/v1"


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_booking_is_applied_for_and_approved_on_paper(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    asked = [{"key": "material", "ko": "재료", "en": "Material"}]
    terms = world.pledge("2026-12")
    machine = world.machine("mill-1", approval="manual", terms=terms, questions=asked)
    company = world.company(name="한길정밀")
    who, outside = world.member(company), world.member(world.company())
    member, outsider = bearer(who), bearer(outside)
    client.headers.update(bearer(None))
    entry = {"entry": {"model": "V-500", "nfec_number": "NFEC-2026-1"}, "reason": "등록"}
    assert client.put(f"{V1}/machines/{machine.id}/register", json=entry).status_code == 200
    start = (datetime.now(world.centre.zone) + timedelta(days=2)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    wish: dict[str, Any] = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2, minutes=30)).isoformat(),
        "purpose": "시제품 가공",
        "answers": {"material": "AL6061"},
        "pledge": "2026-12",
    }
    made = client.post(f"{V1}/bookings", json=wish, headers=member)
    assert (made.status_code, made.json()["state"]) == (201, "pending")
    path = f"{V1}/bookings/{made.json()['id']}"
    paper = client.get(f"{path}/application.pdf", headers=member)
    assert paper.headers["content-type"] == "application/pdf"
    text = text_of(paper.content)
    for said in (
        *("장비 이용신청서", "한길정밀", "124-81-00998", "이용자", "밀링", "V-500", "NFEC-2026-1"),
        f"{start:%Y-%m-%d} 10:00 – 12:30",
        *("2시간 30분", "시제품 가공", "AL6061", "2026-12 동의", "(서명 또는 인)"),
    ):
        assert said in text, (said, text)
    early = client.get(f"{path}/approval.pdf", headers=member)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert client.post(f"{path}/approve", json={}).status_code == 200
    approval = client.get(f"{path}/approval.pdf", params={"language": "en"}, headers=member)
    text = text_of(approval.content)
    for said in ("Approval of use of equipment", "Mill", "Material", "AL6061", "(seal)"):
        assert said in text, (said, text)
    assert approval.content == client.get(f"{path}/approval.pdf?language=en").content
    for name in ("application", "approval"):
        assert client.get(f"{path}/{name}.pdf", headers=outsider).status_code == 404
    assert client.post(f"{path}/cancel", json={"reason": "일정"}, headers=member).status_code == 200
    assert client.get(f"{path}/approval.pdf", headers=member).status_code == 409


def test_bookings_made_together_stand_on_one_paper(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    world.machine("cmm-1")
    company = world.company()
    client.headers.update(bearer(None))
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
    wish = {
        "machine_slug": "mill-1",
        "also_slugs": ["cmm-1"],
        "company": str(company.id),
        "person_name": "김 전화",
        "person_phone": "010-1234-5678",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=1)).isoformat(),
    }
    made = client.post(f"{V1}/bookings", json=wish)
    assert made.status_code == 201, made.text
    text = text_of(client.get(f"{V1}/bookings/{made.json()['id']}/approval.pdf").content)
    assert text.count("1시간 0분") == 2
    assert "김 전화" in text
    assert "01012345678" in text.replace("-", "")
