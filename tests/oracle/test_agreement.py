"""Engine and oracle agree to the won in every world, and three laws hold in the same worlds.
Each run looks at the same worlds (`ORACLE_WORLDS` of them); `make oracle` looks at new ones, by the
thousand.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from tests.oracle import agreement
from tests.oracle.world import World
from tests.oracle.worlds import worlds

WORLDS = int(os.environ.get("ORACLE_WORLDS", "300"))
LOOK = settings(
    max_examples=WORLDS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@LOOK
@given(worlds())
def test_engine_and_oracle_agree_to_the_won(world: World) -> None:
    assert agreement.differences(world) == []


@LOOK
@given(worlds())
def test_each_line_of_a_document_has_a_key_of_its_own(world: World) -> None:
    assert agreement.lines_twice(world) == []


@LOOK
@given(worlds())
def test_each_document_can_be_proven_by_a_later_engine(world: World) -> None:
    assert agreement.not_by_their_traces(world) == []


@LOOK
@given(worlds())
def test_the_parts_of_a_divided_line_are_its_whole(world: World) -> None:
    assert agreement.parts_apart(world) == []


@LOOK
@given(worlds())
def test_a_month_that_is_billed_in_two_parts_is_the_month(world: World) -> None:
    assert agreement.apart_by_a_cut(world) == []


@LOOK
@given(worlds())
def test_all_running_time_is_somebodys_or_nobodys(world: World) -> None:
    assert agreement.unequal_hours(world) == []


@LOOK
@given(worlds())
def test_no_measured_second_is_of_two_sessions(world: World) -> None:
    assert agreement.seconds_twice(world) == []


@LOOK
@given(worlds())
def test_a_session_over_the_months_edge_is_billed_whole(world: World) -> None:
    assert agreement.lost_at_the_edge(world) == []
