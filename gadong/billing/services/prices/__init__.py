"""Prices: tariffs and their terms, quotes, and trials of a tariff on past months."""

from __future__ import annotations
