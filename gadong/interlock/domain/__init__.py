"""Values and rules of interlocks: pure, with `now` as an argument."""

from __future__ import annotations
