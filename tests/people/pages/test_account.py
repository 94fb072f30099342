"""One's own account and the centre's people, devices and acts, as pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.pages.frame import texts as words
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.machines.domain.device_account import Attempt
from gadong.machines.services import device_accounts
from gadong.notices.services import notice_delivery
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import PASSWORD, World


@pytest.fixture
def colleague(world: World) -> dict[Role, Caller]:
    """Somebody of every role at the centre."""
    found: dict[Role, Caller] = {}
    for role in Role:
        email = f"{role}@pages.example"
        person = members.create_person(
            world.pool,
            OPERATOR,
            email=email,
            name=f"{role}",
            password=PASSWORD,
            centre=world.centre.id,
            roles={role},
        )
        world.emails[person.id] = email
        found[role] = replace(
            world.manager, person_id=person.id, staff=frozenset({(world.centre.id, role)})
        )
    return found


def test_codes_are_set_up_and_asked_for_at_the_door(visit: Visit, world: World) -> None:
    client = visit(None)
    begun = client.post("/account/codes")
    assert "<svg" in begun.text
    seed = re.findall(r"<code>([A-Z2-7]{32})</code>", begun.text)[0]
    assert client.post("/account/codes/confirm", data={"code": "000000"}).status_code == 409
    telephone = pyotp.TOTP(seed)
    words = client.post("/account/codes/confirm", data={"code": telephone.now()}).text
    recovery = re.findall(r"<code>([0-9a-f]{10})</code>", words)
    assert len(recovery) == 10
    client.post("/logout")
    door = {"email": world.manager_email, "password": PASSWORD}
    asked = client.post("/login", data=door)
    assert asked.status_code == 401
    assert "일회용 코드도 넣으세요" in asked.text
    assert client.post("/login", data={**door, "code": recovery[0]}).status_code == 303
    assert "휴대전화의 코드를 묻습니다" in client.get("/account").text
    assert (
        client.post("/account/codes/remove", data={"password": "not this one"}).status_code == 409
    )
    assert client.post("/account/codes/remove", data={"password": PASSWORD}).status_code == 303
    client.post("/logout")
    assert client.post("/login", data=door).status_code == 303, "no code is asked for any more"


def test_one_ends_what_is_open_and_takes_ones_data(visit: Visit) -> None:
    client = visit(None)
    client.post("/api/v1/tokens", json={"name": "옛 프로그램"})
    shown = client.get("/account").text
    ids = re.findall(r'name="credential" value="([^"]+)"', shown)
    assert "옛 프로그램" in shown
    assert client.post("/account/end", data={"credential": ids[0]}).status_code == 303
    assert len(re.findall(r'name="credential"', client.get("/account").text)) == len(ids) - 1
    data = client.get("/account/data.json")
    assert "attachment" in data.headers["content-disposition"]
    assert data.json()["person"]["name"] == "담당자"


def test_one_changes_the_password_and_leaves(visit: Visit, world: World) -> None:
    world.company()
    member = world.member(world.companies[0])
    client, door = visit(member), {"email": world.emails[member.person_id], "next": "/machines"}
    fresh = "seven quiet lathes hum"
    wrong = client.post("/account/password", data={"old": "not this one", "new": fresh})
    assert wrong.status_code == 409
    short = client.post("/account/password", data={"old": PASSWORD, "new": "short"})
    assert short.status_code == 409
    changed = client.post("/account/password", data={"old": PASSWORD, "new": fresh})
    assert changed.status_code == 303
    client.post("/logout")
    assert client.post("/login", data={**door, "password": PASSWORD}).status_code != 303
    assert client.post("/login", data={**door, "password": fresh}).status_code == 303
    assert client.post("/account/leave", data={"password": PASSWORD}).status_code == 409
    left = client.post("/account/leave", data={"password": fresh})
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert client.post("/login", data={**door, "password": fresh}).status_code != 303


def test_a_manager_adds_who_works_here(visit: Visit, world: World) -> None:
    client = visit(None)
    added = {
        "name": "새 기술자",
        "email": "new@staff.example",
        "password": PASSWORD,
        "role": "technician",
    }
    assert client.post("/centre/staff", data=added).status_code == 303
    assert "새 기술자" in client.get("/centre").text
    assert client.post("/centre/staff", data=added).status_code == 409
    client.post("/logout")
    door = {"email": added["email"], "password": PASSWORD, "next": "/floor"}
    assert client.post("/login", data=door).headers["location"] == "/floor"
    assert client.get("/floor").status_code == 200


def test_what_a_device_tried_is_told_and_stands_with_its_account(
    visit: Visit, world: World
) -> None:
    account = world.device("tele/plug-7", name="콘센트 7")
    tried = Attempt(
        username=account.username, act="subscribe", topic="#", address="192.0.2.7", untold=0
    )
    device_accounts.refused(world.pool, [tried])
    with transaction(world.pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    client = visit(None)
    assert "기기 콘센트 7의 권한이 없는 토픽 접근" in text_of(client.get("/notices").text)
    shown = text_of(client.get("/centre").text)
    assert "접근하려다 거부됨(1건)" in shown
    assert "192.0.2.7" in shown
    assert "거부된 기기의 시도" in shown
    assert "subscribe #" in shown


def test_forgetting_ones_password_tells_nothing(
    visit: Visit, world: World, application: FastAPI
) -> None:
    visit(None)
    stranger = TestClient(
        application, headers={"accept": "text/html", "sec-fetch-site": "same-origin"}
    )
    texts = {
        stranger.post("/forgot", data={"email": e}).text
        for e in (world.manager_email, "x@y.example")
    }
    assert len(texts) == 1
    refused = stranger.post("/recover/nonsense", data={"password": "seven quiet lathes hum"})
    assert refused.status_code == 409
    assert "이미 썼거나 지난 링크입니다" in refused.text


def test_a_manager_says_who_works_here_and_gives_a_device_its_account(
    visit: Visit, world: World, colleague: dict[Role, Caller]
) -> None:
    client = visit(None)
    person = colleague[Role.TECHNICIAN].person_id
    assert (
        client.post(f"/centre/staff/{person}", data={"role": ["accountant", "auditor"]}).status_code
        == 303
    )
    (found,) = [
        m
        for m in members.staff(world.pool, world.manager, world.centre.id)
        if m.person.id == person
    ]
    assert found.roles == {Role.ACCOUNTANT, Role.AUDITOR}
    made = client.post(
        "/centre/devices", data={"name": "콘센트", "topics": "tele/plug\nstat/plug"}
    ).text
    user = re.search(r'id="issued-user" value="d-[0-9a-f]{12}"', made)
    password = re.search(r'id="issued-password" value="([\w-]{32})"', made)
    assert user is not None
    assert password is not None
    again = client.get("/centre").text
    assert password[1] not in again
    account = re.findall(r'action="/centre/devices/([^/]+)/revoke"', again)[0]
    assert (
        client.post(f"/centre/devices/{account}/revoke", data={"reason": "분실"}).status_code == 303
    )
    shown = client.get("/centre").text
    assert "분실" in shown
    assert "직원 역할" in shown


@pytest.mark.parametrize(
    ("role", "sees", "misses"),
    [
        (
            Role.TECHNICIAN,
            {"/floor", "/desk", "/centre", "/bookings"},
            {"/month", "/reports", "/companies"},
        ),
        (Role.ACCOUNTANT, {"/month", "/desk", "/reports", "/companies"}, {"/floor", "/centre"}),
        (Role.AUDITOR, {"/floor", "/desk", "/month", "/reports", "/companies", "/centre"}, set()),
        (Role.KIOSK, {"/floor"}, {"/desk", "/month", "/reports", "/companies", "/centre"}),
    ],
)
def test_each_role_is_shown_its_own_rooms(
    visit: Visit, colleague: dict[Role, Caller], role: Role, sees: set[str], misses: set[str]
) -> None:
    client = visit(colleague[role])
    menu = client.get("/machines").text
    for path in sees:
        assert client.get(path).status_code == 200, path
        assert f'href="{path}"' in menu, path
    for path in misses:
        assert client.get(path).status_code == 403, path
        assert f'href="{path}"' not in menu, path
    if role is Role.AUDITOR:
        # They see everything, and no form offers them what they may not do.
        for path in sees:
            forms = set(re.findall(r'<form method="post" action="([^"]+)"', client.get(path).text))
            assert {f for f in forms if not f.startswith("/centre/staff/")} <= {
                "/look",
                "/logout",
            }, path


def test_everything_that_is_on_record_has_a_name(world: World) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select distinct c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " join pg_proc p on p.oid = t.tgfoid where p.proname = 'audit_row'"
        ).fetchall()
    assert {row["relname"] for row in rows} <= set(words.ABOUT)


def test_a_company_asks_on_a_page_and_is_admitted_on_another(
    visit: Visit, world: World, application: FastAPI
) -> None:
    client = visit(None)
    stranger = TestClient(
        application, headers={"accept": "text/html", "sec-fetch-site": "same-origin"}
    )
    assert "시험 센터" in stranger.get("/join").text
    form = {
        "centre": str(world.centre.id),
        "company": "새 공방",
        "name": "최공방",
        "email": "choi@workshop.example",
    }
    refused = stranger.post("/join", data={**form, "registration_number": "1208147522"})
    assert refused.status_code == 409
    assert "사업자등록번호가 아닙니다" in refused.text
    assert "새 공방" in refused.text
    assert (
        "신청을 받았습니다"
        in stranger.post("/join", data={**form, "registration_number": "1208147521"}).text
    )
    assert "이용을 신청한 기업 (1)" in client.get("/desk").text
    request = re.findall(r'action="/joining/([^"]+)"', client.get("/joining").text)[0]
    admitted = client.post(f"/joining/{request}", data={"do": "approve", "category": "general"})
    path = re.findall(r"https?://[^/]+(/recover/[\w-]+)", admitted.text)[0]
    assert re.search(rf'value="https?://[^/]+{path}" readonly', admitted.text)
    foreign = {"sec-fetch-site": "cross-site"}
    new = {"password": "seven quiet lathes hum"}
    assert stranger.post(path, data=new, headers=foreign).status_code == 403
    # The account's first password logs its person in, who may book.
    entered = stranger.post(path, data=new)
    assert entered.url.path == "/machines"
    assert stranger.get("/bookings", follow_redirects=False).status_code == 200
    # The link is used up: it opens nothing, and gives nobody a session.
    thief = TestClient(application, headers={"sec-fetch-site": "same-origin"})
    assert thief.post(path, data=new, follow_redirects=False).status_code == 409
    assert not thief.cookies
    door = {"email": form["email"], "password": "seven quiet lathes hum", "next": "/machines"}
    assert stranger.post("/login", data=door, follow_redirects=False).status_code == 303


def test_a_technician_closes_a_machine_and_says_who_was_trained(
    visit: Visit, world: World, colleague: dict[Role, Caller]
) -> None:
    machine, company = world.machine("mill-1", qualification="cnc-basic"), world.company()
    member = world.member(company)
    client = visit(colleague[Role.TECHNICIAN])
    soon = datetime.now(world.centre.zone).replace(minute=0, second=0, microsecond=0) + timedelta(
        days=1
    )
    body = {"start": f"{soon:%Y-%m-%dT%H:%M}", "end": f"{soon + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    body |= {"kind": "maintenance", "reason": "스핀들 교체"}
    where = f"/machines/{machine.slug}/close"
    assert client.post(where, data={**body, "end": body["start"]}).status_code == 409
    assert client.post(where, data=body).status_code == 303
    booker = visit(member)
    assert booker.post(where, data=body).status_code == 409, "whom the desk is not, closes nothing"
    asked = {"start": f"{soon + timedelta(hours=1):%Y-%m-%dT%H:%M}", "minutes": "60"}
    quote = booker.get("/machines/mill-1/quote", params=asked).text
    assert "휴관 또는 점검" in quote
    assert "교육" in quote
    boss = visit(None)
    trained = {"person": str(member.person_id), "code": "cnc-basic"}
    done = boss.post(f"/companies/{company.id}/qualifications", data=trained)
    assert done.status_code == 303
    later = {"start": f"{soon + timedelta(hours=5):%Y-%m-%dT%H:%M}", "minutes": "60"}
    assert "교육 이수가 필요" not in booker.get("/machines/mill-1/quote", params=later).text
    stranger = {"person": str(world.manager.person_id), "code": "x"}
    assert boss.post(f"/companies/{company.id}/qualifications", data=stranger).status_code == 409


def test_staff_may_be_asked_for_more_than_a_password(
    visit: Visit, application: FastAPI, world: World
) -> None:
    machine = world.machine("mill-1")
    manager, member = visit(None), visit(world.member(world.company()))
    application.state.settings = application.state.settings.model_copy(
        update={"staff_need_proof": True}
    )
    for path in ("/", "/machines", "/desk", f"/machines/{machine.slug}"):
        answer = manager.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/account"
    assert "먼저 설정하세요" in manager.get("/account").text
    refused = manager.get("/api/v1/machines", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    assert manager.post("/tariffs", data={}).status_code == 403
    # Not their own, though its path begins like theirs.
    message = manager.get(
        f"/api/v1/messages/{world.centre.id}", headers={"accept": "application/json"}
    )
    assert message.json()["code"] == "proof_needed"
    assert manager.get("/api/v1/me", headers={"accept": "application/json"}).status_code == 200
    assert member.get("/machines").status_code == 200
    # Nothing keeps them from setting it up; then all is as before.
    assert manager.get("/account").status_code == 200
    seed = re.findall(r"<code>([A-Z2-7]{32})</code>", manager.post("/account/codes").text)[0]
    assert (
        manager.post("/account/codes/confirm", data={"code": pyotp.TOTP(seed).now()}).status_code
        == 200
    )
    assert manager.get("/desk").status_code == 200


def test_an_administrator_acts_on_accounts_on_a_page_and_the_last_one_stays(
    visit: Visit, world: World
) -> None:
    made = members.create_person(
        world.pool,
        OPERATOR,
        email="boss@x.example",
        name="관리",
        password=PASSWORD,
        is_administrator=True,
    )
    world.emails[made.id] = made.email
    boss = visit(replace(world.manager, person_id=made.id, is_administrator=True))
    who = world.manager.person_id
    shown = boss.get("/accounts", params={"part": world.manager_email}).text
    assert f"/accounts/{who}" in shown

    def act(person: object, do: str, reason: str = "본인 확인함") -> tuple[int, str]:
        form = {"do": do, "reason": reason, "part": "example"}
        answer = boss.post(f"/accounts/{person}", data=form)
        shown = boss.get(answer.headers["location"]) if answer.status_code == 303 else answer
        return shown.status_code, text_of(shown.text)

    assert act(who, "shut", " ")[0] == 409, "no act without a reason"
    assert act(who, "nothing")[0] == 409
    for do, said in (
        ("factors", "비밀번호는 그대로"),
        ("name", "관리자로 지정"),
        ("dismiss", "관리자에서 해제"),
        ("shut", "계정을 정지"),
        ("reopen", "다시 열었습니다"),
    ):
        status, text = act(who, do)
        assert (status, said in text) == (200, True), text[:500]
    # The last administrator is neither shut nor dismissed.
    assert [act(made.id, do)[0] for do in ("shut", "dismiss")] == [409, 409]
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select kind, body from deliveries where kind like 'account.%%' and address = %s "
            "order by id",
            [world.manager_email],
        ).fetchall()
    kinds = [row["kind"] for row in rows]
    assert kinds == [f"account.{k}" for k in ("factors", "named", "dismissed", "shut", "opened")]
    assert all("본인 확인함" in row["body"] for row in rows)
    # A manager has no such page.
    assert visit(None).get("/accounts").status_code == 403
