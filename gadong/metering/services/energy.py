"""A machine's energy by period, from the first of its meters with data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain import clock
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services.archive import reading
from gadong.machines.store import broker_sessions, machines
from gadong.metering.domain.energy import (
    HOLDS,
    LONGEST_STEP,
    EnergyStep,
    Measured,
    by_step,
    counted,
    first_of,
    integrated,
    total,
)
from gadong.metering.domain.meter_hold import hold_ends
from gadong.metering.services.source_settings import need_a_month
from gadong.metering.store import counters, interruptions
from gadong.people.store import people


class EnergyResolution(StrEnum):
    """The length of the periods over which energy is summed; days and months are the centre's."""

    QUARTER = "15m"
    HOUR = "hour"
    DAY = "day"


LENGTHS = {
    EnergyResolution.QUARTER: timedelta(minutes=15),
    EnergyResolution.HOUR: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineEnergy:
    """A machine's energy over a period, by step and in total.

    The total includes energy drawn at an unknown instant in the period.
    """

    measured: Measured
    steps: Sequence[EnergyStep]
    watt_hours: float | None


def of_machine(
    pool: Pool, who: Caller, machine: Machine, period: Period, step: EnergyResolution
) -> MachineEnergy:
    """Return a machine's energy over at most 31 days; for callers who see the centre's floor."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        need_a_month(tx, machine, period, "Energy is summed over at most 31 days")
        reading.need_signals(tx, machine.centre_id, period, of=machine.id)
        centre = people.centre(tx, machine.centre_id)
        if centre is None:
            raise NotFound
        found = measured(tx, machine, period)
    steps = by_step(found, _steps(period, step, centre.zone))
    is_known = any(flow.part(period)[1] for flow in found.flows)
    return MachineEnergy(
        measured=found, steps=steps, watt_hours=total(found, period) if is_known else None
    )


def measured(tx: Tx, machine: Machine, period: Period) -> Measured:
    """Return a period's energy by the meters in order: counters before power,
    then by precedence.
    """
    around = period.widened(before=LONGEST_STEP, after=LONGEST_STEP)
    said = counters.readings(tx, machine.id, around, [Channel.ENERGY_WH, Channel.POWER_WATTS])
    sources = machines.sources(tx, machine_id=machine.id, with_retired=True)
    interrupted = interruptions.of_machine(tx, machine.id, around)
    outages = broker_sessions.outages(
        tx, machine.centre_id, since=around.start, recorded_before=END_OF_TIME
    )
    meters: list[Measured] = []
    for channel in (Channel.ENERGY_WH, Channel.POWER_WATTS):
        for source in sorted(sources, key=lambda s: (s.metering.precedence, s.id)):
            own = {
                part: found
                for (of, on, part), found in said.items()
                if (of, on) == (source.id, channel)
            }
            if channel is Channel.ENERGY_WH:
                meters.append(counted(source.id, list(own.values())))
                continue
            holds = source.metering.stale or HOLDS
            ends = hold_ends(source.id, interrupted, outages)
            over = [[end for end in ends if end.part in {None, part}] for part in own]
            meters.append(integrated(source.id, list(own.values()), holds=holds, ends=over))
    return first_of(meters, period)


def _steps(period: Period, step: EnergyResolution, zone: ZoneInfo) -> list[Period]:
    """Split a period into steps; the first and the last may be shorter."""
    edges: list[datetime] = [period.start]
    while edges[-1] < period.end:
        if step is EnergyResolution.DAY:
            following = clock.midnight(clock.day_of(edges[-1], zone) + timedelta(days=1), zone)
        else:
            length = LENGTHS[step]
            since = int(edges[-1].timestamp()) // int(length.total_seconds()) + 1
            following = datetime.fromtimestamp(since * length.total_seconds(), tz=edges[-1].tzinfo)
        edges.append(min(following, period.end))
    return [Period(a, b) for a, b in pairwise(edges)]
