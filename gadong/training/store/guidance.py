"""Guidance of firms by experts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_patterns, to_range
from gadong.satisfaction.domain.request import Use
from gadong.training.domain.guidance import Guidance, GuidanceKind, GuidanceState

SQL = statements(__file__)


def insert(tx: Tx, guidance: Guidance) -> None:
    """Insert a guidance."""
    run(tx, SQL["insert"], **asdict(guidance))


def find(tx: Tx, guidance_id: UUID) -> Guidance | None:
    """Return a guidance, locked from others until the transaction ends."""
    row = one(tx, SQL["find"], id=guidance_id)
    return _guidance(row) if row else None


def change(tx: Tx, guidance: Guidance) -> None:
    """Record the state after a step, and what the step said."""
    run(tx, SQL["change"], **asdict(guidance))


def of_centre(
    tx: Tx,
    centre_id: CentreId,
    *,
    companies: Collection[CompanyId] | None,
    text: str,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> list[Guidance]:
    """Return a centre's guidance, the latest request first; `companies` keeps to theirs.

    `text` has words of the subject, the expert and the company. They go on after the request's
    instant and id of the page before.
    """
    edge = dict(zip(("after", "after_id"), after or (None, None), strict=True))
    rows = many(
        tx,
        SQL["of_centre"],
        centre_id=centre_id,
        company_ids=None if companies is None else list(companies),
        words=to_patterns(text) or None,
        most=most,
        **edge,
    )
    return [_guidance(row) for row in rows]


def done_between(tx: Tx, periods: Mapping[CentreId, Period]) -> dict[CentreId, list[Guidance]]:
    """Return what was done in each centre's time."""
    found: dict[CentreId, list[Guidance]] = {centre_id: [] for centre_id in periods}
    durings = [to_range(period) for period in periods.values()]
    for row in many(tx, SQL["done_between"], centre_ids=list(periods), durings=durings):
        found[row["centre_id"]].append(_guidance(row))
    return found


def given(tx: Tx, centre_id: CentreId, *, since: datetime, now: datetime) -> list[Use]:
    """Return who asked for guidance that was done and ended after an instant, up to now."""
    return [Use(**row) for row in many(tx, SQL["given"], centre_id=centre_id, since=since, now=now)]


def _guidance(row: dict[str, Any]) -> Guidance:
    kind, state = GuidanceKind(row["kind"]), GuidanceState(row["state"])
    return Guidance(**{**row, "kind": kind, "state": state})
