"""A centre's page says what is left until its first booking, and nothing once that is made."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.domain.access import Role
from gadong.people.domain.centre_contact import CentreContact
from gadong.people.domain.legal_party import Party
from gadong.people.services import centres, legal_parties, members
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import PASSWORD, World, registration_number

TITLE = "처음 설정부터 첫 예약까지"
#: Steps that the first booking does not need.
OPTIONAL = {"/holidays", "/rules", "/centre#staff"}


def test_each_step_is_ticked_and_the_list_goes_with_the_last(visit: Visit, world: World) -> None:
    desk = visit(None)
    soon = datetime.now(UTC) + timedelta(days=1)

    def done() -> list[str]:
        """Return where the steps lead that are ticked."""
        page = desk.get("/centre").text
        assert TITLE in page
        found = re.findall(r'<li>(✓|–)\s.*?<a href="([^"]+)"', page, re.DOTALL)
        assert len(found) == 11
        assert page.count("나중에 해도 됩니다") == len(OPTIONAL)
        ticked = [path for sign, path in found if sign == "✓" and path not in OPTIONAL]
        assert f"8단계 가운데 {len(ticked)}단계를" in text_of(page)
        return ticked

    assert done() == ["/hours"]
    listed = (
        desk.get("/centre").text.partition('aria-labelledby="steps"')[2].partition("</section>")[0]
    )
    for path in re.findall(r'<a href="([^"#]+)', listed):
        assert desk.get(path).status_code == 200, path
    contact = CentreContact(phone="029302266")
    centres.set_contact(world.pool, world.manager, world.centre.id, contact)
    assert done() == ["/about", "/hours"]
    machine = world.machine("bench")
    # It reports by signals, and nothing was heard of it yet.
    assert done() == ["/about", "/hours", "/register"]
    form = {"machine": "bench", "observed": "neither", "since": "2026-01-01"}
    assert desk.post("/ledger/observed", data=form).status_code == 303
    assert done() == ["/about", "/hours", "/register", "/centre#devices"]
    world.tariff(basis="booked")
    company = world.company()
    party = Party(registration_number=registration_number(9), name="시험 센터")
    legal_parties.set_centre(world.pool, world.manager, world.centre.id, party)
    left = {
        "/about",
        "/hours",
        "/register",
        "/centre#devices",
        "/tariffs",
        "/companies",
        "/company-import",
    }
    assert set(done()) == left
    world.booked(machine, company, soon)
    assert TITLE not in desk.get("/centre").text


def test_who_cannot_set_a_centre_up_is_not_asked_to(visit: Visit, world: World) -> None:
    members.create_person(
        world.pool,
        OPERATOR,
        email="looks@x.example",
        name="x",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.AUDITOR},
    )
    desk = visit(None)
    desk.post("/logout")
    desk.post("/login", data={"email": "looks@x.example", "password": PASSWORD})
    page = desk.get("/centre")
    assert (page.status_code, TITLE in page.text) == (200, False)


def test_a_token_with_some_of_a_managers_rights_sees_the_page_without_the_list(
    client: TestClient, world: World, session: LogIn
) -> None:
    body = {"name": "x", "rights": ["staff.work", "rules.work"]}
    token = client.post("/api/v1/tokens", json=body, headers=session(None)).json()["token"]
    headers = {"Authorization": f"Bearer {token}", "accept": "text/html", "accept-language": "ko"}
    page = client.get("/centre", headers=headers)
    assert (page.status_code, TITLE in page.text) == (200, False)
