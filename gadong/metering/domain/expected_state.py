"""The state that a meter's machine is about to be in, while its last readings are unconfirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.core.domain.machine_state import State
from gadong.dialects.domain import power_states
from gadong.dialects.domain.power_draw import draws
from gadong.dialects.domain.power_states import Patience, PowerThresholds, Sample
from gadong.dialects.domain.signal import Signal
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.state_change import all_changes, stretches, without_blips


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedState:
    """A state, the instant from which it holds if the draw stays, and the present draw in watts.

    `needs_reading`: the meter's readings are samples, so that the state comes with its first
    reading from that instant on.
    """

    state: State
    due: datetime
    watts: float
    needs_reading: bool


def expected_state(
    version: Metering, signals: Sequence[Signal], *, now: datetime
) -> ExpectedState | None:
    """Return the state that a meter's machine is about to be in; None where nothing is in doubt."""
    if version.thresholds is None:
        return None
    said = sorted(signals, key=lambda signal: signal.order)
    changes, _ = without_blips(all_changes(said, ()))
    last = stretches(changes, now=now)[-1]
    samples = [draw.sample for draw in draws(last.signals, version.thresholds, last.phases)]
    if not samples or last.until != now:
        return None
    patience = replace(version.patience, until=now)
    found = _pending(samples, version.thresholds, patience)
    if found is None:
        return None
    return ExpectedState(
        state=found[0], due=found[1], watts=samples[-1].watts, needs_reading=not patience.holds
    )


def _pending(
    samples: Sequence[Sample], limits: PowerThresholds, patience: Patience
) -> tuple[State, datetime] | None:
    is_on = samples[-1].watts >= limits.off_below
    running = power_states.pending_running(samples, limits, patience=patience)
    if running is not None:
        rest = State.IDLE if is_on else State.OFF
        return State.RUNNING if running.value else rest, running.due
    powered = power_states.pending_powered(samples, limits, patience=patience)
    return (State.OFF, powered.due) if powered is not None and not powered.value else None
