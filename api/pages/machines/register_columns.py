"""The columns of a centre's own table of its machine register."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid
from gadong.machines.domain.register_fields import FIELDS, Column, columns_of
from gadong.machines.services import register
from gadong.texts.machines import REGISTER

router = APIRouter(include_in_schema=False)


@router.get("/register-columns")
def show_columns(
    request: Request,
    looking: Looking,
    pool: Connections,
    header: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """Show the columns of the centre's own table, or those of a form's first line to be kept."""
    rows = [(c.heading, c.field or "") for c in columns_of(header)]
    return _columns(request, looking, pool, rows=rows or None)


@router.post("/register-columns")
def set_columns(
    request: Request,
    looking: Looking,
    pool: Connections,
    heading: Annotated[list[str], Form(max_length=120)],
    field: Annotated[list[str], Form(max_length=120)],
) -> Response:
    """Keep the columns of the centre's own table; a row without a heading is left out."""
    rows = [(h.strip(), f) for h, f in zip(heading, field, strict=False) if h.strip()]
    try:
        centre = looking.need(Right.FLOOR_WORK)
        if any(len(h) > 200 for h, _ in rows):
            raise Invalid("A field of the register has at most 200 characters", field="heading")
        columns = [Column(heading=h, field=f or None) for h, f in rows]
        register.set_columns(pool, looking.who, centre.id, columns)
    except GadongError as trouble:
        return _columns(request, looking, pool, rows=rows, why=reasons(trouble, looking.words))
    return go("/register-columns", said=looking.words.say("The columns are kept."))


def _columns(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    rows: list[tuple[str, str]] | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.FLOOR_SEE)
    kept = register.columns(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "machines/register_columns.html",
        status=409 if why else 200,
        reasons=why or [],
        # Five empty rows are for further columns.
        rows=[*(rows or [(c.heading, c.field or "") for c in kept]), *[("", "")] * 5],
        fields=[(name, label_of(looking.words, name)) for name in FIELDS],
    )


def label_of(words: Words, name: str) -> str:
    """Return the name of a field of the register."""
    return words.either(*REGISTER[name])
