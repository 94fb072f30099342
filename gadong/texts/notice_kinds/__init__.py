"""The sentences of notices by their kinds, wing by wing; `texts.notices` joins them."""

from __future__ import annotations
