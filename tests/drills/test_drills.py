"""The drills at small size; `make drill` makes them in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Stack
from tests.drills import drills
from tests.drills.course import BILLED
from tests.drills.drills import SMALL

pytestmark = pytest.mark.servers


@pytest.fixture
def root(stack: Stack) -> Path:
    if stack.root is None:
        pytest.skip("needs the private stack: a drill ends servers by force")
    return stack.root


@pytest.mark.parametrize(
    "drill",
    [
        drills.through_the_relay,
        drills.over_a_bad_network,
        drills.two_of_everything,
        drills.among_poison_and_a_flood,
    ],
    ids=lambda drill: drill.__name__,
)
def test_nothing_is_lost_doubled_or_billed_wrongly(
    drill: drills.Drill, root: Path, tmp_path: Path
) -> None:
    report = drill(root, tmp_path, SMALL)
    assert (report.stored, report.lost, report.doubled) == (SMALL.messages, 0, 0), str(report)
    assert report.billed == BILLED, str(report)
    assert not report.is_marked


def test_what_a_killed_broker_loses_is_marked_on_the_statement(root: Path, tmp_path: Path) -> None:
    report = drills.without_a_relay(root, tmp_path, SMALL)
    assert report.doubled == 0
    assert report.is_marked == (report.lost > 0), str(report)
