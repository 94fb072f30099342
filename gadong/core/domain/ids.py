"""Ids: one type for each kind of row, and new ids that sort by their time of creation."""

from __future__ import annotations

import itertools
import secrets
import time
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
UnitId = NewType("UnitId", UUID)
TenancyId = NewType("TenancyId", UUID)
DepositId = NewType("DepositId", UUID)
LotId = NewType("LotId", UUID)
LotMoveId = NewType("LotMoveId", UUID)


COUNTER_BITS = 42
TAIL_BITS = 32
# Begins anywhere in its lower half, so that no process ever comes to its end.
_counter = itertools.count(secrets.randbits(COUNTER_BITS - 1))


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562, section 5.7), which sorts after those made before it.

    Milliseconds since 1970, then the process's counter (section 6.2, method 1), then random bits.
    Rows of one transaction so sort in the order in which they were made, unless the clock was set
    back meanwhile.
    """
    milliseconds = time.time_ns() // 1_000_000
    high, low = divmod(next(_counter) % (1 << COUNTER_BITS), 1 << (COUNTER_BITS - 12))
    tail = low << TAIL_BITS | secrets.randbits(TAIL_BITS)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | tail)
