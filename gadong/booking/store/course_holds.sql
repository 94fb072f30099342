-- hold_machine --
-- A course holds a machine. The exclusion constraint keeps bookings and other courses off.
insert into bookings (id, centre_id, machine_id, course_id, during, held, state, version)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(course_id)s, %(during)s, %(during)s, 'course', 1);

-- machines --
-- The machines that some courses hold, with the closure of each.
select course_id, machine_id, id
from bookings
where course_id = any(%(course_ids)s)
order by course_id, machine_id;

-- release_machines --
-- A course holds no machine any more.
delete from bookings
where course_id = %(course_id)s;

-- is_hold --
-- Return whether the closure of this id belongs to a course.
select exists (select from bookings where id = %(id)s and course_id is not null) as is_so;

-- keep_teacher --
-- Let absences of a technician who is about to teach wait until the course holds them.
select person_id
from technicians
where centre_id = %(centre_id)s and person_id = %(person_id)s
for share;

-- hold_teacher --
-- A course holds its teacher, unless an absence has them then.
insert into assistances (course_id, centre_id, technician_id, during, is_held)
select %(course_id)s, %(centre_id)s, %(person_id)s, %(during)s, true
where not exists (
    select from technician_absences t
    where t.centre_id = %(centre_id)s and t.person_id = %(person_id)s and t.during && %(during)s
      and t.removed_at is null
);

-- teachers --
-- The teachers of some courses.
select a.course_id, a.technician_id as person_id, coalesce(p.name, '') as name
from assistances a
left join people p on p.id = a.technician_id
where a.course_id = any(%(course_ids)s);

-- release_teacher --
-- A course holds no teacher any more.
delete from assistances
where course_id = %(course_id)s;
