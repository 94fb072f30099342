-- items --
-- Select the issued statements of a centre, or of one company there, with what was corrected, paid
-- and written off, the oldest due first.
select s.id as statement_id, s.company_id, c.name as company_name, s.number, s.month, s.due_on,
    s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0) as charged,
    coalesce((select sum(difference) from corrections where statement_id = s.id), 0)::bigint
        as corrected,
    coalesce((select sum(amount) from payments where statement_id = s.id and not is_written_off),
        0)::bigint as paid,
    coalesce((select sum(amount) from payments where statement_id = s.id and is_written_off),
        0)::bigint as written_off
from statements s
join companies c on c.id = s.company_id
where s.centre_id = %(centre_id)s and s.state = 'issued'
  and (%(company_id)s::uuid is null or s.company_id = %(company_id)s)
order by s.due_on nulls last, s.month, s.id;
