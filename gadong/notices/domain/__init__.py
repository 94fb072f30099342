"""Values and rules of notices: pure, and `now` is an argument."""

from __future__ import annotations
