"""Components of a charge."""

from __future__ import annotations

from enum import StrEnum


class Component(StrEnum):
    """The service or rule that a charge line is for."""

    BASE_FEE = "base_fee"
    TIME = "time"
    SURCHARGE = "surcharge"
    OVERRUN = "overrun"
    MINIMUM = "minimum"  # the rest up to the minimum amount
    CAP = "cap"  # the part above the maximum (never positive)
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"
    MATERIAL = "material"
    OPERATOR = "operator"
    TRAINING = "training"
    COMMISSION = "commission"  # measured or made to order
    OTHER = "other"  # a manager's own line
