-- A centre's address and how to reach its desk, for its users. Facts: the latest word counts.
create table centre_contacts (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    address      text not null,
    phone        text not null,
    email        text not null,
    directions   text not null,
    set_by       uuid not null references people,
    recorded_at  timestamptz not null,
    constraint centre_contacts_lengths check (
        length(address) <= 200 and length(phone) <= 20 and length(email) <= 254
        and length(directions) <= 2000
    )
);
create index centre_contacts_by_centre on centre_contacts (centre_id, recorded_at);
create trigger centre_contacts_are_facts before update or delete on centre_contacts
    for each row execute function refuse_change();
create constraint trigger centre_contacts_audited after insert on centre_contacts
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on centre_contacts from gadong_app, gadong_system;
alter table centre_contacts enable row level security;
create policy permitted on centre_contacts to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy known on centre_contacts for select to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on centre_contacts to gadong_system using (true);
select close_to_public();
