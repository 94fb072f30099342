-- A statement within the month (ADR 70): it charges what began from `since` to `until`, and the
-- month's statement charges what is left. Without them it is of the whole month, as before.
-- The columns take an ACCESS EXCLUSIVE lock for an instant and rewrite nothing. The constraint
-- reads the table once, some thousands of rows, under the same lock. Programs of 0170 go on. Still
-- older programs, whose drafts name the index that is dropped here, compute none until they are
-- replaced.
alter table statements
    add column since timestamptz,
    add column until timestamptz,
    add constraint statements_stretch check (since < until);

drop index statements_one_a_month;

-- Each use is on one statement: of a company's month no two hold the same instant. Code depends on
-- the constraint's name.
alter table statements add constraint statements_apart exclude using gist (
    centre_id with =, company_id with =, month with =, tstzrange(since, until) with &&
) where (state <> 'void');

-- What was drawn on a programme's budget by others' documents, by those of the asked statement's
-- stretch, and, of the others, by those of the same company's month. programme_drawn stays for the
-- older programs.
create function programme_drawn_apart(
    asked_centre uuid, asked_company uuid, asked_month text, asked_since timestamptz,
    asked_programme text, before timestamptz
) returns table (others bigint, own bigint, beside bigint) language sql stable security definer
    set search_path = public, pg_temp as $$
    with standing as (
        select s.company_id = asked_company and s.month = asked_month as is_month,
            s.since is not distinct from asked_since as is_stretch,
            coalesce(
                (
                    select c.document -> 'now'
                    from corrections c
                    where c.statement_id = s.id and c.issued_at < before
                    order by c.sequence desc
                    limit 1
                ),
                s.document -> 'totals'
            ) as totals
        from statements s
        where s.centre_id = asked_centre
          and s.issued_at < before
          and not exists (
              select from statement_voids v where v.statement_id = s.id and v.voided_at < before
          )
    ), paid as (
        select is_month, is_stretch,
            case
                -- Documents of engines before 5 name no shares.
                when coalesce(jsonb_array_length(totals -> 'shares'), 0) = 0 then
                    case when totals ->> 'programme' = asked_programme
                        then (totals ->> 'subsidy')::bigint end
                else (
                    select sum((share ->> 'amount')::bigint)
                    from jsonb_array_elements(totals -> 'shares') share
                    where share ->> 'programme' = asked_programme
                )
            end as amount
        from standing
    )
    select coalesce(sum(amount) filter (where not (is_month and is_stretch)), 0)::bigint,
        coalesce(sum(amount) filter (where is_month and is_stretch), 0)::bigint,
        coalesce(sum(amount) filter (where is_month and not is_stretch), 0)::bigint
    from paid
$$;
revoke execute on function programme_drawn_apart(uuid, uuid, text, timestamptz, text, timestamptz)
    from public;
grant execute on function programme_drawn_apart(uuid, uuid, text, timestamptz, text, timestamptz)
    to gadong_app, gadong_system;

-- Of a month of which a part is billed, the rest is open to entries.
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
            and state = 'issued' and tstzrange(since, until) && new.during
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
