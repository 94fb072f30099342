"""Gaps in a machine's signals of which a run-hour counter speaks, between runs of one company (ADR 27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gadong.booking.domain.attribution import Usage
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, union, without
from gadong.metering.domain.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A counted gap between two usages of a company.

    `before` is the place of the earlier usage's session. `is_rest` says that the usages are one activity.
    """

    run: Run
    gap: Period
    company_id: CompanyId
    before: int
    is_rest: bool


def counted(run: Run) -> tuple[Period, Period] | None:
    """Return an unknown gap, and its first seconds, as many as a counter moved; None where it did not.

    The counter speaks for the whole gap, so for the seconds too in which the last word still held.
    """
    if run.state is not State.UNKNOWN or not run.counted_seconds or not run.held_from or not run.end:
        return None
    gap = Period(run.held_from, run.end)
    return gap, Period(gap.start, gap.start + timedelta(seconds=run.counted_seconds))


def vouched(
    runs: Iterable[Run],
    usages: Sequence[Usage],
    placed: Mapping[int, int],
    kept: Mapping[CompanyId, Sequence[Period]],
) -> Iterator[Vouched]:
    """Yield the counted gaps before and after which the machine ran for the same company.

    A gap counts inside one activity, and where the company's `kept` sessions cover it together.
    """
    for run in runs:
        if not (found := counted(run)):
            continue
        gap, _ = found
        before = next((u for u in reversed(usages) if u.period.start <= gap.start), None)
        after = next((u for u in usages if u.period.end >= gap.end), None)
        if not before or not after or not before.company_id or before.company_id != after.company_id:
            continue
        company = before.company_id
        is_rest = before is after or after.is_continued
        if is_rest or not without([gap], union(kept.get(company, ()))):
            yield Vouched(run=run, gap=gap, company_id=company, before=placed[id(before)], is_rest=is_rest)
