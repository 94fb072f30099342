"""Pages of reports and their templates."""

from __future__ import annotations
