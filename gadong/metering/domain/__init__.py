"""Values and rules of metering: pure, and `now` is an argument."""

from __future__ import annotations
