"""A booking for a named person."""

from __future__ import annotations

ASKED = [{"key": "material", "ko": "재료", "en": "Material"}]
