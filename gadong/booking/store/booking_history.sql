-- events --
-- A booking's history.
select version, action, actor_id, reason, recorded_at
from booking_events
where booking_id = %(booking_id)s
order by version;

-- approved --
-- The booking as it last stood confirmed, and when its people left any of that time for another.
with last as (
    select version, during, snapshot
    from booking_events
    where booking_id = %(booking_id)s and snapshot ->> 'state' = 'confirmed'
    order by version desc
    limit 1
)
select last.snapshot, (
    select e.recorded_at
    from booking_events e
    where e.booking_id = %(booking_id)s and e.version > last.version
        and (lower(e.during) <> lower(last.during) or upper(e.during) < upper(last.during))
    order by e.version
    limit 1
) as left_at
from last;

-- left_late --
-- The booking as it stood before each move that left its time late, and when it was left.
select before.snapshot, e.left_late_at as left_at
from booking_events e
join booking_events before on before.booking_id = e.booking_id and before.version = e.version - 1
where e.booking_id = %(booking_id)s and e.left_late_at is not null
order by e.version;

-- as_known --
-- The bookings that touch a stretch of time on a machine, and others by their ids, as they stood
-- before an instant.
select distinct on (booking_id) booking_id, snapshot
from booking_events
where machine_id = %(machine_id)s
  and recorded_at < %(recorded_before)s
  and (
      booking_id = any(%(also)s)
      or booking_id in (
          select booking_id
          from booking_events
          where machine_id = %(machine_id)s and during && %(during)s
              and recorded_at < %(recorded_before)s
      )
  )
order by booking_id, version desc;

-- of_machines --
-- The bookings that touch a stretch of time on some machines, as they stood before an instant.
select distinct on (machine_id, booking_id) machine_id, snapshot
from booking_events
where machine_id = any(%(machine_ids)s)
  and recorded_at < %(recorded_before)s
  and (machine_id, booking_id) in (
      select machine_id, booking_id
      from booking_events
      where machine_id = any(%(machine_ids)s) and during && %(during)s
          and recorded_at < %(recorded_before)s
  )
order by machine_id, booking_id, version desc;

-- machines_of --
-- The machines on which a company can have sessions in a stretch of time: it booked, came, has a
-- part of a booking, or was decided to have used.
select machine_id
from booking_events
where centre_id = %(centre_id)s and during && %(during)s
    and (snapshot ->> 'company_id')::uuid = %(company_id)s
union
select machine_id
from check_ins
where centre_id = %(centre_id)s and company_id = %(company_id)s and %(during)s @> at
union
select machine_id
from decisions
where centre_id = %(centre_id)s and company_id = %(company_id)s and during && %(during)s
union
select machine_id
from booking_shares
where centre_id = %(centre_id)s and company_id = %(company_id)s and during && %(during)s
order by machine_id;

-- machines_before --
-- The machines that a company had booked, had a part of, or was decided to have used, before an
-- instant.
select machine_id
from booking_events
where centre_id = %(centre_id)s
    and lower(during) < %(instant)s
    and (snapshot ->> 'company_id')::uuid = %(company_id)s
union
select machine_id
from decisions
where centre_id = %(centre_id)s and company_id = %(company_id)s and lower(during) < %(instant)s
union
select machine_id
from booking_shares
where centre_id = %(centre_id)s and company_id = %(company_id)s and lower(during) < %(instant)s
order by machine_id;

-- changed_at --
-- When each of some bookings last changed.
select booking_id, max(recorded_at) as at
from booking_events
where booking_id = any(%(ids)s)
group by booking_id;
