"""Chains of trainings, several at once, past courses and certificates, by the API."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from tests.support.api_fixtures import LogIn
from tests.support.world import World

V1 = "/api/v1"
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SAFETY = {"code": "safety", "name_ko": "안전교육", "name_en": "Safety"}
STEP = {
    "code": "step-1",
    "name_ko": "스캐너 1단계",
    "name_en": "Scanner, step 1",
    "requires": ["safety"],
}


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def course(code: str, hours: int) -> dict[str, Any]:
    start = NOW + timedelta(hours=hours)
    end = start + timedelta(hours=1)
    return {"code": code, "start": start.isoformat(), "end": end.isoformat(), "seats": 5}


def test_a_course_waits_for_what_it_requires(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    who = world.member(world.company())
    member, outsider = bearer(who), bearer(world.member(world.company()))
    manager, path = client, f"{V1}/centres/{world.centre.id}"
    client.headers.update(bearer(None))
    assert manager.put(f"{path}/trainings", json=SAFETY).status_code == 200
    assert manager.put(f"{path}/trainings", json=STEP).status_code == 200
    circle = {**SAFETY, "requires": ["step-1"]}
    refused = manager.put(f"{path}/trainings", json=circle)
    assert (refused.status_code, refused.json()["field"]) == (422, "requires")
    seen = manager.get(f"{path}/trainings", headers=member).json()["items"]
    assert [(t["code"], t["requires"]) for t in seen] == [("safety", []), ("step-1", ["safety"])]
    assert manager.put(f"{path}/trainings", json=SAFETY, headers=member).status_code == 403

    def planned(code: str, hours: int) -> str:
        return str(manager.post(f"{path}/courses", json=course(code, hours)).json()["id"])

    step, safety = planned("step-1", 25), planned("safety", 24)
    overlapping = planned("step-1", 24)
    early = manager.post(f"{V1}/courses/{step}/places", json={}, headers=member)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert "safety" in early.json()["detail"]
    assert manager.post(f"{V1}/courses/{safety}/places", json={}, headers=member).status_code == 204
    # A place at the required course is enough once that course ends before this one begins.
    later = manager.post(f"{V1}/courses/{overlapping}/places", json={}, headers=member)
    assert later.status_code == 409
    assert manager.post(f"{V1}/courses/{step}/places", json={}, headers=member).status_code == 204
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute(
            "update courses set during = tstzrange(lower(during) - interval '3 days',"
            " upper(during) - interval '3 days')"
        )
    attended = {"attended": True}
    at_step = f"{V1}/courses/{step}/places/{who.person_id}"
    assert manager.put(at_step, json=attended).status_code == 409
    at_safety = f"{V1}/courses/{safety}/places/{who.person_id}"
    none = manager.get(f"{at_safety}/certificate.pdf")
    assert none.status_code == 409
    assert manager.put(at_safety, json=attended).status_code == 204
    assert manager.put(at_step, json=attended).status_code == 204
    done = manager.get(f"{path}/completed-courses", headers=member).json()["items"]
    assert [d["code"] for d in done] == ["step-1", "safety"]
    printed = manager.get(f"{at_step}/certificate.pdf", headers=member)
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content == manager.get(f"{at_step}/certificate.pdf").content
    text = text_of(printed.content)
    for said in ("이수증", "이용자", "회사 1", "스캐너 1단계", "1시간 0분", "시험 센터"):
        assert said in text, text
    english = manager.get(f"{at_step}/certificate.pdf", params={"language": "en"})
    assert "Scanner, step 1" in text_of(english.content)
    assert manager.get(f"{at_step}/certificate.pdf", headers=outsider).status_code == 404


def test_a_machine_requires_several_trainings_and_names_each(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    who = world.member(world.company())
    member, manager = bearer(who), client
    client.headers.update(bearer(None))
    rule = {"centre": str(world.centre.id), "values": {"qualification": ["safety", "cnc", "cmm"]}}
    assert manager.put(f"{V1}/policy", json=rule).status_code == 204
    for wrong in ([], ["safety", "safety"], 5, ["a"] * 51):
        answer = manager.put(f"{V1}/policy", json={**rule, "values": {"qualification": wrong}})
        assert (answer.status_code, answer.json()["field"]) == (422, "qualification"), wrong

    def grant(code: str, ends: timedelta | None) -> None:
        given = {"centre": str(world.centre.id), "person": str(who.person_id), "code": code}
        end = {"expires_at": (NOW + ends).isoformat()} if ends else {}
        assert manager.post(f"{V1}/qualifications", json={**given, **end}).status_code == 204

    start = NOW + timedelta(days=2)
    wish = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=1)).isoformat(),
    }

    def refused() -> dict[str, str]:
        answer = manager.post(f"{V1}/bookings", json=wish, headers=member)
        return {p["code"]: p["limit"] for p in answer.json().get("problems", [])}

    assert refused() == {"booking.unqualified": "safety, cnc, cmm"}
    grant("cnc", timedelta(days=1))
    assert refused() == {
        "booking.unqualified": "safety, cmm",
        "booking.qualification_lapsed": "cnc",
    }
    grant("safety", None)
    grant("cmm", None)
    assert refused() == {"booking.qualification_lapsed": "cnc"}
    grant("cnc", timedelta(days=2))
    assert refused() == {"booking.qualification_lapsed": "cnc"}, "it ends as the booking begins"
    grant("cnc", timedelta(days=2, seconds=1))
    assert refused() == {}
    # Both lapse within thirty days and are said so, each to be renewed by itself.
    items = manager.get(f"{V1}/centres/{world.centre.id}/qualifications/lapsing").json()["items"]
    assert [one["code"] for one in items] == ["cnc"]


def test_a_course_from_paper_counts_from_its_own_day(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1", qualification="safety", qualification_unused=timedelta(days=100))
    company = world.company()
    old, fresh = world.member(company), world.member(company)
    path = f"{V1}/centres/{world.centre.id}"
    theirs, member, manager = bearer(old), bearer(fresh), client
    client.headers.update(bearer(None))

    def paper(days: int, who: Any, **more: Any) -> Any:
        start = NOW - timedelta(days=days, hours=2)
        body = {
            "code": "safety",
            "start": start.isoformat(),
            "end": (start + timedelta(hours=2)).isoformat(),
            "participants": [{"person": str(who.person_id), "company": str(company.id)}],
        }
        return manager.post(f"{path}/past-courses", json={**body, **more})

    assert paper(101, old).status_code == 201
    made = paper(1, fresh)
    assert made.status_code == 201
    # An older paper takes nothing from who was trained since.
    assert paper(200, fresh).status_code == 201
    start = NOW + timedelta(days=1)
    wish = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=1)).isoformat(),
    }
    lapsed = manager.post(f"{V1}/bookings", json=wish, headers=theirs)
    assert [p["code"] for p in lapsed.json()["problems"]] == ["booking.qualification_lapsed"]
    assert manager.post(f"{V1}/bookings", json=wish, headers=member).status_code == 201
    ticket = f"{V1}/courses/{made.json()['id']}/places/{fresh.person_id}/certificate.pdf"
    assert manager.get(ticket, headers=member).status_code == 200
    future = {"start": NOW.isoformat(), "end": (NOW + timedelta(days=1)).isoformat()}
    assert paper(1, fresh, **future).json()["field"] == "end"
    twice = [{"person": str(fresh.person_id), "company": str(company.id)}] * 2
    assert paper(1, fresh, participants=twice).json()["field"] == "participants"
    other = world.company()
    stranger = [{"person": str(fresh.person_id), "company": str(other.id)}]
    assert paper(1, fresh, participants=stranger).status_code == 404
    whose = {"person": str(fresh.person_id)}
    listed = f"{path}/completed-courses"
    assert manager.get(listed, params=whose).json()["items"] != []
    assert manager.get(listed, params=whose, headers=theirs).status_code == 403


def test_a_course_from_paper_is_charged_by_its_good(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    fee = {"code": "fee", "kind": "training", "name_ko": "교육비", "name_en": "Fee"}
    world.tariff(goods=[{**fee, "measure": "ea", "price": "50000"}])
    company = world.company()
    comers = [world.member(company), world.member(company)]
    client.headers.update(bearer(None))
    path = f"{V1}/centres/{world.centre.id}"
    start = NOW - timedelta(hours=3)
    body = {
        "code": "safety",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
        "participants": [{"person": str(c.person_id), "company": str(company.id)} for c in comers],
    }
    refused = client.post(f"{path}/past-courses", json={**body, "good": "welding"})
    assert (refused.status_code, refused.json()["field"]) == (422, "good")
    made = client.post(f"{path}/past-courses", json={**body, "good": "fee"})
    assert made.status_code == 201, made.text
    month = f"{start.astimezone(world.ZONE):%Y-%m}"
    where = {"centre": str(world.centre.id), "company": str(company.id), "month": month}

    def charged() -> list[tuple[str, int, str]]:
        items = client.get(f"{V1}/entries", params=where).json()["items"]
        return [(e["code"], e["quantity"], e["note"]) for e in items]

    assert charged() == [("fee", 1, "safety")] * 2
    # A slip of the paper: one of them had not come, and nothing is left of the fee.
    place = f"{V1}/courses/{made.json()['id']}/places/{comers[0].person_id}"
    assert client.put(place, json={"attended": False}).status_code == 204
    assert charged() == [("fee", 1, "safety")]


@pytest.mark.parametrize("value", ["safety", ["safety"]])
def test_one_training_is_written_with_or_without_a_list(
    manager: TestClient, world: World, value: Any
) -> None:
    machine = world.machine("mill-1")
    rule = {"machine_slug": machine.slug, "values": {"qualification": value}}
    assert manager.put(f"{V1}/policy", json=rule).status_code == 204
