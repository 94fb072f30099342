"""Rules of files of closed months."""

from __future__ import annotations
