-- Budgets of programmes by calendar year, of one centre or of several together. Facts: the latest
-- row of a programme, a year and a set of centres counts; one without an amount ends it.
-- A new table and functions alone; an older program issues as if no such budget were set.
create table programme_budgets (
    id           uuid primary key,
    programme    text not null,
    year         integer not null,
    -- Sorted, so that one set is one value.
    centre_ids   uuid[] not null,
    amount       bigint,
    reason       text not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null,
    constraint programme_budgets_centres check (cardinality(centre_ids) between 1 and 200),
    constraint programme_budgets_year check (year between 2000 and 2999),
    constraint programme_budgets_amount check (amount >= 0),
    constraint programme_budgets_reason check (length(trim(reason)) > 0)
);
create index programme_budgets_by_name on programme_budgets (programme, year);
create trigger programme_budgets_are_facts before update or delete on programme_budgets
    for each row execute function refuse_change();
create constraint trigger programme_budgets_audited after insert on programme_budgets
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on programme_budgets from gadong_app, gadong_system;
alter table programme_budgets enable row level security;
-- A budget shows to who reaches every one of its centres, and is set by such a person alone.
create policy permitted on programme_budgets to gadong_app
    using (centre_ids <@ (select permit_centres())::uuid[]);
create policy everything on programme_budgets to gadong_system using (true);

-- What a programme paid in a year by the documents of some centres, as they stand after their
-- corrections, without those of one centre's company and month (null: without none).
create function programme_paid(
    asked_centres uuid[], asked_year integer, asked_programme text, before timestamptz,
    but_centre uuid, but_company uuid, but_month text
) returns bigint language sql stable security definer set search_path = public, pg_temp as $$
    with standing as (
        select coalesce(
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
        where s.centre_id = any (asked_centres)
          and s.month like asked_year::text || '-%'
          and s.issued_at < before
          and not exists (
              select from statement_voids v where v.statement_id = s.id and v.voided_at < before
          )
          and (s.centre_id, s.company_id, s.month)
              is distinct from (but_centre, but_company, but_month)
    )
    select coalesce(sum((share ->> 'amount')::bigint), 0)::bigint
    from standing, jsonb_array_elements(coalesce(totals -> 'shares', '[]')) share
    where share ->> 'programme' = asked_programme
$$;

-- What others left of the year's budgets of a programme at a centre: the least of them, null
-- without one. Other centres' documents count where a budget is theirs too.
create function programme_year_left(
    asked_centre uuid, asked_company uuid, asked_month text, asked_programme text,
    before timestamptz
) returns bigint language sql stable security definer set search_path = public, pg_temp as $$
    with budgets as (
        select distinct on (centre_ids) amount, centre_ids
        from programme_budgets
        where programme = asked_programme and year = left(asked_month, 4)::integer
          and asked_centre = any (centre_ids) and recorded_at < before
        order by centre_ids, recorded_at desc, id desc
    )
    select min(
        amount - programme_paid(
            centre_ids, left(asked_month, 4)::integer, asked_programme, before, asked_centre,
            asked_company, asked_month
        )
    )
    from budgets
    where amount is not null
$$;
revoke execute on function
    programme_paid(uuid[], integer, text, timestamptz, uuid, uuid, text),
    programme_year_left(uuid, uuid, text, text, timestamptz) from public;
grant execute on function
    programme_paid(uuid[], integer, text, timestamptz, uuid, uuid, text),
    programme_year_left(uuid, uuid, text, text, timestamptz) to gadong_app, gadong_system;
