-- The fields of the headings in a centre's tables of companies, as its last import had them.
create table company_columns (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    fields       jsonb not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null,
    constraint company_columns_is_object check (jsonb_typeof(fields) = 'object')
);
create index company_columns_by_centre on company_columns (centre_id, recorded_at desc);
create trigger company_columns_are_facts before update or delete on company_columns
    for each row execute function refuse_change();
create constraint trigger company_columns_audited after insert on company_columns
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on company_columns from gadong_app, gadong_system;
alter table company_columns enable row level security;
create policy permitted on company_columns to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on company_columns to gadong_system using (true);
