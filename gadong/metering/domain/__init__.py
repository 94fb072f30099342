"""Values and rules of metering: pure, with `now` as an argument."""

from __future__ import annotations
