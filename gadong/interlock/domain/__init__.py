"""Values and rules of interlock: pure, and `now` is an argument."""

from __future__ import annotations
