-- insert --
-- That a cash receipt was issued elsewhere for a statement, and under which approval.
insert into cash_receipts (
    id, centre_id, statement_id, approval, amount, issued_on, recorded_by, recorded_at
)
values (%(id)s, %(centre_id)s, %(statement_id)s, %(approval)s, %(amount)s, %(issued_on)s,
    %(recorded_by)s, %(recorded_at)s);

-- of_statements --
-- The cash receipts of some statements, in order.
select id, statement_id, approval, amount, issued_on, recorded_at
from cash_receipts
where statement_id = any(%(statements)s)
order by recorded_at, id;
