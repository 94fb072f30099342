"""Problems and errors, as codes and figures; the sentences for users are in `texts/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gadong.core.domain.period import Period

Figure = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Parts of a problem's sentence beside its figures.

    `names` has the Korean and the English name of what figures call by a key. `open_hours` are the
    times that the sentence may name, `zone` the clock on which it names them.
    """

    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    open_hours: Sequence[Period] = ()
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One broken rule: its code, the limit, the value, and the role that may override it."""

    code: str
    limit: Figure = None
    actual: Figure = None
    overridable_by: str | None = None
    details: Mapping[str, Figure] = field(default_factory=dict)
    spoken: Spoken | None = field(default=None, compare=False)

    def saying(self, **more: Any) -> Problem:
        """Return the problem with more for its sentence to say."""
        return replace(self, spoken=replace(self.spoken or Spoken(), **more))


class GadongError(Exception):
    """Something could not be done."""

    code = "error"

    def __init__(self, message: str = "", /, **figures: object) -> None:
        """Keep the figures beside the message, which defaults to the docstring's first
        paragraph.
        """
        default = " ".join((type(self).__doc__ or "").partition("\n\n")[0].split())
        super().__init__(message or default)
        self.figures = figures


class NotFound(GadongError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"


class Forbidden(GadongError):
    """Your role does not allow this."""

    code = "forbidden"


class Unauthenticated(GadongError):
    """Log in first, or send a valid token."""

    code = "unauthenticated"


class SecondFactorNeeded(GadongError):
    """Send the one-time code too."""

    code = "second_factor"


class TooManyAttempts(GadongError):
    """Too many failed logins; try again later."""

    code = "too_many_attempts"


class ProofNeeded(GadongError):
    """Staff need one-time codes or a passkey at this centre; set them up under your account"""

    code = "proof_needed"


class SessionNeeded(GadongError):
    """An account is its person's: log in as yourself; no token or program may do this"""

    code = "session_needed"


class ProofTooOld(GadongError):
    """Show that it is still you: give your password or passkey again, then repeat this"""

    code = "proof_too_old"


class AgreementNeeded(GadongError):
    """Terms or a privacy notice came into force that you have not accepted yet"""

    code = "agreement_needed"


class TooManyRequests(GadongError):
    """You have asked for too much in the last minute; wait as long as Retry-After says."""

    code = "too_many_requests"


class Invalid(GadongError):
    """A value is not acceptable."""

    code = "invalid"


class Conflict(GadongError):
    """This does not fit what is already there."""

    code = "conflict"


class NotAllowed(GadongError):
    """This cannot be done in the present state."""

    code = "not_allowed"


class Changed(GadongError):
    """Somebody changed it since you read it; read it again."""

    code = "changed"


class Refused(GadongError):
    """The request breaks rules; every one of them is listed."""

    code = "refused"

    def __init__(self, problems: Sequence[Problem], alternatives: Sequence[object] = ()) -> None:
        """Carry all problems at once, with free periods as alternatives."""
        super().__init__()
        self.problems = list(problems)
        self.alternatives = list(alternatives)


class SlotTaken(Refused):
    """Somebody else holds the machine in that time."""

    code = "slot_taken"
