-- A manager's word that a month is locked, or is so no more. A fact; the latest counts.
create table month_locks (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    month        char(7) not null,
    is_locked    boolean not null,
    reason       text not null default '',
    said_by      uuid not null references people,
    recorded_at  timestamptz not null,
    constraint month_locks_month check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    constraint month_locks_opened_for_a_reason check (is_locked or length(trim(reason)) > 0)
);
create index month_locks_by_month on month_locks (centre_id, month, recorded_at desc);
create trigger month_locks_are_facts before update or delete on month_locks
    for each row execute function refuse_change();
revoke update, delete on month_locks from gadong_app, gadong_system;
alter table month_locks enable row level security;
create policy permitted on month_locks to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on month_locks to gadong_system using (true);
create constraint trigger month_locks_audited after insert or update or delete on month_locks
    deferrable initially deferred for each row execute function audit_row();
