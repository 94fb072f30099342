-- How many days before a contract ends a centre is told of it, and who was told of which end.
-- New tables alone; older programs go on, which tell nobody.
create table tenancy_terms (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    -- Days before the last day; none: nobody is told.
    notice_days  integer not null,
    set_by       uuid not null references people,
    recorded_at  timestamptz not null,
    constraint tenancy_terms_days check (notice_days between 0 and 365)
);
create index tenancy_terms_latest on tenancy_terms (centre_id, recorded_at desc, id desc);
create trigger tenancy_terms_are_facts before update or delete on tenancy_terms
    for each row execute function refuse_change();

create table tenancy_reminders (
    centre_id   uuid not null references centres,
    tenancy_id  uuid not null references tenancies,
    last_day    date not null,
    told_at     timestamptz not null default now(),
    constraint tenancy_reminders_key primary key (tenancy_id, last_day)
);
create constraint trigger tenancy_terms_audited after insert on tenancy_terms
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger tenancy_reminders_audited after insert or update or delete
    on tenancy_reminders deferrable initially deferred
    for each row execute function audit_row();
revoke update, delete on tenancy_terms from gadong_app, gadong_system;
alter table tenancy_terms enable row level security;
create policy permitted on tenancy_terms to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on tenancy_terms to gadong_system using (true);
alter table tenancy_reminders enable row level security;
create policy everything on tenancy_reminders to gadong_system using (true);
select close_to_public();
