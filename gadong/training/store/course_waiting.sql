-- columns (part) --
-- The columns that make an entry.
id, course_id, centre_id, person_id, company_id, turn, state, offered_until, missed, rests_until;

-- insert --
-- Somebody waits for a seat at a course.
insert into course_waiting (id, course_id, centre_id, person_id, company_id, turn)
values (%(id)s, %(course_id)s, %(centre_id)s, %(person_id)s, %(company_id)s, %(turn)s);

-- update --
-- What became of an entry.
update course_waiting
set state = %(state)s, offered_until = %(offered_until)s, missed = %(missed)s, turn = %(turn)s,
    rests_until = %(rests_until)s
where id = %(id)s;

-- by_id --
-- One entry.
select {columns}
from course_waiting
where id = %(id)s;

-- open_of --
-- The entries of some courses that wait or have an offer, in the order of their turns.
select {columns}
from course_waiting
where course_id = any(%(course_ids)s) and state in ('waiting', 'offered')
order by turn, id;

-- courses --
-- The courses for which anybody waits.
select distinct course_id
from course_waiting
where state in ('waiting', 'offered')
order by course_id;
