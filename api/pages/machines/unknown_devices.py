"""A device that nobody has bound: what it says, what that would be understood as, and binding it to
a machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, BeforeValidator, Field

from api.identity import Connections, Keys
from api.pages.frame.form_times import instant
from api.pages.frame.labels.signal_labels import named, said, trouble
from api.pages.frame.layout import Look, Looking, go, page, render
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from api.pages.machines.device_signals import ThresholdForm, Watts
from api.pages.machines.reading_chart import draw
from gadong.booking.services import timeline
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import SourceId
from gadong.core.domain.problem import GadongError, Invalid
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Fact
from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.services import machines, shared_devices
from gadong.metering.services import onboarding
from gadong.metering.services.onboarding import MessageReading, Trial, Understanding

router = APIRouter(include_in_schema=False)

# The part of a message that fits a row; the API has all of it.
SHOWN_CHARACTERS = 200
#: Names of the thresholds on the drawing.
LIMITS = {"run_above": "running", "idle_below": "idle", "off_below": "off"}
TypedWatts = Annotated[Watts | None, BeforeValidator(lambda text: text or None)]


class Binding(BaseModel):
    """Binding of a device as the form gives it.

    Watts are for meters; a recipe fills in the options.
    """

    dialect: Annotated[str, Field(max_length=40)]
    base: Annotated[str, Field(max_length=200)]
    machine: Annotated[str, Field(max_length=60)] = ""
    options: Annotated[str, Field(max_length=4000)] = ""
    recipe: Annotated[str, Field(max_length=40)] = ""
    run_above: TypedWatts = None
    idle_below: TypedWatts = None
    off_below: TypedWatts = None
    counts_from: Annotated[str, Field(max_length=30)] = ""
    #: The thresholds are those that are proposed from what was heard.
    proposed: bool = False

    @classmethod
    def of(cls, found: Understanding) -> Binding:
        """Return the binding as recognised, or of the device's first free channel."""
        device, options = found.device, found.proposed
        told = json.dumps(options, ensure_ascii=False) if options else ""
        return cls(dialect=device.dialect, base=device.base, options=told)

    def trial(self) -> Trial:
        """Return the binding for a trial; Invalid if it is none."""
        return Trial(
            dialect=self.dialect,
            base=self.base,
            options=self._options(),
            thresholds=self._thresholds(),
        )

    @property
    def needs_thresholds(self) -> bool:
        """Return whether the format is a meter's."""
        return self.dialect in DIALECTS and DIALECTS[self.dialect].needs_thresholds

    @property
    def limits(self) -> dict[str, float | None]:
        """Return the thresholds as typed, by their fields."""
        return {
            "run_above": self.run_above,
            "idle_below": self.idle_below,
            "off_below": self.off_below,
        }

    def with_limits(self, thresholds: PowerThresholds | None) -> Binding:
        """Return the same binding with these thresholds typed in."""
        return self.model_copy(update=_limits(thresholds)) if thresholds else self

    def _options(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self.options) if self.options.strip() else {}
        except ValueError as wrong:
            raise Invalid("The options are an object in JSON", field="options") from wrong
        if not isinstance(found, dict):
            raise Invalid("The options are an object in JSON", field="options")
        return found

    def _thresholds(self) -> PowerThresholds | None:
        if self.run_above is None or self.idle_below is None:
            return None
        limits = ThresholdForm(run_above=self.run_above, idle_below=self.idle_below)
        if self.off_below is not None:
            limits.off_below = self.off_below
        return limits.thresholds()


Bound = Annotated[Binding, Form()]


@router.get("/inbox/{device_id}")
def device(request: Request, device_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a device's messages, and their meaning under the proposed binding."""
    found = onboarding.understand(pool, looking.who, device_id)
    return _page(request, looking, pool, Binding.of(found), found)


@router.post("/inbox/{device_id}/try")
def try_out(
    request: Request, device_id: UUID, looking: Looking, pool: Connections, binding: Bound
) -> HTMLResponse:
    """Show the same page as it would read with this binding; nothing is saved."""
    return _tried(request, looking, pool, device_id, binding)


@router.post("/inbox/{device_id}/recipe")
def fill_in(
    request: Request, device_id: UUID, looking: Looking, pool: Connections, binding: Bound
) -> HTMLResponse:
    """Show the same page with a recipe's options, whose words in capitals are to be replaced."""
    recipe = RECIPES.get(binding.recipe)
    if recipe is None:
        return _tried(request, looking, pool, device_id, binding)
    told = json.dumps(recipe.options, ensure_ascii=False, indent=1)
    filled = binding.model_copy(update={"dialect": "mapper", "options": told})
    return _tried(request, looking, pool, device_id, filled)


@router.post("/inbox/{device_id}/understood")
def understood(
    device_id: UUID, looking: Looking, pool: Connections, binding: Bound
) -> HTMLResponse:
    """Show only the readings, for the page to replace while the device publishes."""
    try:
        found, why = (
            onboarding.understand(pool, looking.who, device_id, binding.trial()),
            list[str](),
        )
    except Invalid as wrong:
        found, why = (
            onboarding.understand(pool, looking.who, device_id),
            reasons(wrong, looking.words),
        )
    shown = _shown(looking.words, found, binding)
    return HTMLResponse(
        render("machines/understood_parts.html", looking.words, reasons=why, **shown)
    )


@router.post("/inbox/{device_id}")
def bind(
    request: Request,
    device_id: UUID,
    looking: Looking,
    pool: Connections,
    keys: Keys,
    binding: Bound,
) -> Response:
    """Bind it to a machine; what it said before is read too."""
    centre = looking.need(Right.FLOOR_WORK)
    device, _ = onboarding.look(pool, looking.who, device_id)
    try:
        if not binding.machine:
            raise Invalid("Choose the machine of the device", field="machine")
        trial = binding.trial()
        since = instant(looking, binding.counts_from) if binding.counts_from else device.first_at
        machines.bind(
            pool,
            looking.who,
            machines.find(pool, looking.who, binding.machine, centre=centre.id),
            dialect=trial.dialect,
            base=trial.base,
            options=trial.options,
            thresholds=trial.thresholds,
            keys=keys,
            counts_from=since,
        )
    except GadongError as wrong:
        return _tried(request, looking, pool, device_id, binding, why=reasons(wrong, looking.words))
    return go(f"/machines/{binding.machine}", said=looking.words.say("Bound."))


@router.post("/machines/{slug}/sources/{source_id}/inbox")
def share(slug: str, source_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Lay a bound device in the inbox, to bind another machine to its other channels."""
    centre = looking.need(Right.FLOOR_WORK)
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    opened = shared_devices.open_device(pool, looking.who, machine, SourceId(source_id))
    return go(f"/inbox/{opened.id}")


@router.post("/inbox/{device_id}/dismiss")
def dismiss(device_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Put it aside; it comes again if it goes on speaking."""
    onboarding.dismiss(pool, looking.who, device_id)
    return go("/desk", said=looking.words.say("Put aside. It comes again if it goes on speaking."))


def _tried(
    request: Request,
    looking: Look,
    pool: Pool,
    device_id: UUID,
    binding: Binding,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    try:
        if binding.proposed:
            binding = binding.with_limits(
                onboarding.understand(pool, looking.who, device_id, binding.trial()).thresholds
            )
        found = onboarding.understand(pool, looking.who, device_id, binding.trial())
    except Invalid as wrong:
        found = onboarding.understand(pool, looking.who, device_id)
        why = why or reasons(wrong, looking.words)
    return _page(request, looking, pool, binding, found, why=why)


def _page(
    request: Request,
    looking: Look,
    pool: Pool,
    binding: Binding,
    found: Understanding,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.FLOOR_SEE)
    return page(
        request,
        looking,
        "machines/inbox.html",
        status=409 if why else 200,
        device=found.device,
        counts_from=found.device.first_at.astimezone(centre.zone).strftime("%Y-%m-%dT%H:%M"),
        bound=found.bound,
        binding=binding,
        hall=[
            s.machine
            for s in timeline.seen(pool, looking.who, centre=centre.id)
            if s.machine.retired_at is None
        ],
        recipes=list(RECIPES.values()),
        recipe=RECIPES.get(binding.recipe),
        dialects={name: known.needs_thresholds for name, known in sorted(DIALECTS.items())},
        # Recognised formats need no look at these fields; anything else does.
        is_unusual=bool(why or binding.options or binding.recipe or not found.device.dialect),
        reasons=why or [],
        **_shown(looking.words, found, binding),
    )


def _shown(words: Words, found: Understanding, binding: Binding) -> dict[str, object]:
    """Return everything about a device that changes while it speaks."""
    return {
        "heard": _told(words, found),
        "is_meter": binding.needs_thresholds,
        "chart": draw(found.draws, binding.limits, now=datetime.now(UTC), stale=found.stale)
        if binding.needs_thresholds
        else None,
        "labels": {name: words.say(label) for name, label in LIMITS.items()},
        "proposal": _limits(found.thresholds) if found.thresholds else {},
    }


def _limits(found: PowerThresholds) -> dict[str, float]:
    return {
        "run_above": found.run_above,
        "idle_below": found.idle_below,
        "off_below": found.off_below,
    }


def _told(words: Words, found: Understanding) -> dict[str, object]:
    """Return a reading in the page's words."""
    return {
        "device": found.device,
        "run": found.run,
        "expected": found.expected,
        "thresholds": found.thresholds,
        "read": found.read,
        "looked_at": found.looked_at,
        "unmatched": found.unmatched,
        "latest": [(*_fact(words, fact), fact.at) for fact in found.latest],
        "readings": [_reading(words, reading) for reading in found.readings],
    }


def _fact(words: Words, fact: Fact) -> tuple[str, str]:
    return named(words, fact.channel, fact.part), said(words, fact.channel, fact.value)


def _reading(words: Words, reading: MessageReading) -> dict[str, object]:
    reason, _, detail = reading.trouble.partition(": ")
    return {
        "topic": reading.delivery.topic,
        "at": reading.delivery.received_at,
        "payload": reading.delivery.payload.decode("utf-8", "backslashreplace")[:SHOWN_CHARACTERS],
        "facts": [_fact(words, fact) for fact in reading.facts],
        "trouble": trouble(words, reason) if reason else "",
        "detail": detail,
    }
