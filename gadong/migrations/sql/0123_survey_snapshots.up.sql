-- The yearly survey of a centre's firms as it was handed in: sums without any firm's name. Facts:
-- the latest of a year counts, and what firms say or take back later does not change it.
create table survey_snapshots (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    year         integer not null,
    document     jsonb not null,
    taken_by     uuid not null references people,
    recorded_at  timestamptz not null,
    constraint survey_snapshots_year check (year between 2000 and 2999)
);
create index survey_snapshots_by_centre on survey_snapshots (centre_id, year, recorded_at);
create trigger survey_snapshots_are_facts before update or delete on survey_snapshots
    for each row execute function refuse_change();
create constraint trigger survey_snapshots_audited after insert on survey_snapshots
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on survey_snapshots from gadong_app, gadong_system;
alter table survey_snapshots enable row level security;
create policy permitted on survey_snapshots to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on survey_snapshots to gadong_system using (true);
select close_to_public();
