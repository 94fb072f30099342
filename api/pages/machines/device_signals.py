"""Charts of a machine's signals, and trials of a meter's thresholds on its own past."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.form_times import instant
from api.pages.frame.labels.signal_labels import CHANNELS
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import STATES, Words
from api.v1.schemas import period_of
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import SourceId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid, NotFound
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import machines
from gadong.metering.domain.run import Run
from gadong.metering.services import source_settings
from gadong.metering.services.source_settings import Calibration
from gadong.texts.refusals import sentence

router = APIRouter(include_in_schema=False)

SPANS = (1, 6, 24, 168, 744)
# A table for who does not see the drawing: a row an hour of a day.
STEPS = 24
# Beyond this a list of runs is not read.
MOST_RUNS = 200
Start = Annotated[str, Query(max_length=40)]
HoursShown = Annotated[int, Query(ge=1, le=744)]
Watts = Annotated[float, Field(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSpan:
    """The span that is looked at, and those beside it."""

    period: Period
    hours: int

    def beside(self, steps: int) -> datetime:
        """Return the start of the span so many steps away."""
        return self.period.start + steps * self.period.length


class ThresholdForm(BaseModel):
    """A meter's thresholds as the form holds them, in watts and seconds."""

    run_above: Watts
    idle_below: Watts
    off_below: Watts = 3.0
    run_after: Annotated[int, Field(ge=0, le=3600)] = 20
    idle_after: Annotated[int, Field(ge=0, le=3600)] = 120

    def thresholds(self) -> PowerThresholds:
        """Return the form's thresholds; Invalid unless off < idle < running."""
        try:
            return PowerThresholds(
                run_above=self.run_above,
                idle_below=self.idle_below,
                off_below=self.off_below,
                run_after=timedelta(seconds=self.run_after),
                idle_after=timedelta(seconds=self.idle_after),
            )
        except ValueError as trouble:
            raise Invalid(
                "Off lies below idle, and idle below running: look at the watts again",
                field="run_above",
            ) from trouble

    @classmethod
    def of(cls, found: PowerThresholds) -> ThresholdForm:
        """Thresholds as the form shows them."""
        return cls(
            run_above=found.run_above,
            idle_below=found.idle_below,
            off_below=found.off_below,
            run_after=int(found.run_after.total_seconds()),
            idle_after=int(found.idle_after.total_seconds()),
        )


@router.get("/machines/{slug}/signals")
def drawn(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    start: Start = "",
    hours: HoursShown = 24,
) -> HTMLResponse:
    """Show a machine's numbers and states over a span."""
    machine = _machine(looking, pool, slug)
    asked = _asked(looking, start, hours)
    said = source_settings.drawn(pool, looking.who, machine, asked.period, most=2 * STEPS)
    return page(
        request,
        looking,
        "machines/signals.html",
        machine=machine,
        asked=asked,
        spans=SPANS,
        tables=[
            (CHANNELS[s.channel], s.part, list(zip(s.at, s.least, s.most, strict=True)))
            for s in said.series
        ],
        states=_told(said.states, asked.period)[:MOST_RUNS],
        doubts=[run.doubt for run in said.states if run.doubt][:MOST_RUNS],
        names=_names(looking.words),
        missing=sentence(said.missing, looking.words.language) if said.missing else "",
    )


@router.get("/machines/{slug}/sources/{source_id}/power")
def power(
    request: Request,
    slug: str,
    source_id: UUID,
    looking: Looking,
    pool: Connections,
    start: Start = "",
    hours: HoursShown = 24,
) -> HTMLResponse:
    """Show a meter's past, proposed or tried thresholds, and the runs that they would give."""
    return _power(
        request,
        looking,
        pool,
        _meter(looking, pool, slug, source_id),
        _asked(looking, start, hours),
        tried=_tried(request),
    )


@router.post("/machines/{slug}/sources/{source_id}/power")
def set_power(
    request: Request,
    slug: str,
    source_id: UUID,
    looking: Looking,
    pool: Connections,
    limits: Annotated[ThresholdForm, Form()],
) -> Response:
    """Read the meter by these thresholds from now on, or from the instant that is named in the
    address.
    """
    meter, now = _meter(looking, pool, slug, source_id), datetime.now(UTC)
    try:
        source_settings.change(
            pool,
            looking.who,
            meter[0],
            meter[1].id,
            effective_from=now,
            now=now,
            thresholds=limits.thresholds(),
        )
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _power(request, looking, pool, meter, _asked(looking, "", 24), tried=limits, why=why)
    return go(
        f"/machines/{slug}/sources/{source_id}/power",
        said=looking.words.say(
            "Kept. The meter is read so from now on; what went before stays as it was read."
        ),
    )


def _power(
    request: Request,
    looking: Look,
    pool: Pool,
    meter: tuple[Machine, Source],
    asked: SignalSpan,
    *,
    tried: ThresholdForm | None,
    why: Sequence[str] = (),
) -> HTMLResponse:
    machine, source = meter
    found: Calibration | None = None
    trouble = list(why)
    try:
        thresholds = tried.thresholds() if tried else None
        found = source_settings.calibrate(
            pool, looking.who, machine, source.id, asked.period, thresholds=thresholds
        )
    except GadongError as refused:
        trouble = trouble or reasons(refused, looking.words)
    present = source.metering.thresholds
    shown = tried or (
        ThresholdForm.of(found.thresholds)
        if found
        else ThresholdForm.of(present)
        if present
        else None
    )
    runs = _told(found.runs, asked.period) if found else []
    sums: dict[State, int] = {}
    for state, part in runs:
        sums[state] = sums.get(state, 0) + part.seconds
    return page(
        request,
        looking,
        "machines/power.html",
        status=409 if why else 200,
        machine=machine,
        source=source,
        asked=asked,
        spans=SPANS,
        reasons=trouble,
        shown=shown,
        present=present,
        proposal=found.proposal if found else None,
        runs=runs[:MOST_RUNS],
        sums=sums,
        names=_names(looking.words),
    )


def _tried(request: Request) -> ThresholdForm | None:
    """Return the thresholds in the address, where the form sent some there."""
    given = {k: v for k, v in request.query_params.items() if k in ThresholdForm.model_fields}
    if not given:
        return None
    try:
        return ThresholdForm.model_validate(given)
    except ValueError as trouble:
        raise Invalid("Thresholds are watts and whole seconds", field="run_above") from trouble


def _machine(looking: Look, pool: Pool, slug: str) -> Machine:
    return machines.find(pool, looking.who, slug, centre=looking.need(Right.FLOOR_SEE).id)


def _meter(looking: Look, pool: Pool, slug: str, source_id: UUID) -> tuple[Machine, Source]:
    machine = _machine(looking, pool, slug)
    for source in machines.sources(pool, looking.who, machine):
        if source.id == SourceId(source_id):
            return machine, source
    raise NotFound("This machine has no such source")


def _asked(looking: Look, start: str, hours: int) -> SignalSpan:
    length = timedelta(hours=hours)
    since = (
        instant(looking, start)
        if start
        else datetime.now(UTC).replace(second=0, microsecond=0) - length
    )
    return SignalSpan(period=period_of(since, since + length), hours=hours)


def _told(runs: Sequence[Run], bounds: Period) -> list[tuple[State, Period]]:
    return [(run.state, part) for run in runs if (part := run.clipped(bounds))]


def _names(words: Words) -> str:
    """Return the script's names of channels and states, in the reader's language."""
    states: Mapping[str, str] = {
        state.value: words.say(name) for state, (_, name) in STATES.items()
    }
    channels = {channel.value: words.say(name) for channel, name in CHANNELS.items()}
    told = {
        "states": states,
        "channels": channels,
        "time": words.say("Time"),
        "state": words.say("State"),
    }
    return json.dumps(told, ensure_ascii=False)
