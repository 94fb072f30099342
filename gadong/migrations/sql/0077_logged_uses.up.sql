-- How a machine is observed, from an instant on. A fact; a machine of which nobody says so is
-- observed by its signals.
create table machine_observations (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    since        timestamptz not null,
    observed     text not null,
    set_by       uuid,
    recorded_at  timestamptz not null,
    constraint machine_observations_observed check (observed in ('signal', 'ledger', 'neither'))
);
create index machine_observations_by_machine on machine_observations (machine_id, since);

-- Use that people wrote down. A fact: an entry is never edited, and another entry takes it back.
create table logged_uses (
    id             uuid primary key,
    centre_id      uuid not null references centres,
    machine_id     uuid not null references machines,
    -- None: the centre's own use.
    company_id     uuid references companies,
    person_id      uuid references people,
    booking_id     uuid references bookings,
    during         tstzrange not null,
    origin         text not null,
    reason         text not null,
    -- Recorded after its month was locked or its company's statement issued.
    is_correction  boolean not null,
    reverses       uuid references logged_uses,
    -- None: the facts' own, as where somebody forgot to check out.
    recorded_by    uuid references people,
    recorded_at    timestamptz not null,
    constraint logged_uses_half_open check (
        not isempty(during) and lower_inc(during) and not upper_inc(during)
        and lower(during) is not null and upper(during) is not null
    ),
    constraint logged_uses_origin check (origin in ('check_in', 'ledger', 'paper', 'table')),
    constraint logged_uses_reason_given check (length(trim(reason)) > 0),
    constraint logged_uses_reversed_once unique (reverses)
);
create index logged_uses_by_machine on logged_uses using gist (machine_id, during);
create index logged_uses_by_company on logged_uses (centre_id, company_id);

-- The time of the entries that hold. Triggers alone write it: no program may.
create table logged_times (
    use_id      uuid primary key references logged_uses,
    centre_id   uuid not null references centres,
    machine_id  uuid not null,
    during      tstzrange not null,
    constraint logged_uses_no_overlap exclude using gist (machine_id with =, during with &&)
);
revoke all on logged_times from gadong_app, gadong_system;
alter table logged_times enable row level security;

-- Nothing is logged that is still to come, nor in a closed month unless it says that it is a
-- correction.
create function check_logged_use() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    local_zone text := (select zone from centres where id = new.centre_id);
    first date := date_trunc('month', lower(new.during) at time zone local_zone);
    last date := date_trunc('month',
        (upper(new.during) - interval '1 microsecond') at time zone local_zone);
    named text;
    is_closed boolean := false;
begin
    if upper(new.during) > clock_timestamp() then
        raise check_violation using
            message = 'use that is still to come is not logged', constraint = 'logged_uses_past';
    end if;
    if new.reverses is not null and not exists (
        select from logged_uses u
        where u.id = new.reverses and u.reverses is null and u.machine_id = new.machine_id
          and u.during = new.during and u.company_id is not distinct from new.company_id
    ) then
        raise check_violation using
            message = 'a reversal is of the entry that it names',
                constraint = 'logged_uses_reversal';
    end if;
    for named in
        select to_char(day, 'YYYY-MM') from generate_series(first, last, interval '1 month') as day
    loop
        is_closed := is_closed or coalesce((
            select is_locked
            from month_locks
            where centre_id = new.centre_id and month = named
            order by recorded_at desc
            limit 1
        ), false);
        -- The row is held, so that an issue under way is over before this is decided.
        perform from statements
        where centre_id = new.centre_id and company_id = new.company_id and month = named
            and state = 'issued'
        for share;
        is_closed := is_closed or found;
    end loop;
    if is_closed and not new.is_correction and new.origin <> 'check_in' then
        raise check_violation using
            message = 'the month is closed', constraint = 'logged_uses_open_month';
    end if;
    new.is_correction := is_closed;
    return new;
end $$;
create trigger logged_uses_checked before insert on logged_uses
    for each row execute function check_logged_use();

create function claim_logged_time() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.reverses is null then
        insert into logged_times (use_id, centre_id, machine_id, during)
        values (new.id, new.centre_id, new.machine_id, new.during);
    else
        delete from logged_times where use_id = new.reverses;
    end if;
    return null;
end $$;
create trigger logged_uses_claim after insert on logged_uses
    for each row execute function claim_logged_time();
create trigger logged_uses_served before insert on logged_uses
    for each row when (new.company_id is not null) execute function need_served();

do $$
declare
    name text;
begin
    foreach name in array array['machine_observations', 'logged_uses'] loop
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
