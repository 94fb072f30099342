"""Notifications of changes, as they are committed: to a floor, and to a centre's devices.

The floor's is the only asynchronous connection to the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from psycopg import AsyncConnection, OperationalError, connect

from gadong.core.database import DatabaseAway
from gadong.core.domain.ids import CentreId


async def of_the_floor(url: str) -> AsyncIterator[CentreId | None]:
    """Yield each centre whose floor changed, after a first None once the subscription is in place.

    A lost connection raises DatabaseAway.
    """
    try:
        connection = await AsyncConnection.connect(
            url, autocommit=True, connect_timeout=5, application_name="gadong pages"
        )
        async with connection:
            await connection.execute("listen gadong_floor")
            yield None
            async for news in connection.notifies():
                yield CentreId(UUID(news.payload))
    except OperationalError as trouble:
        raise DatabaseAway from trouble


def of_the_devices(url: str, *, pause: float) -> Iterator[set[CentreId | None]]:
    """Yield the centres whose devices changed, in sets; None stands for every centre.

    The first set holds None and comes once the subscription is in place. A pause without a change
    yields an empty set. A lost connection raises DatabaseAway.
    """
    try:
        with connect(
            url, autocommit=True, connect_timeout=5, application_name="gadong device news"
        ) as connection:
            connection.execute("listen gadong_devices")
            yield {None}
            while True:
                news = connection.notifies(timeout=pause, stop_after=1)
                yield {CentreId(UUID(one.payload)) if one.payload else None for one in news}
    except OperationalError as trouble:
        raise DatabaseAway from trouble
