"""The bytes of a message if ids, channels and rules were small integers, beside those of today.

    python -m bench.small_ids [messages]

The messages of `bench.storage` are copied into other tables under the same indexes. Their centre,
machine, source, channel and rule are integers of two and four bytes there, in an order without
padding. A message's own id and every time stay. Sizes are after a vacuum (ADR 74).
"""

from __future__ import annotations

import sys

import psycopg

from bench.database import own_database
from bench.storage import CLOSED_MONTHS, DIALECTS, size, store, ten_years
from gadong.core.database import Pool
from tests.support.world import World

MESSAGES = 30_000
# Bytes of a message in files do not depend on the tables (ADR 59).
IN_FILES = 22
COPIES = """
create table small_ids as
select id, row_number() over (order by id)::integer as small
from (
    select centre_id as id from messages
    union select machine_id from messages
    union select source_id from messages
) as ids;
create table small_words as
select word, row_number() over (order by word)::smallint as small
from (select channel as word from signals union select time_rule from signals) as words;
create table small_messages (
    id uuid not null, received_at timestamptz not null, recorded_at timestamptz not null,
    machine_id integer not null, source_id integer not null, centre_id smallint not null,
    qos smallint not null, retained boolean not null, topic text not null, payload bytea not null
);
select create_hypertable('small_messages', by_range('received_at', interval '7 days'),
    create_default_indexes => false);
create index on small_messages (id);
create index on small_messages (source_id, received_at desc);
insert into small_messages
select m.id, received_at, recorded_at, a.small, s.small, c.small, qos, retained, topic, payload
from messages m
join small_ids a on a.id = m.machine_id
join small_ids s on s.id = m.source_id
join small_ids c on c.id = m.centre_id
order by received_at;
create table small_signals (
    message_id uuid not null, event_time timestamptz not null, received_at timestamptz not null,
    recorded_at timestamptz not null, number double precision, machine_id integer not null,
    source_id integer not null, uncertain_seconds real not null, centre_id smallint not null,
    channel smallint not null, time_rule smallint not null, ordinal smallint not null,
    qos smallint not null, part text not null, text_value text
);
select create_hypertable('small_signals', by_range('event_time', interval '7 days'),
    create_default_indexes => false);
create index on small_signals (machine_id, event_time);
create index on small_signals (source_id, channel, part, event_time desc);
create index on small_signals using brin (recorded_at)
    with (pages_per_range = 32, autosummarize = on);
insert into small_signals
select message_id, event_time, received_at, recorded_at, number, a.small, s.small,
    uncertain_seconds, c.small, w.small, r.small, ordinal, qos, part, text_value
from signals g
join small_ids a on a.id = g.machine_id
join small_ids s on s.id = g.source_id
join small_ids c on c.id = g.centre_id
join small_words w on w.word = g.channel
join small_words r on r.word = g.time_rule
order by recorded_at;
create table small_keys (
    source_id integer not null, centre_id smallint not null, recorded_on date not null,
    key bytea not null, digest bytea,
    primary key (source_id, key)
);
insert into small_keys
select s.small, c.small, recorded_on, key, digest
from message_keys k
join small_ids s on s.id = k.source_id
join small_ids c on c.id = k.centre_id;
"""
SIZES = """
select coalesce((select hypertable_size(h.hypertable_name::regclass)
    from timescaledb_information.hypertables h where h.hypertable_name = %(name)s),
    pg_total_relation_size(%(name)s::regclass)) as bytes
"""


def small(pool: Pool) -> dict[str, int]:
    """Copy the tables and return the copies' bytes, by the name of the table that they copy."""
    found = {}
    with psycopg.connect(str(pool.conninfo), autocommit=True) as owner:
        owner.execute(COPIES)
        for table, copy in (
            ("messages", "small_messages"),
            ("signals", "small_signals"),
            ("message_keys", "small_keys"),
        ):
            owner.execute(f"vacuum analyze {copy}")
            row = owner.execute(SIZES, {"name": copy}).fetchone()
            assert row is not None
            found[table] = row[0]
    return found


def main() -> None:
    """Measure and print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    print(f"{messages:,} messages each; bytes a message today, with small ids; ten years of both")
    for dialect in DIALECTS:
        with own_database() as pool:
            world = World.made(pool)
            store(world, dialect, messages)
            now = size(pool)
            tables = small(pool)
            before = {name: now.tables[name] / now.messages for name in tables}
            after = {name: tables[name] / now.messages for name in tables}
            years = [
                ten_years(
                    each["messages"] + each["signals"],
                    each["message_keys"],
                    IN_FILES,
                    CLOSED_MONTHS,
                )
                for each in (before, after)
            ]
            shown = "; ".join(f"{name} {before[name]:,.0f} {after[name]:,.0f}" for name in tables)
            sums = sum(before.values()), sum(after.values())
            print(
                f"{dialect:12} {shown}; sum {sums[0]:,.0f} {sums[1]:,.0f}; "
                f"{years[0]:,.0f} GB {years[1]:,.0f} GB"
            )


if __name__ == "__main__":
    main()
