"""The frame of all pages: layout, texts, forms and labels."""

from __future__ import annotations
