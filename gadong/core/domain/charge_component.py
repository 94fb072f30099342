"""Components of a charge: what it is for."""

from __future__ import annotations

from enum import StrEnum


class Component(StrEnum):
    """What a charge is for."""

    BASE_FEE = "base_fee"
    TIME = "time"
    SURCHARGE = "surcharge"
    OVERRUN = "overrun"
    MINIMUM = "minimum"  # what is missing to the least amount
    CAP = "cap"  # what is taken off above the most (never positive)
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"
    MATERIAL = "material"
    OPERATOR = "operator"
    TRAINING = "training"
    COMMISSION = "commission"  # measured or made to order
    OTHER = "other"  # a manager's own line
