-- How many samples (시료 수) a logged use worked on: a fact beside its entry, taken back with it. It
-- is no part of the entry, whose digest issued statements hold. The references lock logged_uses and
-- centres against writes (SHARE ROW EXCLUSIVE) for an instant.
create table logged_samples (
    id         uuid primary key references logged_uses,
    centre_id  uuid not null references centres,
    samples    integer not null,
    constraint logged_samples_counted check (samples between 0 and 1000000)
);
create trigger logged_samples_are_facts before update or delete on logged_samples
    for each row execute function refuse_change();
create constraint trigger logged_samples_audited after insert on logged_samples
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on logged_samples from gadong_app, gadong_system;
alter table logged_samples enable row level security;
create policy permitted on logged_samples to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]))
    with check (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on logged_samples to gadong_system using (true);
select close_to_public();
