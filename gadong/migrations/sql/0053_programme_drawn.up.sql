-- What was drawn on a programme's budget: by others' documents, and by those of the asked company
-- and month. Each document counts as it stands after its corrections, and may name several
-- programmes. programme_spent stays for documents of engine 4.
create function programme_drawn(
    asked_centre uuid, asked_company uuid, asked_month text, asked_programme text,
    before timestamptz
) returns table (others bigint, own bigint) language sql stable security definer
    set search_path = public, pg_temp as $$
    with standing as (
        select s.company_id = asked_company and s.month = asked_month as is_own,
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
        select is_own,
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
    select coalesce(sum(amount) filter (where not is_own), 0)::bigint,
        coalesce(sum(amount) filter (where is_own), 0)::bigint
    from paid
$$;
revoke execute on function programme_drawn(uuid, uuid, text, text, timestamptz) from public;
grant execute on function programme_drawn(uuid, uuid, text, text, timestamptz) to gadong_app,
    gadong_system;
