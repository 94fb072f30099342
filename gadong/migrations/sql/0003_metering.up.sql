-- Everything in this file is derived: it can be deleted and rebuilt from facts to the same rows.
create table runs (
    centre_id        uuid not null references centres,
    machine_id       uuid not null references machines,
    during           tstzrange not null,
    state            text not null,
    grade            char(1) not null,
    opened_by        uuid,
    held_from        timestamptz,
    counted_seconds  integer,
    constraint runs_key primary key (machine_id, during),
    constraint runs_half_open check (not isempty(during) and lower_inc(during)
        and not upper_inc(during)),
    constraint runs_state check (state in ('running', 'paused', 'setup', 'idle', 'off',
        'fault', 'unknown')),
    constraint runs_partition_time exclude using gist (machine_id with =, during with &&)
);
create index runs_by_end on runs (machine_id, upper(during));

create table live_states (
    machine_id     uuid primary key references machines,
    centre_id      uuid not null references centres,
    state          text not null,
    since          timestamptz not null,
    -- Where a heartbeat is owed: the instant after which the state is no longer known. Null where
    -- silence means nothing.
    holds_until    timestamptz,
    job            text,
    progress       double precision,
    power_watts    double precision,
    heard_at       timestamptz,
    updated_at     timestamptz not null
);

-- From when on a machine's runs are due to be derived again; one row a machine, the earliest
-- instant wins.
create table metering_marks (
    machine_id  uuid primary key references machines,
    centre_id   uuid not null references centres,
    since       timestamptz not null,
    marked_at   timestamptz not null default clock_timestamp()
);
