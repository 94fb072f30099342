-- insert --
-- Insert a course.
insert into courses (id, centre_id, code, during, place, seats, valid_days, good, created_by)
values (%(id)s, %(centre_id)s, %(code)s, %(during)s, %(place)s, %(seats)s, %(valid_days)s,
    %(good)s, %(by)s);

-- find --
-- Select a course, locked from others until the transaction ends.
select id, centre_id, code, during, place, seats, taken, valid_days, good, cancelled_at, reason
from courses
where id = %(id)s
for update;

-- of_centre --
-- Select a centre's courses that end after an instant, and begin before another one, the soonest
-- first. A page goes on after the start and id of the page before.
select id, centre_id, code, during, place, seats, taken, valid_days, good, cancelled_at, reason
from courses
where centre_id = %(centre_id)s and upper(during) > %(since)s
  and (%(until)s::timestamptz is null or lower(during) < %(until)s)
  and (%(words)s::text[] is null or (
      select regexp_replace(
          lower(normalize(concat_ws(' ', courses.code, courses.place, named.words), nfkc)),
          '[[:space:]-]', '', 'g')
      from (
          select string_agg(concat_ws(' ', t.name_ko, t.name_en), ' ') as words
          from trainings t
          where t.centre_id = courses.centre_id and t.code = courses.code
      ) named
  ) like all(%(words)s))
  and (%(after_id)s::uuid is null or (lower(during), id) > (%(after)s, %(after_id)s))
order by lower(during), id
limit %(most)s;

-- cancel --
-- Cancel a course.
update courses
set cancelled_at = clock_timestamp(), reason = %(reason)s
where id = %(id)s;

-- take_place --
-- Insert a place, or renew one that was given up; return no row if the person has a place.
insert into course_places (course_id, person_id, centre_id, company_id)
values (%(course_id)s, %(person_id)s, %(centre_id)s, %(company_id)s)
on conflict (course_id, person_id) do update
set company_id = excluded.company_id, given_up_at = null
where course_places.given_up_at is not null;

-- give_up --
-- Give up a place.
update course_places
set given_up_at = clock_timestamp()
where course_id = %(course_id)s and person_id = %(person_id)s and given_up_at is null;

-- places --
-- Select the places at courses, by the participants' names.
select p.course_id, p.person_id, p.company_id, who.name, c.name as company, p.attended, p.entry_id
from course_places p
join people who on who.id = p.person_id
join companies c on c.id = p.company_id
where p.course_id = any(%(course_ids)s) and p.given_up_at is null
order by p.course_id, who.name, p.person_id;

-- planned_codes --
-- Select the trainings at whose courses a person has a place that end by an instant.
select distinct c.code
from course_places p
join courses c on c.id = p.course_id
where p.person_id = %(person_id)s
  and p.given_up_at is null
  and p.attended is distinct from false
  and c.centre_id = %(centre_id)s
  and c.cancelled_at is null
  and upper(c.during) <= %(before)s;

-- completed --
-- Select the courses that a person attended, the latest first.
select c.id, c.centre_id, c.code, c.during, c.place, c.seats, c.taken, c.valid_days, c.good,
    c.cancelled_at, c.reason
from course_places p
join courses c on c.id = p.course_id
where p.person_id = %(person_id)s and p.attended and c.centre_id = %(centre_id)s
order by lower(c.during) desc, c.id;

-- attended --
-- Select who attended a centre's courses that ended in a time, without those who left.
select c.id as course_id, c.centre_id, c.code, p.person_id, p.company_id,
    lower(c.during) as started_at, upper(c.during) as ended_at
from course_places p
join courses c on c.id = p.course_id
join people who on who.id = p.person_id
where c.centre_id = %(centre_id)s
  and c.cancelled_at is null
  and upper(c.during) > %(since)s
  and upper(c.during) <= %(now)s
  and p.attended
  and who.disabled_at is null
order by upper(c.during), c.id, p.person_id;

-- mark --
-- Record attendance with the entry of its charge.
update course_places
set attended = %(attended)s, marked_at = clock_timestamp(), marked_by = %(by)s,
    entry_id = %(entry_id)s
where course_id = %(course_id)s and person_id = %(person_id)s;
