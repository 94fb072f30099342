"""The state of the service in plain words: what is wrong, since when, and what to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, page
from api.pages.frame.texts import Words
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.operations.domain.checks import Check, CheckLevel, CheckState
from gadong.operations.services import checks
from gadong.texts.checks import CHECKS, wrong

router = APIRouter(include_in_schema=False)

# Without these the pages show the past as if it were the present, or promise mail that never
# leaves.
STANDSTILLS = frozenset({Check.SIGNALS, Check.METERING, Check.SCHEDULER, Check.MAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCheck:
    """A check in the reader's language."""

    name: str
    centre: str
    is_alarm: bool
    wrong: str
    since: datetime
    done: str
    advice: str


@router.get("/checks")
def show(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show what is wrong with the service, to administrators and to who sees the centre's floor."""
    centre_id = looking.centre.id if looking.centre else None
    found = checks.for_caller(pool, looking.who, centre_id)
    centres = {str(centre.id): centre.name for centre in looking.centres}
    bad = [state for state in found if state.result.level is not CheckLevel.GOOD]
    good = {state.result.check for state in found} - {state.result.check for state in bad}
    return page(
        request,
        looking,
        "operations/checks.html",
        bad=[
            shown_check(state, centres.get(str(state.result.centre_id), ""), looking.words)
            for state in bad
        ],
        good=[CHECKS[name].name.say(looking.words.language) for name in sorted(good)],
    )


def standstills(
    pool: Pool, looking: Look, *, only: Collection[Check] = STANDSTILLS
) -> list[ShownCheck]:
    """Return what stands still, for the staff who see the floor; nothing for others."""
    centre = looking.centre
    if centre is None or not looking.may(Right.FLOOR_SEE):
        return []
    return [
        shown_check(state, "", looking.words)
        for state in checks.for_caller(pool, looking.who, centre.id)
        if state.result.check in only
        and state.result.level is not CheckLevel.GOOD
        and state.result.centre_id in {None, centre.id}
    ]


def shown_check(state: CheckState, centre: str, words: Words) -> ShownCheck:
    """Return a check's state in the reader's language."""
    language, result = words.language, state.result
    text = CHECKS[result.check]
    return ShownCheck(
        name=text.name.say(language),
        centre=centre,
        is_alarm=result.level is CheckLevel.ALARM,
        wrong=wrong(result.check, result.figures, language),
        since=state.since,
        done=text.done.say(language),
        advice=text.advice.say(language),
    )
