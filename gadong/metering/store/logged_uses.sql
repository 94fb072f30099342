-- insert --
-- An entry of the ledger, or one that takes another back. A trigger settles whether it is a
-- correction.
insert into logged_uses (id, centre_id, machine_id, company_id, person_id, booking_id, during,
    origin, reason,
    is_correction, reverses, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(booking_id)s,
    %(during)s,
    %(origin)s, %(reason)s, %(is_correction)s, %(reverses)s, %(recorded_by)s, %(recorded_at)s)
returning is_correction;

-- find --
-- One entry, and the one that takes it back.
select u.id, u.centre_id, u.machine_id, u.company_id, u.person_id, u.booking_id, u.during,
    u.origin, u.reason,
    u.is_correction, u.reverses, u.recorded_by, u.recorded_at, r.id as reversed_by
from logged_uses u
left join logged_uses r on r.reverses = u.id
where u.id = %(id)s;

-- in_force --
-- The entries that hold of a machine and touch a stretch of time, as known before an instant, in
-- order of time.
select id, centre_id, machine_id, company_id, person_id, booking_id, during, origin, reason,
    is_correction, reverses,
    recorded_by, recorded_at
from logged_uses u
where machine_id = %(machine_id)s
  and reverses is null
  and during && %(during)s
  and recorded_at < %(recorded_before)s
  and not exists (
      select from logged_uses r
      where r.reverses = u.id and r.recorded_at < %(recorded_before)s
  )
order by during, id;

-- page --
-- A centre's entries that touch a stretch of time, the latest entered first; the reversed ones
-- and their reversals too.
select u.id, u.centre_id, u.machine_id, u.company_id, u.person_id, u.booking_id, u.during,
    u.origin, u.reason,
    u.is_correction, u.reverses, u.recorded_by, u.recorded_at, r.id as reversed_by
from logged_uses u
left join logged_uses r on r.reverses = u.id
where u.centre_id = %(centre_id)s
  and u.during && %(during)s
  and (%(machine_id)s::uuid is null or u.machine_id = %(machine_id)s)
  and (%(before)s::uuid is null or u.id < %(before)s)
order by u.id desc
limit %(most)s;

-- machines_of --
-- The machines that a company is said to have used in a stretch of time; what was taken back is
-- known by the ledger.
select distinct machine_id
from logged_uses
where centre_id = %(centre_id)s and company_id = %(company_id)s and during && %(during)s;

-- in_force_of --
-- The entries that hold of some machines and touch a stretch of time, as known before an instant,
-- in order of time.
select id, centre_id, machine_id, company_id, person_id, booking_id, during, origin, reason,
    is_correction, reverses, recorded_by, recorded_at
from logged_uses u
where machine_id = any(%(machine_ids)s)
  and reverses is null
  and during && %(during)s
  and recorded_at < %(recorded_before)s
  and not exists (
      select from logged_uses r
      where r.reverses = u.id and r.recorded_at < %(recorded_before)s
  )
order by during, id;
