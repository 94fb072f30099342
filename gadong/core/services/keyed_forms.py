"""Forms that may be sent twice: under one key a thing is entered once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from gadong.core.database import Tx, alone
from gadong.core.domain.access import Caller
from gadong.core.domain.document import canonical
from gadong.core.domain.problem import Invalid
from gadong.core.store import outbox


@dataclass(frozen=True, slots=True)
class KeyedForm:
    """A form of somebody under its key (None: it has none), with the values that were sent."""

    who: Caller
    key: str | None
    values: tuple[object, ...]

    @property
    def digest(self) -> bytes:
        """Return the digest of the values."""
        return sha256(canonical(self.values)).digest()

    def first(self, tx: Tx) -> UUID | None:
        """Return what the form made when it was sent before, or None.

        One that is sent twice at once waits for itself. Raise Invalid where it was sent with other
        values.
        """
        if self.key:
            alone(tx, f"form {self.who.person_id} {self.key}")
        found = outbox.first_answer(tx, self.who.person_id, self.key) if self.key else None
        if found is None:
            return None
        if found[0] != self.digest:
            raise Invalid(
                "This form was sent before with other values; look at what it entered first",
                field="key",
            )
        return found[1]

    def keep(self, tx: Tx, made: UUID) -> None:
        """Keep what the form made."""
        if self.key:
            outbox.keep_answer(tx, self.who.person_id, self.key, digest=self.digest, made=made)
