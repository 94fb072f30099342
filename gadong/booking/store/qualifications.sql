-- of_people --
-- Select some people's qualifications, with each one's last use of a machine of some kinds.
select q.person_id, k.kind, q.code, q.granted_at, q.expires_at, (
    select max(c.at)
    from check_ins c
    join machines m on m.id = c.machine_id
    where c.person_id = q.person_id and c.centre_id = q.centre_id and m.kind = k.kind
) as used_at
from qualifications q
cross join unnest(%(kinds)s::text[]) k(kind)
where q.centre_id = %(centre_id)s and q.person_id = any(%(person_ids)s);

-- holders --
-- Everybody who was trained at a centre, and when they last came to a machine of a kind.
select q.person_id, p.name, q.code, q.granted_at, q.expires_at, (
    select max(c.at)
    from check_ins c
    join machines m on m.id = c.machine_id
    where c.person_id = q.person_id and c.centre_id = q.centre_id and m.kind = %(kind)s
) as used_at
from qualifications q
join people p on p.id = q.person_id
where q.centre_id = %(centre_id)s and p.disabled_at is null
order by q.person_id, q.code;

-- keep_reminder --
-- Somebody is told of an end; nothing, where they were.
insert into qualification_reminders (centre_id, person_id, code, lapses_on)
values (%(centre_id)s, %(person_id)s, %(code)s, %(lapses_on)s)
on conflict do nothing;

-- grant --
-- The person was trained, now or at a past instant; an older training replaces no newer one.
insert into qualifications (centre_id, person_id, code, granted_by, expires_at, granted_at)
values (%(centre_id)s, %(person_id)s, %(code)s, %(granted_by)s, %(expires_at)s,
    coalesce(%(granted_at)s, now()))
on conflict (centre_id, person_id, code) do update
set granted_at = excluded.granted_at, granted_by = excluded.granted_by,
    expires_at = excluded.expires_at
where excluded.granted_at >= qualifications.granted_at;

-- end --
-- The person is not trained any more; that they were stays on record.
update qualifications
set expires_at = least(expires_at, now())
where centre_id = %(centre_id)s and person_id = %(person_id)s and code = %(code)s;

-- names --
-- Select the names of a centre's trainings by their codes, which qualifications have too.
select code, name_ko, name_en
from trainings
where centre_id = %(centre_id)s;
