"""SQL of stays, each statement beside the module that runs it."""

from __future__ import annotations
