"""A refusal as a draw keeps it: the broken rule with the names that its sentence says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem, Spoken


def kept(problem: Problem) -> dict[str, Any]:
    """Return a problem in JSON's own types."""
    spoken = problem.spoken or Spoken()
    return {
        "code": problem.code,
        "limit": problem.limit,
        "actual": problem.actual,
        "overridable_by": problem.overridable_by,
        "details": dict(problem.details),
        "names": {key: list(names) for key, names in spoken.names.items()},
        "open_hours": [[write_instant(p.start), write_instant(p.end)] for p in spoken.open_hours],
    }


def problem_of(document: Mapping[str, Any], zone: str) -> Problem:
    """Return a kept problem, with its instants on a clock.

    Draws from before names were kept have none.
    """
    figures = {**document}
    names = {key: (ko, en) for key, (ko, en) in figures.pop("names", {}).items()}
    hours = [
        Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
        for start, end in figures.pop("open_hours", ())
    ]
    return Problem(**figures).saying(names=names, open_hours=hours, zone=zone)
