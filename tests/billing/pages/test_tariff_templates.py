"""The first price table of a centre from a template, to one that is in force."""

from __future__ import annotations

from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def test_a_centre_without_prices_begins_with_a_template(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    world.machine("lounge", kind="room")
    boss = visit(None)
    listed = boss.get("/tariffs")
    for template in ("by_use", "by_booking", "free"):
        assert f'href="/tariffs/new?template={template}"' in listed.text
    form = boss.get("/tariffs/new", params={"template": "by_use"}).text
    for typed in ('value="small-manufacturer"', 'value="50"'):
        assert typed in form
    assert form.count('value="actual_run" selected') == 2
    assert boss.get("/tariffs/new", params={"template": "x"}).status_code == 422
    member = visit(world.member(world.company()))
    assert "template=" not in member.get("/tariffs").text


def test_a_centre_with_prices_is_offered_no_template(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    world.tariff()
    assert "template=" not in visit(None).get("/tariffs").text


def test_a_template_of_a_centre_without_machines_says_what_comes_first(
    visit: Visit, world: World
) -> None:
    shown = visit(None).get("/tariffs")
    assert "template=" not in shown.text
    assert "장비를 먼저 등록하면" in text_of(shown.text)
    assert 'href="/register"' in shown.text
