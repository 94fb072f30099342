"""Items of a tax invoice (품목): the few names under which everything that a centre charges for is
booked.
"""

from __future__ import annotations

from enum import StrEnum


class TaxItem(StrEnum):
    """A name on a tax invoice.

    The values are apart from those of `GoodKind`, since forms show both beside each other.
    """

    USE = "use_fee"
    MATERIAL = "material_fee"
    PRINTING = "printing_fee"
    PROCESSING = "processing_fee"
    STORAGE = "storage_fee"
    ANALYSIS = "analysis_fee"
    SUPPORT = "support_fee"
    TRAINING = "training_fee"
    LEASE = "lease_fee"
    MAINTENANCE = "maintenance_fee"  # 관리비 of a tenancy
    PENALTY = "penalty_fee"
    OTHER = "other_fee"
