"""The pages without JavaScript: everything is there, each sees what is theirs, and a refusal says
what would do.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import customer_check, statement_drafts
from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import onboarding
from gadong.people.services import accounts
from tests.support.billing.corrections import issued, used
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of, tomorrow
from tests.support.reports.reports import month_of_work
from tests.support.unknown_device import plug
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here

NOBODY = UUID(int=7)
FOR_ALL = (
    "/machines",
    "/calendar",
    "/bookings",
    "/statements",
    "/notices",
    "/account",
    "/tariffs",
    "/courses",
)
FOR_MANAGERS = (
    "/floor",
    "/desk",
    "/month",
    "/reports",
    "/companies",
    "/centre",
    "/tariffs/new",
    "/rules",
    "/rules/linked",
    "/holidays",
)


def wanted(world: World, hour: int = 10, **more: str) -> dict[str, str]:
    """A booking form as it is sent."""
    return {
        "start": f"{tomorrow(world, hour):%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "key": uuid4().hex,
        **more,
    }


@pytest.mark.parametrize(
    "path", [*FOR_ALL, *FOR_MANAGERS, "/machines/mill-1", "/machines/mill-1/book"]
)
def test_who_is_not_logged_in_is_led_to_the_door_and_back(
    path: str, visit: Visit, world: World
) -> None:
    client = visit(None)
    client.post("/logout")
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={path}"


def test_a_page_lets_nothing_in_from_elsewhere(visit: Visit, world: World) -> None:
    client = visit(None)
    for path in (*FOR_ALL, *FOR_MANAGERS):
        answer = client.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        # No script or style inside the page, and every file's address carries its digest.
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", answer.text), path
        files = re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text)
        assert files
        assert all("?v=" in f for f in files)
    for path in ("/api/v1/me", "/api/v1/nothing", "/openapi.json", "/healthz", files[0]):
        assert client.get(path).headers["x-content-type-options"] == "nosniff", path
    kept = client.get(files[0])
    assert "immutable" in kept.headers["cache-control"]


@pytest.mark.parametrize("path", [*FOR_MANAGERS, "/floor/events", "/machines/mill-1/qr"])
def test_a_member_sees_no_managers_page(path: str, visit: Visit, world: World) -> None:
    world.machine("mill-1")
    member = visit(world.member(world.company()))
    assert member.get(path).status_code == 403


def test_another_sites_form_does_nothing(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    client = visit(world.member(company))
    foreign = {"sec-fetch-site": "cross-site"}
    answer = client.post(f"/machines/{machine.slug}/book", data=wanted(world), headers=foreign)
    assert answer.status_code == 403
    assert (
        client.post("/login", data={"email": "x", "password": "y"}, headers=foreign).status_code
        == 403
    )
    assert client.post("/look", data={"language": "en"}, headers=foreign).status_code == 403
    assert "예약이 없습니다" in text_of(client.get("/bookings").text)


def test_the_door_tells_not_what_was_wrong_and_leads_nowhere_else(
    visit: Visit, world: World
) -> None:
    client = visit(None)
    client.post("/logout")
    for email in (world.manager_email, "nobody@x.example"):
        answer = client.post("/login", data={"email": email, "password": "wrong wrong wrong"})
        assert answer.status_code == 401
        assert "로그인 정보가 맞지 않습니다" in text_of(answer.text)
    for elsewhere in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        assert 'value="/"' in client.get("/login", params={"next": elsewhere}).text


def test_a_booking_by_form_says_price_and_rules_first_and_is_made_once(
    visit: Visit, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    machine, company = world.machine("mill-1"), world.company(category="small-manufacturer")
    client = visit(world.member(company))
    form = wanted(world)
    asked = client.get(
        f"/machines/{machine.slug}/book", params={k: form[k] for k in ("start", "minutes")}
    )
    seen = text_of(asked.text)
    assert "예약할 수 있습니다" in seen
    assert "16,500원" in seen  # an hour at 30,000 won, half of it taken off, with VAT
    for _ in range(2):
        made = client.post(f"/machines/{machine.slug}/book", data=form)
        assert made.status_code == 303
    shown = text_of(client.get(made.headers["location"]).text)
    assert "예약했습니다" in shown
    assert "확정" in shown
    assert client.get("/bookings").text.count('href="/bookings/') == 1


def test_how_a_machine_is_used_and_what_the_centre_asks_stand_in_the_form(
    visit: Visit, world: World
) -> None:
    asked = [
        {"key": "material", "ko": "소재", "en": "Material"},
        {"key": "tolerance", "ko": "공차", "en": "Tolerance", "is_required": False},
    ]
    machine = world.machine("mill-1", usage_modes=["assisted", "commissioned"], questions=asked)
    client = visit(world.member(world.company()))
    address = f"/machines/{machine.slug}/book"
    shown = text_of(client.get(address).text)
    assert "지원 이용" in shown
    assert "의뢰" in shown
    assert "소재" in shown
    assert "공차 (비워도 됨)" in shown
    refused = client.post(address, data=wanted(world, usage_mode="commissioned"))
    assert refused.status_code == 409
    assert "다음 질문에 답해 주세요: 소재" in text_of(refused.text)
    given = wanted(world, usage_mode="commissioned") | {"answer.material": "알루미늄 6061"}
    kept = client.get(address, params={k: v for k, v in given.items() if k != "key"})
    assert 'value="알루미늄 6061"' in kept.text
    assert re.search('value="commissioned" selected', kept.text)
    made = client.post(address, data=given)
    assert made.status_code == 303, text_of(made.text)
    booking = text_of(client.get(made.headers["location"]).text)
    assert "이용 구분 의뢰" in booking
    assert "소재 알루미늄 6061" in booking
    strange = client.post(address, data=wanted(world, usage_mode="borrowed"))
    assert strange.status_code == 409
    assert "이용 구분을 목록에서 고르세요" in text_of(strange.text)


def test_a_refusal_lists_every_rule_and_what_would_do(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    other = world.company()
    world.booked(machine, other, tomorrow(world), hours=1)
    client = visit(world.member(company))
    answer = client.post(f"/machines/{machine.slug}/book", data=wanted(world))
    assert answer.status_code == 409
    seen = text_of(answer.text)
    assert "다른 예약" in seen
    assert other.name not in seen
    (first, *_) = re.findall(rf'href="(/machines/{machine.slug}/book\?start=[^"]+)"', answer.text)
    assert "예약할 수 있습니다" in text_of(client.get(unescape(first)).text)


def test_a_booking_is_moved_extended_and_cancelled_with_its_cost_shown(
    visit: Visit, world: World
) -> None:
    world.tariff(late_cancel=[{"lead_seconds": 0, "pct": "50"}])
    machine, company = world.machine("mill-1"), world.company()
    client = visit(world.member(company))
    made = (
        client.post(f"/machines/{machine.slug}/book", data=wanted(world))
        .headers["location"]
        .split("?")[0]
    )
    assert "지금 취소하면 15,000원입니다" in text_of(client.get(made).text)
    start = f"{tomorrow(world, 14):%Y-%m-%dT%H:%M}"
    moved = client.post(f"{made}/move", data={"version": "1", "start": start, "minutes": "60"})
    assert moved.status_code == 303
    late = client.post(f"{made}/move", data={"version": "1", "start": start, "minutes": "30"})
    assert late.status_code == 409
    longer = {"version": "2", "end": f"{tomorrow(world, 16):%Y-%m-%dT%H:%M}"}
    assert client.post(f"{made}/extend", data=longer).status_code == 303
    assert client.post(f"{made}/cancel", data={"version": "3"}).status_code == 303
    assert "취소" in text_of(client.get(made).text)
    assert client.post(f"{made}/dance", data={"version": "4"}).status_code == 422


def test_the_code_on_a_machine_leads_to_checking_in(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    member = world.member(company)
    client = visit(member)
    assert "지금 여기에 예약이 없습니다" in text_of(client.get("/at/mill-1").text)
    world.booked(machine, company, datetime.now(UTC) - timedelta(minutes=5), hours=1)
    page = client.get("/at/mill-1").text
    (action,) = re.findall(r'action="(/bookings/[^"]+/check-in)"', page)
    assert client.post(action, data={"version": "1"}).status_code == 303
    assert "사용 종료" in text_of(client.get("/at/mill-1").text)


def test_a_month_is_closed_on_its_page(visit: Visit, world: World) -> None:
    month, _ = month_of_work(world)
    client = visit(None)
    form = {"month": month}
    assert client.post("/month/draft", data=form).status_code == 303
    assert "초안 2" in text_of(client.get("/month", params=form).text)
    assert client.post("/month/approve", data=form).status_code == 303
    assert "승인 2" in text_of(client.get("/month", params=form).text)
    assert client.post("/month/issue", data=form).status_code == 303
    done = text_of(client.get("/month", params=form).text)
    assert "발행 2" in done
    assert f"{world.centre.slug}-{month.replace('-', '')}-0002" in done


def test_a_won_leads_to_the_message_by_links(visit: Visit, world: World, used: Booking) -> None:
    statement = issued(world, used)
    client = visit(world.member(world.companies[0]))
    listed = client.get("/statements").text
    (link,) = re.findall(r'href="(/statements/[0-9a-f-]{36})"', listed)
    page = client.get(link).text
    assert "30,000원" in text_of(page)
    assert "<svg" in page
    for message_link in re.findall(r'href="(/messages/[^"]+)"', page):
        shown = client.get(message_link)
        assert shown.status_code == 200
        assert "가동 상태: ▶ 가동" in text_of(shown.text) or "가동 상태: ○ 대기" in text_of(
            shown.text
        )
    stranger = visit(world.member(world.companies[1]))
    assert stranger.get(link).status_code == 404
    assert str(statement.number) not in stranger.get("/statements").text


def test_a_line_is_objected_to_and_answered(visit: Visit, world: World, used: Booking) -> None:
    month = str(Month.of(used.period.start, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=month,
    )
    customer_check.show(world.pool, world.manager, drafted.id, days=5, now=datetime.now(UTC))
    client, boss = visit(world.member(world.companies[0])), visit(None)
    page = client.get(f"/statements/{drafted.id}").text
    assert "초안입니다" in text_of(page)
    (line,) = set(re.findall(r'name="line" value="([^"]+)"', page))
    body = {"line": line, "category": "time", "words": "40분만 <b>썼습니다</b>"}
    assert client.post(f"/statements/{drafted.id}/objections", data=body).status_code == 303
    desk = boss.get("/desk").text
    assert "40분만 &lt;b&gt;썼습니다" in desk
    (answer,) = re.findall(
        r'action="(/objections/[^"]+)"', boss.get(f"/statements/{drafted.id}").text
    )
    assert boss.post(answer, data={"reason": "신호가 그렇습니다", "accept": "0"}).status_code == 303
    assert "거절: 신호가 그렇습니다" in text_of(client.get(f"/statements/{drafted.id}").text)
    assert client.post(answer, data={"reason": "나", "accept": "1"}).status_code == 404


def test_a_ghost_run_is_decided_on_the_desk(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    source = world.source(machine)
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    batch = [
        message(source, start + timedelta(minutes=m), Channel.ACTIVITY, word)
        for m, word in ((0, "idle"), (30, "running"), (90, "idle"))
    ]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    boss = visit(None)
    page = boss.get("/desk").text
    assert "예약 없는 가동 (1)" in text_of(page)
    fields = dict(re.findall(r'type="hidden" name="(machine|start|end)" value="([^"]+)"', page))
    body = {**fields, "company": str(company.id), "reason": "전화로 확인"}
    assert boss.post("/desk/ghost", data=body).status_code == 303
    assert "처리할 일이 없습니다" in text_of(boss.get("/desk").text)


@pytest.mark.parametrize(
    "path",
    [
        "/machines?minutes=0",
        "/machines?minutes=zehn",
        "/calendar?day=0001-01-01",
        "/calendar?day=9999-12-31",
        "/calendar?day=morgen",
        "/calendar/events?start=x&end=y",
        "/month?month=2026-13",
        "/reports?month=%00",
        "/bookings/none",
        "/statements/preview?company=none",
    ],
)
def test_bad_input_is_a_page_that_says_so(path: str, visit: Visit, world: World) -> None:
    answer = visit(None).get(path)
    assert answer.status_code == 422
    assert "값이 올바르지 않습니다" in text_of(answer.text)


@pytest.mark.parametrize(
    "wrong", [{"company": "none"}, {"start": "2026-11-02T10:00"}, {"start": "soon"}], ids=str
)
def test_a_word_on_a_ghost_run_with_a_bad_value_is_a_page_that_says_so(
    wrong: dict[str, str], visit: Visit, world: World
) -> None:
    body = {"machine": world.machine("mill-1").slug, "reason": "전화로 확인", "company": ""}
    time = {"start": "2026-11-02T09:00", "end": "2026-11-02T10:00"}
    answer = visit(None).post("/desk/ghost", data=body | time | wrong)
    assert answer.status_code == 422
    assert "값이 올바르지 않습니다" in text_of(answer.text)


def test_a_tax_invoice_for_no_correction_is_a_page_that_says_so(
    visit: Visit, world: World, used: Booking
) -> None:
    statement = issued(world, used)
    day = {"written_on": "2026-11-30", "issued_on": "2026-11-30"}
    body = {"approval": "2" * 24, "correction": "none", **day}
    answer = visit(None).post(f"/statements/{statement.id}/tax-invoices", data=body)
    assert answer.status_code == 422
    assert "값이 올바르지 않습니다" in text_of(answer.text)


@pytest.mark.parametrize(
    "path", ["/machines/none", "/nothing", f"/bookings/{NOBODY}", f"/inbox/{NOBODY}"]
)
def test_what_is_not_there_is_a_page_that_says_so(path: str, visit: Visit, world: World) -> None:
    answer = visit(None).get(path)
    assert answer.status_code == 404
    assert "없거나 볼 수 없는 항목입니다" in text_of(answer.text)


@pytest.mark.parametrize("start", ["", "soon", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_time_that_is_none_is_said_in_the_form(start: str, visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    client = visit(world.member(company))
    answer = client.post(f"/machines/{machine.slug}/book", data=wanted(world, start=start))
    assert answer.status_code in {409, 422}
    asked = client.get(f"/machines/{machine.slug}/quote", params={"start": start, "minutes": 60})
    assert asked.status_code == 200


# Texts equal in both: abbreviations, formats, and names of the test's own world.
NAMES = {
    "English", "https", "gadong.example", "KST", "KST.", "kWh", "PDF", "ZIP", "CSV", "XLSX", "JSON",
    "ISO", "JPEG", "PNG", "WebP", *DIALECTS, "mqtt", "zigbee", "gadong",
    "mill", "mill-", "room", *re.findall(r"[A-Za-z][\w.-]*",
    " ".join(r.title_ko for r in RECIPES.values())), "general", "small-manufacturer", "http",
    "testserver", "plug", "plug-", "Tasmota", "Shelly", "Zigbee", "Zigbee2MQTT", "MQTT",
    "ESPHome", "OctoPrint", "Klipper", "Moonraker", "Snapmaker", "OPC", "umati", "MTConnect",
    "PLC", "Gadong", "Bambu", "Lab", "Sparkplug", "United", "Manufacturing", "Hub",
    "Tab", "Enter",
}  # fmt: skip


def test_both_languages_say_everything(visit: Visit, world: World, used: Booking) -> None:
    statement = issued(world, used)
    plug(
        world.pool,
        world.centre.id,
        "plug-7",
        5,
        400,
        since=datetime.now(UTC) - timedelta(minutes=9),
    )
    (device,) = onboarding.unknown(world.pool, world.manager, world.centre.id)
    tariff = tariffs.of_centre(world.pool, world.manager, world.centre.id)[0].id
    client: TestClient = visit(None)
    every = (
        *FOR_ALL,
        *FOR_MANAGERS,
        "/machines/mill-1",
        "/machines/mill-1/book",
        "/machines/mill-1/qr",
        "/machines/mill-1/signals",
        "/calendar/beside?m=mill-1",
        "/at/mill-1",
        "/agreements",
        "/rules/opening_hours",
        "/rules/approval",
        f"/inbox/{device.id}",
        "/devices/new",
        "/devices/new/tasmota",
        f"/companies/{world.companies[0].id}",
        f"/bookings/{used.id}",
        f"/statements/{statement.id}",
        f"/tariffs/{tariff}",
    )
    for path in every:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert '<html lang="ko"' in answer.text
        # Names that are meant for programs stand as code.
        plain = re.sub(r"<code.*?</code>", " ", answer.text, flags=re.DOTALL)
        numbers = rf"{re.escape(world.manager_email)}|{world.centre.slug}|\b[0-9a-f-]{{8,}}"
        said = re.sub(numbers, "", text_of(plain))
        assert set(re.findall(r"[A-Za-z][A-Za-z.-]{2,}", said)) <= NAMES, path
    client.post("/look", data={"language": "en"})
    for path in every:
        page = client.get(path).text
        assert '<html lang="en"' in page
        left = re.sub(r"시험 센터|회사 \d|담당자|밀링|한국어|가동|시험", "", text_of(page))
        assert not re.search("[가-힣]", left), (path, re.findall("[가-힣]+", left))


def test_a_manager_decides_sells_issues_is_paid_and_corrects_on_the_statements_page(
    visit: Visit, world: World, used: Booking
) -> None:
    month = str(Month.of(used.period.start, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=month,
    )
    boss = visit(None)
    where = f"/statements/{drafted.id}"
    (line,) = set(re.findall(r'name="line" value="([^"]+)"', boss.get(where).text))
    billed = {"line": line, "kind": "minutes", "minutes": "30", "reason": "시험 가동 제외"}
    assert boss.post(f"{where}/decisions", data=billed).status_code == 303
    seen = text_of(boss.get(where).text)
    assert "15,000원" in seen
    assert "시험 가동 제외" in seen
    day = f"{used.period.start.astimezone(world.centre.zone):%Y-%m-%d}"
    own = {"amount": "-1000", "day": day, "reason": "사과"}
    assert boss.post(f"{where}/lines", data=own).status_code == 303
    assert "14,000원" in text_of(boss.get(where).text)
    wrong = boss.post(f"{where}/entries", data={"code": "none", "quantity": "1", "day": day})
    assert "그날의 사용료표에 없는 품목입니다" in text_of(wrong.text)
    # Once; and no link puts words into a page.
    assert "없는 품목입니다" not in text_of(
        boss.get(where, params={"done": "없는 품목입니다"}).text
    )

    for step in ("approve", "issue"):
        assert (
            boss.post("/month/one", data={"statement": str(drafted.id), "do": step}).status_code
            == 303
        )
    today = f"{datetime.now(world.centre.zone):%Y-%m-%d}"
    paid = boss.post(f"{where}/payments", data={"amount": "5400", "paid_on": today})
    assert "납부를 입력했습니다" in text_of(boss.get(paid.headers["location"]).text)
    assert "10,000원" in text_of(boss.get(where).text)
    assert "지금 계산해도 같습니다" in text_of(boss.get(where, params={"difference": "true"}).text)
    again = {"amount": "2000", "day": day, "reason": "빠진 재료"}
    assert boss.post(f"{where}/lines", data=again).status_code == 303
    compared = boss.get(where, params={"difference": "true"}).text
    (digest,) = re.findall(r'name="digest" value="([0-9a-f]{64})"', compared)
    corrected = boss.post(f"{where}/corrections", data={"digest": digest, "reason": "빠진 재료"})
    shown = text_of(boss.get(corrected.headers["location"]).text)
    assert f"{world.centre.slug}-{month.replace('-', '')}-0001-C01 : 2,200원" in shown
    refused = boss.post(f"{where}/void", data={"reason": "오류"})
    assert "납부가 있는 내역서입니다" in text_of(refused.text)

    member = visit(world.member(world.companies[0]))
    assert "납부 입력" not in text_of(member.get(where).text)
    assert (
        member.post(f"{where}/payments", data={"amount": "1", "paid_on": today}).status_code == 403
    )


def test_companies_are_kept_on_their_pages(visit: Visit, world: World) -> None:
    boss = visit(None)
    bad = {"name": "새 기업", "registration_number": "124-81-00999", "category": "general"}
    refused = boss.post("/companies", data=bad)
    assert (refused.status_code, "올바른 사업자등록번호가 아닙니다" in text_of(refused.text)) == (
        409,
        True,
    )
    made = boss.post("/companies", data={**bad, "registration_number": "124-81-00998"})
    assert made.status_code == 303
    served = accounts.companies(world.pool, world.manager, world.centre.id)
    where = f"/companies/{next(company.id for company in served if company.name == '새 기업')}"
    person = {"name": "이용자", "email": "new@company.example", "password": "a long enough one"}
    assert boss.post(f"{where}/people", data=person).status_code == 303
    assert boss.post(f"{where}/people", data=person).status_code == 409
    proof = {
        "category": "small-manufacturer",
        "since": "2026-01-01",
        "until": "2027-01-01",
        "proof": "확인서",
    }
    assert boss.post(f"{where}/categories", data=proof).status_code == 303
    extra = {"name": "관내", "since": "2026-01-01", "proof": "등록증"}
    assert boss.post(f"{where}/extras", data=extra).status_code == 303
    assert (
        boss.post(
            f"{where}/party", data={"name": "새 기업", "representative": "김대표"}
        ).status_code
        == 303
    )
    page = boss.get(where).text
    for words in ("new@company.example", "소공인", "확인서", "관내"):
        assert words in text_of(page)
    assert 'value="김대표"' in page
    on_paper = {
        "name": "(재)시험진흥원",
        "registration_number": "120-81-47521",
        "representative": "홍길동",
    }
    assert boss.post("/companies/centre", data=on_paper).status_code == 303
    assert 'value="120-81-47521"' in boss.get("/companies").text
    entered = boss.post(
        "/login",
        data={"email": person["email"], "password": person["password"], "next": "/machines"},
    )
    assert entered.status_code == 303
    assert boss.get("/companies").status_code == 403
    assert boss.get(where).status_code == 403


def test_machines_are_chosen_to_stand_side_by_side(visit: Visit, world: World) -> None:
    hall = [world.machine(f"mill-{n}") for n in (1, 2, 3)]
    company = world.company()
    client = visit(world.member(company))
    form = client.get("/machines").text
    assert form.count('form="beside"') == len(hall)
    shown = client.get("/calendar/beside?m=mill-1&m=mill-2&m=mill-2").text
    assert (shown.count("/machines/mill-1/book"), shown.count("/machines/mill-2/book")) == (7, 7)
    assert "/machines/mill-3/book" not in shown


def test_a_program_is_given_a_token_another_and_its_end(visit: Visit, world: World) -> None:
    client = visit(None)
    wrong = client.post("/centre/programs", data={"name": "ERP", "purpose": "everything"})
    assert wrong.status_code == 409
    made = client.post("/centre/programs", data={"name": "ERP", "purpose": "money"})
    (token,) = re.findall(r"<code>(gd_[^<]+)</code>", made.text)
    statements = f"/api/v1/statements?centre={world.centre.id}&month=2026-10"
    bears = {"Authorization": f"Bearer {token}"}
    client.cookies.clear()
    assert client.get(statements, headers=bears).status_code == 200
    again = visit(None)
    shown = again.get("/centre").text
    assert token not in shown
    (program,) = set(re.findall(r"/centre/programs/([0-9a-f-]{36})", shown))
    renewed = again.post(f"/centre/programs/{program}", data={"do": "renew"}).text
    assert re.findall(r"<code>(gd_[^<]+)</code>", renewed) != [token]
    assert again.post(f"/centre/programs/{program}", data={"do": "end"}).status_code == 303
    assert client.get(statements, headers=bears).status_code == 401
    assert f"/centre/programs/{program}" not in again.get("/centre").text


def test_a_calendars_address_is_shown_once_and_works(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    member = world.member(company)
    client = visit(member)
    client.post(f"/machines/{machine.slug}/book", data=wanted(world, purpose="시제품"))
    shown = client.post("/bookings/feed")
    (address,) = re.findall(r"<code>https://gadong\.example(/calendar/[^<]+)</code>", shown.text)
    assert "BEGIN:VEVENT" in client.get(address).text
    assert address not in client.get("/bookings").text
