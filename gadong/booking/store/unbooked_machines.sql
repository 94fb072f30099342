-- may_be_unbooked --
-- Those of some machines that may have run without a booking in a stretch of time. Of every other
-- machine each run began in time that a booking kept, and nothing that people decided or wrote down
-- can begin one elsewhere.
select machine_id
from runs r
where machine_id = any(%(machine_ids)s)
  and during && %(during)s
  and state = 'running'
  and not exists (
      select from bookings b
      where b.machine_id = r.machine_id
        and b.company_id is not null
        and b.state = any(%(claiming)s)
        and b.during @> greatest(lower(r.during), lower(%(during)s))
        and (b.freed_from is null
            or b.freed_from > greatest(lower(r.during), lower(%(during)s)))
  )
union
select machine_id
from decisions
where machine_id = any(%(machine_ids)s) and kind = 'fill' and during && %(during)s
union
select machine_id
from logged_uses
where machine_id = any(%(machine_ids)s) and during && %(during)s;
