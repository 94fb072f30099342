-- beyond --
-- Bookings and requests that are not over and need more of a room than so many seats: they hold a
-- seat of a higher number, share what would be one seat, or are for more people.
select id, during, seats, shares
from bookings
where machine_id = %(machine_id)s
  and company_id is not null
  and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed')
  and upper(held) > %(at)s
  and (
      seats > %(seats)s
      or shares and %(seats)s = 1
      or shares
          and not (state = 'pending' and competes)
          and not seat_numbers <@ int4multirange(int4range(1, %(seats)s + 1))
  )
order by during, id
limit %(most)s;
