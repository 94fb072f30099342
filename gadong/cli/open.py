"""The settings and the database, opened for every command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gadong.core.database import Pool, open_pool
from gadong.core.domain.problem import NotFound
from gadong.core.services.sealing import Keyring
from gadong.people.domain.centre import Centre
from gadong.people.services import accounts
from gadong.settings import Settings


@contextmanager
def database() -> Iterator[Pool]:
    """Connections for one command."""
    pool = open_pool(Settings().database_url, size=2, name="command line")
    try:
        yield pool
    finally:
        pool.close()


def keys() -> Keyring:
    """Return the keys that encrypt what the database keeps and must not show."""
    told = Settings()
    return Keyring.of(told.data_keys, told.secret)


def centre_named(pool: Pool, slug: str) -> Centre:
    """Return the centre of that slug; NotFound lists the slugs."""
    centres = accounts.every_centre(pool)
    for centre in centres:
        if centre.slug == slug:
            return centre
    known = ", ".join(c.slug for c in centres) or "none yet: gadong centre create"
    raise NotFound(f"There is no centre {slug}; there is {known}")
