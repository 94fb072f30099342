-- columns (part) --
id, centre_id, year, sequence, number, programme, payer, since, until, amount, document,
    document_digest, due_on, made_by, made_at

-- lock --
-- One claim of a centre after the other is numbered.
select pg_advisory_xact_lock(hashtextextended('programme claims ' || %(centre_id)s::text, 0));

-- last_sequence --
-- The last number of a centre's claims in a year; 0 before the first.
select coalesce(max(sequence), 0) as sequence
from programme_claims
where centre_id = %(centre_id)s and year = %(year)s;

-- insert --
-- A claim that is final.
insert into programme_claims ({columns})
values (%(id)s, %(centre_id)s, %(year)s, %(sequence)s, %(number)s, %(programme)s, %(payer)s,
    %(since)s, %(until)s, %(amount)s, %(document)s, %(document_digest)s, %(due_on)s, %(made_by)s,
    %(made_at)s);

-- insert_document --
-- A document that a claim has.
insert into programme_claim_documents (claim_id, centre_id, statement_id, part, programme, payer,
    amount)
values (%(claim_id)s, %(centre_id)s, %(statement_id)s, %(part)s, %(programme)s, %(payer)s,
    %(amount)s);

-- claim --
-- One claim.
select {columns}
from programme_claims
where id = %(id)s;

-- of_centre --
-- The claims of a centre, the latest first.
select {columns}
from programme_claims
where centre_id = %(centre_id)s
order by made_at desc, id desc;

-- claimed --
-- The parts of some statements that a payer's claims have.
select statement_id, part
from programme_claim_documents
where statement_id = any(%(statement_ids)s) and programme = %(programme)s and payer = %(payer)s;

-- payers --
-- The programmes of a centre's issued documents, each with its payer.
with sums as (
    select document -> 'totals' as totals
    from statements
    where centre_id = %(centre_id)s and state in ('issued', 'void')
    union all
    select document -> 'now'
    from corrections
    where centre_id = %(centre_id)s
)
select share ->> 'programme' as programme, share ->> 'payer' as payer
from sums, jsonb_array_elements(coalesce(totals -> 'shares', '[]')) share
where (share ->> 'amount')::bigint <> 0
union
-- Documents of engines before 5 name no shares.
select totals ->> 'programme', totals ->> 'payer'
from sums
where coalesce(jsonb_array_length(totals -> 'shares'), 0) = 0
  and (totals ->> 'subsidy')::bigint <> 0
order by 1, 2;

-- covered --
-- The issued and void statements that name a programme in a range of months, or in a month that a
-- claim of its payer was of. What comes late is so on the next claim. With the day of the void.
select s.id, s.centre_id, s.company_id, s.month, s.state, s.version, s.document,
    s.document_digest, s.blockers, s.input_digest, s.recorded_before, s.engine_version, s.total,
    s.number, s.approved_at, s.issued_at, s.chain_hash, s.previous_hash, s.computed_at, s.due_on,
    s.check_until, s.evidence_digest, s.since, s.until, v.voided_at
from statements s
left join statement_voids v on v.statement_id = s.id
where s.centre_id = %(centre_id)s and s.state in ('issued', 'void') and s.month <= %(until)s
  and (
      s.month >= %(since)s
      or exists (
          select from programme_claims k
          where k.centre_id = s.centre_id and k.programme = %(programme)s
              and k.payer = %(payer)s and s.month between k.since and k.until
      )
  )
  and (
      strpos(s.document -> 'totals' ->> 'programme', %(programme)s) > 0
      or exists (
          select from corrections c
          where c.statement_id = s.id
              and strpos(c.document -> 'now' ->> 'programme', %(programme)s) > 0
      )
  )
order by s.month, s.sequence;
