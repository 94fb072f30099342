"""Items of a tax invoice (품목): the few names under which everything that a centre charges for is
booked.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    PENALTY = "penalty_fee"
    OTHER = "other_fee"


#: In Korean as tax invoices say it, and in English.
NAMES: Mapping[TaxItem, tuple[str, str]] = {
    TaxItem.USE: ("장비사용료", "machine time"),
    TaxItem.MATERIAL: ("재료비", "materials"),
    TaxItem.PRINTING: ("출력료", "printing"),
    TaxItem.PROCESSING: ("가공료", "processing"),
    TaxItem.STORAGE: ("보관료", "storage"),
    TaxItem.ANALYSIS: ("시험·분석료", "testing and analysis"),
    TaxItem.SUPPORT: ("기술지원비", "technical support"),
    TaxItem.TRAINING: ("교육비", "training fees"),
    TaxItem.LEASE: ("임대료", "lease"),
    TaxItem.PENALTY: ("위약금", "fee for not coming"),
    TaxItem.OTHER: ("기타", "other"),
}
