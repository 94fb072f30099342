"""SQL of commissioned work, each statement beside the module that runs it."""

from __future__ import annotations
