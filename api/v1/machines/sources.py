"""Devices: bound, not bound yet, and what they said that nobody understood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Keys, Who
from api.v1 import paging
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.machines import devices_schemas as schemas
from api.v1.machines.machines_schemas import SourceIn, SourceOut, ThresholdsIn
from api.v1.schemas import From, To, period_of
from gadong.core.domain.ids import SourceId
from gadong.core.domain.problem import Problem
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.interlock.services import unbinding
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.shared_device import channels_of
from gadong.machines.services import ingestion, machines
from gadong.metering.domain.calibration import ThresholdProposal
from gadong.metering.services import source_settings
from gadong.texts.refusals import sentences

router = APIRouter(tags=["devices"])

# A new source is heard within a second (ingest); whoever waits longer has an ingest that is down,
# and is told.
HEARD_WITHIN = 3.0


@router.get("/machines/{machine}/sources")
def list_sources(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> paging.Page[SourceOut]:
    """List the sources of a machine; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    noise = machines.noise(pool, who, machine)
    return paging.whole(
        [
            bound(s, is_heard=ingestion.is_heard(pool, who, s), noise=noise.get(s.id))
            for s in machines.sources(pool, who, machine)
        ]
    )


@router.post("/machines/{machine}/sources", status_code=201)
def bind_source(
    machine_ref: MachineInPath,
    body: SourceIn,
    who: Who,
    pool: Connections,
    keys: Keys,
    centre: InCentre = None,
) -> SourceOut:
    """Bind a device; for managers.

    Answers when ingest listens to it, or after 3 s with `is_heard` false.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    source = machines.bind(
        pool,
        who,
        machine,
        dialect=body.dialect,
        base=body.base,
        precedence=body.precedence,
        proves_running=body.proves_running,
        heartbeat=timedelta(seconds=body.heartbeat_seconds) if body.heartbeat_seconds else None,
        thresholds=body.thresholds.to_domain() if body.thresholds else None,
        options=body.options,
        keys=keys,
    )
    heard = ingestion.wait_until_heard(pool, who, source, within=HEARD_WITHIN, pause=sleep)
    return bound(source, is_heard=heard)


@router.delete("/machines/{machine}/sources/{source_id}", status_code=204)
def unbind_source(
    machine_ref: MachineInPath,
    source_id: UUID,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> None:
    """End a binding; what the device said stays. For managers."""
    unbinding.unbind(pool, who, find_machine(pool, who, machine_ref, centre), SourceId(source_id))


@router.put("/machines/{machine}/sources/{source_id}")
def change_source(
    machine_ref: MachineInPath,
    source_id: UUID,
    body: schemas.SourceChangeIn,
    who: Who,
    pool: Connections,
    keys: Keys,
    centre: InCentre = None,
) -> SourceOut:
    """Read a device otherwise from an instant on; what went before keeps its own reading.

    For managers.
    """
    source = source_settings.change(
        pool,
        who,
        find_machine(pool, who, machine_ref, centre),
        SourceId(source_id),
        effective_from=body.effective_from or datetime.now(UTC),
        now=datetime.now(UTC),
        thresholds=body.thresholds.to_domain() if body.thresholds else None,
        heartbeat=timedelta(seconds=body.heartbeat_seconds) if body.heartbeat_seconds else None,
        options=body.options,
        keys=keys,
    )
    return bound(source, is_heard=ingestion.is_heard(pool, who, source))


@router.post("/machines/{machine}/sources/{source_id}/calibration")
def calibrate_source(
    machine_ref: MachineInPath,
    source_id: UUID,
    body: schemas.CalibrationIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> schemas.CalibrationOut:
    """Propose a meter's thresholds from a stretch of its past, and what the runs would have been.

    Saves nothing.
    """
    found = source_settings.calibrate(
        pool,
        who,
        find_machine(pool, who, machine_ref, centre),
        SourceId(source_id),
        period_of(body.start, body.end),
        thresholds=body.thresholds.to_domain() if body.thresholds else None,
    )
    return schemas.CalibrationOut(
        thresholds=_thresholds(found.thresholds),
        idle_watts=found.proposal.idle_watts if found.proposal else None,
        running_watts=found.proposal.running_watts if found.proposal else None,
        histogram=_bins(found.proposal),
        runs=[
            schemas.PreviewedRunOut(start=r.start, end=r.end or body.end, state=r.state)
            for r in found.runs
        ],
    )


@router.get("/machines/{machine}/axes")
def list_last_words(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> paging.Page[schemas.LastWordOut]:
    """Return each source's last word on link, power, activity and alarm, and its instant.

    For managers.
    """
    now = datetime.now(UTC)
    return paging.whole(
        [
            schemas.LastWordOut(
                source=s.source_id,
                channel=s.channel,
                part=s.part,
                value=s.text if s.text is not None else s.number,
                event_time=s.event_time,
                age_seconds=int((now - s.event_time).total_seconds()),
                time_rule=s.time_rule,
                uncertain_seconds=s.uncertain.total_seconds(),
            )
            for s in source_settings.last_words(
                pool, who, find_machine(pool, who, machine_ref, centre), now=now
            )
        ]
    )


@router.get("/machines/{machine}/counters")
def list_counters(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    centre: InCentre = None,
) -> paging.Page[schemas.CountedOut]:
    """Energy, hours, parts and filament counted in a period of at most 31 days; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    return paging.whole(
        [
            schemas.CountedOut(
                source=c.source_id,
                channel=c.channel,
                part=c.part,
                amount=c.consumption.amount,
                resets=c.consumption.resets,
                doubtful=c.consumption.doubtful,
            )
            for c in source_settings.consumed(pool, who, machine, period_of(start, end))
        ]
    )


@router.get("/machines/{machine}/series")
def draw_series(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    points: Annotated[int, Query(ge=2, le=100_000)] = 100_000,
    centre: InCentre = None,
) -> schemas.DrawingOut:
    """Return a machine's series and states over at most 31 days,
    in about so many points at most.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    found = source_settings.drawn(pool, who, machine, period_of(start, end), most=points)
    return schemas.DrawingOut(
        series=[
            schemas.SeriesOut(
                source=s.source_id,
                channel=s.channel,
                part=s.part,
                at=[at.timestamp() for at in s.at],
                least=s.least,
                most=s.most,
            )
            for s in found.series
        ],
        is_reduced=found.is_reduced,
        states=[
            schemas.PreviewedRunOut(start=r.start, end=r.end or end, state=r.state)
            for r in found.states
        ],
        missing=_missing(found.missing, machine) if found.missing else None,
    )


def bound(source: Source, *, is_heard: bool, noise: Mapping[str, int] | None = None) -> SourceOut:
    """Return a binding on the wire."""
    return SourceOut(
        id=source.id,
        dialect=source.dialect,
        base=source.base,
        topics=list(source.filters),
        channels=sorted(channels_of(source)),
        precedence=source.metering.precedence,
        is_heard=is_heard,
        noise=dict(noise or {}),
    )


def _missing(problem: Problem, machine: Machine) -> schemas.MissingSignalsOut:
    ko, en = sentences(problem)
    statements = f"/api/v1/statements?centre={machine.centre_id}"
    month = f"&month={problem.actual}" if problem.code == "signals.archived" else ""
    return schemas.MissingSignalsOut(
        code=problem.code,
        actual=str(problem.actual),
        ko=ko,
        en=en,
        drill_down=statements + month,
    )


def _thresholds(found: PowerThresholds) -> ThresholdsIn:
    return ThresholdsIn(
        run_above=found.run_above,
        idle_below=found.idle_below,
        run_after_seconds=int(found.run_after.total_seconds()),
        idle_after_seconds=int(found.idle_after.total_seconds()),
        off_below=found.off_below,
    )


def _bins(proposal: ThresholdProposal | None) -> list[schemas.BinOut]:
    return [
        schemas.BinOut.model_validate(b, from_attributes=True)
        for b in (proposal.histogram if proposal else ())
    ]
