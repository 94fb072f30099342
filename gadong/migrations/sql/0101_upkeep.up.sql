-- Work on a machine as people wrote it into the maintenance log (유지보수일지). A fact.
create table upkeep_entries (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    kind         text not null,
    during       tstzrange not null,
    description  text not null,
    action       text not null,
    repairer     text not null,
    -- Whole won with the tax; null: not known.
    cost         bigint,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint upkeep_entries_kind
        check (kind in ('inspection', 'repair', 'part', 'calibration')),
    constraint upkeep_entries_half_open check (
        not isempty(during) and lower_inc(during) and not upper_inc(during)
        and lower(during) is not null and upper(during) is not null
    ),
    constraint upkeep_entries_cost check (cost >= 0)
);
create index upkeep_entries_by_centre on upkeep_entries (centre_id, (lower(during)));
create index upkeep_entries_by_machine on upkeep_entries (machine_id);

-- That an entry was wrong. A fact.
create table upkeep_reversals (
    entry_id     uuid primary key references upkeep_entries,
    centre_id    uuid not null references centres,
    reason       text not null,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint upkeep_reversals_reason check (length(trim(reason)) > 0)
);

do $$
declare
    name text;
begin
    foreach name in array array['upkeep_entries', 'upkeep_reversals'] loop
        execute 'create trigger ' || name || '_are_facts before update or delete on ' || name
            || ' for each row execute function refuse_change()';
        execute 'create constraint trigger ' || name || '_audited after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'revoke update, delete on ' || name || ' from gadong_app, gadong_system';
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name || ' to gadong_app'
            ' using (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
select close_to_public();
