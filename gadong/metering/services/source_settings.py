"""Settings of bound devices from an instant on, and calibration of a plug's thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import SourceId
from gadong.core.domain.period import Period, whole_second
from gadong.core.domain.problem import Invalid, NotFound, Problem
from gadong.core.services.sealing import Keyring
from gadong.dialects.domain import power_draw
from gadong.dialects.domain.counter import Consumption, consumption
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.source_reading import Metering
from gadong.machines.services import device_secrets
from gadong.machines.services.archive import reading
from gadong.machines.services.device_secrets import NO_KEYS, apart
from gadong.machines.services.machines import BEGINNING
from gadong.machines.store import machines
from gadong.metering.domain import calibration
from gadong.metering.domain.calibration import ThresholdProposal
from gadong.metering.domain.energy import GOES_ON
from gadong.metering.domain.filament_use import MOST_MM_PER_SECOND
from gadong.metering.domain.fold import fold
from gadong.metering.domain.meter_hold import hold_ends
from gadong.metering.domain.run import Run
from gadong.metering.store import chart_series as series
from gadong.metering.store import counters, runs
from gadong.metering.store.chart_series import Series
from gadong.people.store import people

# A month of ten-second readings is 270,000: enough of a machine's life, and a second's work.
LONGEST_DAYS = 31
# Nobody plans a meter's thresholds for longer; a wrong year is a mistake to be told of.
FARTHEST_AHEAD = timedelta(days=366)


# A day of readings a second is 86,400. More points than a screen has columns show nothing more, and
# this many stay fluid.
MOST_POINTS = 100_000
#: Channels that are drawn as lines.
DRAWN = (
    Channel.POWER_WATTS,
    Channel.TEMPERATURE,
    Channel.MEASUREMENT,
    Channel.PROGRESS,
    Channel.ENERGY_WH,
    Channel.RUN_SECONDS,
    Channel.PARTS,
)
#: Maximum rates of a small centre's machines: beyond them a counter is wrong rather than reset.
MOST_PER_SECOND = {
    Channel.ENERGY_WH: 100_000 / 3600,  # 100 kW
    Channel.RUN_SECONDS: 1.0,
    Channel.PARTS: 10.0,
    Channel.FILAMENT_MM: MOST_MM_PER_SECOND,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterTotal:
    """The count of one counter of one source."""

    source_id: SourceId
    channel: Channel
    part: str
    consumption: Consumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The effect of thresholds on a period. `proposal` is None if the thresholds were given."""

    thresholds: PowerThresholds
    proposal: ThresholdProposal | None
    runs: list[Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A machine's numeric signals and states.

    `is_reduced`: each step has only its minimum and maximum. `missing` says where signals of the
    time are that left the database.
    """

    series: list[Series]
    is_reduced: bool
    states: list[Run]
    missing: Problem | None = None


def change(
    pool: Pool,
    who: Caller,
    machine: Machine,
    source_id: SourceId,
    *,
    effective_from: datetime,
    now: datetime,
    thresholds: PowerThresholds | None = None,
    heartbeat: timedelta | None = None,
    options: Mapping[str, Any] | None = None,
    keys: Keyring = NO_KEYS,
) -> Source:
    """Change a source's settings from an instant on; the rest and the past stay."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    if not BEGINNING <= effective_from <= now + FARTHEST_AHEAD:
        raise Invalid(
            "A source is read otherwise from some time between the year 2000 and a year "
            "from now on",
            field="effective_from",
        )
    with transaction(pool, permit) as tx:
        source = _owned(tx, machine, source_id)
        dialect = DIALECTS[source.dialect]
        shown, hidden = apart(dialect, options or {})
        if options is not None:
            try:
                dialect.check(device_secrets.with_kept(tx, source.id, options))
                topics = (
                    dialect.prefixes(source.base, options),
                    dialect.shared(source.base, options),
                )
            except ValueError as trouble:
                raise Invalid(str(trouble), field="options") from trouble
            if topics != (source.prefixes, source.shared):
                raise Invalid(
                    "These options change the topics; unbind the device and bind it anew",
                    field="options",
                )
        changed = replace(
            source,
            options=source.options if options is None else shown,
            metering=replace(
                source.metering,
                thresholds=thresholds or source.metering.thresholds,
                heartbeat=heartbeat or source.metering.heartbeat,
            ),
        )
        if options is not None:
            machines.change_channels(tx, changed)
        machines.insert_source_settings(tx, changed, effective_from=effective_from)
        device_secrets.keep(tx, changed, hidden, keys)
        machines.mark(tx, changed, effective_from)
    return changed


def calibrate(
    pool: Pool,
    who: Caller,
    machine: Machine,
    source_id: SourceId,
    period: Period,
    *,
    thresholds: PowerThresholds | None = None,
) -> Calibration:
    """Propose thresholds from a period of a meter's readings, or try given ones; save nothing."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        need_a_month(tx, machine, period, "A stretch for calibration is at most 31 days")
        reading.need_signals(tx, machine.centre_id, period, of=machine.id)
        source = _owned(tx, machine, source_id)
        signals = [
            s
            for s in runs.signals(
                tx, machine.id, since=period.start, until=period.end, recorded_before=END_OF_TIME
            )
            if s.source_id == source.id
        ]
    told = [(whole_second(s.event_time), s) for s in sorted(signals, key=lambda s: s.order)]
    samples = power_draw.readings(told)
    if len(samples) < 2:
        raise Invalid("The source reported no power in this stretch", field="start")
    proposal = None if thresholds else calibration.propose(samples, hold_ends(source.id, signals))
    used = thresholds or (proposal.thresholds if proposal else None)
    if used is None:
        raise AssertionError("either thresholds were given or they were proposed")
    metering: Metering = replace(source.metering, thresholds=used, effective_from=None)
    found = [
        replace(r, end=r.end or period.end)
        for r in fold([metering], signals, now=period.end)
        if r.start < period.end
    ]
    return Calibration(thresholds=used, proposal=proposal, runs=found)


def last_words(pool: Pool, who: Caller, machine: Machine, *, now: datetime) -> list[Signal]:
    """Return the last signal of each source, axis and part, on which the present state rests."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        ids = [s.id for s in machines.sources(tx, machine_id=machine.id)]
        seeds = runs.seeds(tx, ids, since=now, recorded_before=END_OF_TIME)
    latest: dict[tuple[SourceId, Channel, str], Signal] = {}
    for signal in sorted(seeds, key=lambda s: s.order):
        latest[signal.source_id, signal.channel, signal.part] = signal
    return sorted(latest.values(), key=lambda s: (str(s.source_id), s.channel, s.part))


def drawn(
    pool: Pool, who: Caller, machine: Machine, period: Period, *, most: int = MOST_POINTS
) -> Drawing:
    """Return a machine's numeric signals in a period, in about `most` points, and its states."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        need_a_month(tx, machine, period, "Signals are drawn over at most 31 days")
        missing = reading.missing_signals(tx, machine.centre_id, period, of=machine.id)
        found, is_reduced = series.drawn(tx, machine.id, period, DRAWN, most=most)
        states = runs.of_machine(tx, machine.id, period)
    return Drawing(series=found, is_reduced=is_reduced, states=states, missing=missing)


def consumed(pool: Pool, who: Caller, machine: Machine, period: Period) -> list[CounterTotal]:
    """Return the counts of a machine's counters in a period, resets included."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        need_a_month(tx, machine, period, "Counters are summed over at most 31 days")
        reading.need_signals(tx, machine.centre_id, period, of=machine.id)
        found = counters.readings(tx, machine.id, period, MOST_PER_SECOND)
    return [
        CounterTotal(
            source_id=source,
            channel=channel,
            part=part,
            consumption=consumption(
                said,
                most_per_second=MOST_PER_SECOND[channel],
                goes_on=GOES_ON if channel is Channel.ENERGY_WH else None,
            ),
        )
        for (source, channel, part), said in sorted(found.items(), key=str)
    ]


def need_a_month(tx: Tx, machine: Machine, period: Period, refusal: str) -> None:
    """Raise Invalid for more than 31 days.

    A month in which a clock is set back is an hour longer.
    """
    centre = people.centre(tx, machine.centre_id)
    if centre is None:
        raise NotFound
    most = timedelta(days=LONGEST_DAYS)
    # A zone's own arithmetic keeps the time of day.
    local = (period.start.astimezone(centre.zone) + most).astimezone(UTC)
    if period.end > max(local, period.start + most):
        raise Invalid(refusal, field="end", limit=LONGEST_DAYS)


def _owned(tx: Tx, machine: Machine, source_id: SourceId) -> Source:
    source = machines.source(tx, source_id)
    if source is None or source.machine_id != machine.id:
        raise NotFound("This machine has no such source")
    return source
