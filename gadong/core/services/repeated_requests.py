"""Requests that may be repeated: under one key a thing is made once,
and the answer is given again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Forbidden, Invalid
from gadong.core.services.sealing import Keyring
from gadong.core.store import outbox

# No request lasts so long; one that did has lost its process, and a repetition may begin anew.
LOST_AFTER = timedelta(minutes=1)
FIELD = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given the first time."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Repeatable:
    """One request under its key; `digest` stands for its method, address and body."""

    who: Caller
    key: str
    digest: bytes

    @property
    def about(self) -> str:
        """Return of what the kept answer is, for sealing."""
        return f"answer {self.who.person_id} {self.key}"


def begin(pool: Pool, request: Repeatable, keys: Keyring) -> KeptAnswer | bool:
    """Return the first answer if there is one, else whether the caller may go on.

    False means that the first request is still being answered. Raise Invalid if the key was used
    for another request, and Forbidden if the caller has lost a role since.
    """
    who = request.who
    with transaction(pool, who.reach()) as tx:
        if outbox.claim_key(
            tx, who.person_id, request.key, digest=request.digest, lost_after=LOST_AFTER
        ):
            return True
        kept = outbox.claimed(tx, who.person_id, request.key)
    if kept is None:
        return False
    digest, sealed = kept
    if digest != request.digest:
        raise Invalid("This Idempotency-Key was used for another request", field=FIELD)
    if sealed is None:
        return False
    found = json.loads(keys.open(sealed, request.about))
    # A caller who lost a role since is shown nothing that they would not be shown now.
    if not set(found.get("standing", ())) <= _standing(who):
        raise Forbidden
    return KeptAnswer(found["status"], found["headers"], found["body"])


def keep(pool: Pool, request: Repeatable, answer: KeptAnswer, keys: Keyring) -> None:
    """Keep the answer for repetitions, encrypted, since answers may show a secret once."""
    text = json.dumps(
        {
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.body,
            "standing": sorted(_standing(request.who)),
        }
    )
    with transaction(pool, request.who.reach()) as tx:
        outbox.keep_text(
            tx, request.who.person_id, request.key, text=keys.seal(text, request.about)
        )


def give_up(pool: Pool, request: Repeatable) -> None:
    """Free the key of a request that made nothing, so that it can be tried again."""
    with transaction(pool, request.who.reach()) as tx:
        outbox.free_key(tx, request.who.person_id, request.key)


def _standing(who: Caller) -> set[str]:
    """Return the caller's memberships and roles, from which all that they may do follows."""
    held = {f"member {company}" for company in who.companies}
    held |= {f"owner {company}" for company in who.owns}
    held |= {f"{role} {centre}" for centre, role in who.staff}
    return held | ({"administrator"} if who.is_administrator else set())
