-- columns (part) --
e.id, e.centre_id, e.came_on, e.came_at, e.amount, e.payer, e.memo, e.balance, e.digest,
e.account, e.recorded_by, e.recorded_at

-- is_standing (part) --
s.reverses is null
  and not exists (select from bank_settlements r where r.reverses = s.id)
  and not exists (select from transfers t where t.reverses = s.transfer_id)
  and not exists (select from payments p where p.reverses = s.payment_id)

-- settled (part) --
s.id, s.entry_id, s.kind, s.reason, s.transfer_id,
    coalesce(t.company_id, st.company_id) as company_id, coalesce(c.name, '') as company_name,
    p.statement_id

-- settled_from (part) --
bank_settlements s
left join transfers t on t.id = s.transfer_id
left join payments p on p.id = s.payment_id
left join statements st on st.id = p.statement_id
left join companies c on c.id = coalesce(t.company_id, st.company_id)

-- insert --
-- Lines of a bank; one that is there already stays as it is.
insert into bank_entries (id, centre_id, came_on, came_at, amount, payer, memo, balance, digest,
    account, recorded_by, recorded_at)
select id, %(centre_id)s, came_on, came_at, amount, payer, memo, balance, digest, account,
    %(recorded_by)s, %(recorded_at)s
from unnest(%(ids)s::uuid[], %(days)s::date[], %(times)s::text[], %(amounts)s::bigint[],
    %(payers)s::text[], %(memos)s::text[], %(balances)s::bigint[], %(digests)s::bytea[],
    %(accounts)s::text[])
    as given (id, came_on, came_at, amount, payer, memo, balance, digest, account)
on conflict (centre_id, digest) do nothing
returning id;

-- within --
-- Select the lines of some days of a centre.
select {columns}
from bank_entries e
where e.centre_id = %(centre_id)s and e.came_on between %(first)s and %(last)s
order by e.came_on, e.came_at, e.id;

-- by_id --
-- Select one line.
select {columns}
from bank_entries e
where e.id = %(id)s;

-- unsettled --
-- Select the lines of a centre that nobody has settled, the oldest first.
select {columns}
from bank_entries e
where e.centre_id = %(centre_id)s
  and not exists (
      select from bank_settlements s where s.entry_id = e.id and {is_standing}
  )
order by e.came_on, e.came_at, e.id;

-- settled_entries --
-- Select the settled lines of a centre, the latest first.
select {columns}
from bank_entries e
where e.centre_id = %(centre_id)s
  and exists (
      select from bank_settlements s where s.entry_id = e.id and {is_standing}
  )
order by e.came_on desc, e.came_at desc, e.id desc;

-- settlements --
-- Select the standing settlements of a centre with the firm of each.
select {settled}
from {settled_from}
where s.centre_id = %(centre_id)s and {is_standing};

-- settlement --
-- Select the standing settlement of a line.
select {settled}
from {settled_from}
where s.entry_id = %(entry_id)s and {is_standing};

-- entry_of_payment --
-- Select the line that a payment is.
select s.entry_id
from bank_settlements s
where s.payment_id = %(payment_id)s and {is_standing};

-- settle --
-- What a person decided of a line, or a decision taken back.
insert into bank_settlements (id, centre_id, entry_id, kind, transfer_id, payment_id, reason,
    reverses, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(entry_id)s, %(kind)s, %(transfer_id)s, %(payment_id)s, %(reason)s,
    %(reverses)s, %(recorded_by)s, %(recorded_at)s);

-- payers --
-- Select the payers whose money a person entered for a firm.
select distinct t.company_id, e.payer
from bank_settlements s
join bank_entries e on e.id = s.entry_id
join transfers t on t.id = s.transfer_id
where s.centre_id = %(centre_id)s and {is_standing}
order by t.company_id, e.payer;

-- entered_transfers --
-- Select the transfers of some days that were entered by hand and stand for no line.
select t.id as transfer_id, null::uuid as payment_id, t.company_id, c.name as company_name,
    t.amount, t.paid_on, null::text as number
from transfers t
join companies c on c.id = t.company_id
where t.centre_id = %(centre_id)s and t.root_id = t.id
  and t.paid_on between %(first)s and %(last)s
  and not exists (select from transfers r where r.reverses = t.id)
  and not exists (
      select from bank_settlements s where s.transfer_id = t.id and {is_standing}
  )
order by t.paid_on, t.id;

-- entered_payments --
-- Select the payments of some days that were entered at a statement and stand for no line.
select null::uuid as transfer_id, m.id as payment_id, d.company_id, c.name as company_name,
    m.amount, m.paid_on, d.number
from payments m
join statements d on d.id = m.statement_id
join companies c on c.id = d.company_id
where m.centre_id = %(centre_id)s and m.transfer_id is null and m.reverses is null
  and not m.is_written_off and m.paid_on between %(first)s and %(last)s
  and not exists (select from payments r where r.reverses = m.id)
  and not exists (
      select from bank_settlements s where s.payment_id = m.id and {is_standing}
  )
order by m.paid_on, m.id;

-- insert_columns --
-- Insert the fields of a bank's headings.
insert into bank_columns (id, centre_id, fields, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(fields)s, %(set_by)s, %(recorded_at)s);

-- columns_kept --
-- Select the fields of a centre's headings as its imports had them, the oldest first.
select fields
from bank_columns
where centre_id = %(centre_id)s
order by recorded_at, id;

-- representatives --
-- Select the representative of each firm as its documents name it today.
select distinct on (company_id) company_id, document ->> 'representative' as representative
from party_profiles
where centre_id = %(centre_id)s and company_id is not null
order by company_id, recorded_at desc, id desc;
