"""Cases of commissioned work, their items and their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gadong.billing.domain.tariff_terms import Measure
from gadong.commissions.domain.commission import (
    Commission,
    CommissionEvent,
    CommissionItem,
    CommissionState,
    CommissionStep,
)
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_patterns

SQL = statements(__file__)


def insert(tx: Tx, commission: Commission) -> Commission:
    """Insert a request with its items, and return it with its number."""
    row = one(tx, SQL["insert"], **_values(commission))
    if row is None:
        raise LookupError("the insertion returns the number")
    made = replace(commission, **row)
    _insert_items(tx, made)
    return made


def find(tx: Tx, commission_id: UUID) -> Commission | None:
    """Return a commission, locked from others until the transaction ends."""
    row = one(tx, SQL["find"], id=commission_id)
    return _with_items(tx, [row])[0] if row else None


def change(tx: Tx, commission: Commission) -> None:
    """Record the state after a step, and what the step said."""
    run(tx, SQL["change"], **_values(commission))


def replace_items(tx: Tx, commission: Commission) -> None:
    """Put the items in place of those before."""
    run(tx, SQL["remove_items"], commission_id=commission.id)
    _insert_items(tx, commission)


def of_centre(
    tx: Tx,
    centre_id: CentreId,
    *,
    companies: Collection[CompanyId] | None,
    states: Collection[CommissionState] = (),
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int,
) -> list[Commission]:
    """Return a centre's commissions, the latest request first; `companies` keeps to theirs.

    `text` has words of the number, the subject and the company. They go on after the request's
    instant and id of the page before.
    """
    edge = dict(zip(("after", "after_id"), after or (None, None), strict=True))
    rows = many(
        tx,
        SQL["of_centre"],
        centre_id=centre_id,
        company_ids=None if companies is None else list(companies),
        states=[state.value for state in states] or None,
        words=to_patterns(text) or None,
        most=most,
        **edge,
    )
    return _with_items(tx, rows)


def insert_event(tx: Tx, commission: Commission, event: CommissionEvent) -> None:
    """Insert a step of a commission."""
    values = {**asdict(event), "data": Jsonb(dict(event.data))}
    where = {"centre_id": commission.centre_id, "company_id": commission.company_id}
    run(tx, SQL["insert_event"], **values, **where)


def events(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, list[CommissionEvent]]:
    """Return the steps of some commissions, each in order."""
    found: dict[UUID, list[CommissionEvent]] = defaultdict(list)
    for row in many(tx, SQL["events"], ids=list(ids)):
        kind = {"step": CommissionStep(row["step"]), "state": CommissionState(row["state"])}
        found[row["commission_id"]].append(CommissionEvent(**{**row, **kind}))
    return found


def _insert_items(tx: Tx, commission: Commission) -> None:
    where = {
        "commission_id": commission.id,
        "centre_id": commission.centre_id,
        "company_id": commission.company_id,
    }
    for item in commission.items:
        run(tx, SQL["insert_item"], id=new_id(), **where, **asdict(item))


def _with_items(tx: Tx, rows: Sequence[dict[str, Any]]) -> list[Commission]:
    items: dict[UUID, list[CommissionItem]] = defaultdict(list)
    for row in many(tx, SQL["items"], ids=[row["id"] for row in rows]):
        of = row.pop("commission_id")
        items[of].append(CommissionItem(**{**row, "measure": Measure(row["measure"])}))
    return [
        Commission(
            **{**row, "state": CommissionState(row["state"]), "items": tuple(items[row["id"]])}
        )
        for row in rows
    ]


def _values(commission: Commission) -> dict[str, Any]:
    values = asdict(commission)
    del values["items"], values["year"], values["sequence"]
    return values
