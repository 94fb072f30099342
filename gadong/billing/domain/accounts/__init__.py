"""A firm's account: open items, credit, and how long each is due."""

from __future__ import annotations
