-- insert --
-- A time in which the centre, or one machine, is not to be used.
insert into closures (id, centre_id, machine_id, during, kind, reason)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(during)s, %(kind)s, %(reason)s);

-- change --
-- A closure's time from now on; none lifts it.
insert into closure_changes (id, centre_id, closure_id, during, reason, changed_by)
values (%(id)s, %(centre_id)s, %(closure_id)s, %(during)s, %(reason)s, %(changed_by)s);

-- by_id --
-- One closure as it stands; the lifted ones are left out.
select id, centre_id, machine_id, during, kind, reason
from closures_known('infinity')
where id = %(id)s;

-- withdrawn_at --
-- The centre of a closure that was lifted before it began.
select c.centre_id
from closures c
cross join lateral (
    select during
    from closure_changes
    where closure_id = c.id
    order by recorded_at desc, id desc
    limit 1
) last
where c.id = %(id)s and last.during is null;

-- of_centre --
-- A centre's closures in a stretch of time, its machines' own among them.
select id, centre_id, machine_id, during, kind, reason
from closures_known('infinity')
where centre_id = %(centre_id)s and during && %(during)s
order by during, id;

-- of_machine --
-- The closures that touch a stretch of time for a machine, as known before an instant.
select during, kind
from closures_known(%(recorded_before)s)
where centre_id = %(centre_id)s
  and (machine_id is null or machine_id = %(machine_id)s)
  and during && %(during)s
order by during;

-- of_machines --
-- The closures of a centre and of some of its machines that touch a stretch of time, as known
-- before an instant.
select machine_id, during, kind
from closures_known(%(recorded_before)s)
where centre_id = %(centre_id)s
  and (machine_id is null or machine_id = any(%(machine_ids)s))
  and during && %(during)s
order by during;

-- steps --
-- The changes of a closure, the first one first.
select during, reason, changed_by, recorded_at
from closure_changes
where closure_id = %(closure_id)s
order by recorded_at, id;

-- hit --
-- The bookings to come that a stretch of time falls into, on one machine or on all of a centre.
select id
from bookings
where centre_id = %(centre_id)s
  and (%(machine_id)s::uuid is null or machine_id = %(machine_id)s)
  and during && %(during)s
  and upper(during) > %(now)s
  and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
  and (expires_at is null or expires_at > %(now)s)
order by lower(during), id;
