"""Utilisation, monthly and yearly figures, and logbooks."""

from __future__ import annotations
