"""The midst of a run that lasts, from which the runs are derived anew.

A machine that rests over a weekend says so thousands of times. Whoever reads all of it at each word
takes more memory and time with each hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.ids import MachineId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds, whole_second, within
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import bridges
from gadong.metering.domain.run import Run
from gadong.metering.domain.state_change import LINK_GRACE
from gadong.metering.services.run_reading import RunReading
from gadong.metering.services.signal_history import look_back
from gadong.metering.store import runs

# A shorter part of a run is read as a whole.
LASTING = timedelta(hours=1)
# Words about these states that come again change nothing before them.
LASTING_STATES = frozenset({State.IDLE, State.OFF, State.RUNNING})
# A counter is compared with the runs from rest to rest, which the midst of a run would cut.
COUNTING = frozenset({Channel.RUN_SECONDS})
# A job is named by words of any time in it.
NAMING = frozenset({Channel.JOB, Channel.JOB_RESULT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Midst:
    """An instant in the midst of a stored run, and what may change from `affected` on."""

    at: datetime
    affected: datetime
    run: Run

    def joined(
        self, tx: Tx, machine_id: MachineId, metering: Sequence[Metering], found: RunReading
    ) -> list[Run] | None:
        """Return the runs that were read from the midst on, with the stored beginning of the first.

        None where they do not fit to it, or where only the whole run shows what they mean.
        """
        first = found.runs[0] if found.runs else None
        if first is None or first.state is not self.run.state or first.doubt or found.late:
            return None
        if not self._says_all(found.signals):
            return None
        end = first.end or END_OF_TIME
        bridged = within(bridges(metering, found.signals, found.outages), Period(self.at, end))
        if self.run.bridged_seconds:
            if any(s.channel is Channel.ACTIVITY for s in found.signals):
                return None  # its words may be a blip as well
            links = runs.signals(
                tx,
                machine_id,
                since=self.run.start - LINK_GRACE,
                until=self.at + LINK_GRACE,
                recorded_before=END_OF_TIME,
                channels=[Channel.LINK],
            )
            before = Period(self.run.start, self.at)
            bridged += within(bridges(metering, links, ()), before)
        whole = replace(self.run, end=first.end, bridged_seconds=total_seconds(bridged))
        return [whole, *found.runs[1:]]

    def _says_all(self, signals: Sequence[Signal]) -> bool:
        """Return whether the signals around the midst say all that those of the whole run would."""
        said = {signal.channel for signal in signals}
        if said & COUNTING or (self.run.state is State.RUNNING and said & NAMING):
            return False
        metered = {s.source_id for s in signals if s.channel is Channel.ENERGY_WH}
        # The proof of an energy counter reaches back to the meter's reading before it.
        return metered <= {
            s.source_id
            for s in signals
            if s.channel is Channel.POWER_WATTS
            and s.number is not None
            and self.at <= s.event_time < self.affected
        }


def midst(
    tx: Tx, machine_id: MachineId, metering: Sequence[Metering], affected: datetime
) -> Midst | None:
    """Return the latest instant before which nothing changes; None if all since is short.

    It lies in the run that contains the `affected` instant or in the one before. Both edges of that
    run are so far away that no word around the midst moves them.
    """
    reach = 2 * look_back(metering)
    for run in runs.latest_at(tx, machine_id, affected):
        at = whole_second(min(affected, run.end or affected) - reach)
        if at - run.start < max(reach, LASTING):
            continue
        is_plain = run.state in LASTING_STATES and run.grade is Grade.SIGNAL and not run.doubt
        return Midst(at=at, affected=affected, run=run) if is_plain else None
    return None
