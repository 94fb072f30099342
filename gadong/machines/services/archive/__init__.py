"""Files of closed months: written, read, and brought back."""

from __future__ import annotations
