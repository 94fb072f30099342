"""Labels of values, fields, parameters and subjects, as pages show them."""

from __future__ import annotations
