"""A cap over several sessions, some of which an earlier statement of the month charges."""

from __future__ import annotations

from dataclasses import replace

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.rating.caps import CapUse, over_the_cap
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import new_id
from tests.support.billing.relief import charge


def time(gross: int) -> Charge:
    """Return a session's time, with the evidence that its trace holds."""
    entry = str(new_id())
    return charge(Component.TIME, gross, logged=(entry,), ledger_seconds=60, unknown_seconds=30)


def test_what_an_earlier_statement_charges_uses_the_cap_and_is_not_taken_off_again() -> None:
    """70,000 then and 60,000 now, at most 100,000 in all."""
    then = CapUse().with_session([time(70_000)], 100_000, is_charged=False)
    assert (then.lines, then.paid, then.taken) == ((), 70_000, 0)
    now = then.with_session([time(60_000)], 100_000)
    assert ([line.amount for line in now.lines], now.paid, now.taken) == ([60_000], 100_000, 30_000)
    assert [line.amount for line in over_the_cap("all", now)] == [-30_000]


def test_what_was_above_the_cap_then_is_taken_off_then() -> None:
    then = CapUse().with_session([time(130_000)], 100_000, is_charged=False)
    assert (then.lines, then.paid, then.taken) == ((), 100_000, 0)
    now = then.with_session([time(10_000)], 100_000)
    assert [line.amount for line in over_the_cap("all", now)] == [-10_000]


def test_sessions_are_charged_unless_it_is_said_otherwise() -> None:
    one = CapUse().with_session([time(70_000)], None)
    assert ([line.amount for line in one.lines], one.paid, one.taken) == ([70_000], 70_000, 0)


def test_a_caps_line_is_of_no_second_and_of_no_entry() -> None:
    (off,) = over_the_cap("all", CapUse().with_session([time(70_000)], 50_000))
    assert (off.trace.logged, off.trace.ledger_seconds, off.trace.unknown_seconds) == ((), 0, 0)
    assert replace(off.trace, capped=None).gross == "-20000"
    assert off.trace.capped is not None
    assert (off.trace.capped.came_to, off.trace.capped.most) == (70_000, 50_000)
