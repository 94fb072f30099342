"""Pure values and rules. No I/O, no clock: `now` is always an argument."""

from __future__ import annotations
