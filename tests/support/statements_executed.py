"""The statements that a test's work executes, for promises about their number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest


@contextmanager
def statements_executed() -> Iterator[list[str]]:
    """Record every statement that a connection of this process executes within the block."""
    executed: list[str] = []
    execute = psycopg.Connection.execute

    def recorded(connection: Any, statement: Any, *arguments: Any, **options: Any) -> Any:
        executed.append(str(statement))
        return execute(connection, statement, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", recorded)
        yield executed
