"""Values and rules of booking: pure, and `now` is an argument."""

from __future__ import annotations
