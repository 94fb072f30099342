"""Claims on the payers of programmes: lines, the document, and its receivable."""

from __future__ import annotations
