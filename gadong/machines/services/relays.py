"""Relays beside the machines: which there are, and how far each is stored."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.machines.domain.relay import Relay, RelayPosition, relay_of
from gadong.machines.store import device_accounts, relays
from gadong.people.domain.centre import Centre
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayState:
    """A relay with the positions of its outboxes, the one heard last at the end."""

    relay: Relay
    positions: tuple[RelayPosition, ...]


def of_ingest(pool: Pool, centre: Centre) -> list[RelayState]:
    """Return a centre's relays. For ingest."""
    with transaction(pool, SYSTEM) as tx:
        return _states(tx, centre.id, centre.slug)


def of_centre(pool: Pool, who: Caller, centre_id: CentreId) -> list[RelayState]:
    """Return a centre's relays, for its managers and technicians."""
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        return _states(tx, centre.id, centre.slug) if centre else []


def _states(tx: Tx, centre_id: CentreId, slug: str) -> list[RelayState]:
    known = relays.positions(tx, centre_id)
    found = (relay_of(account, slug) for account in device_accounts.of_centre(tx, centre_id))
    return [
        RelayState(relay=relay, positions=tuple(known.get(relay.account_id, ())))
        for relay in found
        if relay
    ]
