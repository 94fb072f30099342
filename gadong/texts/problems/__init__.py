"""The sentences of refusals by their codes, wing by wing; `texts.refusals` joins them."""

from __future__ import annotations
