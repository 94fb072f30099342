-- Refused where statements within a month were issued: then a month has several.
-- Nothing is logged that is still to come, nor in a closed month unless it says that it is a
-- correction.
create or replace function check_logged_use() returns trigger language plpgsql security definer
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

drop function programme_drawn_apart(uuid, uuid, text, timestamptz, text, timestamptz);
alter table statements drop constraint statements_apart;
create unique index statements_one_a_month on statements (centre_id, company_id, month)
where state <> 'void';
alter table statements
    drop constraint statements_stretch,
    drop column since,
    drop column until;
