-- A centre's week and name from a day on. Facts: a change is a new row, so that the past keeps its
-- own hours. The week with which a centre began stays in opening_hours.
create table opening_weeks (
    id              uuid primary key,
    centre_id       uuid not null references centres,
    effective_from  date not null,
    -- A list of {weekday, opens, closes}.
    hours           jsonb not null,
    -- A person, or the operator at the command line, who is nobody of the installation's people.
    set_by          uuid,
    recorded_at     timestamptz not null default clock_timestamp(),
    constraint opening_weeks_hours check (jsonb_typeof(hours) = 'array')
);
create table centre_names (
    id              uuid primary key,
    centre_id       uuid not null references centres,
    effective_from  date not null,
    name            text not null,
    set_by          uuid,
    recorded_at     timestamptz not null default clock_timestamp(),
    constraint centre_names_name check (is_name(name, 150))
);
do $$
declare
    name text;
begin
    foreach name in array array['opening_weeks', 'centre_names'] loop
        execute 'create index ' || name || '_by_centre on ' || name
            || ' (centre_id, effective_from)';
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

-- Months are cut by the zone: it stays once a statement was issued.
create function keep_zone() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if exists (select from statements where centre_id = new.id and issued_at is not null) then
        raise restrict_violation using
            message = 'a statement was issued by this zone', constraint = 'centres_zone';
    end if;
    return new;
end $$;
create trigger centres_zone before update of zone on centres
    for each row when (old.zone is distinct from new.zone) execute function keep_zone();

-- Centres that are there stay open on holidays, as they were; the value is as old as they are.
insert into policy_settings (id, centre_id, parameter, value, effective_from, recorded_at, reason)
select gen_random_uuid(), id, 'holidays', '"open"', '2000-01-01', '2000-01-01',
    'as before holidays were a rule'
from centres;
set constraints all immediate;
