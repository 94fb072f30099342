"""Values and rules of people: pure, with `now` as an argument."""

from __future__ import annotations
