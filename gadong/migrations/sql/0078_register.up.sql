-- The register of equipment. Facts: each row is a machine's whole entry from its recording on, so
-- that every earlier one stays.
create table register_entries (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    entry        jsonb not null,
    reason       text not null,
    written_by   uuid references people,
    recorded_at  timestamptz not null,
    constraint register_entries_is_object check (jsonb_typeof(entry) = 'object'),
    constraint register_entries_reason_given check (length(trim(reason)) > 0)
);
create index register_entries_by_machine on register_entries (machine_id, recorded_at desc);

-- The columns of a centre's own table of equipment; the latest count.
create table register_columns (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    columns      jsonb not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null,
    constraint register_columns_is_list check (jsonb_typeof(columns) = 'array')
);
create index register_columns_by_centre on register_columns (centre_id, recorded_at desc);

do $$
declare
    name text;
begin
    foreach name in array array['register_entries', 'register_columns'] loop
        execute 'create trigger ' || name || '_are_facts before update or delete on ' || name
            || ' for each row execute function refuse_change()';
        execute 'create constraint trigger ' || name || '_audited after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'revoke update, delete on ' || name || ' from gadong_app, gadong_system';
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name
            || ' to gadong_app using (centre_id = any ((select permit_entered())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
