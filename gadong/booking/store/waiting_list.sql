-- columns (part) --
-- The columns that make an entry.
id, centre_id, machine_id, company_id, person_id, during, minutes, state, booking_id, answers,
    usage_mode, missed, turn, rests_until, also, equipment, seats;

-- insert --
-- Somebody waits for a stretch of time on a machine.
insert into waiting (
    id, centre_id, machine_id, company_id, person_id, during, minutes, answers, usage_mode, turn,
    also, equipment, seats
)
values (
    %(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(during)s, %(minutes)s,
    %(answers)s, %(usage_mode)s, %(turn)s, %(also)s, %(equipment)s, %(seats)s
);

-- first --
-- The entries of a machine, alone or with others, that still can be served, in the order of their
-- turns.
select {columns}
from waiting
where (machine_id = %(machine_id)s or %(machine_id)s = any(also))
  and state = 'waiting' and upper(during) > %(now)s
order by turn, id;

-- of_offer --
-- The entry that an offer was made for, while it is not answered.
select {columns}
from waiting
where booking_id = %(booking_id)s and state = 'offered';

-- end_over --
-- End the entries whose time left is too short to serve them; return them.
update waiting
set state = 'over'
where state = 'waiting' and upper(during) - minutes * interval '1 minute' < %(now)s
returning {columns};

-- end_of_those_gone --
-- End the waits on a machine, alone or with others, of people who have left their company.
update waiting w
set state = 'left'
where (w.machine_id = %(machine_id)s or %(machine_id)s = any(w.also))
  and w.state = 'waiting'
  and not exists (
    select from company_people p
    where p.company_id = w.company_id and p.person_id = w.person_id
  )
returning w.id;

-- offered_in_vain --
-- Select the offers, as ids of their bookings, to people who have left their company, and those of
-- which a part falls into a closure.
select w.booking_id
from waiting w
where w.state = 'offered'
  and (
      not exists (
          select from company_people p
          where p.company_id = w.company_id and p.person_id = w.person_id
      )
      or exists (
          select
          from bookings o
          join bookings b on b.id = o.id or b.joined = o.joined
          join closures_known('infinity') c on c.centre_id = b.centre_id
              and (c.machine_id is null or c.machine_id = b.machine_id)
              and c.during && b.during
          where o.id = w.booking_id and b.state = 'offered'
      )
  )
order by w.turn, w.id;

-- by_id --
-- One who waits.
select {columns}
from waiting
where id = %(id)s;

-- page --
-- The entries of centres, or of one's own companies, that a filter finds: those that are open, and
-- all that were made since.
select {columns}
from waiting
where (centre_id = any(%(centre_ids)s) or company_id = any(%(company_ids)s))
  and (state in ('waiting', 'offered') or asked_at >= %(since)s)
  and (%(centre_id)s::uuid is null or centre_id = %(centre_id)s)
  and (%(machine_id)s::uuid is null or machine_id = %(machine_id)s or %(machine_id)s = any(also))
  and (%(company_id)s::uuid is null or company_id = %(company_id)s)
  and (%(person_id)s::uuid is null or person_id = %(person_id)s)
  and (%(states)s::text[] is null or state = any(%(states)s))
  and (%(during)s::tstzrange is null or during && %(during)s)
  and (%(words)s::text[] is null or (
      select regexp_replace(
          lower(normalize(concat_ws(' ', m.name_ko, m.name_en, m.slug, c.name, p.name), nfkc)),
          '[[:space:]-]', '', 'g')
      from machines m
      left join companies c on c.id = waiting.company_id
      left join people p on p.id = waiting.person_id
      where m.id = waiting.machine_id
  ) like all(%(words)s))
  and (%(after_id)s::uuid is null or (turn, id) > (%(after)s, %(after_id)s))
order by turn, id
limit %(most)s;

-- offer --
-- The one who waits was made an offer.
update waiting
set state = 'offered', booking_id = %(booking_id)s
where id = %(id)s;

-- settle --
-- Write what became of an entry's offer.
update waiting
set state = %(state)s, booking_id = %(booking_id)s, missed = %(missed)s, turn = %(turn)s,
    rests_until = %(rests_until)s
where id = %(id)s;

-- leave --
-- End an entry whose people wait no more.
update waiting
set state = 'left'
where id = %(id)s and state = 'waiting';

-- machines --
-- The machines that anybody waits for.
select distinct machine_id
from waiting
where state = 'waiting' and upper(during) > %(now)s
order by machine_id;

-- listen --
-- A person wants to hear when so much time becomes free on a machine.
insert into freed_time_listeners (centre_id, machine_id, person_id, minutes, days)
values (%(centre_id)s, %(machine_id)s, %(person_id)s, %(minutes)s, %(days)s)
on conflict (machine_id, person_id) do update
set minutes = excluded.minutes, days = excluded.days;

-- listen_no_more --
-- A person does not want to hear of it any more.
delete from freed_time_listeners
where machine_id = %(machine_id)s and person_id = %(person_id)s;

-- listeners --
-- Select the subscribers to free time of so many minutes that begins so soon.
select l.person_id
from freed_time_listeners l
where l.machine_id = %(machine_id)s
  and l.minutes <= %(minutes)s
  and %(start)s::timestamptz < %(now)s::timestamptz + l.days * interval '1 day'
order by l.person_id;
