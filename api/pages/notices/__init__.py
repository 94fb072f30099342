"""Pages of training and their templates."""

from __future__ import annotations
