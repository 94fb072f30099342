"""The centre in figures: what a manager looks at before reading the list of what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import Looking, render
from gadong.core.domain.access import Right
from gadong.reports.services import centre_figures
from gadong.reports.services.report_files import per_cent

router = APIRouter(include_in_schema=False)

# The drawing's units: a bar of 12 beside a gap of 8, and a height of 64 for a hundred per cent.
STEP, BAR, HEIGHT = 20, 12, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month's bar in the drawing's units; no height where nothing is known."""

    month: str
    text: str | None
    x: int
    y: float
    height: float


@router.get("/desk/figures")
def figures(looking: Looking, pool: Connections) -> HTMLResponse:
    """Show utilisation against its target and the months before, what was billed, what is owed."""
    centre = looking.need(Right.REPORT_SEE)
    found = centre_figures.of_centre(pool, looking.who, centre.id, now=datetime.now(UTC))
    shares = [share for _, share in found.months if share is not None]
    # Overtime may exceed a hundred per cent; the highest bar then fills the drawing.
    full = max([Fraction(1), *shares])
    bars = [
        Bar(
            month=str(month),
            text=per_cent(share),
            x=number * STEP,
            y=HEIGHT - float((share or 0) / full * HEIGHT),
            height=float((share or 0) / full * HEIGHT),
        )
        for number, (month, share) in enumerate(found.months)
    ]
    target = found.target_pct
    line = HEIGHT - float(Fraction(target, 100) / full * HEIGHT) if target else None
    return HTMLResponse(
        render(
            "reports/figures.html",
            looking.words,
            figures=found,
            bars=bars,
            now=bars[-1],
            line=line,
            change=round(float(found.change), 1) if found.change is not None else None,
        )
    )
