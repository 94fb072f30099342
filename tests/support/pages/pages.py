"""The text of a page, and a time on it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

from tests.support.world import World


def text_of(html: str) -> str:
    """Return the readable text of a page."""
    return " ".join(
        unescape(
            re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.DOTALL))
        ).split()
    )


def tomorrow(world: World, hour: int = 10) -> datetime:
    """An hour of tomorrow on the centre's clock."""
    today = datetime.now(world.centre.zone).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def lines_of(page: str) -> str:
    """Return the lines that a page gives to type into a device."""
    found = re.search(r'<textarea[^>]*id="lines".*?>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]
