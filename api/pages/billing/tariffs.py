"""Price tables: what is in force, what is being written, what a draft would have made of past
months, and publishing it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from api.identity import Connections
from api.pages.frame import typed_forms
from api.pages.frame.kinds import kind_name
from api.pages.frame.labels.field_labels import FIELDS, VALUES
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import in_words, reasons
from api.pages.frame.typed_forms import InputChoice, Unread
from gadong.billing.domain.prices.tariff_template import TariffTemplate
from gadong.billing.domain.subsidy import COVERABLE
from gadong.billing.domain.tariff import EXCLUDABLE, Tariff
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.prices import (
    backdating,
    measurability,
    price_examples,
    tariff_preview,
    tariffs,
    templates,
)
from gadong.billing.services.prices.tariff_preview import Effect
from gadong.booking.services import timeline
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import TariffId
from gadong.core.domain.problem import GadongError, Invalid

router = APIRouter(include_in_schema=False)

# The JSON library's error ends so: "… - at `$.items[0].windows[1].pct`".
PLACE = re.compile(r"^(?P<said>.*?) - at `\$(?P<place>[^`]*)`$", re.DOTALL)
STEP = re.compile(r"\.?([a-z_]+)|\[(\d+)\]")
DISCOUNTED = (Component.BASE_FEE, Component.TIME, Component.SURCHARGE, Component.OVERRUN)
#: The templates of a centre without prices, and how each one charges.
TEMPLATES: Mapping[TariffTemplate, tuple[str, str]] = {
    TariffTemplate.BY_USE: (
        "By use",
        "What a machine ran, what the ledger says it was used, and of rooms what was booked.",
    ),
    TariffTemplate.BY_BOOKING: ("By booking", "The booked time, however long it was used."),
    TariffTemplate.FREE: ("Free of charge", "Lines of 0 won, so that the use is still reported."),
}
# Of fifty machines, each with a price of its own, four windows and two tiers; the body's own limit
# comes before.
MOST_FIELDS = 10_000


async def filled(request: Request) -> FormData:
    """Return the form as it was sent, whatever its fields are called."""
    return await request.form(max_fields=MOST_FIELDS)


Filled = Annotated[FormData, Depends(filled)]


@router.get("/tariffs")
def every(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the centre's price tables; members see what is published."""
    centre = looking.need_centre()
    today = datetime.now(UTC).astimezone(centre.zone).date()
    found = tariffs.of_centre(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "billing/tariffs.html",
        versions=found,
        current=next(
            (t for t in found if t.published_at and t.tariff.effective_from <= today), None
        ),
        today=today,
        templates=TEMPLATES if looking.may(Right.RULES_WORK) and not found else {},
        has_machines=bool(timeline.seen(pool, looking.who, centre=centre.id)),
    )


@router.get("/tariffs/new")
def new(
    request: Request,
    looking: Looking,
    pool: Connections,
    like: Annotated[UUID | None, Query()] = None,
    template: Annotated[TariffTemplate | None, Query()] = None,
) -> HTMLResponse:
    """Show a form for another price table, as another one stands or from a template."""
    centre = looking.need(Right.RULES_WORK)
    given: dict[str, Any] = {}
    if like:
        given = tariffs.as_document(tariffs.find(pool, looking.who, TariffId(like))[0])
    elif template:
        given = templates.of_centre(pool, looking.who, centre.id, template)
    now = datetime.now(UTC)
    following = Month.of(now, centre.zone).following.period(centre.zone).start
    # A centre's first prices hold at once; later ones begin with a month.
    start = following if tariffs.of_centre(pool, looking.who, centre.id) else now
    given["effective_from"] = f"{start.astimezone(centre.zone):%Y-%m-%d}"
    return _form(request, looking, pool, given, action="/tariffs")


@router.post("/tariffs")
def draft(request: Request, looking: Looking, pool: Connections, form: Filled) -> Response:
    """Keep a new price table as a draft."""
    centre = looking.need(Right.RULES_WORK)

    def keep(document: Any) -> TariffVersion:
        return tariffs.draft(pool, looking.who, centre=centre.id, document=document)

    return _kept(request, looking, pool, form, keep, action="/tariffs")


@router.get("/tariffs/{tariff_id}")
def one(
    request: Request,
    tariff_id: UUID,
    looking: Looking,
    pool: Connections,
    month: Annotated[str, Query(max_length=7)] = "",
) -> HTMLResponse:
    """Show a price table to read.

    Of a draft what keeps it from being published, and what it would have made of a month.
    """
    return _one(request, looking, pool, TariffId(tariff_id), month=month)


@router.get("/tariffs/{tariff_id}/edit")
def edit(request: Request, tariff_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a draft as a form."""
    looking.need(Right.RULES_WORK)
    version, _ = tariffs.find(pool, looking.who, TariffId(tariff_id))
    return _form(
        request, looking, pool, tariffs.as_document(version), action=f"/tariffs/{tariff_id}"
    )


@router.post("/tariffs/{tariff_id}")
def revise(
    request: Request, tariff_id: UUID, looking: Looking, pool: Connections, form: Filled
) -> Response:
    """Say a draft anew."""
    looking.need(Right.RULES_WORK)

    def keep(document: Any) -> TariffVersion:
        return tariffs.revise(pool, looking.who, TariffId(tariff_id), document)

    return _kept(request, looking, pool, form, keep, action=f"/tariffs/{tariff_id}")


@router.post("/tariffs/{tariff_id}/publish")
def publish(
    request: Request,
    tariff_id: UUID,
    looking: Looking,
    pool: Connections,
    accept: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own form
) -> Response:
    """Put a price table in force from its day on."""
    try:
        tariffs.publish(pool, looking.who, TariffId(tariff_id), is_accepted=accept)
    except GadongError as trouble:
        return _one(
            request, looking, pool, TariffId(tariff_id), why=reasons(trouble, looking.words)
        )
    return go(
        f"/tariffs/{tariff_id}",
        said=looking.words.say("Published. It is in force from its day on."),
    )


@router.post("/tariffs/{tariff_id}/discard")
def discard(request: Request, tariff_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Throw a draft away."""
    try:
        tariffs.discard(pool, looking.who, TariffId(tariff_id))
    except GadongError as trouble:
        return _one(
            request, looking, pool, TariffId(tariff_id), why=reasons(trouble, looking.words)
        )
    return go("/tariffs", said=looking.words.say("The draft is gone."))


def _one(
    request: Request,
    looking: Look,
    pool: Pool,
    tariff_id: TariffId,
    *,
    month: str = "",
    why: list[str] | None = None,
) -> HTMLResponse:
    version, problems = tariffs.find(pool, looking.who, tariff_id)
    centre, effects, why = looking.need_centre(), list[Effect](), why or []
    if month:
        try:
            effects = tariff_preview.preview(pool, looking.who, tariff_id, [month])
        except GadongError as trouble:
            why += reasons(trouble, looking.words)
    return page(
        request,
        looking,
        "billing/tariff.html",
        status=409 if why else 200,
        reasons=why,
        version=version,
        problems=problems,
        touched=backdating.of_tariff(pool, looking.who, tariff_id)
        if looking.may(Right.RULES_SEE) and not problems
        else [],
        contradictions=tariffs.contradictions(pool, looking.who, tariff_id)
        if looking.may(Right.RULES_SEE)
        else [],
        unmeasured=measurability.unmeasured(pool, looking.who, tariff_id),
        without_device=measurability.without_device(pool, looking.who, tariff_id),
        bases=VALUES,
        sheet=typed_forms.draw(Tariff, tariffs.as_document(version), _choices(looking, pool)),
        month=month,
        last=str(Month.of(datetime.now(UTC), centre.zone).previous),
        effects=effects,
        fields=FIELDS,
        examples=price_examples.of_tariff(pool, looking.who, tariff_id, now=datetime.now(UTC)),
    )


def _kept(
    request: Request,
    looking: Look,
    pool: Pool,
    form: FormData,
    keep: Callable[[Any], TariffVersion],
    *,
    action: str,
) -> Response:
    """Keep what the form holds and show it; or the form again as it was written, with what does not
    fit.
    """
    document, unread = typed_forms.read(Tariff, form)
    why = [_unread(looking, u) for u in unread]
    if not why:
        try:
            return go(f"/tariffs/{keep(document).id}", said=looking.words.say("Kept as a draft."))
        except GadongError as trouble:
            why = (
                [_placed(looking, trouble)]
                if isinstance(trouble, Invalid)
                else reasons(trouble, looking.words)
            )
    return _form(request, looking, pool, document, action=action, why=why)


def _form(
    request: Request,
    looking: Look,
    pool: Pool,
    given: Mapping[str, Any],
    *,
    action: str,
    why: list[str] | None = None,
) -> HTMLResponse:
    return page(
        request,
        looking,
        "billing/tariff_form.html",
        status=422 if why else 200,
        reasons=why or [],
        sheet=typed_forms.draw(Tariff, given, _choices(looking, pool)),
        action=action,
        fields=FIELDS,
    )


def _choices(looking: Look, pool: Pool) -> typed_forms.Choices:
    """Return the choices of fields beyond their types, with the words of the types' values."""
    words = looking.words
    seen = timeline.seen(pool, looking.who, centre=looking.need_centre().id)
    hall = sorted((s.machine for s in seen), key=lambda m: m.slug)

    def said(values: Any) -> list[InputChoice]:
        return [InputChoice(value=v, label=words.say(VALUES[v])) for v in values]

    found: dict[str, list[InputChoice]] = {
        "RateItem.machine": [
            InputChoice(value=m.slug, label=f"{words.either(m.name_ko, m.name_en)} ({m.slug})")
            for m in hall
        ],
        "RateItem.kind": [
            InputChoice(value=k, label=kind_name(words, k)) for k in sorted({m.kind for m in hall})
        ],
        "weekdays": [InputChoice(value=str(n), label=words.weekday(n)) for n in range(7)],
        "excluded_states": said(EXCLUDABLE),
        "discount_scope": said(DISCOUNTED),
        "covers": said(COVERABLE),
        "bool": said(("yes", "no")),
        "document_unit": [InputChoice(value=str(n), label=words.won(n)) for n in (1, 10, 100)],
    }
    for name, kind in typed_forms.worded(Tariff):
        if name.rsplit(".", 1)[-1] not in found:
            found[name] = said(kind)
    return found


def _unread(looking: Look, unread: Unread) -> str:
    if not unread.text:
        return looking.words.say(
            "{field}: this cannot be empty", field=_called(looking, unread.name)
        )
    return looking.words.say(
        "{field}: “{text}” cannot be read; write a number, and minutes in whole seconds",
        field=_called(looking, unread.name),
        text=unread.text,
    )


def _called(looking: Look, name: str) -> str:
    return looking.words.say(FIELDS.get(name) or FIELDS[name.rsplit(".", 1)[-1]])


def _placed(looking: Look, trouble: Invalid) -> str:
    """Return the sentence of a faulty field, with its path in the form's own words."""
    found = PLACE.match(str(trouble))
    said, place = (found["said"], found["place"]) if found else (str(trouble), "")
    steps = [
        f"{int(number) + 1}"
        if number
        else looking.words.say(FIELDS.get(name, FIELDS.get(f"Tariff.{name}", name)))
        for name, number in STEP.findall(place)
    ]
    otherwise = looking.words.say("What is written here does not fit")
    said = in_words(said, otherwise, looking.words)
    return f"{' › '.join(steps)}: {said}" if steps else said
