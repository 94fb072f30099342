-- Row-level security (ADR 18): the second net under every service's own check. Programs connect as
-- anybody who is a member of these two roles and owns no table. A transaction of somebody's is
-- gadong_app and sees what its permit reaches; one of the installation's own work (metering,
-- ingest, the clock, logging in) is gadong_system.
do $$
declare
    name text;
begin
    foreach name in array array['gadong_app', 'gadong_system'] loop
        begin
            execute 'create role ' || name || ' nologin';
        exception
            when duplicate_object or unique_violation then null;  -- roles are the whole server's
        end;
        execute 'grant usage on schema public to ' || name;
        execute 'grant select, insert, update, delete on all tables in schema public to ' || name;
        execute 'grant usage on all sequences in schema public to ' || name;
        execute 'alter default privileges in schema public'
            ' grant select, insert, update, delete on tables to ' || name;
        execute 'alter default privileges in schema public grant usage on sequences to ' || name;
    end loop;
end $$;

-- Facts are appended and never edited, whatever a statement says.
revoke update, delete on
    messages, signals, booking_events, booking_remarks, check_ins, closures, company_categories,
    company_extras, corrections, decisions, entries, holidays, interlock_holds, job_events,
    objections, objection_answers, outages, party_profiles, payments, policy_settings,
    machine_settings, source_settings, statement_remarks, statement_voids, stops, tax_invoices,
    accepted_terms
from gadong_app, gadong_system;

-- The permit of a transaction, as core/database.py tells it. Unset, it reaches nothing.
create function permit_centres() returns uuid[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('gadong.centres', true), ''), '{}')::uuid[] $$;
create function permit_entered() returns uuid[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('gadong.entered', true), ''), '{}')::uuid[] $$;
create function permit_companies() returns uuid[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('gadong.companies', true), ''), '{}')::uuid[] $$;
create function permit_by() returns uuid language sql stable parallel safe as
    $$ select nullif(current_setting('gadong.by', true), '')::uuid $$;

create function guard(tables text[], reached text) returns void language plpgsql as $$
declare
    name text;
begin
    foreach name in array tables loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name || ' to gadong_app using (' || reached || ')';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;

-- The hall: whoever may enter a centre. What hangs on a machine or a source alone is found through
-- these.
select guard(
    array['machines', 'sources', 'bookings', 'waiting', 'tariffs', 'opening_hours', 'stops',
        'accepted_terms', 'booking_remarks', 'freed_time_listeners', 'interlocks',
        'interlock_holds', 'interlock_commands', 'listening', 'qualifications'],
    'centre_id = any ((select permit_entered())::uuid[])'
);
-- The same, where the installation has words of its own.
select guard(
    array['holidays', 'policy_settings'],
    'centre_id is null or centre_id = any ((select permit_entered())::uuid[])'
);
-- The centre's own affairs.
select guard(
    array['quarantine', 'quarantined_messages', 'inbox_devices', 'inbox_messages',
        'webhooks', 'deliveries', 'report_months', 'statement_series'],
    'centre_id = any ((select permit_centres())::uuid[])'
);
-- Money, and what a company is: the centre, and the company itself.
select guard(
    array['statements', 'entries', 'company_extras', 'company_categories'],
    'centre_id = any ((select permit_centres())::uuid[])'
    ' or company_id = any ((select permit_companies())::uuid[])'
);
select guard(
    array['party_profiles'],
    'centre_id = any ((select permit_centres())::uuid[])'
    ' or company_id = any ((select permit_companies())::uuid[])'
    ' or (company_id is null and centre_id = any ((select permit_entered())::uuid[]))'
);
-- What hangs on a statement goes with it.
select guard(
    array['payments', 'statement_remarks', 'statement_voids', 'corrections',
    'tax_invoices', 'objections'], 'centre_id = any ((select permit_centres())::uuid[])'
    ' or exists (select from statements s where s.id = statement_id)'
);
select guard(
    array['objection_answers'],
    'centre_id = any ((select permit_centres())::uuid[])'
    ' or exists (select from objections o where o.id = objection_id)'
);
-- One's own.
select guard(
    array['credentials', 'feeds', 'notices', 'repeatable_requests', 'notice_preferences'],
    'person_id = (select permit_by())'
);
-- A letter is posted by whoever did what it tells of, and opened by the clock alone.
alter table outbox enable row level security;
create policy posted on outbox for insert to gadong_app
    with check (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on outbox to gadong_system using (true);
drop function guard(text[], text);

-- What others drew on a programme is a sum that a company's own preview needs, and no more than
-- that.
create function programme_spent(
    asked_centre uuid, asked_company uuid, asked_month text, asked_programme text,
    before timestamptz
) returns bigint language sql stable security definer set search_path = public, pg_temp as $$
    with own as (
        select least(before, min(issued_at)) as until
        from statements
        where centre_id = asked_centre and company_id = asked_company and month = asked_month
            and state = 'issued'
    )
    select coalesce(sum(coalesce(
        (
            select (c.document -> 'now' ->> 'subsidy')::bigint
            from corrections c
            where c.statement_id = s.id and c.issued_at < own.until
            order by c.sequence desc
            limit 1
        ),
        (s.document -> 'totals' ->> 'subsidy')::bigint
    )), 0)::bigint
    from statements s
    cross join own
    where s.centre_id = asked_centre
      and s.document -> 'totals' ->> 'programme' = asked_programme
      and s.issued_at < own.until
      and not (s.company_id = asked_company and s.month = asked_month)
      and not exists (select from statement_voids v
          where v.statement_id = s.id and v.voided_at < own.until)
$$;

-- Retention drops chunks, which only a table's owner may.
create function drop_old(before timestamptz) returns void language sql security definer
    set search_path = public, pg_temp as $$
    select drop_chunks('signals', older_than => before);
    select drop_chunks('messages', older_than => before);
$$;
revoke execute on function programme_spent(uuid, uuid, text, text, timestamptz),
    drop_old(timestamptz) from public;
grant execute on function programme_spent(uuid, uuid, text, text, timestamptz) to gadong_app,
    gadong_system;
grant execute on function drop_old(timestamptz) to gadong_system;
