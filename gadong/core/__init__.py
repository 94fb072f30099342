"""Ids, periods, money, access, audit, machine states, and the database that all wings share."""

from __future__ import annotations
