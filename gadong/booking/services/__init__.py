"""Use cases of booking: one function, one transaction."""

from __future__ import annotations
