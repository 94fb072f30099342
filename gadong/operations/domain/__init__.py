"""Rules of operations, without I/O."""

from __future__ import annotations
