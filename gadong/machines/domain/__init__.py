"""Values and rules of machines: pure, and `now` is an argument."""

from __future__ import annotations
