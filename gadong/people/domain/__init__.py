"""Values and rules of people: pure, and `now` is an argument."""

from __future__ import annotations
