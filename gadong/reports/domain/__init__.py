"""Values and rules of reports: pure, and `now` is an argument."""

from __future__ import annotations
