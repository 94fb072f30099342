"""The page of components shows what there is, to the installation's maintainers."""

from __future__ import annotations

import re
from pathlib import Path

from api.pages.operations.styles import COLOURS
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.world import PASSWORD, World

CSS = Path(__file__).resolve().parents[2] / "api/pages/static/css"


def test_every_colour_role_is_shown_in_both_schemes(visit: Visit, world: World) -> None:
    members.create_person(
        world.pool,
        OPERATOR,
        email="maintains@x.example",
        name="관리",
        password=PASSWORD,
        is_administrator=True,
    )
    client = visit(None)
    assert client.get("/styles").status_code == 403
    client.post("/logout")
    client.post(
        "/login", data={"email": "maintains@x.example", "password": PASSWORD, "next": "/styles"}
    )
    shown = client.get("/styles").text
    tokens = re.findall(r"--g-([a-z-]+): (?:#|var)", (CSS / "tokens.css").read_text())
    assert set(tokens) == set(COLOURS)
    dressed = (CSS / "styles.css").read_text()
    for colour in COLOURS:
        assert shown.count(f'class="swatch swatch-{colour}"') == 2
        assert f"var(--g-{colour});" in dressed
