-- keep --
-- Insert or replace the kind of a payer at a centre, and its receipts.
insert into payers (
    centre_id, company_id, kind, identification, receipt_purpose, receipt_number, set_by
)
values (%(centre_id)s, %(company_id)s, %(kind)s, %(identification)s, %(receipt_purpose)s,
    %(receipt_number)s, %(set_by)s)
on conflict (centre_id, company_id) do update set
    kind = excluded.kind,
    identification = excluded.identification,
    receipt_purpose = excluded.receipt_purpose,
    receipt_number = excluded.receipt_number,
    set_by = excluded.set_by;

-- of_companies --
-- Select the payers among some companies at a centre.
select company_id, kind, identification, receipt_purpose, receipt_number
from payers
where centre_id = %(centre_id)s and company_id = any(%(companies)s);
