-- columns (part) --
-- The columns that make a booking.
id, centre_id, machine_id, company_id, person_id, during, state, version, purpose, checked_in_at,
    checked_out_at, cancelled_at, freed_from, expires_at, joined, override, answers, usage_mode,
    equipment, competes, seats, shares;

-- chosen (part) --
-- The bookings that a caller sees, as a filter narrows them; a null narrows nothing. Some are named
-- by their ids, as those whose cost is shared. Holds of courses have no company and are none of
-- them.
company_id is not null
  and (centre_id = any(%(centre_ids)s) or company_id = any(%(company_ids)s)
      or id = any(%(shared_ids)s))
  and (%(centre_id)s::uuid is null or centre_id = %(centre_id)s)
  and (%(machine_id)s::uuid is null or machine_id = %(machine_id)s)
  and (%(company_id)s::uuid is null or company_id = %(company_id)s)
  and (%(person_id)s::uuid is null or person_id = %(person_id)s)
  and (%(joined)s::uuid is null or joined = %(joined)s)
  and (%(states)s::text[] is null or state = any(%(states)s))
  and (%(during)s::tstzrange is null or during && %(during)s)
  and (%(coming_at)s::timestamptz is null
      or (upper(during) > %(coming_at)s and state = any(%(standing)s)))
  and (%(past_at)s::timestamptz is null
      or upper(during) <= %(past_at)s or state <> all(%(standing)s))
  and (%(words)s::text[] is null or (
      select regexp_replace(
          lower(normalize(concat_ws(' ', m.name_ko, m.name_en, m.slug, c.name, p.name,
              bookings.purpose), nfkc)), '[[:space:]-]', '', 'g')
      from machines m
      left join companies c on c.id = bookings.company_id
      left join people p on p.id = bookings.person_id
      where m.id = bookings.machine_id
  ) like all(%(words)s));

-- insert --
-- The exclusion constraint, not this statement, keeps two holders apart.
insert into bookings (id, centre_id, machine_id, company_id, person_id, during, held, state,
    version, purpose, expires_at, joined, override, answers, usage_mode, equipment,
    competes, seats, shares)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(during)s,
    %(held)s, %(state)s, %(version)s, %(purpose)s, %(expires_at)s, %(joined)s, %(override)s,
    %(answers)s, %(usage_mode)s, %(equipment)s, %(competes)s, %(seats)s, %(shares)s);

-- update --
-- A change of a booking that nobody changed in between. A booking that holds its time and keeps it,
-- or a part of it, holds nothing more for turn-round: a neighbour may stand there since.
update bookings
set during = %(during)s, state = %(state)s, version = %(version)s,
    checked_in_at = %(checked_in_at)s, checked_out_at = %(checked_out_at)s,
    cancelled_at = %(cancelled_at)s, freed_from = %(freed_from)s, expires_at = %(expires_at)s,
    override = %(override)s, person_id = %(person_id)s, answers = %(answers)s,
    purpose = %(purpose)s, usage_mode = %(usage_mode)s, competes = %(competes)s,
    seats = %(seats)s, shares = %(shares)s,
    held = case
        when state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
            and not (state = 'pending' and competes)
            and during @> %(during)s::tstzrange
            and held @> %(during)s::tstzrange
            then held * %(held)s::tstzrange
        else %(held)s::tstzrange
    end
where id = %(id)s and version = %(version)s - 1;

-- insert_event --
-- The step, with the booking as it is after it.
insert into booking_events (booking_id, version, centre_id, machine_id, action, actor_id, reason,
    during, snapshot, recorded_at, left_late_at)
values (%(booking_id)s, %(version)s, %(centre_id)s, %(machine_id)s, %(action)s, %(actor_id)s,
    %(reason)s, %(during)s, %(snapshot)s, %(recorded_at)s, %(left_at)s);

-- by_id --
-- One booking.
select {columns}
from bookings
where id = %(id)s and company_id is not null;

-- page --
-- Bookings of a centre or of some companies, the latest made first.
select {columns}
from bookings
where {chosen}
  and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(most)s;

-- page_by_start --
-- Select the same, the earliest start first.
select {columns}
from bookings
where {chosen}
  and (%(after_id)s::uuid is null or (lower(during), id) > (%(after)s, %(after_id)s))
order by lower(during), id
limit %(most)s
offset %(skipped)s;

-- page_by_latest_start --
-- Select the same, the latest start first.
select {columns}
from bookings
where {chosen}
  and (%(after_id)s::uuid is null or (lower(during), id) < (%(after)s, %(after_id)s))
order by lower(during) desc, id desc
limit %(most)s
offset %(skipped)s;

-- count --
-- Count the bookings that a filter finds.
select count(*) as bookings
from bookings
where {chosen};

-- of_centre --
-- A centre's bookings that touch a stretch of time and keep others off, machine by machine. Edges
-- are read faster than ranges: those of 2,100 bookings took half the time of a calendar's week.
select id, machine_id, company_id, lower(during) as starts, upper(during) as ends,
    lower(held) as held_from, upper(held) as held_until, state, purpose, seats, shares
from bookings
where centre_id = %(centre_id)s
  and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
  and not (state = 'pending' and competes)
  and held && %(during)s
order by machine_id, during;

-- unsettled --
-- A machine's bookings that time or its signals may change by themselves.
select id
from bookings
where machine_id = %(machine_id)s
  and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
  and (lower(during) < %(before)s or expires_at <= %(before)s)
  and upper(during) > %(after)s
order by lower(during), id;

-- machines_unsettled --
-- The machines that have any.
select distinct machine_id
from bookings
where state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
  and (lower(during) < %(before)s or expires_at <= %(before)s)
  and upper(during) > %(after)s
order by machine_id;

-- counted --
-- Select the bookings that quotas and strikes count for some callers: their companies' bookings of
-- some machines, and their own missed or cancelled ones anywhere at the centre.
select id, lower(during) as starts, upper(during) as ends, state, cancelled_at, company_id,
    person_id, machine_id, shares
from bookings
where centre_id = %(centre_id)s
  and upper(during) > %(since)s
  and (
      machine_id = any(%(machine_ids)s)
          and (company_id = any(%(company_ids)s) or person_id = any(%(person_ids)s))
      or person_id = any(%(person_ids)s) and state in ('no_show', 'cancelled')
  );

-- next_after --
-- Select the machine's next booking after an instant.
select id
from bookings
where machine_id = %(machine_id)s
  and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
  and not (state = 'pending' and competes)
  and lower(during) >= %(at)s
order by lower(during)
limit 1;

-- is_shared --
-- Return true while bookings that leave seats of a room to others, or requests for them, are not
-- over.
select exists (
    select from bookings
    where machine_id = %(machine_id)s
      and shares
      and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
      and upper(held) > %(at)s
) as is_so;

-- joined --
-- Select the bookings of one group.
select {columns}
from bookings
where joined = %(joined)s
order by during, id;

-- lock --
-- One booking, held until the transaction ends.
select {columns}
from bookings
where id = %(id)s and company_id is not null
for update;

-- remark --
-- Something is said of a booking for the first time, or nothing is returned.
insert into booking_remarks (centre_id, booking_id, kind)
values (%(centre_id)s, %(booking_id)s, %(kind)s)
on conflict (booking_id, kind) do nothing
returning kind;

-- at_risk --
-- Return true after a warning that the job before this booking may make it late.
select exists (
    select from booking_remarks where booking_id = %(id)s and starts_with(kind, 'overrun by ')
) as is_so;

-- rivals --
-- Select the requests that wait for a manager and want any of a booking's time on its machine,
-- turn-round included.
select {columns}
from bookings
where machine_id = %(machine_id)s
  and id <> %(id)s
  and state = 'pending'
  and held && (select b.held from bookings b where b.id = %(id)s)
order by id;

-- outdone --
-- Select the competing requests on some machines whose time somebody else has by now.
select {columns}
from bookings r
where machine_id = any(%(machine_ids)s)
  and state = 'pending'
  and competes
  and case when shares then count_of_seats(free_seats(machine_id, held, id)) < seats
  else exists (
      select from bookings h
      where h.machine_id = r.machine_id
        and h.held && r.held
        and h.id <> r.id
        and h.state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
            'course')
        and not (h.state = 'pending' and h.competes)
  ) end
order by id;
