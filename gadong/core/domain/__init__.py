"""Values and rules of core: pure, with `now` as an argument."""

from __future__ import annotations
