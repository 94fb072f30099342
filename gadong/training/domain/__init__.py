"""Values and rules of training: pure, and `now` is an argument."""

from __future__ import annotations
