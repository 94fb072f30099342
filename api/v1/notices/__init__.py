"""Endpoints of notices, with their requests and answers."""

from __future__ import annotations
