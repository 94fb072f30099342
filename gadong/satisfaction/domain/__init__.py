"""Questions, requests and tallies: pure, with `now` as an argument."""

from __future__ import annotations
