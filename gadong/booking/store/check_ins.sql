-- insert --
-- Somebody came to a machine, or left it.
insert into check_ins (id, centre_id, machine_id, company_id, person_id, booking_id, kind,
    at, recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(booking_id)s,
    %(kind)s, %(at)s, %(recorded_at)s);

-- during --
-- Select the check-ins in a stretch of time, and the check-outs in it or later, as known before an
-- instant.
select company_id, person_id, booking_id, kind, at
from check_ins
where machine_id = %(machine_id)s
  and at >= %(since)s and (at < %(until)s or kind = 'out')
  and recorded_at < %(recorded_before)s
order by at, id;

-- across --
-- Select how long the people of each booking were there around any of some instants, from the first
-- check-in to the last check-out, as known before another instant.
select min(came.at) as since, max(gone.at) as until
from check_ins came
join check_ins gone on gone.booking_id = came.booking_id and gone.kind = 'out'
join unnest(%(instants)s::timestamptz[]) as edge (at) on came.at < edge.at and edge.at < gone.at
where came.machine_id = %(machine_id)s and gone.machine_id = %(machine_id)s and came.kind = 'in'
  and came.recorded_at < %(recorded_before)s and gone.recorded_at < %(recorded_before)s
group by came.booking_id;

-- of_machines --
-- Select the check-ins at some machines in a stretch of time, and the check-outs in it or later, as
-- known before an instant.
select machine_id, company_id, person_id, booking_id, kind, at
from check_ins
where machine_id = any(%(machine_ids)s)
  and at >= %(since)s and (at < %(until)s or kind = 'out')
  and recorded_at < %(recorded_before)s
order by at, id;
