-- insert --
-- Money that came, or a wrong entry taken back.
insert into payments (id, centre_id, statement_id, amount, paid_on, note, reverses,
    recorded_by, recorded_at, is_written_off, transfer_id)
values (%(id)s, %(centre_id)s, %(statement_id)s, %(amount)s, %(paid_on)s, %(note)s, %(reverses)s,
    %(recorded_by)s, %(recorded_at)s, %(is_written_off)s, %(transfer_id)s);

-- of_statement --
-- Select the payments of a statement, in order.
select id, centre_id, statement_id, amount, paid_on, note, reverses, recorded_by, recorded_at,
    is_written_off, transfer_id
from payments
where statement_id = %(statement_id)s
order by recorded_at, id;

-- payment --
-- One entry.
select id, centre_id, statement_id, amount, paid_on, note, reverses, recorded_by, recorded_at,
    is_written_off, transfer_id
from payments
where id = %(id)s;

-- lock --
-- The statement that is paid, held until the transaction ends.
select id
from statements
where id = %(statement_id)s
for no key update;

-- accounts --
-- Select the totals of some issued statements with their corrections, the paid and written-off
-- amounts, and the due days.
select s.id, s.due_on,
    s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
        + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)::bigint
            as total,
    coalesce((select sum(amount) from payments where statement_id = s.id and not is_written_off),
        0)::bigint as paid,
    coalesce((select sum(amount) from payments where statement_id = s.id and is_written_off),
        0)::bigint as written_off
from statements s
where s.id = any(%(statement_ids)s) and s.state = 'issued';

-- unpaid_entries --
-- Select those of some entries that stand on no issued statement of their company, or on one that
-- is not paid with its corrections. An entry is named in a document by its charge's key.
-- Nobody owes an entry that was taken back, or a rest that was written off.
select e.id
from entries e
where e.id = any(%(entry_ids)s)
  and not exists (select from entries r where r.reverses = e.id)
  and not exists (
      select from statements s
      where s.centre_id = e.centre_id and s.company_id = e.company_id and s.state = 'issued'
        and (
            s.document::text like '%%"entry:' || e.id || '/%%'
            or exists (
                select from corrections c
                where c.statement_id = s.id and c.document::text like '%%"entry:' || e.id || '/%%'
            )
        )
        and s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
            + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)
            <= coalesce((select sum(amount) from payments where statement_id = s.id), 0)
  );

-- unpaid --
-- Every unpaid statement of a centre that was due before a day and has not been spoken of. A second
-- reminder is of those that had the first.
select s.id, s.company_id, s.number, s.due_on, s.total
from statements s
where s.centre_id = %(centre_id)s and s.state = 'issued' and s.due_on <= %(due_by)s
  and s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
      + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)
      > coalesce((select sum(amount) from payments where statement_id = s.id), 0)
  and not exists (select from statement_remarks where statement_id = s.id and kind = %(kind)s)
  and (
      %(after)s::text is null
      or exists (select from statement_remarks where statement_id = s.id and kind = %(after)s)
  )
order by s.due_on, s.id;

-- remark --
-- Something is said of a statement for the first time.
insert into statement_remarks (centre_id, statement_id, kind)
values (%(centre_id)s, %(statement_id)s, %(kind)s)
on conflict do nothing
returning statement_id;
