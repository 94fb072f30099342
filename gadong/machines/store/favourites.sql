-- mark --
-- Keep a machine as a person's favourite; one that is marked already stays as it is.
insert into favourite_machines (person_id, machine_id, centre_id, marked_at)
values (%(person_id)s, %(machine_id)s, %(centre_id)s, %(at)s)
on conflict (person_id, machine_id) do nothing;

-- unmark --
-- Delete a machine from a person's favourites.
delete from favourite_machines
where person_id = %(person_id)s and machine_id = %(machine_id)s;

-- of_person --
-- Select a person's favourites at a centre, in the order in which they were marked.
select machine_id
from favourite_machines
where person_id = %(person_id)s and centre_id = %(centre_id)s
order by marked_at, machine_id;
