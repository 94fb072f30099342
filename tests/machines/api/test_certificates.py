"""Certificates of calibrations as files: kept at the register's entry, read by the staff."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, nobody_may

API = "/api/v1"
PDF = b"%PDF-1.7\ncertificate\n%%EOF\n"
LATER = b"%PDF-1.7\ncertificate of the same day\n%%EOF\n"
DONE = {"done_on": "2026-03-02", "due_on": "2027-03-02", "certificate": "KTL-26-0311"}


def sent(data: bytes, reason: str = "검교정") -> dict[str, Any]:
    return {"data": b64encode(data).decode(), "reason": reason}


def test_a_file_lies_at_its_calibration_and_an_earlier_one_in_the_history(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    mill, manager = world.machine("cmm-1"), bearer(None)
    where = f"{API}/machines/{mill.id}"
    file = f"{where}/calibrations/2026-03-02/certificate"
    early = client.put(file, json=sent(PDF), headers=manager)
    assert (early.status_code, early.json()["code"]) == (404, "not_found")
    entry: dict[str, Any] = {"model": "V-1", "calibrations": [DONE]}
    body = {"entry": entry, "reason": "등록"}
    assert client.put(f"{where}/register", json=body, headers=manager).status_code == 200
    kept = client.put(file, json=sent(PDF), headers=manager)
    digest = sha256(PDF).hexdigest()
    assert (kept.status_code, kept.json()) == (200, {"file": digest}), kept.text
    shown = client.get(f"{where}/register", headers=manager).json()["entry"]
    assert shown["calibrations"] == [{**DONE, "file": digest}]
    assert shown["model"] == "V-1"
    read = client.get(f"{where}/certificates/{digest}", headers=manager)
    assert (read.status_code, read.content) == (200, PDF)
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-disposition"] == (
        'attachment; filename="gadong-certificate-cmm-1-2026-03-02.pdf"'
    )
    assert read.headers["x-content-type-options"] == "nosniff"

    # Another file takes its place; what the history names is still there, and why.
    assert client.put(file, json=sent(LATER, "재발급"), headers=manager).status_code == 200
    steps = client.get(f"{where}/register/history", headers=manager).json()["items"]
    assert [(s["reason"], s["entry"]["calibrations"][0]["file"]) for s in steps] == [
        ("재발급", sha256(LATER).hexdigest()),
        ("검교정", digest),
        ("등록", ""),
    ]
    assert client.get(f"{where}/certificates/{digest}", headers=manager).content == PDF
    nobody_may(world.pool, "update calibration_files set media_type = 'image/png'")
    nobody_may(world.pool, "delete from calibration_files")


def test_who_may_not_see_the_register_reads_no_certificate(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    mill, manager = world.machine("cmm-1"), bearer(None)
    where = f"{API}/machines/{mill.id}"
    body = {"entry": {"calibrations": [DONE]}, "reason": "등록"}
    client.put(f"{where}/register", json=body, headers=manager)
    file = f"{where}/calibrations/2026-03-02/certificate"
    digest = client.put(file, json=sent(PDF), headers=manager).json()["file"]
    member, other = bearer(world.member(world.company())), World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    far = bearer(other.manager)
    for headers, status in ((member, 403), (far, 404)):
        read = client.get(f"{where}/certificates/{digest}", headers=headers)
        written = client.put(file, json=sent(LATER), headers=headers)
        assert (read.status_code, written.status_code) == (status, status)
    assert client.get(f"{where}/certificates/{digest}").status_code == 401
    # A file of one machine is none of another's.
    second = world.machine("cmm-2")
    named = {"entry": {"calibrations": [{**DONE, "file": digest}]}, "reason": "등록"}
    there = f"{API}/machines/{second.id}"
    refused = client.put(f"{there}/register", json=named, headers=manager)
    assert (refused.status_code, refused.json()["field"]) == (422, "calibrations")
    assert client.get(f"{there}/certificates/{digest}", headers=manager).status_code == 404


def test_what_is_no_certificate_is_refused_and_changes_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    mill, manager = world.machine("cmm-1"), bearer(None)
    where = f"{API}/machines/{mill.id}"
    body = {"entry": {"calibrations": [DONE]}, "reason": "등록"}
    client.put(f"{where}/register", json=body, headers=manager)
    file = f"{where}/calibrations/2026-03-02/certificate"
    for bad, field in (
        (sent(b"<html>"), "file"),
        ({"data": "é", "reason": "x"}, "data"),
        (sent(PDF, "  "), "reason"),
    ):
        refused = client.put(file, json=bad, headers=manager)
        assert refused.status_code == 422, refused.text
        assert field in refused.text
    too_large = client.put(file, json=sent(PDF + b"x" * 5_100_000), headers=manager)
    assert too_large.status_code in {413, 422}
    assert len(client.get(f"{where}/register/history", headers=manager).json()["items"]) == 1


def test_the_registers_page_keeps_shows_and_carries_a_certificate(
    visit: Visit, world: World
) -> None:
    world.machine("cmm-1")
    desk, page = visit(None), "/register/cmm-1"
    row = {"done_on": "2026-03-02", "due_on": "", "certificate": "KTL-26-0311"}
    assert desk.post(page, data={**row, "file": "", "reason": "등록"}).status_code == 303
    picked = {"certificate": ("성적서.pdf", PDF, "application/pdf")}
    chosen = {"done_on": "2026-03-02"}
    kept = desk.post(f"{page}/certificates", data=chosen, files=picked)
    assert kept.status_code == 303, kept.text
    digest = sha256(PDF).hexdigest()
    shown = desk.get(page).text
    assert f'href="{page}/certificates/{digest}"' in shown
    assert "2026-03-02 검교정 성적서" in text_of(shown), "its history says why"
    assert desk.get(f"{page}/certificates/{digest}").content == PDF
    # Another writing of the entry carries the file on.
    more = {**row, "file": digest, "place": "2층", "reason": "이전"}
    assert f'name="file" value="{digest}"' in shown
    assert desk.post(page, data=more).status_code == 303
    assert f"{page}/certificates/{digest}" in desk.get(page).text

    wrong = {"certificate": ("성적서.pdf", b"<html>", "application/pdf")}
    refused = desk.post(f"{page}/certificates", data=chosen, files=wrong)
    assert refused.status_code == 409
    assert "온전한 PDF·JPEG·PNG 파일이 아닙니다" in text_of(refused.text)
    assert desk.post(f"{page}/certificates", data=chosen).status_code == 409
