"""The range of programs that a database's schema serves.

Revisions begin with their number in four digits, so that their order is that of their names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The schema of a database: its revision, and the oldest revision whose programs work with
    it.
    """

    revision: str | None
    oldest: str | None

    def lacks(self, needed: str) -> str:
        """Return why a program of the needed revision cannot work with it; empty if it can."""
        if self.revision is None or self.revision < needed:
            found = self.revision or "no schema"
            return f"the database is at {found}, the program needs {needed}: gadong migrate"
        if self.oldest is None or needed < self.oldest <= self.revision:
            return (
                f"the database is at {self.revision} and serves programs of {self.oldest} or newer;"
                f" this one is of {needed}: install and start the newer version"
            )
        return ""
