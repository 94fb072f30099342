"""Endpoints of commissioned work, with their requests and answers."""

from __future__ import annotations
