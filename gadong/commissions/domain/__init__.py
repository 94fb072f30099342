"""Values and rules of commissioned work: pure, with `now` as an argument."""

from __future__ import annotations
