"""Sentences for users, in Korean and English."""

from __future__ import annotations
