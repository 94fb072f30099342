"""The disk on which the database lies, as the operating system sees it."""

from __future__ import annotations

import shutil

from gadong.operations.domain.disk import DiskUse


def disk_use(directory: str) -> DiskUse | None:
    """Return the use of the disk of a directory; None without one, or if it cannot be seen."""
    if not directory:
        return None
    try:
        found = shutil.disk_usage(directory)
    except OSError:
        return None
    # Blocks that are reserved for the administrator are no room for the database.
    return DiskUse(total=found.used + found.free, free=found.free)
