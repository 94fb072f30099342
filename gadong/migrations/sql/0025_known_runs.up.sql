-- The runs of a stretch of a machine's time that is over, as the facts recorded before an instant
-- give them. A derivation: used again only while nothing it rests on was recorded since, and never
-- to verify (ADR 16).
create table known_runs (
    centre_id        uuid not null references centres,
    machine_id       uuid not null references machines,
    during           tstzrange not null,
    recorded_before  timestamptz not null,
    -- The earliest signal that was looked at, and the digest of how sources were read and of when
    -- nobody listened.
    since            timestamptz not null,
    rest             bytea not null,
    runs             jsonb not null,
    job_starts       jsonb not null,
    constraint known_runs_key primary key (machine_id, during)
);

-- What was recorded after an instant is found without looking at what was there: rows lie in the
-- order they were recorded. Building it blocks writers of signals meanwhile; it is a few pages for
-- a month of signals.
create index signals_by_recording on signals using brin (recorded_at) with (pages_per_range = 32);
