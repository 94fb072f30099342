"""Endpoints of interlocks, with their requests and answers."""

from __future__ import annotations
