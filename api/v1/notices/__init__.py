"""Endpoints of notices, and their requests and answers."""

from __future__ import annotations
