-- Who asks to be served by a centre, and what became of it.
create table join_requests (
    id                   uuid primary key,
    centre_id            uuid not null references centres,
    company              text not null,
    registration_number  char(10) not null,
    name                 text not null,
    email                text not null,
    asked_at             timestamptz not null default clock_timestamp(),
    decided_at           timestamptz,
    decided_by           uuid references people,
    is_approved          boolean,
    reason               text not null default '',
    constraint join_requests_number check (registration_number ~ '^[0-9]{10}$')
);
create unique index join_requests_once on join_requests (centre_id, lower(email))
where decided_at is null;
alter table join_requests enable row level security;
create policy permitted on join_requests to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on join_requests to gadong_system using (true);
create constraint trigger join_requests_audited after insert or update or delete on join_requests
    deferrable initially deferred for each row execute function audit_row();

-- Who invites somebody keeps the way in, and the letter, in the same transaction: for accounts
-- whose person has not chosen a password yet, and for no other.
create policy invited on recovery_links for insert to gadong_app
    with check (exists (select from people p where p.id = person_id and p.password_hash = '!'));
create policy posted on deliveries for insert to gadong_app
    with check (channel = 'mail' and centre_id = any ((select permit_entered())::uuid[]));
