"""Checks of a change of stays, which wings above hand in: they know the documents of money."""

from __future__ import annotations

from collections.abc import Callable

from gadong.core.database import Tx
from gadong.stays.domain.stay_change import StayChange

#: Raise where the change may not be kept. It is called within the transaction, after the change.
StayCheck = Callable[[Tx, StayChange], None]


def unasked(_tx: Tx, _change: StayChange) -> None:
    """Keep the change whatever it touches."""
