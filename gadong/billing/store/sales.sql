-- insert_holiday --
-- A word on a day.
insert into holidays (id, centre_id, country, day, name, is_holiday, set_by)
values (%(id)s, %(centre_id)s, %(country)s, %(day)s, %(name)s, %(is_holiday)s, %(set_by)s);

-- holidays --
-- The last national and the last own word on each day of a stretch, as known before an instant; the
-- own one counts.
select distinct on (day) day, name, is_holiday, centre_id is not null as is_own
from holidays
where country = %(country)s and (centre_id is null or centre_id = %(centre_id)s)
  and day >= %(since)s and day < %(until)s
  and recorded_at < %(recorded_before)s
order by day, (centre_id is not null) desc, recorded_at desc, id desc;

-- insert_extra --
-- Insert a company's proof, or its withdrawal.
insert into company_extras (id, centre_id, company_id, name, during, proof, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(name)s, %(during)s, %(proof)s, %(set_by)s,
    %(recorded_at)s);

-- extras --
-- The last word on each thing that a company has proved, as known before an instant.
select distinct on (name) name, during, proof, recorded_at
from company_extras
where centre_id = %(centre_id)s and company_id = %(company_id)s
    and recorded_at < %(recorded_before)s
order by name, recorded_at desc, id desc;

-- insert_entry --
-- A quantity that a company had, or a manager's own line.
insert into entries (id, centre_id, company_id, machine_id, booking_id, at, code, quantity, source,
    spoiled, amount, tax_type, note, reverses, recorded_by, recorded_at, message_id)
values (%(id)s, %(centre_id)s, %(company_id)s, %(machine_id)s, %(booking_id)s, %(at)s,
    %(code)s, %(quantity)s, %(source)s, %(spoiled)s, %(amount)s, %(tax_type)s, %(note)s,
    %(reverses)s, %(recorded_by)s, %(recorded_at)s, %(message_id)s);

-- entry --
-- One entry.
select id, centre_id, company_id, machine_id, booking_id, at, code, quantity, source, spoiled,
    amount, tax_type, note, reverses, recorded_by, recorded_at, message_id
from entries
where id = %(id)s;

-- metered --
-- Select a booking's entry of energy that its meter measured, unless it is reversed.
select e.id
from entries e
where e.centre_id = %(centre_id)s and e.company_id = %(company_id)s
  and e.booking_id = %(booking_id)s and e.source = 'meter' and e.reverses is null
  and not exists (select from entries r where r.reverses = e.id)
limit 1;

-- codes_entered --
-- Select those of some goods of which a quantity is entered in a stretch of time and not reversed.
select distinct code
from entries e
where centre_id = %(centre_id)s and code = any(%(codes)s)
  and at >= %(since)s and at < coalesce(%(until)s, 'infinity'::timestamptz)
  and reverses is null
  and not exists (select from entries r where r.reverses = e.id)
order by code;

-- reversal --
-- Select the entry that took an entry back.
select id
from entries
where reverses = %(id)s;

-- entries --
-- Select a company's entries in a stretch of time, as known before an instant, without reversed
-- ones.
select id, centre_id, company_id, machine_id, booking_id, at, code, quantity, source, spoiled,
    amount, tax_type, note, reverses, recorded_by, recorded_at, message_id
from entries e
where centre_id = %(centre_id)s and company_id = %(company_id)s
  and at >= %(since)s and at < %(until)s
  and recorded_at < %(recorded_before)s
  and reverses is null
  and not exists (select from entries r
      where r.reverses = e.id and r.recorded_at < %(recorded_before)s)
order by at, id;
