"""Values and rules of billing: pure, and `now` is an argument."""

from __future__ import annotations
