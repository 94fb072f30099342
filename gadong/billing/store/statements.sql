-- insert_tariff --
-- A price table, not yet published.
insert into tariffs (id, centre_id, effective_from, document, created_by)
values (%(id)s, %(centre_id)s, %(effective_from)s, %(document)s, %(created_by)s);

-- revise_tariff --
-- A draft says something else from now on; a trigger refuses it of what is published.
update tariffs
set effective_from = %(effective_from)s, document = %(document)s
where id = %(id)s and published_at is null;

-- delete_tariff --
-- A draft is thrown away.
delete from tariffs
where id = %(id)s and published_at is null;

-- publish_tariff --
-- From now on it is in force from its day, and nobody changes it.
update tariffs
set published_at = clock_timestamp(), published_by = %(published_by)s
where id = %(id)s and published_at is null;

-- tariff --
-- One price table.
select id, centre_id, document, published_at
from tariffs
where id = %(id)s;

-- tariffs --
-- A centre's price tables, the latest first.
select id, centre_id, document, published_at
from tariffs
where centre_id = %(centre_id)s
order by effective_from desc, id desc;

-- published --
-- Some centres' price tables that are in force or were, the latest first.
select id, centre_id, document, published_at
from tariffs
where centre_id = any(%(centre_ids)s) and published_at is not null
order by effective_from desc, id desc;

-- lock_statement --
-- The draft that a company's month is computed as, held until the transaction ends.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where centre_id = %(centre_id)s and company_id = %(company_id)s and month = %(month)s
    and state in ('draft', 'checking')
for update;

-- settled_statement --
-- The statement that stands in the way of a company's draft: the approved one, or the issued one of
-- what is left of the month. One within the month that was issued is done.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where centre_id = %(centre_id)s and company_id = %(company_id)s and month = %(month)s
    and (state = 'approved' or (state = 'issued' and until is null));

-- lock_one --
-- A statement as it is now, held until the transaction ends.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where id = %(id)s
for update;

-- upsert_statement --
-- The draft as computed now. An approved or issued one is not touched.
insert into statements (id, centre_id, company_id, month, state, version, document,
    document_digest, blockers, input_digest, recorded_before, engine_version, total, since, until)
values (%(id)s, %(centre_id)s, %(company_id)s, %(month)s, 'draft', 1, %(document)s,
    %(document_digest)s, %(blockers)s, %(input_digest)s, %(recorded_before)s, %(engine_version)s,
    %(total)s, %(since)s, %(until)s)
on conflict (centre_id, company_id, month) where state in ('draft', 'checking', 'approved')
do update
set version = statements.version + 1, document = excluded.document,
    document_digest = excluded.document_digest, blockers = excluded.blockers,
    input_digest = excluded.input_digest, recorded_before = excluded.recorded_before,
    engine_version = excluded.engine_version, total = excluded.total, computed_at = now(),
    since = excluded.since, until = excluded.until
where statements.state in ('draft', 'checking')
returning id;

-- set_statement_state --
-- A step in a statement's life before it is issued.
update statements
set state = %(state)s, version = version + 1, approved_at = %(approved_at)s,
    approved_by = %(approved_by)s, check_until = coalesce(%(check_until)s, check_until)
where id = %(id)s and version = %(version)s;

-- issue_statement --
-- The last change: a number, the chain, and from here the trigger keeps it.
update statements
set state = 'issued', version = version + 1, number = %(number)s, sequence = %(sequence)s,
    issued_at = %(issued_at)s, issued_by = %(issued_by)s, chain_hash = %(chain_hash)s,
    previous_hash = %(previous_hash)s, due_on = %(due_on)s, evidence_digest = %(evidence_digest)s
where id = %(id)s and version = %(version)s and state = 'approved';

-- open_series --
-- The series of a centre's month.
insert into statement_series (centre_id, month, last_number, last_hash)
values (%(centre_id)s, %(month)s, 0, %(first_hash)s)
on conflict do nothing;

-- lock_series --
-- The next number is whoever's holds this row.
select last_number, last_hash
from statement_series
where centre_id = %(centre_id)s and month = %(month)s
for update;

-- advance_series --
-- The number was used, in the transaction that used it.
update statement_series
set last_number = %(last_number)s, last_hash = %(last_hash)s
where centre_id = %(centre_id)s and month = %(month)s;

-- broken_series --
-- Series whose last number and link are not those of a statement.
select x.centre_id, c.slug, x.month, x.last_number
from statement_series x
join centres c on c.id = x.centre_id
where x.last_number > 0
  and (%(month)s::text is null or x.month = %(month)s)
  and not exists (
      select
      from statements s
      where s.centre_id = x.centre_id and s.month = x.month and s.sequence = x.last_number
        and s.state in ('issued', 'void') and s.chain_hash = x.last_hash
  )
order by x.centre_id, x.month;

-- statement --
-- One statement.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where id = %(id)s;

-- statements --
-- A page of statements of centres or companies, the latest made first. Companies see what is
-- issued, and the drafts that they are to check.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where (centre_id = any(%(centre_ids)s)
    or (company_id = any(%(company_ids)s) and state in ('checking', 'issued', 'void')))
  and (%(centre_id)s::uuid is null or centre_id = %(centre_id)s)
  and (%(company_id)s::uuid is null or company_id = %(company_id)s)
  and (%(states)s::text[] is null or state = any(%(states)s))
  and (%(month)s::text is null or month = %(month)s)
  and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(most)s;

-- issued --
-- Every issued statement, in the order of its series.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where state in ('issued', 'void')
  and (%(number)s::text is null or number = %(number)s)
  and (%(centre_id)s::uuid is null or centre_id = %(centre_id)s)
  and (%(month)s::text is null or month = %(month)s)
order by centre_id, month, sequence;

-- issued_in --
-- The issued statements of some centres' months, in the order of their series.
select id, centre_id, company_id, month, state, version, document, document_digest, blockers,
    input_digest, recorded_before, engine_version, total, number, approved_at, issued_at,
    chain_hash, previous_hash, computed_at, due_on, check_until, evidence_digest, since, until
from statements
where state = 'issued' and centre_id = any(%(centre_ids)s) and month = any(%(months)s)
order by centre_id, month, sequence;

-- programme_drawn --
-- Sum a programme's draws by a centre's documents that were issued before an instant: those of a
-- statement's stretch of a company's month, all others, and of these those of that month.
select others, own, beside
from programme_drawn_apart(
    %(centre_id)s, %(company_id)s, %(month)s, %(since)s::timestamptz, %(programme)s,
    %(recorded_before)s::timestamptz
);
