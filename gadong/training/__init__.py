"""Courses, and qualifications that lapse."""

from __future__ import annotations
