"""Rules of taking back an entry of money, whether a payment or a firm's transfer."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Conflict, Invalid, NotFound


class Entry(Protocol):
    """An entry of a centre's money; `reverses` is the entry that it takes back."""

    @property
    def centre_id(self) -> CentreId:
        """Return its centre."""
        ...

    @property
    def reverses(self) -> UUID | None:
        """Return the entry that it takes back, or None."""
        ...


E = TypeVar("E", bound=Entry)


def need_reason(reason: str) -> None:
    """Raise Invalid without a reason."""
    if not reason.strip():
        raise Invalid("Say why it is taken back", field="reason")


def need_reversible(who: Caller, entry: E | None) -> E:
    """Return an entry that the caller may take back.

    Raise NotFound where it is none of theirs, and Conflict where it takes back another.
    """
    if entry is None or not who.may(entry.centre_id, Right.MONEY_WORK):
        raise NotFound
    if entry.reverses:
        raise Conflict("This entry takes back another; enter the money again instead")
    return entry
