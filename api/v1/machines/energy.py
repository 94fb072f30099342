"""A machine's signals for those who run it: time series and energy, as JSON and as tables."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.machines import energy_schemas as schemas
from api.v1.schemas import From, To, period_of
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.clock import write_instant
from gadong.core.domain.problem import Refused
from gadong.metering.domain.energy import EnergyBasis, EnergyStep
from gadong.metering.services import energy, source_settings
from gadong.metering.services.energy import EnergyResolution

router = APIRouter(tags=["devices"])

Points = Annotated[
    int,
    Query(
        ge=2, le=100_000, description="About as many points are answered for each channel at most."
    ),
]


@router.get("/machines/{machine}/energy")
def machine_energy(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    step: EnergyResolution = EnergyResolution.HOUR,
    centre: InCentre = None,
) -> schemas.EnergyOut:
    """Return a machine's energy over at most 31 days in steps; for its centre's staff.

    Counters go before readings of power. What nobody measured is a gap (`watt_hours` null), never
    nothing.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    found = energy.of_machine(pool, who, machine, period_of(start, end), step)
    return schemas.EnergyOut(
        machine=machine.id,
        machine_slug=machine.slug,
        start=start,
        end=end,
        step=step,
        basis=found.measured.basis,
        source=found.measured.source_id,
        watt_hours=found.watt_hours,
        resets=found.measured.resets,
        doubtful=found.measured.doubtful,
        steps=[
            schemas.EnergyStepOut(
                start=s.period.start,
                end=s.period.end,
                watt_hours=s.watt_hours,
                covered_seconds=s.covered_seconds,
            )
            for s in found.steps
        ],
    )


@router.get("/machines/{machine}/energy.csv", response_class=Response)
def machine_energy_table(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    step: EnergyResolution = EnergyResolution.HOUR,
    centre: InCentre = None,
) -> Response:
    """Return the same as a table in kWh (CSV with a byte order mark); a gap is an empty cell."""
    machine = find_machine(pool, who, machine_ref, centre)
    found = energy.of_machine(pool, who, machine, period_of(start, end), step)
    rows: list[list[object]] = [
        ["start", "end", "kwh", "covered_seconds", "basis"],
        *(_row(s, found.measured.basis) for s in found.steps),
    ]
    return as_file(table(rows), f"{machine.slug}-energy.csv", CSV)


@router.get("/machines/{machine}/series.csv", response_class=Response)
def series_table(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    points: Points = 10_000,
    centre: InCentre = None,
) -> Response:
    """Return a machine's series over at most 31 days as a table: minimum and maximum of each
    step.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    found = source_settings.drawn(pool, who, machine, period_of(start, end), most=points)
    if found.missing:
        # A table has no place to say it.
        raise Refused([found.missing])
    rows: list[list[object]] = [["at", "source", "channel", "part", "least", "most"]]
    rows += [
        [_written(at), str(s.source_id), s.channel.value, s.part, least, most]
        for s in found.series
        for at, least, most in zip(s.at, s.least, s.most, strict=True)
    ]
    return as_file(table(rows), f"{machine.slug}-series.csv", CSV)


def _row(step: EnergyStep, basis: EnergyBasis) -> list[object]:
    kwh = "" if step.watt_hours is None else round(step.watt_hours / 1000, 6)
    return [
        _written(step.period.start),
        _written(step.period.end),
        kwh,
        step.covered_seconds,
        (basis if step.basis is EnergyBasis.NONE else step.basis).value,
    ]


def _written(at: datetime) -> str:
    return write_instant(at)
