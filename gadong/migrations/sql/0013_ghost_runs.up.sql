-- Of which runs without a booking managers were told, once each.
create table ghost_runs_told (
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    since       timestamptz not null,
    told_at     timestamptz not null default clock_timestamp(),
    constraint ghost_runs_told_key primary key (machine_id, since)
);
