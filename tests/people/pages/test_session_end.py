"""A session that ends within a form: the person logs in in place, and nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from api.pages.frame.kept_form import MAX_CHARACTERS, MAX_FIELDS, fields_of
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import TELEPHONE, faults, member_of, person, tomorrow
from tests.support.world import PASSWORD, World


def hidden_fields(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def test_a_form_sent_after_the_session_ended_is_kept_through_the_login(
    visit: Visit, world: World
) -> None:
    machine, company = world.machine(), world.company()
    world.tariff(minimum_seconds=0)
    member = world.member(company)
    client = visit(member)
    form = {
        "start": f"{tomorrow(world, 10):%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "purpose": 'Jig "A" & <B>',
        "key": uuid4().hex,
    }
    client.cookies.clear()
    asked = client.post(
        f"/machines/{machine.slug}/book",
        data=form,
        headers={"referer": f"http://testserver/machines/{machine.slug}/book?minutes=60"},
    )
    assert asked.status_code == 401
    carried = hidden_fields(asked.text)
    assert carried["resume"] == f"/machines/{machine.slug}/book"
    assert carried["next"] == f"/machines/{machine.slug}/book?minutes=60"
    assert {k: carried[f"kept.{k}"] for k in form} == form

    credentials = {"email": world.emails[member.person_id], "password": "wrong-password"}
    again = client.post("/login", data={**carried, **credentials})
    assert again.status_code == 401
    assert hidden_fields(again.text)["kept.purpose"] == form["purpose"]

    resumed = client.post("/login", data={**carried, **credentials, "password": PASSWORD})
    assert resumed.status_code == 200
    assert f'action="/machines/{machine.slug}/book"' in resumed.text
    sent = {k: v for k, v in hidden_fields(resumed.text).items() if k in form}
    assert sent == form
    made = client.post(f"/machines/{machine.slug}/book", data=sent)
    assert made.status_code == 303, made.text
    assert unescape(client.get(made.headers["location"]).text).count(form["purpose"]) >= 1


@pytest.mark.parametrize("name", ["password", "new_password", "code", "client_secret"])
def test_no_page_repeats_a_secret(visit: Visit, world: World, name: str) -> None:
    client = visit(None)
    client.cookies.clear()
    answer = client.post("/account/language", data={name: "hidden-words", "other": "x"})
    assert "hidden-words" not in answer.text


def test_another_sites_form_is_not_kept(visit: Visit, world: World) -> None:
    machine = world.machine()
    client = visit(None)
    client.cookies.clear()
    answer = client.post(
        f"/machines/{machine.slug}/book",
        data={"purpose": "from elsewhere", "start": "2030-01-01T10:00"},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 401
    assert "from elsewhere" not in answer.text


@pytest.mark.parametrize(
    ("fields", "is_kept"),
    [
        ([("a", "x")] * MAX_FIELDS, True),
        ([("a", "x")] * (MAX_FIELDS + 1), False),
        ([("a", "x" * (MAX_CHARACTERS - 2))], True),
        ([("a", "x" * (MAX_CHARACTERS - 1))], True),
        ([("a", "x" * MAX_CHARACTERS)], False),
        ([("a", "x"), ("photo", object())], False),
    ],
)
def test_a_form_is_kept_whole_or_not_at_all(
    fields: list[tuple[str, object]], is_kept: bool
) -> None:
    assert fields_of(fields) == (tuple(fields) if is_kept else ())


@pytest.mark.parametrize("header", [{"sec-fetch-dest": "empty"}, {"hx-request": "true"}])
@pytest.mark.parametrize("path", ["/machines/mill-1/quote", "/at/mill-1/live", "/desk/figures"])
def test_a_part_of_a_page_is_never_answered_with_the_login_page(
    visit: Visit, world: World, header: dict[str, str], path: str
) -> None:
    world.machine("mill-1")
    client = visit(None)
    client.cookies.clear()
    answer = client.get(path, headers=header)
    assert answer.status_code == 401
    assert "<html" not in answer.text
    assert 'name="password"' not in answer.text


def test_a_person_logs_in_in_place_and_goes_on_with_the_form(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.company()
    _, email = member_of(world)
    # The browser itself writes each 401 to the console.
    with person(browser, site, email, size=TELEPHONE, but="401") as page:
        page.clock.install()
        page.goto(f"{site}/machines/mill-1/book")
        page.fill("#purpose", "keep this")
        page.context.clear_cookies()
        page.fill("#start", f"{tomorrow(world, 10):%Y-%m-%dT%H:%M}")
        page.select_option("#minutes", "60")
        page.clock.run_for(1000)
        dialog = page.get_by_role("dialog", name="로그인이 만료되었습니다")
        expect(dialog).to_be_visible()
        expect(page.locator("#quote input")).to_have_count(0)
        assert faults(page) == []
        page.fill("#again-email", email)
        page.fill("#again-password", "not-this-one-1")
        dialog.get_by_role("button", name="로그인").click()
        expect(dialog.get_by_role("alert")).to_contain_text("로그인 정보가 맞지 않습니다")
        page.fill("#again-password", PASSWORD)
        dialog.get_by_role("button", name="로그인").click()
        expect(dialog).to_be_hidden()
        expect(page.locator("#quote")).to_contain_text("33,000원")
        # It ends once more, and is noticed as the form is sent.
        page.context.clear_cookies()
        page.clock.run_for(61_000)
        page.get_by_role("button", name="예약하기").click()
        expect(dialog).to_be_visible()
        page.fill("#again-email", email)
        page.fill("#again-password", PASSWORD)
        dialog.get_by_role("button", name="로그인").click()
        expect(page.get_by_role("status")).to_contain_text("예약했습니다")
        expect(page.locator("main")).to_contain_text("keep this")
