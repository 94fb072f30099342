-- put --
-- Insert a training, or replace its names and what it requires.
insert into trainings (centre_id, code, name_ko, name_en, requires)
values (%(centre_id)s, %(code)s, %(name_ko)s, %(name_en)s, %(requires)s)
on conflict (centre_id, code) do update
set name_ko = excluded.name_ko, name_en = excluded.name_en, requires = excluded.requires;

-- lock --
-- Let one transaction at a time change a centre's chains.
select pg_advisory_xact_lock(hashtextextended('trainings ' || %(centre_id)s::text, 0));

-- of_centre --
-- Select a centre's trainings by code.
select code, name_ko, name_en, requires
from trainings
where centre_id = %(centre_id)s
order by code;
