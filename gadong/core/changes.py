"""News of the floor, as they are committed: the one asynchronous connection there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from psycopg import AsyncConnection, OperationalError

from gadong.core.database import DatabaseAway
from gadong.core.domain.ids import CentreId


async def of_the_floor(url: str) -> AsyncIterator[CentreId | None]:
    """Each centre on whose floor something changed; None first, once it listens. DatabaseAway when the connection ends."""
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
