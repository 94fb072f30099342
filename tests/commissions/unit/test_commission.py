"""The states of commissioned work, its number, and the order of its steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gadong.commissions.domain.commission import (
    TRANSITIONS,
    Commission,
    CommissionEvent,
    CommissionState,
    CommissionStep,
    need_in_order,
    standing,
)
from gadong.commissions.domain.commission_file import (
    CommissionFile,
    CommissionFileKind,
    saved_name,
)
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.problem import Conflict, Invalid

NOW = datetime(2026, 11, 2, 10, 0, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ASKED = Commission(
    id=new_id(),
    centre_id=CentreId(new_id()),
    company_id=CompanyId(new_id()),
    person_id=None,
    year=2026,
    sequence=7,
    subject="홍삼 농축액 분석",
    state=CommissionState.REQUESTED,
    requested_at=NOW,
)


@pytest.mark.parametrize("state", CommissionState)
@pytest.mark.parametrize("step", CommissionStep)
def test_a_step_that_is_not_in_the_table_is_refused(
    state: CommissionState, step: CommissionStep
) -> None:
    one = replace(ASKED, state=state)
    if (state, step) in TRANSITIONS:
        assert one.after(step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(Conflict):
            one.after(step)


def test_a_number_has_the_year_and_four_digits_at_least() -> None:
    assert ASKED.number == "2026-0007"
    assert replace(ASKED, sequence=12_345).number == "2026-12345"


@pytest.mark.parametrize(
    ("at", "last", "is_refused"),
    [
        (NOW, None, False),
        (NOW + SECOND, None, True),
        (NOW, NOW, False),
        # A form says minutes: 10:00 follows what was at 10:00:30.
        (NOW - timedelta(seconds=30), NOW, False),
        (NOW - timedelta(seconds=31), NOW, True),
    ],
)
def test_a_step_follows_the_one_before_and_is_not_to_come(
    at: datetime, last: datetime | None, *, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(Invalid):
            need_in_order(at, last=last, now=NOW)
    else:
        need_in_order(at, last=last, now=NOW)


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ("", ""),
        ("request receive start finish", "request receive start finish"),
        ("request receive start finish reopen", "request receive start"),
        ("request receive finish hand_over reopen", "request receive"),
        ("receive finish reopen finish", "receive finish"),
        ("receive finish reopen finish hand_over reopen", "receive"),
    ],
)
def test_a_correction_leaves_the_steps_before_the_end_of_the_work(steps: str, kept: str) -> None:
    every = [
        CommissionEvent(
            id=new_id(),
            commission_id=ASKED.id,
            step=CommissionStep(name),
            state=CommissionState.WORKING,
            at=NOW,
            reason="",
            data={},
            recorded_by=None,
            recorded_at=NOW,
        )
        for name in steps.split()
    ]
    assert [one.step.value for one in standing(every)] == kept.split()


@pytest.mark.parametrize(
    ("number", "name", "saved"),
    [
        ("", "도면 1-2.pdf", "도면 1-2.pdf"),
        ("", 'a\r\nX: 1"; b', "a__X_ 1__ b.pdf"),
        ("2026-0007-R1", "x.pdf", "2026-0007-R1.pdf"),
    ],
)
def test_a_file_is_saved_under_a_name_without_signs(number: str, name: str, saved: str) -> None:
    file = CommissionFile(
        id=new_id(),
        commission_id=ASKED.id,
        kind=CommissionFileKind.REPORT if number else CommissionFileKind.FILE,
        number=number,
        name=name,
        digest="",
        media_type="application/pdf",
        kept_at=NOW,
    )
    assert saved_name(file, "pdf") == saved
