"""Proof of issued documents: their evidence, chain and verification."""

from __future__ import annotations
