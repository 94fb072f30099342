"""Persons, and members of a centre's staff."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.domain.access import Role
from gadong.core.domain.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who books or manages."""

    id: PersonId
    name: str
    email: str
    is_administrator: bool
    # A company's contact who books by telephone has none.
    has_login: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a centre's staff, with the roles there."""

    person: Person
    roles: frozenset[Role]
