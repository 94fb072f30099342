"""Notifications of changes to a floor, as they are committed.

This is the only asynchronous connection to the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from psycopg import AsyncConnection, OperationalError

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
