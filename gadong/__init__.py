"""The library that the three programs share: a tower of wings, and the migrations."""

from __future__ import annotations

# Stamped on every statement: a change to how money is computed changes this number.
ENGINE_VERSION = "14"
