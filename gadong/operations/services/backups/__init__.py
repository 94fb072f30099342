"""Backups: the cluster by pgBackRest, secrets and certificates by restic, and their restoring."""

from __future__ import annotations
