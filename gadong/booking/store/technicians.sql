-- put --
-- A technician with skills and shifts, new or said anew.
insert into technicians (id, centre_id, person_id, kinds, shifts)
values (%(id)s, %(centre_id)s, %(person_id)s, %(kinds)s, %(shifts)s)
on conflict (centre_id, person_id) do update
set kinds = excluded.kinds, shifts = excluded.shifts;

-- remove --
-- Somebody assists at the centre no more.
delete from technicians
where centre_id = %(centre_id)s and person_id = %(person_id)s;

-- of_centre --
-- A centre's technicians, by name. Who books may not read their names, and needs their shifts all
-- the same.
select t.centre_id, t.person_id, coalesce(p.name, '') as name, t.kinds, t.shifts
from technicians t
left join people p on p.id = t.person_id
where t.centre_id = %(centre_id)s
order by p.name, t.person_id;

-- insert_absence --
-- A technician is away for a time.
insert into technician_absences (id, centre_id, person_id, during)
values (%(id)s, %(centre_id)s, %(person_id)s, %(during)s);

-- absence --
-- One absence.
select id, centre_id, person_id, during
from technician_absences
where id = %(id)s;

-- remove_absence --
-- The technician is there after all.
update technician_absences
set removed_at = now()
where id = %(id)s and removed_at is null;

-- absences --
-- When a centre's technicians are away, inside some bounds.
select id, centre_id, person_id, during
from technician_absences
where centre_id = %(centre_id)s and during && %(during)s and removed_at is null
order by lower(during), id;

-- held --
-- What some technicians are held for inside some bounds, at whichever centre, but for one booking.
select booking_id, course_id, technician_id, during
from assistances
where technician_id = any(%(technician_ids)s)
  and is_held
  and during && %(during)s
  and (%(without)s::uuid is null or booking_id is distinct from %(without)s::uuid)
order by lower(during), booking_id, course_id;

-- assign --
-- Hold a technician for a booking, as long as it stands. The exclusion constraint keeps them in one
-- place.
insert into assistances (booking_id, centre_id, technician_id, during, is_held)
select id, centre_id, %(technician_id)s, during, assistance_is_held(state)
from bookings b
where id = %(booking_id)s
  and not exists (
      select from technician_absences t
      where t.centre_id = b.centre_id and t.person_id = %(technician_id)s and t.during && b.during
        and t.removed_at is null
  )
on conflict (booking_id) do update
set technician_id = excluded.technician_id, during = excluded.during, is_held = excluded.is_held;

-- keep --
-- A technician whom a booking is about to hold: absences and removals wait until it does, other
-- bookings do not.
select person_id
from technicians
where centre_id = (select centre_id from bookings where id = %(booking_id)s)
    and person_id = %(technician_id)s
for share;

-- lock --
-- A technician who is to be away or to leave: bookings that are about to hold them come first.
select person_id
from technicians
where centre_id = %(centre_id)s and person_id = %(person_id)s
for update;

-- unassign --
-- Hold nobody for a booking.
delete from assistances
where booking_id = %(booking_id)s;

-- of_bookings --
-- Who assists, or was to assist, each of some bookings.
select booking_id, technician_id
from assistances
where booking_id = any(%(booking_ids)s);

-- agenda --
-- A centre's assisted bookings that stand inside some bounds, with who assists.
select b.id as booking_id, b.machine_id, b.company_id, b.person_id, b.during, b.state,
    a.technician_id
from bookings b
left join assistances a on a.booking_id = b.id
where b.centre_id = %(centre_id)s
  and b.usage_mode = 'assisted'
  and b.state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
  and b.during && %(during)s
order by lower(b.during), b.id
limit %(most)s;
