"""Values and rules of dialects: pure, and `now` is an argument."""

from __future__ import annotations
