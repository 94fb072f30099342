-- put --
-- Equipment, new or counted anew.
insert into equipment (id, centre_id, slug, name_ko, name_en, units)
values (%(id)s, %(centre_id)s, %(slug)s, %(name_ko)s, %(name_en)s, %(units)s)
on conflict (centre_id, slug) do update
set name_ko = excluded.name_ko, name_en = excluded.name_en, units = excluded.units
returning id, centre_id, slug, name_ko, name_en, units;

-- of_centre --
-- A centre's equipment, by its slug.
select id, centre_id, slug, name_ko, name_en, units
from equipment
where centre_id = %(centre_id)s
order by slug;

-- beyond --
-- The bookings that hold units above a number after an instant.
select count(distinct booking_id) as bookings
from equipment_holds
where equipment_id = %(equipment_id)s
  and is_held
  and unit > %(units)s
  and upper(during) > %(after)s;

-- clear_needs --
-- A machine needs nothing any more.
delete from equipment_needs
where machine_id = %(machine_id)s;

-- insert_need --
-- Something that bookings of a machine need.
insert into equipment_needs (id, centre_id, machine_id, usage_mode, any_of, units)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(usage_mode)s, %(any_of)s, %(units)s);

-- needs_of --
-- The needs of some machines.
select id, centre_id, machine_id, usage_mode, any_of, units
from equipment_needs
where machine_id = any(%(machine_ids)s)
order by machine_id, id;

-- held --
-- Units of a centre that are held inside some bounds, but for one booking.
select booking_id, equipment_id, unit, during
from equipment_holds
where centre_id = %(centre_id)s
  and is_held
  and during && %(during)s
  and booking_id is distinct from %(without)s::uuid
order by lower(during), booking_id, equipment_id, unit;

-- hold --
-- Hold a unit for a booking while it stands. The exclusion constraint gives it to one at a time.
insert into equipment_holds (booking_id, centre_id, equipment_id, unit, during, is_held)
select id, centre_id, %(equipment_id)s, %(unit)s, during, equipment_is_held(state)
from bookings
where id = %(booking_id)s;

-- release --
-- Hold nothing for a booking, and return what it held.
delete from equipment_holds
where booking_id = %(booking_id)s
returning equipment_id, unit;

-- of_booking --
-- Units that a booking holds, or held.
select equipment_id, unit
from equipment_holds
where booking_id = %(booking_id)s
order by equipment_id, unit;
