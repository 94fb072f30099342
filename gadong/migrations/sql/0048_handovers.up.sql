-- The mark in the broker's stream from which the centre's session receives a source, and the inbox
-- no longer does (ADR 25).
create table handovers (
    -- The mark. Ids rise with time.
    id         uuid primary key,
    centre_id  uuid not null references centres,
    sources    uuid[] not null,
    -- The session asked for their topics no earlier.
    since      timestamptz not null,
    -- When the session received the mark; null until everything that it received before the mark is
    -- committed.
    until      timestamptz
);
create index handovers_by_centre on handovers (centre_id, id);
alter table handovers enable row level security;
create policy everything on handovers to gadong_system using (true);
