"""Commissioned work as cases: asked for, quoted, received, done, charged and handed over."""

from __future__ import annotations
