"""Endpoints of training, with their requests and answers."""

from __future__ import annotations
