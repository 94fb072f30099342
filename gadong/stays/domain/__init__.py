"""Days, tenancies and stock: pure, with `now` as an argument."""

from __future__ import annotations
