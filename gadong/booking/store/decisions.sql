-- insert --
-- A manager's word.
insert into decisions (id, centre_id, machine_id, kind, during, company_id, booking_id,
    reverses, reason, decided_by, recorded_at, state, seconds, component, usage_mode)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(kind)s, %(during)s, %(company_id)s,
    %(booking_id)s, %(reverses)s, %(reason)s, %(decided_by)s, %(recorded_at)s, %(state)s,
    %(seconds)s, %(component)s, %(usage_mode)s);

-- one --
-- One decision.
select id, centre_id, machine_id, kind, during, company_id, booking_id, reverses, reason,
    decided_by, recorded_at, state, seconds, component, usage_mode
from decisions
where id = %(id)s;

-- in_force --
-- The decisions that hold for a stretch of a machine's time, or for the sessions of some bookings
-- wherever those have been moved or the activity that is theirs lies, as known before an instant,
-- the latest first.
select id, centre_id, machine_id, kind, during, company_id, booking_id, reverses, reason,
    decided_by, recorded_at, state, seconds, component, usage_mode
from decisions d
where machine_id = %(machine_id)s
  and kind <> 'reverse'
  and (
      during && %(during)s
      or (booking_id = any(%(booking_ids)s) and kind <> 'fill')
  )
  and recorded_at < %(recorded_before)s
  and not exists (
      select from decisions r
      where r.reverses = d.id and r.recorded_at < %(recorded_before)s
  )
order by recorded_at desc, id desc;

-- on_record --
-- All decisions that touch a stretch of a machine's time, reversed ones and reversals too, the
-- latest first.
select id, centre_id, machine_id, kind, during, company_id, booking_id, reverses, reason,
    decided_by, recorded_at, state, seconds, component, usage_mode
from decisions
where machine_id = %(machine_id)s and during && %(during)s
order by recorded_at desc, id desc;

-- in_force_of --
-- The decisions that hold for a stretch of some machines' time, as known before an instant, the
-- latest first.
select id, centre_id, machine_id, kind, during, company_id, booking_id, reverses, reason,
    decided_by, recorded_at, state, seconds, component, usage_mode
from decisions d
where machine_id = any(%(machine_ids)s)
  and kind <> 'reverse'
  and during && %(during)s
  and recorded_at < %(recorded_before)s
  and not exists (
      select from decisions r
      where r.reverses = d.id and r.recorded_at < %(recorded_before)s
  )
order by recorded_at desc, id desc;
