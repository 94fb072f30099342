"""Encrypted secrets by which devices that are their own broker are logged in to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, SourceId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSecret:
    """One option of a source that is kept apart; `sealed` is its encrypted text."""

    source_id: SourceId
    centre_id: CentreId
    name: str
    sealed: str


def keep(tx: Tx, secret: DeviceSecret) -> None:
    """Keep a secret in place of the one before."""
    run(
        tx,
        SQL["keep"],
        source_id=secret.source_id,
        centre_id=secret.centre_id,
        name=secret.name,
        sealed=secret.sealed,
    )


def of_centre(tx: Tx, centre_id: CentreId) -> list[DeviceSecret]:
    """Return the secrets of a centre's bound devices."""
    return [DeviceSecret(**row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def names_of_source(tx: Tx, source_id: SourceId) -> list[str]:
    """Return the names of the secrets that a device has."""
    return [row["name"] for row in many(tx, SQL["names_of_source"], source_id=source_id)]


def every(tx: Tx) -> list[DeviceSecret]:
    """Return all secrets, held until the transaction ends."""
    return [DeviceSecret(**row) for row in many(tx, SQL["every"])]


def left_in_settings(tx: Tx) -> Sequence[str]:
    """Return the topics of devices whose code of before is still readable."""
    return [row["base"] for row in many(tx, SQL["left_in_settings"])]
