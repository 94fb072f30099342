"""What the three programs share: domain, store, services, migrations."""

from __future__ import annotations

# Stamped on every statement: a change to how money is computed changes this number.
ENGINE_VERSION = "5"
