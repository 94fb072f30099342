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
