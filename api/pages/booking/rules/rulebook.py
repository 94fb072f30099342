"""The rule book, where each value comes from, and setting one; and the centre's holidays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.booking.rules import contradictions, rule_example
from api.pages.booking.rules.rule_example import USUAL_EXAMPLE, AskedExample, ExampleForm
from api.pages.frame.form_times import FormDay, instant
from api.pages.frame.labels import parameter_labels
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.pages.frame.rule_questions import QUESTIONS
from gadong.billing.services import holidays
from gadong.billing.services.prices import backdated_rules, backdating
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.services import timeline
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.example import Change
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)

Slug = Annotated[str, Query(max_length=64)]
OfCategory = Annotated[str, Query(max_length=100)]
OfLevel = Annotated[str, Query(max_length=100)]
SEES = (Right.RULES_SEE, Right.RULES_WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of a parameter's form as typed; without a value, nobody has typed yet."""

    level: str
    value: str | None = None
    since: str = ""
    reason: str = ""


async def typed(
    machine: Slug = "",
    level: OfLevel = "",
    value: Annotated[str | None, Query(max_length=10_000)] = None,
    since: Annotated[str, Query(max_length=40)] = "",
    reason: Annotated[str, Query(max_length=500)] = "",
) -> Typed:
    """Read what was typed of a page's address."""
    at = level or (f"machine:{machine}" if machine else "centre")
    return Typed(level=at, value=value, since=since, reason=reason)


@router.get("/rules")
def every(
    request: Request,
    looking: Looking,
    pool: Connections,
    example: AskedExample,
    machine: Slug = "",
    tier: OfCategory = "",
) -> HTMLResponse:
    """Show every parameter's value on a machine, and its level, for everybody or a category."""
    centre = looking.need(*SEES)
    tiers = rulebook.tiers(pool, looking.who, centre.id)
    whose, now = tier if tier in tiers else None, datetime.now(UTC)
    hall = _hall(looking, pool)
    chosen = next((m for m in hall if m.slug == machine), hall[0] if hall else None)
    found = (
        rulebook.standing(pool, looking.who, chosen, company=None, tier=whose, at=now)
        if chosen
        else {}
    )
    groups = {
        group: [
            (
                name,
                question,
                parameter_labels.NAMES[name],
                parameter_labels.said(found[name].parameter, found[name].value, looking.words),
                found[name].setting,
            )
            for name, question in questions.items()
            if name in found
        ]
        for group, questions in QUESTIONS.items()
    }
    shown = chosen and rule_example.show(looking, pool, chosen, example, tier=whose, now=now)
    return page(
        request,
        looking,
        "booking/rules/rules.html",
        hall=hall,
        chosen=chosen,
        rule_groups=groups,
        tiers=tiers,
        whose=whose,
        levels=parameter_labels.LEVELS,
        centre=centre,
        example=example,
        # Rules that contradict each other are listed, and judge nothing.
        shown=shown if not shown or shown.before else replace(shown, reasons=()),
        lengths=rule_example.lengths(example),
        counts=rule_example.EARLIER,
        contradictions=contradictions.listed(looking, pool, centre, now),
    )


@router.get("/rules/{name}")
def one(
    request: Request,
    name: str,
    looking: Looking,
    pool: Connections,
    example: AskedExample,
    typed: Annotated[Typed, Depends(typed)],
) -> HTMLResponse:
    """Show one parameter: its settings at every level, and a form for another.

    A value that was typed is tried on an example booking.
    """
    return _one(request, looking, pool, name, typed=typed, example=example)


@router.post("/rules/{name}")
def change(
    request: Request,
    name: str,
    looking: Looking,
    pool: Connections,
    *,
    level: Annotated[str, Form(max_length=100)],
    reason: Annotated[str, Form(min_length=1, max_length=500)],
    value: Annotated[str, Form(max_length=10_000)] = "",
    since: Annotated[str, Form(max_length=40)] = "",
    accept: Annotated[bool, Form()] = False,
) -> Response:
    """Set a parameter at a level; one from a past time names the statements that it would
    change.
    """
    now = datetime.now(UTC)
    try:
        if name not in PARAMETERS:
            raise NotFound
        backdated_rules.change_parameters(
            pool,
            looking.who,
            _level(looking, pool, level),
            {name: parameter_labels.read(name, value)},
            effective_from=instant(looking, since) if since else now,
            reason=reason,
            now=now,
            is_accepted=accept,
        )
    except GadongError as trouble:
        typed = Typed(level=level, value=value, since=since, reason=reason)
        return _one(request, looking, pool, name, typed=typed, trouble=trouble)
    return go(
        f"/rules/{name}", said=looking.words.say("Kept. It holds from the moment that was named.")
    )


@router.get("/holidays")
def days(
    request: Request,
    looking: Looking,
    pool: Connections,
    year: Annotated[int, Query(ge=2000, le=2999)] = 0,
) -> HTMLResponse:
    """Show a year's holidays, the country's and the centre's own."""
    return _days(request, looking, pool, year)


@router.post("/holidays")
def set_day(
    request: Request,
    looking: Looking,
    pool: Connections,
    day: FormDay,
    is_holiday: Annotated[bool, Form()],
    name: Annotated[str, Form(max_length=100)] = "",
    accept: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own form
) -> Response:
    """Set the centre's own rule for a day."""
    try:
        centre = looking.need(Right.RULES_WORK)
        backdated_rules.set_holiday(
            pool,
            looking.who,
            centre.id,
            day,
            name=name,
            is_holiday=is_holiday,
            is_accepted=accept,
        )
    except GadongError as trouble:
        return _days(request, looking, pool, day.year, trouble=trouble)
    return go(
        f"/holidays?year={day.year}",
        said=looking.words.say("Kept. Drafts are priced by it from now on."),
    )


def _days(
    request: Request, looking: Look, pool: Pool, year: int, *, trouble: GadongError | None = None
) -> HTMLResponse:
    centre = looking.need(*SEES)
    asked = year or datetime.now(UTC).astimezone(centre.zone).year
    found = holidays.of_year(pool, looking.who, centre.id, asked)
    return page(
        request,
        looking,
        "booking/holidays.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        is_backdated=backdating.is_refusal(trouble),
        year=asked,
        days=sorted(found, key=lambda h: h.day),
    )


def _one(
    request: Request,
    looking: Look,
    pool: Pool,
    name: str,
    *,
    typed: Typed,
    example: ExampleForm = USUAL_EXAMPLE,
    trouble: GadongError | None = None,
) -> HTMLResponse:
    centre = looking.need(*SEES)
    if name not in PARAMETERS:
        raise NotFound
    parameter, hall, words = PARAMETERS[name], _hall(looking, pool), looking.words
    at, given = typed.level, typed.value
    named = {m.id: words.either(m.name_ko, m.name_en) for m in hall}
    said = rulebook.said(pool, looking.who, centre.id, name)

    def written(value: object) -> str:
        return parameter_labels.said(parameter, value, words)

    now = datetime.now(UTC)
    subject = _subject(hall, at)
    tier = at.removeprefix("tier:") if at.startswith("tier:") else None
    if subject and given is None:
        standing = rulebook.standing(pool, looking.who, subject, company=None, tier=tier, at=now)
        given = parameter_labels.written(parameter, standing[name].value, words)
    is_tried = typed.value is not None and not trouble

    def change() -> Change | None:
        return _change(looking, pool, name, typed, now) if is_tried else None

    return page(
        request,
        looking,
        "booking/rules/rule.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        is_backdated=backdating.is_refusal(trouble),
        name=name,
        title=parameter_labels.NAMES[name],
        question=next(group[name] for group in QUESTIONS.values() if name in group),
        parameter=parameter,
        usual=written(parameter.default),
        of_kinds=[(kind, written(value)) for kind, value in parameter.of_kind.items()],
        said=[
            (s, written(s.value), named.get(s.machine_id) if s.machine_id else None) for s in said
        ],
        levels=parameter_labels.LEVELS,
        hall=hall,
        kinds=sorted({m.kind for m in hall}),
        tiers=sorted(
            {s.tier for s in said if s.tier} | set(rulebook.tiers(pool, looking.who, centre.id))
        ),
        at=at,
        given=given or "",
        since=typed.since,
        reason=typed.reason,
        example=example,
        shown=rule_example.show(looking, pool, subject, example, tier=tier, change=change, now=now)
        if subject
        else None,
        lengths=rule_example.lengths(example),
        counts=rule_example.EARLIER,
        hint=parameter_labels.HINTS.get(parameter.unit, ""),
        lines=parameter.unit in parameter_labels.LINES,
        choices=[(c, parameter_labels.WORDS[c]) for c in parameter.choices],
        after=parameter_labels.AFTER.get(parameter.unit, ""),
        now=now,
    )


def _change(looking: Look, pool: Pool, name: str, typed: Typed, now: datetime) -> Change | None:
    """Return the typed value as a change; None for an empty field that needs a value."""
    text, parameter = (typed.value or "").strip(), PARAMETERS[name]
    may_be_empty = parameter.may_be_off or parameter.unit in parameter_labels.LINES
    if not text and not may_be_empty:
        return None
    return Change(
        level=_level(looking, pool, typed.level),
        values={name: parameter_labels.read(name, text)},
        effective_from=instant(looking, typed.since) if typed.since else now,
    )


def _subject(hall: list[Machine], at: str) -> Machine | None:
    """Return the machine on which an example is tried: one of the level, else the first."""
    what, _, which = at.partition(":")
    of_level = [
        m
        for m in hall
        if (what == "kind" and m.kind == which) or (what == "machine" and m.slug == which)
    ]
    return next(iter(of_level or hall), None)


def _level(looking: Look, pool: Pool, text: str) -> Level:
    """centre, kind:mill, machine:mill-1 or tier:general."""
    centre = looking.need(Right.RULES_WORK)
    what, _, which = text.partition(":")
    match what:
        case "machine":
            found = machines.find(pool, looking.who, which, centre=centre.id)
            return Level(centre=centre.id, machine=found)
        case "kind":
            return Level(centre=centre.id, kind=which)
        case "tier":
            return Level(centre=centre.id, tier=which)
        case _:
            return Level(centre=centre.id)


def _hall(looking: Look, pool: Pool) -> list[Machine]:
    seen = timeline.seen(pool, looking.who, centre=looking.need_centre().id)
    return sorted((s.machine for s in seen), key=lambda m: m.slug)
