"""Endpoints of satisfaction: a centre's questions, and figures of the answers."""

from __future__ import annotations
