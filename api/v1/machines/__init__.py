"""Endpoints of machines, and their requests and answers."""

from __future__ import annotations
