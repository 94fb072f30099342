-- The instant from which the words of a device count that was in the inbox before it was bound. An
-- operator's word, and never changed.
create table source_beginnings (
    source_id    uuid primary key references sources,
    centre_id    uuid not null references centres,
    counts_from  timestamptz not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null default clock_timestamp()
);
create trigger source_beginnings_are_facts before update or delete on source_beginnings
    for each row execute function refuse_change();
alter table source_beginnings enable row level security;
create policy permitted on source_beginnings to gadong_app using (
    centre_id = any ((select permit_entered())::uuid[])
);
create policy everything on source_beginnings to gadong_system using (true);
create constraint trigger source_beginnings_audited after insert or update or delete
    on source_beginnings
    deferrable initially deferred for each row execute function audit_row();
-- A run that began by a message from before its device was bound is doubtful.
alter table runs drop constraint runs_doubt_cause;
alter table runs add constraint runs_doubt_cause check (doubt_cause in ('late', 'counter',
    'unbound')) not valid;
alter table runs validate constraint runs_doubt_cause;
