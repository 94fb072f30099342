"""The topics of a device that a guide sets up: its own, those it hears, and its base again."""

from __future__ import annotations

import pytest

from gadong.dialects.domain.setup import GUIDES
from gadong.machines.domain.device_account import base_of, topics_of_guide


def test_a_tasmota_plug_hears_its_commands() -> None:
    publishes, hears = topics_of_guide(GUIDES["tasmota"], "mullae-plug-7")
    assert publishes == ("tele/mullae-plug-7", "stat/mullae-plug-7")
    assert "cmnd/mullae-plug-7/#" in hears
    assert "stat/mullae-plug-7/#" in hears


def test_all_below_a_gateways_base_is_its_own() -> None:
    publishes, hears = topics_of_guide(GUIDES["umati"], "umati/v2/mullae/gate")
    assert publishes == ("umati/v2/mullae/gate",)
    assert hears == ("umati/v2/mullae/gate/#",)


@pytest.mark.parametrize("guide", sorted(GUIDES))
def test_the_base_is_read_from_the_topics(guide: str) -> None:
    for base in (GUIDES[guide].base("mullae", "plug-7"), "hall/2/press"):
        publishes, _ = topics_of_guide(GUIDES[guide], base)
        assert base_of(GUIDES[guide], publishes) == base


@pytest.mark.parametrize(
    "base",
    [
        "hall'; touch x; '",
        'hall"; touch x',
        "$(touch x)",
        "hall; Rule1 1",
        "hall press",
        "hall: 1",
        "홀",
    ],
)
@pytest.mark.parametrize("guide", sorted(GUIDES))
def test_no_lines_carry_what_a_shell_or_a_console_would_run(guide: str, base: str) -> None:
    publishes, _ = topics_of_guide(GUIDES[guide], base)
    assert base_of(GUIDES[guide], publishes) is None


def test_topics_of_somebody_elses_choice_have_no_base() -> None:
    assert base_of(GUIDES["tasmota"], ("hall/1", "hall/2")) is None
