-- A centre's pledge that people accept before they use its machines: each version with its text.
create table pledges (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    version       text not null,
    ko            text not null,
    en            text not null,
    published_by  uuid references people,
    published_at  timestamptz not null default clock_timestamp(),
    constraint pledges_version unique (centre_id, version)
);
create trigger pledges_are_facts before update or delete on pledges
    for each row execute function refuse_change();
create constraint trigger pledges_audited after insert on pledges
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on pledges from gadong_app, gadong_system;
alter table pledges enable row level security;
create policy permitted on pledges to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on pledges to gadong_system using (true);

-- The text that was accepted, and who recorded it: the person, or the desk from paper.
alter table accepted_terms add column pledge_id uuid references pledges;
alter table accepted_terms add column recorded_by uuid references people;
-- A name that was accepted before it had a text is accepted again with it; the first word stays.
alter table accepted_terms drop constraint accepted_terms_key;
alter table accepted_terms add constraint accepted_terms_key
    unique nulls not distinct (centre_id, person_id, version, pledge_id);
