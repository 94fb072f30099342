"""Positions of relays' outboxes."""

from __future__ import annotations

from uuid import UUID

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements
from gadong.machines.domain.relay import RelayPosition, RelayProgress

SQL = statements(__file__)


def positions(tx: Tx, centre_id: CentreId) -> dict[UUID, list[RelayPosition]]:
    """Return the positions of a centre's relays by their account, the one heard last at the end."""
    found: dict[UUID, list[RelayPosition]] = {}
    for row in many(tx, SQL["positions"], centre_id=centre_id):
        found.setdefault(row.pop("account_id"), []).append(RelayPosition(**row))
    return found


def advance(tx: Tx, progress: RelayProgress) -> None:
    """Keep an outbox's position, and mark what it lost as a gap of every source that it carries."""
    relay, position = progress.relay, progress.position
    run(
        tx,
        SQL["advance"],
        account_id=relay.account_id,
        centre_id=relay.centre_id,
        outbox=position.outbox,
        upto=position.upto,
        lost=position.lost,
        spoke_until=position.spoke_until,
        heard_at=position.heard_at,
    )
    if progress.lost_anew:
        run(
            tx,
            SQL["note_loss"],
            centre_id=relay.centre_id,
            carries=list(relay.carries),
            boot=f"relay {position.outbox[:40]} {position.lost}",
            at=position.heard_at,
            after=progress.lost_after,
        )
