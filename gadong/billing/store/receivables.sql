-- owed --
-- Sum what companies owe a centre: of issued statements with their corrections, without payments,
-- what was written off, and the programmes' parts.
select coalesce(sum(owed), 0)::bigint as owed,
    count(distinct company_id) as companies,
    coalesce(sum(owed) filter (where due_on < %(today)s), 0)::bigint as overdue,
    count(distinct company_id) filter (where due_on < %(today)s) as overdue_companies
from (
    select s.company_id, s.due_on,
        s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
            + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)
            - coalesce((select sum(amount) from payments where statement_id = s.id), 0) as owed
    from statements s
    where s.centre_id = %(centre_id)s and s.state = 'issued'
) open
where owed > 0;

-- billed --
-- Sum a month's issued statements with their corrections: won, and how many.
select coalesce(sum(
        s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
            + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)
    ), 0)::bigint as total,
    count(*) as statements
from statements s
where s.centre_id = %(centre_id)s and s.month = %(month)s and s.state = 'issued';
