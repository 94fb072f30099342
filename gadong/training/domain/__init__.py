"""Values and rules of training: pure, with `now` as an argument."""

from __future__ import annotations
