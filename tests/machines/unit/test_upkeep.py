"""The maintenance log: what is written down, and the rows that an entry stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.upkeep import MOST_WON, UpkeepKind, Work, need_work
from gadong.reports.domain.upkeep import Upkeep, UpkeepSource, together

TEN = datetime(2026, 10, 5, 10, tzinfo=UTC)
WORK = Work(
    kind=UpkeepKind.REPAIR,
    period=Period(TEN, TEN + timedelta(hours=2)),
    description=" 주축 소음 ",
    action="베어링 교체",
    repairer="한국정비",
    cost=330_000,
)


def refused(work: Work, now: datetime = TEN + timedelta(hours=2)) -> str:
    """Return the field that is refused; empty for none."""
    try:
        need_work(work, now=now)
    except Invalid as trouble:
        return str(trouble.figures["field"])
    return ""


@pytest.mark.parametrize("name", ["description", "action", "repairer"])
def test_an_entry_says_what_was_found_what_was_done_and_by_whom(name: str) -> None:
    def said(text: str) -> Work:
        changed: dict[str, Any] = {name: text}
        return replace(WORK, **changed)

    assert need_work(WORK, now=WORK.period.end).description == "주축 소음"
    assert refused(said("  ")) == name
    assert refused(said("가" * 500)) == ""
    assert refused(said("가" * 501)) == name
    assert refused(said("\x00")) == name


@pytest.mark.parametrize(
    ("cost", "field"),
    [(None, ""), (-1, "cost"), (0, ""), (MOST_WON, ""), (MOST_WON + 1, "cost")],
)
def test_a_cost_is_nothing_or_more_or_not_known(cost: int | None, field: str) -> None:
    assert refused(replace(WORK, cost=cost)) == field


@pytest.mark.parametrize(("seconds", "field"), [(-1, "end"), (0, ""), (1, "")])
def test_work_is_written_down_when_it_is_over(seconds: int, field: str) -> None:
    assert refused(WORK, WORK.period.end + timedelta(seconds=seconds)) == field


def row(minutes: int, slug: str = "mill-1", source: UpkeepSource = UpkeepSource.SIGNAL) -> Upkeep:
    """A row of half an hour that begins so many minutes after ten."""
    start = TEN + timedelta(minutes=minutes)
    return Upkeep(
        machine="밀링",
        slug=slug,
        registration="",
        manager="",
        period=Period(start, start + timedelta(minutes=30)),
        kind=UpkeepKind.REPAIR,
        source=source,
        reason="",
    )


def test_an_entry_stands_for_what_began_in_its_time_on_its_machine() -> None:
    entry = replace(row(0, source=UpkeepSource.PERSON), period=WORK.period)
    others = [row(m) for m in (-1, 0, 119, 120)] + [row(10, slug="mill-2")]
    others += [row(0, source=UpkeepSource.CLOSURE)]
    found = together([entry], others)
    assert [(r.slug, (r.period.start - TEN).seconds // 60) for r in found if r is not entry] == [
        ("mill-1", 1439),
        ("mill-2", 10),
        ("mill-1", 120),
    ]
    assert [r.period.start for r in found] == sorted(r.period.start for r in found)
