"""Rules of safety: the trainings that a machine requires."""

from __future__ import annotations
