-- insert --
-- Insert an assignment; a trigger refuses what is not of its case.
insert into commission_assignments (id, commission_id, centre_id, person_id, booking_id, machine_id,
    during, recorded_by, recorded_at)
values (%(id)s, %(commission_id)s, %(centre_id)s, %(person_id)s, %(booking_id)s, %(machine_id)s,
    tstzrange(%(start)s, %(end)s), %(recorded_by)s, %(recorded_at)s);

-- insert_without_time --
-- Insert an assignment whose time is its booking's, or that has none.
insert into commission_assignments (id, commission_id, centre_id, person_id, booking_id,
    recorded_by, recorded_at)
values (%(id)s, %(commission_id)s, %(centre_id)s, %(person_id)s, %(booking_id)s, %(recorded_by)s,
    %(recorded_at)s);

-- finish --
-- End an assignment, once.
update commission_assignments
set ended_at = %(ended_at)s, ended_by = %(ended_by)s
where id = %(id)s and ended_at is null;

-- commission_of --
-- Select the commission of an assignment.
select commission_id
from commission_assignments
where id = %(id)s;

-- of_commissions --
-- Select the assignments of some commissions that have not ended, in order of their time; a
-- booking's machine and time are as they are now.
select a.id, a.commission_id, a.person_id, coalesce(p.name, '') as name, a.booking_id,
    m.id as machine_id, coalesce(m.name_ko, '') as machine_ko,
    coalesce(m.name_en, '') as machine_en,
    lower(coalesce(b.during, a.during)) as starts, upper(coalesce(b.during, a.during)) as ends,
    coalesce(b.state in ('cancelled', 'declined', 'expired'), false) as is_lost
from commission_assignments a
left join people p on p.id = a.person_id
left join bookings b on b.id = a.booking_id
left join machines m on m.id = coalesce(b.machine_id, a.machine_id)
where a.commission_id = any(%(commission_ids)s) and a.ended_at is null
order by a.commission_id, starts nulls first, name, a.id;
