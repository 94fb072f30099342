"""A bare FastAPI endpoint: one insert under an exclusion constraint, and nothing of Gadong.

GADONG_BENCH_DATABASE=… uvicorn --factory bench.bare_endpoint:create
"""

from __future__ import annotations

import os
from datetime import datetime

from fastapi import FastAPI, Response
from psycopg import errors
from psycopg_pool import ConnectionPool
from pydantic import BaseModel

TABLE = """
    create extension if not exists btree_gist;
    create table bare_bookings (
        id bigint generated always as identity primary key,
        machine text not null,
        during tstzrange not null,
        constraint bare_no_overlap exclude using gist (machine with =, during with &&)
    )
"""
INSERT = """
    insert into bare_bookings (machine, during)
    values (%s, tstzrange(%s, %s))
    returning id
"""


class MachineHour(BaseModel):
    """A machine and a time."""

    machine: str
    start: datetime
    end: datetime


def create() -> FastAPI:
    """Return the application, whose database the environment names."""
    pool = ConnectionPool(os.environ["GADONG_BENCH_DATABASE"], min_size=1, max_size=16, open=True)
    app = FastAPI()

    @app.post("/bookings", status_code=201)
    def book(wish: MachineHour, response: Response) -> dict[str, int]:
        try:
            with pool.connection() as connection:
                row = connection.execute(INSERT, [wish.machine, wish.start, wish.end]).fetchone()
        except errors.ExclusionViolation:
            response.status_code = 409
            return {}
        return {"id": row[0] if row else 0}

    return app
