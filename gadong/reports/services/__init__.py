"""Use cases of reports: one function, one transaction."""

from __future__ import annotations
