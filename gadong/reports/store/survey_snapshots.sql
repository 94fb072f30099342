-- insert --
-- Keep a survey of a centre.
insert into survey_snapshots (id, centre_id, year, document, taken_by, recorded_at)
values (%(id)s, %(centre_id)s, %(year)s, %(document)s, %(taken_by)s, %(recorded_at)s);

-- of_centre --
-- Select the kept surveys of a centre, the latest first.
select year, document, recorded_at
from survey_snapshots
where centre_id = %(centre_id)s
order by recorded_at desc, id desc;
