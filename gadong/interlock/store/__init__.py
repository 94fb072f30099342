"""SQL of interlock, each statement beside the module that runs it."""

from __future__ import annotations
