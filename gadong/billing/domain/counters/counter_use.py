"""Use of a machine that its page counter counts: a reading at the start and one at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import BookingId, CentreId, CompanyId, EntryId, MachineId, PersonId
from gadong.core.domain.problem import Conflict, Invalid

# Presses count to eight digits; a thousand times that is a slip of the pen.
MOST_READING = 100_000_000_000


class CounterUseState(StrEnum):
    """The states of a use of a counter."""

    OPEN = "open"
    ENDED = "ended"
    TAKEN_BACK = "taken_back"


class CounterUseStep(StrEnum):
    """The steps from one state to another."""

    END = "end"
    TAKE_BACK = "take_back"


TRANSITIONS: Mapping[tuple[CounterUseState, CounterUseStep], CounterUseState] = {
    (CounterUseState.OPEN, CounterUseStep.END): CounterUseState.ENDED,
    (CounterUseState.OPEN, CounterUseStep.TAKE_BACK): CounterUseState.TAKEN_BACK,
    (CounterUseState.ENDED, CounterUseStep.TAKE_BACK): CounterUseState.TAKEN_BACK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterUse:
    """A company's use of a machine between two readings of one of its counters.

    Each count is a piece of the tariff's `good`. `counter` names one of several. A counter that was
    replaced begins the next `series`. `entry_id` charged it.
    """

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    company_id: CompanyId
    booking_id: BookingId | None
    counter: str
    series: int = 0
    good: str
    started_at: datetime
    start_reading: int
    ended_at: datetime | None = None
    end_reading: int | None = None
    state: CounterUseState = CounterUseState.OPEN
    entry_id: EntryId | None = None
    reason: str = ""
    recorded_by: PersonId
    recorded_at: datetime

    @property
    def counted(self) -> int | None:
        """Return how much the counter counted; None as long as the use is open."""
        return None if self.end_reading is None else self.end_reading - self.start_reading

    @property
    def note(self) -> str:
        """Return the two readings, as the entry that charges them bears them."""
        readings = f"{self.start_reading:,} → {self.end_reading or 0:,}"
        return f"{self.counter} {readings}" if self.counter else readings

    def after(self, step: CounterUseStep) -> CounterUseState:
        """Return the state after a step; raise Conflict where the state has no such step."""
        found = TRANSITIONS.get((self.state, step))
        if found is None:
            raise Conflict(
                "This use has its end, or was taken back already", state=self.state.value
            )
        return found

    def ended(self, at: datetime, reading: int) -> CounterUse:
        """Return the use with its end; raise Invalid where that lies before its start."""
        state = self.after(CounterUseStep.END)
        if at < self.started_at:
            raise Invalid("A use ends after it starts", field="at")
        if reading < self.start_reading:
            raise Invalid(
                f"The counter stood at {self.start_reading:,} at the start; a counter that was "
                "replaced meanwhile makes two uses",
                field="reading",
            )
        return replace(self, state=state, ended_at=at, end_reading=reading)


def placed(use: CounterUse, others: Sequence[CounterUse], *, is_replaced: bool) -> CounterUse:
    """Return the use with its series among the `others` of its counter that stand.

    Readings rise with the time within a series. Conflict says which do not.
    """
    order = (use.started_at, use.start_reading)
    earlier = [o for o in others if (o.started_at, o.start_reading) <= order]
    before = max(earlier, key=_order, default=None)
    after = min((o for o in others if o not in earlier), key=_order, default=None)
    series = _series(before, after, is_replaced=is_replaced)
    if before is not None:
        if before.end_reading is None:
            raise Conflict(
                "The use before is open; enter its end first", start=before.start_reading
            )
        if is_replaced and not _is_over(before, use.started_at):
            raise Conflict(
                "A use begins within the use before; a counter is replaced after its end",
                field="start",
                end=before.end_reading,
            )
        if before.series == series and use.start_reading < before.end_reading:
            raise Conflict(
                f"The counter stood at {before.end_reading:,} at the end of the use before; it "
                "begins lower only where it was replaced",
                field="reading",
                end=before.end_reading,
            )
    if after is not None:
        end = use.end_reading
        is_same = after.series == series
        if end is None or after.series < series or (is_same and after.start_reading < end):
            raise Conflict(
                f"A later use of the counter begins at {after.start_reading:,}; give an end up to "
                "that, or take the later use back first",
                field="end",
                start=after.start_reading,
            )
    return replace(use, series=series)


def _series(before: CounterUse | None, after: CounterUse | None, *, is_replaced: bool) -> int:
    if before is not None:
        return before.series + is_replaced
    return after.series if after is not None else 0


def _is_over(use: CounterUse, at: datetime) -> bool:
    """Return whether a use had begun before an instant and ended by it."""
    return use.ended_at is not None and use.started_at < at and use.ended_at <= at


def _order(use: CounterUse) -> tuple[datetime, int]:
    return use.started_at, use.start_reading
