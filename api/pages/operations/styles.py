"""Every component of the pages on one page, in both schemes; for the installation's maintainers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.frame.layout import STATIC, Looking, page

router = APIRouter(include_in_schema=False)

#: The roles of colours, as api/pages/static/css/tokens.css gives them meaning.
COLOURS = (
    "ground", "paper", "sunken", "line", "edge", "ink", "faint", "brand", "brand-soft",
    "brand-solid", "brand-deep", "running", "running-soft", "setup", "setup-soft", "paused",
    "paused-soft", "fault", "fault-soft", "rest", "rest-soft", "hatch", "taken", "own",
)  # fmt: skip


@router.get("/styles")
def styles(request: Request, looking: Looking) -> HTMLResponse:
    """Show the components as the pages use them."""
    looking.who.need_administrator()
    icons = sorted(path.stem for path in (STATIC / "vendor/icons").glob("*.svg"))
    return page(request, looking, "operations/styles.html", colours=COLOURS, icons=icons)
