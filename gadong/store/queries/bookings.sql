-- insert --
-- The exclusion constraint, not this statement, keeps two holders apart.
insert into bookings (id, centre_id, machine_id, company_id, person_id, during, held, state, version, purpose)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(during)s, %(held)s, %(state)s,
    %(version)s, %(purpose)s);

-- update --
-- A change of a booking that nobody changed in between.
update bookings
set during = %(during)s, held = %(held)s, state = %(state)s, version = %(version)s,
    checked_in_at = %(checked_in_at)s, checked_out_at = %(checked_out_at)s, cancelled_at = %(cancelled_at)s
where id = %(id)s and version = %(version)s - 1;

-- insert_event --
-- The step, with the booking as it is after it.
insert into booking_events (booking_id, version, centre_id, machine_id, action, actor_id, reason, during, snapshot,
    recorded_at)
values (%(booking_id)s, %(version)s, %(centre_id)s, %(machine_id)s, %(action)s, %(actor_id)s, %(reason)s,
    %(during)s, %(snapshot)s, %(recorded_at)s);

-- by_id --
-- One booking.
select id, centre_id, machine_id, company_id, person_id, during, state, version, purpose, checked_in_at,
    checked_out_at, cancelled_at
from bookings
where id = %(id)s;

-- events --
-- A booking's history.
select version, action, actor_id, reason, recorded_at
from booking_events
where booking_id = %(booking_id)s
order by version;

-- page --
-- Bookings of a centre or of some companies, the latest made first.
select id, centre_id, machine_id, company_id, person_id, during, state, version, purpose, checked_in_at,
    checked_out_at, cancelled_at
from bookings
where (centre_id = any(%(centre_ids)s) or company_id = any(%(company_ids)s))
  and (%(machine_id)s::uuid is null or machine_id = %(machine_id)s)
  and (%(during)s::tstzrange is null or during && %(during)s)
  and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(most)s;

-- held --
-- What keeps others off a machine in a stretch of time, turn-round included.
select id, held
from bookings
where machine_id = %(machine_id)s
  and state in ('confirmed', 'checked_in', 'completed')
  and held && %(during)s
order by held;

-- as_known --
-- The bookings that touch a stretch of time on a machine, as they stood before an instant.
select distinct on (booking_id) booking_id, snapshot
from booking_events
where machine_id = %(machine_id)s
  and recorded_at < %(recorded_before)s
  and booking_id in (
      select booking_id
      from booking_events
      where machine_id = %(machine_id)s and during && %(during)s and recorded_at < %(recorded_before)s
  )
order by booking_id, version desc;

-- machines_of --
-- The machines on which a company can have sessions in a stretch of time: it booked, came, or was decided to have.
select machine_id
from booking_events
where centre_id = %(centre_id)s and during && %(during)s and (snapshot ->> 'company_id')::uuid = %(company_id)s
union
select machine_id
from check_ins
where centre_id = %(centre_id)s and company_id = %(company_id)s and %(during)s @> at
union
select machine_id
from decisions
where centre_id = %(centre_id)s and company_id = %(company_id)s and during && %(during)s
order by machine_id;

-- due_for_release --
-- Confirmed bookings whose start has passed by some time; whether nobody came is read from the facts.
select id
from bookings
where state = 'confirmed' and lower(during) < %(before)s and upper(during) > %(after)s
order by id;

-- lock --
-- One booking, held until the transaction ends.
select id, centre_id, machine_id, company_id, person_id, during, state, version, purpose, checked_in_at,
    checked_out_at, cancelled_at
from bookings
where id = %(id)s
for update;

-- insert_check_in --
-- Somebody came to a machine, or left it.
insert into check_ins (id, centre_id, machine_id, company_id, person_id, booking_id, kind, at, recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(booking_id)s, %(kind)s, %(at)s,
    %(recorded_at)s);

-- check_ins --
-- Who came and left in a stretch of time, as known before an instant.
select company_id, person_id, booking_id, kind, at
from check_ins
where machine_id = %(machine_id)s
  and at >= %(since)s and at < %(until)s
  and recorded_at < %(recorded_before)s
order by at, id;

-- qualifications --
-- What a person may operate.
select code
from qualifications
where centre_id = %(centre_id)s and person_id = %(person_id)s
  and (expires_at is null or expires_at > %(at)s);

-- grant_qualification --
-- The person was trained.
insert into qualifications (centre_id, person_id, code, granted_by, expires_at)
values (%(centre_id)s, %(person_id)s, %(code)s, %(granted_by)s, %(expires_at)s)
on conflict (centre_id, person_id, code) do update
set granted_at = now(), granted_by = excluded.granted_by, expires_at = excluded.expires_at;

-- insert_closure --
-- A time in which the centre, or one machine, is not to be used.
insert into closures (id, centre_id, machine_id, during, kind, reason)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(during)s, %(kind)s, %(reason)s);

-- closures --
-- The closures that touch a stretch of time for a machine, as known before an instant.
select during, kind
from closures
where centre_id = %(centre_id)s
  and (machine_id is null or machine_id = %(machine_id)s)
  and during && %(during)s
  and recorded_at < %(recorded_before)s
order by during;
