"""Modes in which a company uses a machine, each with its own price and need for training."""

from __future__ import annotations

from enum import StrEnum


class UsageMode(StrEnum):
    """The mode in which a company uses a machine (이용 구분; docs/reference/billing.md#usage-modes)."""

    SELF = "self"  # 직접 이용: the company's own people run it
    ASSISTED = "assisted"  # 지원 이용: with the centre's operator beside them
    COMMISSIONED = "commissioned"  # 의뢰: the centre measures or makes it for them

    @property
    def wants_training(self) -> bool:
        """Return whether the company's person must be trained on the machine."""
        return self is UsageMode.SELF
