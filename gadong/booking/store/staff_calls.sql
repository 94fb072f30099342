-- insert --
-- Somebody wants the staff.
insert into calls (id, centre_id, machine_id, person_id, words)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(person_id)s, %(words)s);

-- open --
-- Who of a centre waits for the staff, the longest first.
select c.id, c.centre_id, c.machine_id, c.person_id, p.name, c.words, c.called_at
from calls c
join people p on p.id = c.person_id
where c.centre_id = %(centre_id)s and c.answered_at is null
order by c.id;

-- answer --
-- Somebody went there.
update calls
set answered_at = clock_timestamp(), answered_by = %(by)s
where id = %(id)s and answered_at is null;

-- forget --
-- What is older than anybody asks about.
delete from calls
where called_at < now() - interval '1 year';

-- centre_of --
-- Whose call it is to answer.
select centre_id
from calls
where id = %(id)s;
