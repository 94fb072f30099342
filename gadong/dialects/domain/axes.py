"""The axes of a source (link, power, activity, set-up, alarms, conditions), and the one state
that they give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gadong.core.domain.machine_state import State

# A fault stops a machine when it appears as the machine stops: controllers rest for months with
# faults that do not concern their work, and need some seconds to say why they stopped
# (docs/reference/signals.md#faults-of-controllers).
FAULT_WITHIN = timedelta(seconds=5)
#: The part of an alarm by which a host says that it was shut down, apart from its job's. No job
#: outlives it: what is said of the job meanwhile is of the one before.
HOST = "host"
#: Of a part that has never spoken; unlike None, which is a word.
UNSAID = object()
#: Of a machine's parts the busiest speaks for the whole: it runs if any path runs.
BUSIEST = (State.RUNNING, State.PAUSED, State.FAULT, State.SETUP, State.IDLE, State.OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The last value of a source on each axis; None before the first value.

    Sources publish pieces with different lifetimes, so a fresh value on one axis says nothing about
    the others. Activity, alarms and conditions are kept by part. `powered` is a meter's value,
    `relay_on` a switch's: a relay that is on does not end a rest that the meter shows. `stopped_at`
    is the machine's last stop, and `stopped_by` names the conditions that appeared with it.
    """

    link_up: bool | None = None
    powered: bool | None = None
    relay_on: bool | None = None
    activities: Mapping[str, State | None] = field(default_factory=dict)
    alarms: frozenset[str] = frozenset()
    conditions: Mapping[str, datetime] = field(default_factory=dict)
    in_setup: bool = False
    stopped_at: datetime | None = None
    stopped_by: frozenset[str] = frozenset()

    @property
    def activity(self) -> State | None:
        """Return the busiest part's activity; an unknown part hides no other's."""
        said = {s for s in self.activities.values() if s is not None}
        return next((s for s in BUSIEST if s in said), State.UNKNOWN if said else None)

    def state(self) -> State:
        """Return the state of the first axis that decides."""
        if self.link_up is False:
            return (
                State.UNKNOWN
            )  # a lost link does not stop a machine, and does not prove that it runs
        if self.powered is False or self.relay_on is False:
            return State.OFF
        if self.alarms or self.stopped_by:
            return State.FAULT
        activity = self.activity or State.UNKNOWN
        return State.SETUP if activity is State.IDLE and self.in_setup else activity

    def forgotten(self) -> Axes:
        """Forget the activity, the alarms and the relay, which may have changed while nothing was
        received.
        """
        return replace(
            self,
            activities={},
            alarms=frozenset(),
            relay_on=None,
            stopped_at=None,
            stopped_by=frozenset(),
        )

    def with_activity(self, part: str, value: State | None, at: datetime) -> Axes:
        """Return the axes with one part's activity; recent faults explain a stop of the whole."""
        if self.activities.get(part, UNSAID) is value:
            return self  # a repetition changes nothing, and most signals repeat
        after = replace(self, activities={**self.activities, part: value})
        if after.activity is State.RUNNING:
            return replace(after, stopped_at=None, stopped_by=frozenset())
        if self.activity is State.RUNNING:
            recent = {name for name, since in self.conditions.items() if at - since <= FAULT_WITHIN}
            return replace(after, stopped_at=at, stopped_by=frozenset(recent))
        return after

    def with_alarm(self, part: str, *, raised: bool) -> Axes:
        """Return the axes with one part's alarm, which always means a fault.

        Where a host is ready again after it was shut down, nothing works or stands paused.
        """
        after = replace(self, alarms=self.alarms | {part} if raised else self.alarms - {part})
        if raised or part != HOST or HOST not in self.alarms:
            return after
        said = self.activities.items()
        over = {State.RUNNING, State.PAUSED}
        return replace(after, activities={n: State.IDLE if s in over else s for n, s in said})

    def with_condition(self, part: str, *, is_fault: bool, at: datetime) -> Axes:
        """Return the axes with one condition; a fault only if it appears as the machine stops."""
        if not is_fault:
            # The end of a whole item (no slash) ends every condition of it.
            over = {
                n
                for n in {*self.conditions, *self.stopped_by}
                if n == part or n.startswith(f"{part}/")
            }
            left = {name: since for name, since in self.conditions.items() if name not in over}
            return replace(self, conditions=left, stopped_by=self.stopped_by - over)
        if part in self.conditions:
            return self
        after = replace(self, conditions={**self.conditions, part: at})
        if self.stopped_at is not None and at - self.stopped_at <= FAULT_WITHIN:
            return replace(after, stopped_by=after.stopped_by | {part})
        return after
