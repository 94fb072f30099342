"""Two options that cannot both be meant are refused when set, and the refusal names them."""

from __future__ import annotations

from typing import Any

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.recipes import RECIPES
from tests.support.dialects.contradictions import LINK, PAIRS, POINT
from tests.support.dialects.dialects import facts, read


@pytest.mark.parametrize(("dialect", "options", "pair"), PAIRS)
def test_a_contradiction_is_refused_and_named(
    dialect: str, options: dict[str, Any], pair: tuple[str, str]
) -> None:
    one, other = pair
    with pytest.raises(ValueError, match=f"options {one} and {other} contradict one another"):
        DIALECTS[dialect].check(options)


@pytest.mark.parametrize(
    ("dialect", "options"),
    [
        ("shelly", {"phases": "0,1,2", "channel": "2"}),
        ("shelly", {"phases": "1,2"}),
        ("tasmota", {"online": "there", "offline": "gone", "relay": "1", "meter": "phases"}),
        ("esphome", {"power": "", "energy": "", "switch": "", "running": "lamp"}),
        ("mtconnect", {"device": "m1", "agent": "a1"}),
        ("contact", {"set": "set", "state": "stands"}),
        ("mapper", {"points": [POINT], "value": "", "time": "t", "each": "list"}),
        ("mapper", {"topic": "values", "link": LINK, **POINT}),
    ],
)
def test_options_that_go_together_are_taken(dialect: str, options: dict[str, Any]) -> None:
    DIALECTS[dialect].check(options)


@pytest.mark.parametrize("name", RECIPES)
def test_no_recipe_contradicts_itself(name: str) -> None:
    DIALECTS["mapper"].check(RECIPES[name].options)


def test_a_binding_of_before_is_read_as_it_was() -> None:
    understood = read("mapper", "", {"v": 1, "w": 0}, points=[POINT], value="w")
    assert facts(understood)["activity"] == "running"
