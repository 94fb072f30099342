"""Use cases of metering: one function, one transaction."""

from __future__ import annotations
