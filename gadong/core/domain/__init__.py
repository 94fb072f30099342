"""Values and rules of core: pure, and `now` is an argument."""

from __future__ import annotations
