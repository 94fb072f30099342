-- insert --
-- Somebody wants the staff.
insert into calls (id, centre_id, machine_id, person_id, words)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(person_id)s, %(words)s);

-- open --
-- Select the open calls of a centre, the longest wait first.
select c.id, c.centre_id, c.machine_id, c.person_id, p.name, c.words, c.called_at
from calls c
join people p on p.id = c.person_id
where c.centre_id = %(centre_id)s and c.answered_at is null
order by c.id;

-- answered --
-- Select a person's last call from a machine, if it was answered after an instant.
select c.id, c.centre_id, c.machine_id, c.person_id, p.name, c.words, c.called_at, c.answered_at
from calls c
join people p on p.id = c.person_id
where c.machine_id = %(machine_id)s
  and c.person_id = %(person_id)s
  and c.answered_at > %(since)s
order by c.answered_at desc
limit 1;

-- answer --
-- Somebody went there.
update calls
set answered_at = clock_timestamp(), answered_by = %(by)s
where id = %(id)s and answered_at is null;

-- forget --
-- Delete the calls that are older than anybody asks about.
delete from calls
where called_at < now() - interval '1 year';

-- centre_of --
-- Select the centre that must answer the call.
select centre_id
from calls
where id = %(id)s;
