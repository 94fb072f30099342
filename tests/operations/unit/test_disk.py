"""From where on a disk is scarce, and from where on it is full."""

from __future__ import annotations

from pathlib import Path

import pytest

from gadong.operations.domain.disk import DiskUse
from gadong.operations.services.disk import disk_use


@pytest.mark.parametrize(
    ("free", "is_scarce", "is_full"),
    [
        (20_001, False, False),
        (20_000, True, False),
        (5_001, True, False),
        (5_000, True, True),
        (0, True, True),
    ],
)
def test_a_disk_is_scarce_at_80_percent_and_full_at_95(
    free: int, is_scarce: bool, is_full: bool
) -> None:
    use = DiskUse(total=100_000, free=free)
    assert (use.is_scarce, use.is_full) == (is_scarce, is_full)


def test_a_disk_without_any_blocks_is_full() -> None:
    assert DiskUse(total=0, free=0).is_full


def test_what_cannot_be_seen_is_not_watched(tmp_path: Path) -> None:
    assert disk_use("") is None
    assert disk_use(str(tmp_path / "missing")) is None
    assert disk_use(str(tmp_path)) is not None
