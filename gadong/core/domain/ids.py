"""Ids: one type for each kind of row, and new ids that sort by their time of creation."""

from __future__ import annotations

import secrets
import time
from threading import Lock
from typing import NewType
from uuid import UUID

CentreId = NewType("CentreId", UUID)
PersonId = NewType("PersonId", UUID)
CompanyId = NewType("CompanyId", UUID)
MachineId = NewType("MachineId", UUID)
SourceId = NewType("SourceId", UUID)
MessageId = NewType("MessageId", UUID)
BookingId = NewType("BookingId", UUID)
TariffId = NewType("TariffId", UUID)
StatementId = NewType("StatementId", UUID)
DecisionId = NewType("DecisionId", UUID)
PaymentId = NewType("PaymentId", UUID)
TransferId = NewType("TransferId", UUID)
EntryId = NewType("EntryId", UUID)
CorrectionId = NewType("CorrectionId", UUID)
ObjectionId = NewType("ObjectionId", UUID)
LoggedUseId = NewType("LoggedUseId", UUID)
EquipmentId = NewType("EquipmentId", UUID)


RANDOM_BITS = 74
STEP_BITS = 32


class _Sequence:
    """The ids of this process, of which each is greater than all before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def next(self) -> int:
        with self._lock:
            milliseconds = time.time_ns() // 1_000_000
            fresh = milliseconds << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
            step = 1 + secrets.randbits(STEP_BITS)
            self._last = fresh if fresh > self._last else self._last + step
            return self._last


_sequence = _Sequence()


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562, section 5.7) greater than any made before in this process.

    Milliseconds since 1970, then random bits. Within a millisecond, and while a clock that was set
    back catches up, the id before grows by a random step (section 6.2, method 2). Rows of one
    transaction so sort in the order in which they were made.
    """
    high, low = divmod(_sequence.next(), 1 << 62)
    milliseconds, middle = divmod(high, 1 << 12)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | middle << 64 | 0x2 << 62 | low)
