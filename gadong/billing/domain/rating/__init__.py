"""Rating: billed time of sessions, its bands, and the charges that it becomes."""

from __future__ import annotations
