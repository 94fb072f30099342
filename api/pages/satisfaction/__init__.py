"""Pages of satisfaction: answers by a link, figures, and the questions."""

from __future__ import annotations
