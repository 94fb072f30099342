-- The first time at which a person of the company opened an issued statement. Facts.
create table statement_readings (
    statement_id  uuid not null references statements,
    person_id     uuid not null references people,
    centre_id     uuid not null references centres,
    company_id    uuid not null references companies,
    first_at      timestamptz not null,
    constraint statement_readings_key primary key (statement_id, person_id)
);
create index statement_readings_by_person on statement_readings (person_id);
create trigger statement_readings_are_facts before update or delete on statement_readings
    for each row execute function refuse_change();
revoke update, delete on statement_readings from gadong_app, gadong_system;
alter table statement_readings enable row level security;
create policy permitted on statement_readings to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on statement_readings to gadong_system using (true);
select close_to_public();
