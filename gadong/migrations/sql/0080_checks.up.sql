-- What is wrong with the service, and since when: one row a check, and a centre where it is a
-- centre's. The scheduler writes it; `since` is kept for as long as the level stays.
create table check_states (
    name       text not null,
    centre_id  uuid references centres,
    level      text not null,
    figures    jsonb not null,
    since      timestamptz not null,
    seen_at    timestamptz not null,
    constraint check_states_unique unique nulls not distinct (name, centre_id),
    constraint check_states_level check (level in ('good', 'warning', 'alarm'))
);

-- Backups that ended, and restores of them for trial. A restored database knows those before its
-- own.
create table backups (
    number       bigint generated always as identity primary key,
    kind         text not null,
    started_at   timestamptz not null,
    finished_at  timestamptz not null default clock_timestamp(),
    outcome      text not null,
    detail       text not null default '',
    constraint backups_kind check (kind in ('backup', 'trial')),
    constraint backups_outcome check (outcome in ('done', 'failed'))
);

-- Messages that the broker dropped since it started, and when the number last rose.
alter table listening add column dropped bigint not null default 0;
alter table listening add column dropped_at timestamptz;

alter table check_states enable row level security;
create policy permitted on check_states to gadong_app
    using (centre_id is null or centre_id = any ((select permit_entered())::uuid[]));
create policy everything on check_states to gadong_system using (true);
