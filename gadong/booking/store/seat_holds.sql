-- held_of --
-- Select the held periods of some machines in a stretch of time by their ends, since ranges are
-- slow to read by the thousand. A course's hold keeps others' turn-round off as well. Competing
-- requests hold nothing, but count where they are asked for.
select machine_id, lower(held) as start, upper(held) as end,
    case when shares then seat_numbers end as numbers
from bookings
where machine_id = any(%(machine_ids)s)
  and id is distinct from %(without)s::uuid
  and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed', 'course')
  and (%(with_requests)s or not (state = 'pending' and competes))
  and held && %(during)s
order by machine_id, held;
