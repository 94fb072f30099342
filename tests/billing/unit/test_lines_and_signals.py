"""The time whose signals a document's lines rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.domain.statement import Line
from gadong.billing.services.statement_document import are_heard_before
from gadong.core.domain.charge_component import Component
from gadong.core.domain.period import Period
from tests.support.billing.relief import charge

MONTH = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
OWN = Period(MONTH, MONTH + HOUR)
WHOLE = Period(MONTH - 3 * HOUR, MONTH + HOUR)


@pytest.mark.parametrize(
    ("whole", "is_heard", "begin", "found"),
    [
        (None, True, MONTH, False),
        (None, True, MONTH + timedelta(seconds=1), True),
        # It began three hours before the month, and is priced by all of its time.
        (WHOLE, True, MONTH - 3 * HOUR, False),
        (WHOLE, True, MONTH - 2 * HOUR, True),
        # No message is behind it.
        (WHOLE, False, MONTH + HOUR, False),
    ],
)
def test_a_line_rests_on_the_signals_of_all_of_its_session(
    whole: Period | None, is_heard: bool, begin: datetime, found: bool
) -> None:
    messages = ("a message",) if is_heard else ()
    priced = charge(Component.TIME, 1_000)
    trace = replace(priced.trace, periods=(OWN,), whole=whole, messages=messages)
    line = Line(
        charge=replace(priced, trace=trace),
        machine="mill",
        machine_name="mill",
        sentence_ko="",
        sentence_en="",
    )
    assert are_heard_before([line], begin) is found
