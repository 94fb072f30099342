"""Documents: PDF, spreadsheets and tables of statements and corrections."""

from __future__ import annotations
