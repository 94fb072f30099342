"""Figures and words of documents: statements, corrections and tax invoices."""

from __future__ import annotations
