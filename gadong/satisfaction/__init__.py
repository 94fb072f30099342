"""Satisfaction: what people say of sessions and courses, and how many were asked."""

from __future__ import annotations
