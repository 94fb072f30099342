"""Whose hands are on a machine while a company uses it: a price of its own, and no training where they are the centre's."""

from __future__ import annotations

from enum import StrEnum


class UsageMode(StrEnum):
    """The way a company uses a machine (이용 구분; docs/reference/billing.md#usage-modes)."""

    SELF = "self"  # 직접 이용: the company's own people run it
    ASSISTED = "assisted"  # 지원 이용: with the centre's operator beside them
    COMMISSIONED = "commissioned"  # 의뢰: the centre measures or makes it for them

    @property
    def wants_training(self) -> bool:
        """Whether who comes must know the machine themselves."""
        return self is UsageMode.SELF
