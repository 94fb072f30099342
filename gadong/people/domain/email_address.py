"""The rule for a mailbox's address: what cannot be one is refused where it is typed."""

from __future__ import annotations

from gadong.core.domain.problem import Invalid

#: RFC 5321 limits a path to 256 octets, its brackets included.
LONGEST = 254


def need_email(email: str, *, field: str = "email") -> str:
    """Return the address; raise Invalid for a text that cannot be one."""
    if "@" not in email or len(email) > LONGEST or not email.isprintable():
        raise Invalid("This is no e-mail address", field=field)
    return email
