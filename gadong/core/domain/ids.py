"""Ids: one type for each kind of row, and new ids that sort by their time of creation."""

from __future__ import annotations

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
EntryId = NewType("EntryId", UUID)
CorrectionId = NewType("CorrectionId", UUID)
ObjectionId = NewType("ObjectionId", UUID)
LoggedUseId = NewType("LoggedUseId", UUID)
EquipmentId = NewType("EquipmentId", UUID)


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562, section 5.7): milliseconds since 1970,
    then random bits.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
