"""Centres, accounts, members, companies, and the ways in which people log in."""

from __future__ import annotations
