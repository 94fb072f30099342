"""Values and rules of reports: pure, with `now` as an argument."""

from __future__ import annotations
