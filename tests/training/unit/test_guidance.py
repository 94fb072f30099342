"""The states of guidance, and what is counted of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.problem import Conflict
from gadong.training.domain.guidance import (
    TRANSITIONS,
    Guidance,
    GuidanceKind,
    GuidanceState,
    GuidanceStep,
    counted,
)

ASKED = Guidance(
    id=new_id(),
    centre_id=CentreId(new_id()),
    company_id=CompanyId(new_id()),
    person_id=None,
    kind=GuidanceKind.GUIDANCE,
    subject="표면거칠기",
    state=GuidanceState.REQUESTED,
    requested_at=datetime(2026, 11, 2, tzinfo=UTC),
)


@pytest.mark.parametrize("state", GuidanceState)
@pytest.mark.parametrize("step", GuidanceStep)
def test_a_step_that_is_not_in_the_table_is_refused(
    state: GuidanceState, step: GuidanceStep
) -> None:
    one = replace(ASKED, state=state)
    if (state, step) in TRANSITIONS:
        assert one.after(step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(Conflict):
            one.after(step)


def test_each_kind_is_counted_and_a_firm_once() -> None:
    other = CompanyId(new_id())
    done = [
        replace(ASKED, minutes=60),
        replace(ASKED, minutes=30),
        replace(ASKED, minutes=90, company_id=other),
        replace(ASKED, minutes=10, kind=GuidanceKind.COUNSELLING, company_id=None),
    ]
    found = {one.kind.value: (one.times, one.minutes, one.companies) for one in counted(done)}
    assert found == {
        "guidance": (3, 180, 2),
        "consulting": (0, 0, 0),
        "counselling": (1, 10, 0),
        "manpower": (0, 0, 0),
    }
