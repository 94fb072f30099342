-- oldest_dues --
-- The day by which the oldest unpaid statement of each of some companies at a centre was due.
select s.company_id, min(s.due_on) as due_on
from statements s
where s.centre_id = %(centre_id)s and s.company_id = any(%(company_ids)s) and s.state = 'issued'
    and s.due_on is not null
  and s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
      + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)
      > coalesce((select sum(amount) from payments where statement_id = s.id), 0)
group by s.company_id;
