"""Settings by which a source is read, from an instant on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.power_states import Patience, PowerThresholds

# Instants are read to the whole second, so that two of them may seem this much farther apart.
WHOLE_SECONDS = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metering:
    """The reading of one source, from an instant on (None: always) until its next version.

    `proves_running`: its running state overrules the rest of a source before it, such as a plug on
    a printer that prints from its own card. `heartbeat` is the interval of its repetitions; None
    for a source that publishes changes only. A will then tells of its absence, so in silence its
    last word holds. `reports_changes`: a meter that publishes at once on a change of the draw; the
    readings of any other meter with a heartbeat are samples. `repeats_state`: its heartbeat carries
    the state, so another message proves nothing of the state after a silence.
    """

    source_id: SourceId
    precedence: int = 100
    heartbeat: timedelta | None = None
    stale_after: timedelta | None = None
    thresholds: PowerThresholds | None = None
    effective_from: datetime | None = None
    proves_running: bool = False
    reports_changes: bool = False
    repeats_state: bool = False

    @property
    def stale(self) -> timedelta | None:
        """Return the longest silence that leaves a state known: at least three heartbeats and a
        minute.
        """
        if self.heartbeat is None:
            return None
        return self.stale_after or max(3 * self.heartbeat, timedelta(seconds=60))

    @property
    def patience(self) -> Patience:
        """Return the time for which a meter's readings are believed."""
        return Patience(
            stale=self.stale or timedelta.max, holds=self.heartbeat is None or self.reports_changes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound(Metering):
    """The end of a source's binding: from `effective_from` on nothing is known by it.

    A source that publishes changes only says nothing when it is taken away, and its last word
    would hold for ever.
    """


def repeating(metering: Sequence[Metering]) -> dict[SourceId, timedelta | None]:
    """Return the sources whose repetitions change nothing, with the interval that must be kept.

    Of two that are kept the second comes less than twice the step later, and so within what a
    silence may last. None: the source owes no heartbeat. A meter's axes answer each other: what its
    relay says again is no repetition.
    """
    stale: dict[SourceId, list[timedelta]] = {}
    for version in metering:
        stale.setdefault(version.source_id, []).extend([version.stale] if version.stale else [])
    for version in metering:
        if version.thresholds is not None:
            stale.pop(version.source_id, None)
    return {
        source: (min(each) - WHOLE_SECONDS) / 2 if each else None for source, each in stale.items()
    }
