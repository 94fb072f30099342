-- lock_statement --
-- An issued statement, held until the transaction ends.
select id
from statements
where id = %(statement_id)s and state = 'issued'
for update;

-- void --
-- The statement's number stays used; its month is free for another.
update statements
set state = 'void'
where id = %(statement_id)s and state = 'issued';

-- insert_void --
-- Insert the reason of a void statement.
insert into statement_voids (statement_id, centre_id, reason, voided_by, voided_at)
values (%(statement_id)s, %(centre_id)s, %(reason)s, %(voided_by)s, %(voided_at)s);

-- is_voided --
-- Whether a reason was recorded for a void statement.
select exists (select from statement_voids where statement_id = %(statement_id)s) as is_voided;

-- lacking --
-- Count the corrections of which only the evidence is left.
select count(*) as lacking
from statement_evidence e
where e.statement_id = %(statement_id)s and e.correction_id is not null
  and not exists (
      select
      from corrections c
      where c.id = e.correction_id and c.statement_id = e.statement_id
  );

-- insert --
-- A document that changes an issued statement by a stated difference.
insert into corrections (id, centre_id, statement_id, sequence, number, difference, document,
    document_digest, input_digest, recorded_before, engine_version, issued_at, issued_by,
    chain_hash, previous_hash, evidence_digest)
values (%(id)s, %(centre_id)s, %(statement_id)s, %(sequence)s, %(number)s,
    %(difference)s, %(document)s, %(document_digest)s, %(input_digest)s, %(recorded_before)s,
    %(engine_version)s, %(issued_at)s, %(issued_by)s, %(chain_hash)s, %(previous_hash)s,
    %(evidence_digest)s);

-- of_statements --
-- Some statements' corrections, in order.
select id, centre_id, statement_id, sequence, number, difference, document, document_digest,
    input_digest, recorded_before, engine_version, issued_at, issued_by, chain_hash, previous_hash,
    evidence_digest
from corrections
where statement_id = any(%(statement_ids)s)
order by sequence;

-- insert_invoice --
-- A tax invoice was issued elsewhere.
insert into tax_invoices (id, centre_id, statement_id, correction_id, approval, reason_code,
    written_on, issued_on, recorded_by, recorded_at, kind)
values (%(id)s, %(centre_id)s, %(statement_id)s, %(correction_id)s, %(approval)s,
    %(reason_code)s, %(written_on)s, %(issued_on)s, %(recorded_by)s, %(recorded_at)s, %(kind)s);

-- invoices --
-- The tax invoices of a statement and its corrections, in order.
select id, statement_id, correction_id, approval, reason_code, written_on, issued_on, recorded_at,
    kind
from tax_invoices
where statement_id = %(statement_id)s
order by recorded_at, id;

-- registered --
-- Select the approval numbers among some that are registered.
select approval
from tax_invoices
where approval = any(%(approvals)s);

-- without_invoice --
-- The issued statements of a centre's month that charge a tax and have no tax invoice yet.
select s.id, s.company_id, s.number
from statements s
where s.centre_id = %(centre_id)s and s.month = %(month)s and s.state = 'issued'
  -- A payer without a number gets cash receipts.
  and s.document ->> 'registration_number' <> ''
  and (s.document -> 'totals' ->> 'vat')::bigint > 0
  and not exists (select from tax_invoices where statement_id = s.id and kind = 'tax')
order by s.number;
