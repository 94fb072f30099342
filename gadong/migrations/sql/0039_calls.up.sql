-- Somebody at a machine wants the staff. One call of theirs is open at a time, however often the
-- button is pressed.
create table calls (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    person_id    uuid not null references people,
    words        text not null default '',
    called_at    timestamptz not null default clock_timestamp(),
    answered_at  timestamptz,
    answered_by  uuid references people,
    constraint calls_words check (length(words) <= 200),
    constraint calls_answered check ((answered_at is null) = (answered_by is null))
);
create unique index calls_open on calls (machine_id, person_id) where answered_at is null;
create index calls_by_centre on calls (centre_id, id) where answered_at is null;
alter table calls enable row level security;
create policy permitted on calls to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[]) or person_id = (select permit_by()));
create policy everything on calls to gadong_system using (true);
create trigger calls_tell_floor after insert or update on calls for each row
    execute function tell_floor();
create constraint trigger calls_audited after insert or update or delete on calls
    deferrable initially deferred for each row execute function audit_row();
